"""Pauses of the daemon, and when it may be expected to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section
from coffee_bot.blocks.words import line, name_of, when

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_bot.intent import Message
    from coffee_daemon import Person


def paused(daemon: str, until: datetime, *, command: str = "/coffee") -> Message:
    """Tell the person who paused it what that means."""
    said = f"⏸️ {line(daemon, 80)} begins nothing before {when(until)}."
    return message(
        said,
        section(f"{said}\nA turn that runs goes on to its end. What is told meanwhile is kept."),
        context(f"`{command} resume` ends the pause."),
    )


def did_pause(who: Person, daemon: str, until: datetime) -> Message:
    """Show the channel who paused it, and when to expect it."""
    said = f"⏸️ {name_of(who)} paused {line(daemon, 80)} until {when(until)}."
    return message(said, section(f"{said} Messages are kept until then."))


def resumed(daemon: str, *, paused: bool) -> Message:
    """Tell the person who ended a pause what came of it."""
    name = line(daemon, 80)
    said = f"▶️ {name} goes on." if paused else f"✅ {name} was not paused."
    return message(said, section(said))


def did_resume(who: Person, daemon: str) -> Message:
    """Show the channel who ended a pause."""
    said = f"▶️ {name_of(who)} ended the pause of {line(daemon, 80)}."
    return message(said, section(said))
