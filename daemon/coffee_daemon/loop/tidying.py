"""Once a day, a little at a time: what ended long ago is forgotten, here and in the record."""

from __future__ import annotations

import logging
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from coffee_daemon import workspace
from coffee_daemon.errors import CoffeeError, NotFound
from coffee_daemon.tasks import ENDED

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from coffee_daemon.clock import Clock
    from coffee_daemon.config import Config
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Task

log = logging.getLogger(__name__)

#: How long it may keep the daemon from its other work at one time.
BUDGET_SECONDS = 0.3


class Tidying:
    """Forgets what ended longer ago than `[database] keep_days`. What is open stays.

    A task whose worktree still holds work stays in the record too, so that it can be found.
    """

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._begun_on: date | None = None
        self._job: Iterator[int] = iter(())

    def work(self) -> bool:
        """Do a little of it if it is due; tell whether there is more to do now.

        Raises:
            StoreTrouble: The record cannot be used; it is tried again the next day.
        """
        today = self._clock.now().date()
        if today != self._begun_on:
            self._begun_on, self._job = today, self._tidy(self._clock.now() - self._config.keep)
        deadline = self._clock.monotonic() + BUDGET_SECONDS
        return any(self._clock.monotonic() >= deadline for _ in self._job)

    def _tidy(self, before: datetime) -> Iterator[int]:
        forgotten = 0
        spare = yield from self._worktrees(before)
        for step in self._store.prune(keep=self._config.keep, spare=spare):
            forgotten += step
            yield step
        yield from self._folders("turns", before)
        yield from self._folders("files", before)
        if forgotten:
            log.info("Forgot %d old rows of the record.", forgotten, extra={"action": "tidied"})

    def _worktrees(self, before: datetime) -> Generator[int, None, frozenset[int]]:
        """Remove merged worktrees of old tasks; return the numbers of the tasks that have one."""
        left = set()
        for folder in _numbered(self._config.state / "worktrees"):
            task = self._task(int(folder.name))
            if task is not None and _is_old(task, before):
                self._remove(task)
            if folder.exists():
                left.add(int(folder.name))
            yield 0
        return frozenset(left)

    def _remove(self, task: Task) -> None:
        try:
            place = workspace.find(self._config, task)
            if place is not None and not place.shared:
                workspace.remove(place)
        except CoffeeError as error:
            log.warning("The worktree of #%s stays: %s", task.number, error)

    def _folders(self, kind: str, before: datetime) -> Iterator[int]:
        for folder in _numbered(self._config.state / kind):
            task = self._task(int(folder.name.partition("-")[0]))
            if _touched(folder) < before and (task is None or _is_old(task, before)):
                shutil.rmtree(folder, ignore_errors=True)
            yield 0

    def _task(self, number: int) -> Task | None:
        try:
            return self._store.tasks.get(number)
        except NotFound:
            return None


def _is_old(task: Task, before: datetime) -> bool:
    return task.state in ENDED and task.updated_at < before


def _numbered(folder: Path) -> list[Path]:
    """What lies in a folder under a task's number; nothing else there is ours."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if path.name.partition("-")[0].isdecimal())


def _touched(folder: Path) -> datetime:
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC)
