"""What people do with the queue: try again, put first, hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section
from coffee_bot.blocks.words import line, name_of

if TYPE_CHECKING:
    from coffee_bot.intent import Message
    from coffee_daemon import Person, Task


def retried(task: Task) -> Message:
    """Tell the person who wants it tried again."""
    said = f"🔁 #{task.number} is queued again: {line(task.title)}"
    known = "It goes on in the agent's own conversation." if task.session else ""
    return message(said, section(said), context("Failed attempts are counted anew.", known))


def did_retry(who: Person, task: Task) -> Message:
    """Show the channel who wants it tried again."""
    said = f"🔁 {name_of(who)} queued #{task.number} again: {line(task.title)}"
    return message(said, section(said))
