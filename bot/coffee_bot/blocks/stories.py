"""What happened to one task or question, oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section, sections
from coffee_bot.blocks.words import code, line, when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.intent import Message
    from coffee_daemon import Event, Story

#: A message holds some 12,000 characters; what is older than these is left out.
_EVENTS = 20
_WORDS = 300


def story(told: Story, *, command: str = "/coffee") -> Message:
    """Answer `show`: the latest of it, and where all of it can be read."""
    state = told.state.replace("_", " ")
    head = f"📖 *#{told.number}* {line(told.title)} · {state}"
    shown = told.events[-_EVENTS:]
    return message(
        f"📖 #{told.number} {line(told.title)} · {state}",
        section(head),
        *sections(_entry(one) for one in shown),
        context(_place(told), *_more(told, shown, command)),
    )


def _entry(event: Event) -> str:
    words = line(event.words, _WORDS)
    return f"{when(event.at)} · *{line(event.says, 200)}*" + (f"\n“{words}”" if words else "")


def _place(told: Story) -> str:
    return f"The work is on branch {code(told.branch)}." if told.branch else ""


def _more(told: Story, shown: Sequence[Event], command: str) -> tuple[str, ...]:
    task = f"`{command} show {told.task}` tells of its task." if told.task is not None else ""
    left = len(told.events) - len(shown)
    older = f"{left} older things are left out." if left else ""
    return task, older, f"In full: `coffee show {told.number} --full` on the machine."
