"""The last days, drawn elsewhere: what goes with the picture, and the text in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section, sections
from coffee_bot.blocks.words import line, name_of, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.intent import Message
    from coffee_daemon import Person

#: How to have the picture.
NO_EXTRA = (
    "For a picture, install the extra on the bot's machine: "
    "`pip install 'coffee-developer[history]'`, then start the bot anew."
)
_WHY = {
    "missing_scope": "The app lacks the scope `files:write`: add it, and install the app anew.",
    "not_in_channel": "The bot is not in the channel.",
    "is_archived": "The channel is archived.",
}


def history_comment(title: str, sums: str, who: Person) -> Message:
    """Say above the picture what it shows and who asked for it; only its text is sent."""
    said = f"📊 *{line(title)}*, asked for by {name_of(who)}\n{line(sums, 300)}"
    return message(said, section(said))


def history_posted(*, unclear: bool) -> Message:
    """Answer `history` once the picture is in the channel, or may be."""
    if unclear:
        said = (
            "📊 Slack did not say whether the picture was posted. "
            "If it is not in the channel in a minute, ask again."
        )
    else:
        said = "📊 The picture is in the channel."
    return message(said, section(said))


def history_text(lines: Sequence[str], sums: str, why: str) -> Message:
    """Answer `history` in text, with the reason."""
    return message(
        f"📊 {line(sums, 300)}",
        *sections(verbatim("\n".join(lines), most=3)),
        section(f"📊 {line(sums, 300)}"),
        context(why),
    )


def not_posted(word: str) -> str:
    """Why Slack took no picture."""
    return _WHY.get(word, f"Slack did not take the picture ({line(word, 100)}).")
