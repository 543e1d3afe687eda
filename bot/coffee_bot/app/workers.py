"""Threads that sleep until there is something to do."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_daemon import StoreTrouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from coffee_daemon import Clock

log = logging.getLogger(__name__)

#: How long a stop waits for a piece of work. One that waits for Slack may last longer; it is
#: left behind, as it would be by a kill: what it was sending is read back by the next bot.
STOP_SECONDS = 3.0
#: What a job set off is written down a moment after it has ended: a daemon that was started
#: finds only then that it has nothing to do.
ECHO = timedelta(seconds=3)
#: Of so many jobs it is known when they ran.
KNOWN_JOBS = 20
#: Waited after a piece of work failed, so that trouble does not become a hot loop.
AFTER_TROUBLE_SECONDS = 5.0


class Worker:
    """One thread on one event: everybody else only wakes it."""

    def __init__(self, name: str, work: Callable[[], float | None]) -> None:
        """Prepare a worker.

        Args:
            name: Of its thread.
            work: Does what there is; returns seconds until it wants to be called again by
                itself, None for never.
        """
        self._work = work
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        #: What the record's trouble was when it was last told.
        self._trouble = ""

    def start(self) -> None:
        """Begin, with one piece of work at once."""
        self._woken.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be something to do; safe from any thread, at any time."""
        self._woken.set()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping.is_set()

    def ask_to_stop(self) -> None:
        """Have it end after the piece of work it is at."""
        self._stopping.set()
        self._woken.set()

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """End it, or leave it behind after so many seconds."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        wait: float | None = None
        while not self.stopping:
            self._woken.wait(wait)
            # Cleared before the work: what comes in meanwhile wakes it again.
            self._woken.clear()
            if not self.stopping:
                wait = self._once()

    def _once(self) -> float | None:
        try:
            wait = self._work()
        except StoreTrouble as trouble:
            # A full disk is freed, a lock is let go: it waits for that, and says so once.
            if str(trouble) != self._trouble:
                self._trouble = str(trouble)
                log.error("%s waits: %s", self._thread.name, trouble)  # noqa: TRY400 - the sentence says it all
            return AFTER_TROUBLE_SECONDS
        except Exception:
            # A worker that dies would leave the bot looking alive and doing nothing.
            log.exception("%s failed; it goes on.", self._thread.name)
            return AFTER_TROUBLE_SECONDS
        self._trouble = ""
        return wait


class SlowLane:
    """One thread for what waits for processes, one after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        #: When the latest jobs began and ended, None while one runs: what the first of two set
        #: off may be read when the second is over.
        self._latest: deque[tuple[datetime, datetime | None]] = deque(maxlen=KNOWN_JOBS)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="slow", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def add(self, job: Callable[[], None]) -> None:
        """Have a job done when those before it are."""
        self._jobs.put(job)

    def busy_at(self, moment: datetime) -> bool:
        """Whether one of the latest jobs ran at that moment, or just before it."""
        return any(
            begun <= moment and (ended is None or moment <= ended + ECHO)
            for begun, ended in tuple(self._latest)
        )

    def stop(self, timeout: float = 15.0) -> None:
        """End after the jobs that are there."""
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            begun = self._clock.now()
            self._latest.append((begun, None))
            try:
                job()
            except Exception:
                # As in Worker: the lane must outlive a job that failed.
                log.exception("A slow job failed.")
            self._latest[-1] = (begun, self._clock.now())
