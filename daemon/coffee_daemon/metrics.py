"""Figures of some days: when it was up, what it did with the time, how long people took (pure)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, pairwise, takewhile
from statistics import median
from typing import TYPE_CHECKING

from coffee_daemon.status import ALIVE, DaemonState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from coffee_daemon.clock import Day


_KNOWN = frozenset(DaemonState) - {DaemonState.UNKNOWN}


@dataclass(frozen=True, kw_only=True)
class Span:
    """A time in which a daemon was in one state."""

    state: DaemonState
    begins: datetime
    ends: datetime

    def within(self, begins: datetime, ends: datetime) -> timedelta:
        """How much of it lies between two moments."""
        return max(timedelta(), min(self.ends, ends) - max(self.begins, begins))


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """What the record says of a daemon between two moments."""

    begins: datetime
    ends: datetime
    #: Without gaps, oldest first; begins where the record begins.
    spans: tuple[Span, ...] = ()
    #: When tasks were done.
    done: tuple[datetime, ...] = ()
    #: From each question to its first reply.
    answered_after: tuple[timedelta, ...] = ()
    #: When each of these replies came.
    answered_at: tuple[datetime, ...] = ()
    #: From each reply's quiet time to the turn that has it.
    picked_up_after: tuple[timedelta, ...] = ()

    @property
    def uptime(self) -> float | None:
        """The share of the known time in which its process lived; None when none is known."""
        return self.share(*ALIVE)

    def share(self, *states: DaemonState) -> float | None:
        """The share of the known time in these states; None when none is known."""
        known = self._in(_KNOWN)
        return self._in(states) / known if known else None

    def done_on(self, day: Day) -> int:
        """How many tasks were done on a day."""
        return sum(day.begins <= at < day.ends for at in self.done)

    def waits_on(self, day: Day) -> tuple[timedelta, ...]:
        """How long the questions had waited that were answered on a day."""
        told = zip(self.answered_at, self.answered_after, strict=False)
        return tuple(wait for at, wait in told if day.begins <= at < day.ends)

    @property
    def median_answer(self) -> timedelta | None:
        """How long people take to answer."""
        return _median(self.answered_after)

    @property
    def median_pick_up(self) -> timedelta | None:
        """How long an answer waits for its turn."""
        return _median(self.picked_up_after)

    def hours(self, day: Day) -> tuple[DaemonState | None, ...]:
        """The state in which most of each hour of a day was spent; None where none is known."""
        return self.slots(day, timedelta(hours=1))

    def slots(self, day: Day, length: timedelta) -> tuple[DaemonState | None, ...]:
        """The state in which most of each part of a day was spent; None where none is known."""
        count = round((day.ends - day.begins) / length)
        marks = [day.begins + part * length for part in range(count)]
        return tuple(self._most(mark, mark + length) for mark in marks)

    def _in(self, states: Iterable[DaemonState]) -> timedelta:
        wanted = frozenset(states)
        spent = (one.within(self.begins, self.ends) for one in self.spans if one.state in wanted)
        return sum(spent, timedelta())

    def _most(self, begins: datetime, ends: datetime) -> DaemonState | None:
        taken: dict[DaemonState, timedelta] = {}
        first = bisect_right(self.spans, begins, key=lambda one: one.ends)
        for one in takewhile(lambda one: one.begins < ends, islice(self.spans, first, None)):
            spent = one.within(begins, ends)
            taken[one.state] = taken.get(one.state, timedelta()) + spent
        best = max(taken, key=lambda state: taken[state], default=None)
        return best if best is not None and taken[best] else None


def _median(times: Sequence[timedelta]) -> timedelta | None:
    seconds = [one.total_seconds() for one in times]
    return timedelta(seconds=median(seconds)) if seconds else None


def spans_of(changes: Sequence[tuple[datetime, DaemonState]], ends: datetime) -> tuple[Span, ...]:
    """Return the spans between changes of state; each change names the state that follows it."""
    marks = [*changes, (ends, DaemonState.UNKNOWN)]
    return tuple(
        Span(state=state, begins=at, ends=end) for (at, state), (end, _) in pairwise(marks)
    )
