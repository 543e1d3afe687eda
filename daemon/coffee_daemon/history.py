"""The last days as bands of states: what the picture and the terminal draw alike (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from statistics import median
from typing import TYPE_CHECKING

from coffee_daemon.status import DaemonState as S
from coffee_daemon.status import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coffee_daemon.clock import Day
    from coffee_daemon.metrics import Metrics

#: The finest that a picture shows, and what a letter stands for in text.
PICTURE_SLOT, TEXT_SLOT = timedelta(minutes=10), timedelta(minutes=30)
#: More days would be too many rows.
MOST_DAYS = 31
_UNKNOWN = " "
_MARGIN = 12
_THREE_HOURS = timedelta(hours=3)


class Phase(Enum):
    """States that look alike from outside, with the letter that stands for them."""

    WORKING = ("w", "working")
    WAITING = ("?", "waiting for you")
    IDLE = ("-", "idle or starting")
    RESTING = ("z", "resting, paused or limited")
    ASLEEP = ("s", "asleep with its host")
    CRASHED = ("X", "crashed or hung")
    STOPPED = (".", "stopped")

    @property
    def letter(self) -> str:
        """Stands for it where there is no colour."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What it means."""
        return self.value[1]


_PHASES = {
    S.WORKING: Phase.WORKING,
    S.WAITING: Phase.WAITING,
    S.IDLE: Phase.IDLE,
    S.STARTING: Phase.IDLE,
    S.RESTING: Phase.RESTING,
    S.PAUSED: Phase.RESTING,
    S.LIMITED: Phase.RESTING,
    S.ASLEEP: Phase.ASLEEP,
    S.CRASHED: Phase.CRASHED,
    S.GAVE_UP: Phase.CRASHED,
    S.UNRESPONSIVE: Phase.CRASHED,
    S.STOPPED: Phase.STOPPED,
}


@dataclass(frozen=True, kw_only=True)
class HistoryDay:
    """One day, as a row."""

    day: Day
    #: A phase's letter for each slot of the day; a space where nothing is known.
    slots: str
    done: int
    #: How long each question had waited that was answered on this day.
    waits: tuple[timedelta, ...]

    @property
    def name(self) -> str:
        """Such as `Sat 28 Nov`."""
        return f"{self.day.on:%a %d %b}"


@dataclass(frozen=True, kw_only=True)
class History:
    """Some days of a daemon, to be drawn."""

    figures: Metrics
    #: Oldest first.
    days: tuple[Day, ...]

    def rows(self, slot: timedelta = PICTURE_SLOT) -> tuple[HistoryDay, ...]:
        """Lay the figures out by days."""
        return tuple(
            HistoryDay(
                day=day,
                slots="".join(map(_letter, self.figures.slots(day, slot))),
                done=self.figures.done_on(day),
                waits=self.figures.waits_on(day),
            )
            for day in self.days
        )

    @property
    def sums(self) -> str:
        """What all the days come to, in a line."""
        count, up, wait = len(self.figures.done), self.figures.uptime, self.figures.median_answer
        told = [f"{count} task{'s' * (count != 1)} done"]
        if up is not None:
            told.append(f"up {up:.0%}")
        if wait is not None:
            told.append(f"answers after {span(wait.total_seconds())} (median)")
        return " · ".join(told)

    def text(
        self, paint: Callable[[str, str], str] = lambda _letter, words: words
    ) -> Iterator[str]:
        """Write the days as lines of text; `paint` gives what stands for a letter its colour."""
        shown = self.rows(TEXT_SLOT)
        width = max((len(one.slots) for one in shown), default=0)
        step = round(_THREE_HOURS / TEXT_SLOT)
        hours = "".join(f"{hour:02d}".ljust(step) for hour in range(0, 24, 3))
        yield f"{'Hour':{_MARGIN}}{hours}".rstrip()
        for one in shown:
            bands = "".join(paint(letter, letter * length) for letter, _, length in runs(one.slots))
            room = " " * (width - len(one.slots))
            yield f"{one.name:{_MARGIN}}{bands}{room}  {_told(one)}".rstrip()
        yield ""
        legend = (f"{paint(one.letter, one.letter)} {one.words}" for one in phases(shown))
        yield "   ".join(legend) or "Nothing is known of these days."


def phases(shown: Sequence[HistoryDay]) -> tuple[Phase, ...]:
    """Those that occur, in their order."""
    seen = set[str]().union(*(one.slots for one in shown))
    return tuple(phase for phase in Phase if phase.letter in seen)


def runs(slots: str) -> Iterator[tuple[str, int, int]]:
    """Yield each run of one letter, with where it begins and how long it is."""
    begins = 0
    for place in range(1, len(slots) + 1):
        if place == len(slots) or slots[place] != slots[begins]:
            yield slots[begins], begins, place - begins
            begins = place


def _told(one: HistoryDay) -> str:
    done = f"{one.done} done" if one.done else ""
    if not one.waits:
        return done
    waited = span(median(wait.total_seconds() for wait in one.waits))
    return f"{done:8}answers after {waited}"


def _letter(state: S | None) -> str:
    phase = _PHASES.get(state) if state is not None else None
    return phase.letter if phase else _UNKNOWN
