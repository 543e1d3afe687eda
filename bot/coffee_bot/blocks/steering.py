"""What people do with the queue: try again, put first, hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section
from coffee_bot.blocks.words import line, name_of
from coffee_daemon import TaskState

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


def moved(task: Task, where: str, *, command: str = "/coffee") -> Message:
    """Tell the person who moved it. `where` is ours: `first`, `last`, `before #13`."""
    said = f"↕️ #{task.number} comes {where} now: {line(task.title)}"
    waits = task.state is TaskState.WAITING
    return message(
        said,
        section(said),
        context(
            "It waits for an answer; its place counts as soon as it has one." if waits else "",
            f"`{command} release {task.number}` lets it go on." if task.held_at else "",
            f"`{command} tasks` shows the order.",
        ),
    )


def did_put(who: Person, task: Task, where: str) -> Message:
    """Show the channel who moved it, and where to."""
    said = f"↕️ {name_of(who)} put #{task.number} {where}: {line(task.title)}"
    return message(said, section(said))


def on_hold(task: Task, *, command: str = "/coffee") -> Message:
    """Tell the person who holds it."""
    said = f"✋ #{task.number} is held: {line(task.title)}"
    running = task.state is TaskState.RUNNING
    return message(
        said,
        section(said),
        context(
            "Its turn goes on to its end first." if running else "",
            f"`{command} release {task.number}` lets it go on.",
        ),
    )


def did_hold(who: Person, task: Task) -> Message:
    """Show the channel who holds it."""
    said = f"✋ {name_of(who)} holds #{task.number}: {line(task.title)}"
    return message(said, section(said))


def released(task: Task) -> Message:
    """Tell the person who released it."""
    said = f"▶️ #{task.number} goes on, in its old place: {line(task.title)}"
    return message(said, section(said))


def did_release(who: Person, task: Task) -> Message:
    """Show the channel who released it."""
    said = f"▶️ {name_of(who)} released #{task.number}: {line(task.title)}"
    return message(said, section(said))
