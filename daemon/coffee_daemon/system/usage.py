"""How much of the machine a process and everything below it uses."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.system.processes import clock_ticks, page_bytes, stat_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MEGABYTE = 1024 * 1024
#: Over less time the system's clock ticks tell little of a percentage, and looking costs as much
#: as the rest of a heartbeat.
_SHORTEST_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a tree uses."""

    #: Percent of one core, since the look before; four busy cores give 400.
    cpu_percent: float
    memory_mb: float


class TreeMeter:
    """Measures a process with all its descendants, from one look to the next.

    Looks within ten seconds of each other tell the same.
    """

    def __init__(self, pid: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._pid = pid
        self._monotonic = monotonic
        self._looked = monotonic()
        self._seconds: dict[int, float] = {}
        self._last = self._look(0.0)

    def read(self) -> Usage:
        """Look again."""
        now = self._monotonic()
        if now - self._looked >= _SHORTEST_SECONDS:
            self._last = self._look(now - self._looked)
            self._looked = now
        return self._last

    def _look(self, passed: float) -> Usage:
        tree = list(_tree(self._pid))
        # Who was not there before has spent all of its time since.
        spent = sum(max(0.0, seconds - self._seconds.get(one, 0.0)) for one, seconds, _ in tree)
        self._seconds = {one: seconds for one, seconds, _ in tree}
        return Usage(
            cpu_percent=round(100 * spent / passed, 1) if passed else 0.0,
            memory_mb=round(sum(memory for _, _, memory in tree) / _MEGABYTE, 1),
        )


def _tree(pid: int) -> Iterator[tuple[int, float, int]]:
    """Each process of the tree: its number, its processor seconds, its resident bytes."""
    return _proc_tree(pid) if sys.platform == "linux" else _psutil_tree(pid)


def _proc_tree(pid: int) -> Iterator[tuple[int, float, int]]:
    """Walk down by /proc/PID/task/*/children: an idle daemon then costs two small reads."""
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        with suppress(OSError):
            fields = stat_fields(one)
            seconds = (int(fields[11]) + int(fields[12])) / clock_ticks()
            yield one, seconds, int(fields[21]) * page_bytes()
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text(encoding="ascii").split())


def _psutil_tree(pid: int) -> Iterator[tuple[int, float, int]]:
    """The same by psutil. Not run here."""
    import psutil  # noqa: PLC0415 - three times the price of a bare start

    with suppress(psutil.Error):
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            with suppress(psutil.Error):
                times = process.cpu_times()
                yield process.pid, times.user + times.system, process.memory_info().rss
