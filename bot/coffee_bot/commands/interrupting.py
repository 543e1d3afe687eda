"""Ending a turn so that the next one reads what was said meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.commands.noting import Noting
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, Store, Via


class Interrupting:
    """Carries out `interrupt`."""

    def __init__(self, store: Store, ring: Callable[[], object], note: Noting) -> None:
        """Take what it needs.

        Args:
            store: The record.
            ring: Wakes the daemon.
            note: Writes down who did what.
        """
        self._store = store
        self._ring = ring
        self._note = note

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"interrupt": self._interrupt}

    def _interrupt(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        """Have the turn ended. A button names it; the message with the button then tells of it."""
        number, turn = intent.number or 0, _turn(intent)
        task = self._store.requests.interrupt(number, who=who, via=via, turn=turn)
        self._ring()
        self._note(who, "interrupt", f"#{number}", via, "asked")
        return Reply(
            message=blocks.interrupting(task, len(self._store.tasks.follow_ups(number))),
            public=blocks.did_interrupt(who, task) if turn is None else None,
        )


def _turn(intent: Intent) -> int | None:
    """The turn that a button was about: its value is the task's and the turn's number."""
    _task, _, turn = intent.text.partition(":")
    return int(turn) if turn.isdecimal() else None
