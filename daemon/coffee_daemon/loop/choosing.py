"""Which task comes next."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

from coffee_daemon.tasks import TaskState
from coffee_daemon.workspace import occupies

if TYPE_CHECKING:
    from coffee_daemon.config import Config
    from coffee_daemon.loop.focus import Focus
    from coffee_daemon.loop.planner import Planner
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Assignment


class Chooser:
    """Begins a turn on the next task of the record, else on the next of the roadmap."""

    def __init__(self, config: Config, store: Store, planner: Planner) -> None:
        self._config = config
        self._store = store
        self._planner = planner

    def pick_up(self, focus: Focus | None) -> Assignment | None:
        """Pick the next task up; None when no task may start now.

        Args:
            focus: What it shall be at; None leaves the choice.
        """
        nonce, only = token_hex(16), self.occupant()
        if focus is not None and focus.task is not None:
            if only not in {None, focus.task}:
                return None
            only = focus.task
        found = self._store.turns.pick_up(self._config.name, nonce=nonce, only=only)
        if found is None and only is None and self._planner.next() is not None:
            found = self._store.turns.pick_up(self._config.name, nonce=nonce)
        return found

    def occupant(self) -> int | None:
        """The waiting task whose half-done work lies in the one shared folder, if there is one."""
        waiting = self._store.tasks.list(daemon=self._config.name, states={TaskState.WAITING})
        return next((t.number for t in reversed(waiting) if occupies(self._config, t)), None)
