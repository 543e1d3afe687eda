"""What people want of the daemon, carried out or refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_daemon.tasks import TaskState

if TYPE_CHECKING:
    from coffee_daemon.loop.clearing import ClearUp
    from coffee_daemon.loop.posture import Posture
    from coffee_daemon.loop.reporter import Reporter
    from coffee_daemon.loop.turn import RunningTurn
    from coffee_daemon.store import Request, Store


class Requests:
    """Carries requests out. Doing one twice does no harm: whoever dies in between does it again."""

    def __init__(self, store: Store, clear_up: ClearUp, reporter: Reporter) -> None:
        self._store = store
        self._clear_up = clear_up
        self._reporter = reporter

    def apply(self, daemon: str, turn: RunningTurn | None, posture: Posture) -> None:
        """See to every request that is new.

        Args:
            daemon: Whose.
            turn: The one that runs.
            posture: Whether another one may begin.
        """
        for request in self._store.requests.pending(daemon):
            ours = turn if turn and turn.assignment.task.number == request.task else None
            if request.verb == "cancel" and ours is not None:
                # Settling the turn applies the request.
                ours.stop()
            elif request.verb == "interrupt" and request.task is not None:
                self._interrupt(request, request.task, ours, posture)
            elif request.verb == "clear_up" and request.task is not None:
                self._clear_up.see_to(request.task)
                self._store.requests.apply(request.id)
                self._reporter.news()
            else:
                self._refuse(request, f"the daemon cannot {request.verb} that now")

    def _interrupt(
        self, request: Request, task: int, turn: RunningTurn | None, posture: Posture
    ) -> None:
        """End the turn; beginning the next one applies the request."""
        found = self._store.tasks.get(task)
        if turn is not None:
            why = f"{found.held_by.name} holds it back" if found.held_by else posture.why
            if turn.stopping.is_set() or (posture.free and not found.held_by):
                turn.stop()
            else:
                self._refuse(request, f"it could not go on at once: {why}")
        elif found.state not in {TaskState.QUEUED, TaskState.RUNNING}:
            self._refuse(request, f"#{task} is {found.state}")

    def _refuse(self, request: Request, reason: str) -> None:
        self._store.requests.refuse(request.id, reason)
        self._reporter.news()
