"""What remains when work has ended: told to people, marked in the roadmap, tidied where empty."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from coffee_daemon import workspace
from coffee_daemon.errors import CoffeeError
from coffee_daemon.tasks import ENDED, TaskState

if TYPE_CHECKING:
    from coffee_daemon.config import Config
    from coffee_daemon.loop.planner import Planner
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Task


log = logging.getLogger(__name__)


class ClearUp:
    """Sees to what an ended task leaves. Doing it twice does no harm: it is asked for durably."""

    def __init__(self, config: Config, store: Store, planner: Planner) -> None:
        self._config = config
        self._store = store
        self._planner = planner

    def see_to(self, number: int) -> None:
        """Tell what the task has left, mark its priority, and drop a folder that holds nothing."""
        task = self._store.tasks.get(number)
        if task.state in {TaskState.CANCELLED, TaskState.FAILED}:
            remains = self._remains(task)
            if remains not in task.result:
                told = "\n\n".join(filter(None, (task.result, remains)))
                self._store.tasks.set_result(number, told)
        if task.state in ENDED:
            self._take_files_away(task)
            self._planner.settled(task)

    def _take_files_away(self, task: Task) -> None:
        """Out of a folder that others work in; a folder of the task's own goes as a whole."""
        try:
            place = workspace.find(self._config, task)
        except CoffeeError as error:
            log.warning("The files of #%s stay where they are: %s", task.number, error)
            return
        if place is not None and place.shared:
            workspace.take_away(task.number, place)

    def _remains(self, task: Task) -> str:
        try:
            place = workspace.find(self._config, task)
            if place is None or workspace.remove(place):
                return ""
            return workspace.left_behind(place)
        except CoffeeError as error:
            return str(error)
