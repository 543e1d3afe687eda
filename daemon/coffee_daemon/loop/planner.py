"""The roadmap as the daemon sees it: which priority comes next, and what became of it."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from coffee_daemon.errors import IllegalMove, RoadmapTrouble
from coffee_daemon.notifications import Person, Via
from coffee_daemon.roadmap import Marked, PriorityStatus, RoadmapFile
from coffee_daemon.tasks import ENDED, ROADMAP_PRIORITY, Task, TaskState

if TYPE_CHECKING:
    from collections.abc import Collection

    from coffee_daemon.config import Config
    from coffee_daemon.roadmap import Priority
    from coffee_daemon.store import Store

log = logging.getLogger(__name__)

_PREFIX = "roadmap:"
_TO_DO = frozenset({PriorityStatus.PLANNED, PriorityStatus.IN_PROGRESS})
#: Whoever edits the roadmap's file.
_EDITOR = Person(id="local:roadmap", name="the roadmap")


class Planner:
    """Turns priorities into tasks, one at a time, and writes their status back.

    One at a time, because people edit the file: the next task is made from the text as it
    stands when the daemon is ready for it.
    """

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._file: RoadmapFile | None = None
        self._warned: set[str] = set()

    @property
    def missing(self) -> str | None:
        """What keeps the roadmap from being read, in a sentence."""
        if self._config.roadmap_file() is None:
            return f"a ROADMAP.md in {self._config.project} (commands work without)"
        return None

    def next(self) -> Task | None:
        """Make the task of the first priority that is to do and has none; None if there is none."""
        for place, priority in enumerate(self._priorities()):
            source = _PREFIX + priority.key
            if priority.status not in _TO_DO or self._store.tasks.by_source(source):
                continue
            return self._store.tasks.from_roadmap(
                daemon=self._config.name,
                source=source,
                title=priority.name,
                prompt=priority.words,
                priority=ROADMAP_PRIORITY + place,
            )
        return None

    def heed_people(self) -> list[int]:
        """Cancel the tasks whose priority a person has marked complete; return their numbers.

        A task that was done before is marked by us: a person brought it back for more.
        """
        complete = {p.key for p in self._priorities() if p.status is PriorityStatus.COMPLETE}
        ended = []
        for task in self._store.tasks.open(self._config.name) if complete else ():
            if _key(task) in complete and task.done_at is None:
                # Somebody else may have ended it since.
                with suppress(IllegalMove):
                    self._store.tasks.cancel(task.number, who=_EDITOR, via=Via.PROGRAM)
                    ended.append(task.number)
        return ended

    def began(self, task: Task) -> None:
        """Mark the task's priority as in progress."""
        self._mark(task, PriorityStatus.IN_PROGRESS, over={PriorityStatus.PLANNED})

    def settled(self, task: Task) -> None:
        """Mark the priority of a done task complete, that of a failed one planned again."""
        if task.state is TaskState.DONE:
            self._mark(task, PriorityStatus.COMPLETE, over=_TO_DO)
        elif task.state in ENDED:
            self._mark(task, PriorityStatus.PLANNED, over={PriorityStatus.IN_PROGRESS})

    def _priorities(self) -> tuple[Priority, ...]:
        roadmap = self._roadmap()
        if roadmap is None:
            return ()
        try:
            read = roadmap.read()
        except RoadmapTrouble as trouble:
            self._warn(str(trouble))
            return ()
        for warning in read.warnings:
            self._warn(warning)
        return read.priorities

    def _roadmap(self) -> RoadmapFile | None:
        path = self._config.roadmap_file()
        if path is None:
            return None
        if self._file is None or self._file.path != path:
            self._file = RoadmapFile(path)
        return self._file

    def _mark(self, task: Task, status: PriorityStatus, over: Collection[PriorityStatus]) -> None:
        key, roadmap = _key(task), self._roadmap()
        if key is None or roadmap is None:
            return
        try:
            marked = roadmap.mark(key, status, expected=over)
        except RoadmapTrouble as trouble:
            self._warn(str(trouble))
            return
        if marked in {Marked.GONE, Marked.UNMARKED}:
            self._warn(f"PRIORITY {key} is not marked {status}: its heading is gone or changed.")

    def _warn(self, message: str) -> None:
        if message not in self._warned:
            self._warned.add(message)
            log.warning(message, extra={"action": "roadmap_warning"})


def _key(task: Task) -> str | None:
    return task.source.removeprefix(_PREFIX) if task.source.startswith(_PREFIX) else None
