"""kill -9, at instants that a seed chooses, and a new start at once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.sides import DaemonSide, Side

#: This many of the kills meet a side that is still starting.
_EARLY = 0.2
#: The others let it live, mostly shortly, sometimes long enough to get something done; counted in
#: starts, since a slow machine needs longer for both.
_LONG = 0.35
_SHORT_LIFE, _LONG_LIFE = (0.0, 0.4), (0.4, 2.5)
#: Between two kills of a runner alone, which costs its task a pause.
_RUNNER_SECONDS = (4.0, 20.0)
#: How soon a fault is noticed.
_WATCH_SECONDS = 0.005


def chances(seed: int, of: str) -> Random:
    """The chances of one of us, the same for the same seed whatever the others do."""
    return Random(f"{seed} {of}")  # noqa: S311 - repeatable, and no secret


@dataclass
class Killer:
    """Keeps one side alive, except that it kills it so many times."""

    side: Side
    kills: int
    random: Random
    #: Called before a kill, with chances of its own.
    before: Callable[[], object] = lambda: None
    #: Called after it.
    after: Callable[[], object] = lambda: None
    killed: int = 0
    killed_early: int = 0
    #: How long its last start took, in seconds.
    start_seconds: float = 1.0
    _stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Start, kill, start again; the last start lives on."""
        while self.killed < self.kills and not self._stopping.is_set():
            self.side.begin()
            early = self.random.random() < _EARLY
            if early:
                self._let_pass(self.random.uniform(0.0, 1.0))
            else:
                self._wait_up()
                self._let_pass(self._life())
            self._kill(early=early)
        self.side.begin()
        self.side.wait_up()

    def stop(self) -> None:
        """Kill no more."""
        self._stopping.set()

    @property
    def done(self) -> float:
        """Which part of the kills is done."""
        return self.killed / self.kills if self.kills else 1.0

    def _wait_up(self) -> None:
        begun = time.monotonic()
        self.side.wait_up()
        self.start_seconds = time.monotonic() - begun

    def _life(self) -> float:
        span = _LONG_LIFE if self.random.random() < _LONG else _SHORT_LIFE
        return self.random.uniform(*span)

    def _let_pass(self, starts: float) -> None:
        self._stopping.wait(starts * self.start_seconds)

    def _kill(self, *, early: bool) -> None:
        self.before()
        if self.side.kill():
            self.killed += 1
            self.killed_early += early
            self.after()


@dataclass
class RunnerKiller:
    """Kills the runner of the present turn, and it alone, so many times."""

    daemon: DaemonSide
    kills: int
    random: Random
    killed: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Kill until it was enough."""
        while self.killed < self.kills:
            if self._stopping.wait(self.random.uniform(*_RUNNER_SECONDS)):
                return
            self.killed += self.daemon.kill_runner()

    def stop(self) -> None:
        """Kill no more."""
        self._stopping.set()


@dataclass
class Striker:
    """Kills one side whenever a fault has happened, so many times."""

    side: Side
    kills: int
    happened: Callable[[], int]
    killed: int = 0
    killed_early: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Start, wait for the fault, kill, start again."""
        while self.killed < self.kills and not self._stopping.is_set():
            self.side.begin()
            while self.happened() <= self.killed and not self._stopping.wait(_WATCH_SECONDS):
                pass
            self.killed += self.side.kill()
        self.side.begin()
        self.side.wait_up()

    def stop(self) -> None:
        """Kill no more."""
        self._stopping.set()

    @property
    def done(self) -> float:
        """Which part of the kills is done."""
        return self.killed / self.kills if self.kills else 1.0
