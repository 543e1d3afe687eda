"""Focus on one task, and when everything else may be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section
from coffee_bot.blocks.words import line, name_of, when

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_bot.intent import Message
    from coffee_daemon import DaemonStatus, Person, Task


def in_focus(
    daemon: str, task: Task | None, until: datetime, *, command: str = "/coffee"
) -> Message:
    """Tell the person who wants it what that means. Without a task it is the next that begins."""
    said = f"🎯 {line(daemon, 80)} is in focus on {_named(task)} until {when(until)}."
    return message(
        said,
        section(
            f"{said}\nNothing else begins before that, or before it is done. "
            "A turn that runs goes on to its end, and what is told meanwhile is kept."
        ),
        context(f"`{command} focus off` ends the focus."),
    )


def did_focus(who: Person, daemon: str, task: Task | None, until: datetime) -> Message:
    """Show the channel who wants it, and when to expect everything else."""
    said = f"🎯 {name_of(who)} keeps {line(daemon, 80)} in focus on {_named(task)}"
    said = f"{said} until {when(until)}."
    return message(said, section(f"{said} Messages are kept until then, or until it is done."))


def out_of_focus(daemon: str, *, was: bool) -> Message:
    """Tell the person who ended a focus what came of it."""
    name = line(daemon, 80)
    said = f"▶️ {name} goes on with everything." if was else f"✅ {name} was in no focus."
    return message(said, section(said))


def did_unfocus(who: Person, daemon: str) -> Message:
    """Show the channel who ended a focus."""
    said = f"▶️ {name_of(who)} ended the focus of {line(daemon, 80)}."
    return message(said, section(said))


def focused(now: DaemonStatus) -> str:
    """On what it is in focus and until when; nothing where it is not."""
    if now.focus_until is None:
        return ""
    on = f"#{now.focus_task}" if now.focus_task else "what it begins next"
    return f"in focus on {on} until {when(now.focus_until)}"


def _named(task: Task | None) -> str:
    return f"#{task.number} {line(task.title)}" if task else "what it begins next"
