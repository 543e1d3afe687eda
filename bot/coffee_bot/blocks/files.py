"""What is told of the files that came with a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import message, sections
from coffee_bot.blocks.words import code, line, mention_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coffee_bot.intent import Message
    from coffee_daemon import Person, ReplyFile

_TEXT_LIMIT = 2_000


def about_files(
    who: Person, refused: Iterable[ReplyFile], late: Iterable[ReplyFile] = ()
) -> Message:
    """Tell in a thread which files were not taken and why, and which came late."""
    lines = [f"📎 {mention_of(who)}, of the files that you sent:"]
    lines += [f"• {code(one.name)} was not taken. {line(one.reason, 300)}" for one in refused]
    lines += [
        f"• {code(one.name)} came after the turn had begun; the task's next turn gets it."
        for one in late
    ]
    # The text is what a phone shows; it is ours or escaped already.
    text = "\n".join(lines)
    return message(text if len(text) <= _TEXT_LIMIT else lines[0], *sections(lines))
