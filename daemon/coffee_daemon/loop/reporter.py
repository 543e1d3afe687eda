"""What the daemon tells others about itself: the status file, the record, the bot's bell."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from coffee_daemon.doorbell import bot_bell, ring
from coffee_daemon.status import DaemonState

if TYPE_CHECKING:
    from coffee_daemon.config import Config
    from coffee_daemon.loop.focus import Focus
    from coffee_daemon.loop.posture import Posture
    from coffee_daemon.loop.turn import RunningTurn
    from coffee_daemon.process import Register
    from coffee_daemon.store import Store

log = logging.getLogger(__name__)


class Reporter:
    """Tells a change of state once, everywhere, and that the daemon is alive, regularly."""

    def __init__(self, config: Config, store: Store, register: Register) -> None:
        self._config = config
        self._store = store
        self._register = register
        self._told: DaemonState | None = None
        self._trouble = ""
        #: What people wanted at the last look, which shows on the card.
        self._wanted: tuple[Focus | None, int] = (None, 0)

    def observe(
        self,
        posture: Posture,
        turn: RunningTurn | None,
        *,
        focus: Focus | None,
        questions: int,
        held: int,
        notes: tuple[str, ...],
    ) -> None:
        """Tell the present state, its reason and what keeps the daemon from working."""
        self._trouble = ""
        self._register.update(
            state=posture.state.value,
            reason=posture.why,
            until=posture.until.astimezone(UTC) if posture.until else None,
            open_questions=questions,
            held_tasks=held,
            focus_until=focus.until.astimezone(UTC) if focus else None,
            focus_task=focus.task if focus else None,
            focus_by=focus.by if focus else "",
            notes=notes,
            **_about(turn),
        )
        self._transition(posture.state, posture.why)
        if (focus, held) != self._wanted:
            self._wanted = (focus, held)
            self.news()

    def beat(self, turn: RunningTurn | None) -> None:
        """Tell that the heart beats, and when the running turn last said something."""
        if turn is None:
            self._register.beat()
        else:
            self._register.beat(last_output_at=turn.last_output())

    def missing(self, *what: str) -> None:
        """Tell what has to be set before it can work."""
        self._register.update(missing=what)

    def trouble(self, what: str) -> None:
        """Tell that the record cannot be used just now; logged once."""
        if what != self._trouble:
            self._trouble = what
            log.error(what, extra={"action": "store_trouble"})
        changes: dict[str, Any] = {"notes": (what,)}
        if self._register.record.state == DaemonState.STARTING:
            # It is ready, as far as it lies with itself.
            changes |= {"state": DaemonState.IDLE.value, "reason": "waits for its record"}
        self._register.update(**changes)

    def news(self) -> None:
        """Wake the bot: something in the record is worth a post."""
        ring(bot_bell(self._config))

    def farewell(self, why: str) -> None:
        """Tell that the daemon ends in order."""
        self._register.update(reason=why)
        self._transition(DaemonState.STOPPED, why)

    def _transition(self, state: DaemonState, why: str) -> None:
        if state is self._told:
            return
        self._store.transitions.observe(self._config.name, state, why)
        self._told = state
        self.news()


def _about(turn: RunningTurn | None) -> dict[str, str | int | datetime | None]:
    """The status record's fields about the running turn; its output comes with each beat."""
    if turn is None:
        return {
            "current_task": None,
            "task_number": None,
            "task_started_at": None,
            "turn_folder": None,
            "last_output_at": None,
            "progress": "",
        }
    task = turn.assignment.task
    return {
        "current_task": task.title,
        "task_number": task.number,
        "task_started_at": turn.assignment.turn.created_at,
        "turn_folder": str(turn.run_folder),
        "progress": turn.said,
    }
