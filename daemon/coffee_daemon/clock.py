"""Time, passed in wherever it matters."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock(Protocol):
    """What the project may know of time."""

    def now(self) -> datetime:
        """The wall clock, aware and in UTC. It may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; they may stand still while the host sleeps."""
        ...

    def boot(self) -> float:
        """Seconds that also count while the host sleeps, where the system has such a clock."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The host's own clocks."""

    #: Where `boot` comes from; `system.boot_seconds` knows the platform's best source.
    boot_source: Callable[[], float] = time.monotonic

    def now(self) -> datetime:
        """The wall clock in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """`time.monotonic()`."""
        return time.monotonic()

    def boot(self) -> float:
        """Seconds since some fixed point at or after boot, sleep included where known."""
        return self.boot_source()


@dataclass(frozen=True, order=True)
class Day:
    """A day of the host's local time, from midnight to midnight; some have 23 or 25 hours."""

    on: date

    @classmethod
    def of(cls, moment: datetime) -> Day:
        """The day in which a moment lies."""
        return cls(moment.astimezone().date())

    @property
    def begins(self) -> datetime:
        """Its first moment, aware."""
        return datetime.combine(self.on, datetime.min.time()).astimezone()

    @property
    def ends(self) -> datetime:
        """The first moment of the next day."""
        return self.earlier(-1).begins

    def earlier(self, days: int) -> Day:
        """The day so many days before."""
        return Day(self.on - timedelta(days=days))

    def __str__(self) -> str:
        return self.on.isoformat()


@dataclass
class ManualClock:
    """A clock that moves only when told to; for tests and simulations."""

    at: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    elapsed: float = 1000.0
    slept: float = 0.0

    def now(self) -> datetime:
        """The time it was last told."""
        return self.at

    def monotonic(self) -> float:
        """Seconds told to pass awake."""
        return self.elapsed

    def boot(self) -> float:
        """Seconds told to pass, awake or asleep."""
        return self.elapsed + self.slept

    def advance(self, seconds: float = 0.0, *, hours: float = 0.0, days: float = 0.0) -> None:
        """Let time pass while the host is awake."""
        step = timedelta(seconds=seconds, hours=hours, days=days)
        self.at += step
        self.elapsed += step.total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let time pass while the host is asleep: the monotonic clock stands still."""
        self.at += timedelta(seconds=seconds)
        self.slept += seconds
