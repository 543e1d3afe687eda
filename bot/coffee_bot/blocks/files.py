"""What is told of the files that came with a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import message, sections
from coffee_bot.blocks.words import code, line, mention_of, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coffee_bot.intent import Message
    from coffee_daemon import Person, ReplyFile

_TEXT_LIMIT = 2_000
#: How much all lines may take together: Slack counts the words of all blocks.
_ROOM = 8_000


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
    lines = list(_fitting(lines))
    # The text is what a phone shows; it is ours or escaped already.
    text = "\n".join(lines)
    return message(text if len(text) <= _TEXT_LIMIT else lines[0], *sections(lines))


def _fitting(lines: Sequence[str]) -> Iterator[str]:
    """The first lines, as many as there is room for, and how many more there are."""
    room = _ROOM
    for place, one in enumerate(lines):
        room -= size(one) + 1
        if room < 0:
            yield f"…and {len(lines) - place} more"
            return
        yield one
