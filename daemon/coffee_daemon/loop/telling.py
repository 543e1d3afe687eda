"""What the daemon says of itself after each look: its state, why, and what holds it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_daemon.loop.posture import Posture
from coffee_daemon.status import DaemonState
from coffee_daemon.tasks import TaskState

if TYPE_CHECKING:
    from coffee_daemon.loop.allowance import Allowance
    from coffee_daemon.loop.choosing import Chooser
    from coffee_daemon.loop.focus import Focus
    from coffee_daemon.loop.reporter import Reporter
    from coffee_daemon.loop.turn import RunningTurn
    from coffee_daemon.store import Store

#: Questions and held tasks counted for the status; more are told as that many.
_COUNTED = 100


class Teller:
    """Tells the present state with its evidence."""

    def __init__(
        self, daemon: str, store: Store, allowance: Allowance, chooser: Chooser, reporter: Reporter
    ) -> None:
        self._daemon = daemon
        self._store = store
        self._allowance = allowance
        self._chooser = chooser
        self._reporter = reporter

    def tell(self, posture: Posture, turn: RunningTurn | None, focus: Focus | None) -> None:
        """Tell what it does now.

        Args:
            posture: Whether a turn may begin, and if not, why.
            turn: The one that runs.
            focus: The one task that it shall be at.
        """
        questions = self._store.questions.open(self._daemon, limit=_COUNTED)
        held = len(self._store.queue.held(self._daemon, _COUNTED))
        if turn is not None:
            turn.said = self._store.turns.get(turn.assignment.turn.id).progress
            present = _working(turn)
        elif not posture.free:
            present = posture
        else:
            # Whoever asked outside of a task waits for the answer; the daemon does not.
            asked = any(one.task is not None for one in questions)
            present = self._at_rest(asked=asked, held=held)
        self._reporter.observe(
            present,
            turn,
            focus=focus,
            questions=len(questions),
            held=held,
            notes=self._notes(turn),
        )

    def _at_rest(self, *, asked: bool, held: int) -> Posture:
        """Why no turn runs although one might begin."""
        if asked:
            why = "waits for answers and has nothing else to do"
            return Posture(state=DaemonState.WAITING, why=why)
        if self._has(TaskState.WAITING):
            why = "has an answer and waits until its sender may no longer change it"
            return Posture(state=DaemonState.WAITING, why=why)
        if not self._has(TaskState.QUEUED):
            return Posture(why="has nothing to do")
        on_hold = f"; {held} on hold" if held else ""
        return Posture(why=f"has nothing that it can begin now{on_hold}")

    def _has(self, state: TaskState) -> bool:
        return bool(self._store.tasks.list(daemon=self._daemon, states={state}, limit=1))

    def _notes(self, turn: RunningTurn | None) -> tuple[str, ...]:
        occupant = self._chooser.occupant() if turn is None else None
        if occupant is None:
            return self._allowance.notes()
        shared = f"nothing else starts while #{occupant} waits with its work in the shared folder"
        return (*self._allowance.notes(), shared)


def _working(turn: RunningTurn) -> Posture:
    task = turn.assignment.task
    return Posture(state=DaemonState.WORKING, why=f"works on #{task.number} {task.title}")
