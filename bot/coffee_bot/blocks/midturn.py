"""What is said while a turn runs: kept, read, or the turn is interrupted for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section
from coffee_bot.blocks.words import line, name_of

if TYPE_CHECKING:
    from coffee_bot.intent import Message
    from coffee_daemon import Person, Task


def interrupting(task: Task, waiting: int) -> Message:
    """Tell the person who has a turn interrupted."""
    said = f"⏭️ The turn of #{task.number} is being ended: {line(task.title)}"
    reads = "It then reads what was said meanwhile." if waiting else "Nothing new waits for it."
    first = "Its next turn comes before all other work."
    return message(said, section(said), context(first, reads))


def did_interrupt(who: Person, task: Task) -> Message:
    """Show the channel who has a turn interrupted."""
    said = f"⏭️ {name_of(who)} interrupted the turn of #{task.number}: {line(task.title)}"
    return message(said, section(said))
