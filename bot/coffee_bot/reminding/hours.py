"""The hours in which somebody may be mentioned, by the clock on that person's wall.

Every sum is done in UTC: between two wall clock times of a day on which the clock is changed lies
an hour more or less than their difference says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

_DAY = timedelta(days=1)
#: Shorter hours are a slip: nobody would be reached before years have passed.
_LEAST_MINUTES = 60
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAYS = re.compile(r"[a-z]{3,9}(?:\s*-\s*[a-z]{3,9})?(?:[\s,]+[a-z]{3,9}(?:\s*-\s*[a-z]{3,9})?)*")


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One unbroken time of such hours, in UTC."""

    begins: datetime
    ends: datetime
    #: The day on the person's wall on which it begins.
    day: date


@dataclass(frozen=True, kw_only=True)
class Hours:
    """From one time of day to another, on some days of the week.

    They may span midnight; then they belong to the day on which they begin. Two equal times are a
    whole day. Where the clock is set back they last to the later of two equal times; a time that
    the clock jumps over counts as if it had not jumped.
    """

    begin: time
    end: time
    #: Monday is 0.
    days: frozenset[int] = EVERY_DAY

    @property
    def never_rest(self) -> bool:
        """Whether there is no other time than these hours."""
        return self.begin == self.end and self.days == EVERY_DAY

    def stretches(self, moment: datetime, zone: tzinfo) -> Iterator[Stretch]:
        """Every stretch that is not over at `moment`, in order and without an end."""
        first = moment.astimezone(zone).date() - _DAY
        for ahead in count():
            day = first + timedelta(days=ahead)
            if day.weekday() in self.days:
                found = self._stretch(day, zone)
                if found.ends > moment:
                    yield found

    def holds(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether a moment lies within."""
        return next(self.stretches(moment, zone)).begins <= moment

    def next_from(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first moment within that is not before `moment`."""
        return max(moment, next(self.stretches(moment, zone)).begins).astimezone(UTC)

    def later(self, moment: datetime, span: timedelta, zone: tzinfo) -> datetime:
        """When so much of these hours has passed since `moment`."""
        at = moment.astimezone(UTC)
        for stretch in self.stretches(at, zone):
            at = max(at, stretch.begins)
            if at + span <= stretch.ends:
                return at + span
            span -= stretch.ends - at
            at = stretch.ends
        raise AssertionError("stretches have no end")

    def _stretch(self, day: date, zone: tzinfo) -> Stretch:
        last = day if self.begin < self.end else day + _DAY
        return Stretch(
            begins=_instants(day, self.begin, zone)[0],
            ends=max(_instants(last, self.end, zone)),
            day=day,
        )


#: At any time.
ALWAYS = Hours(begin=time(0), end=time(0))
#: What people's working time is, unless they or the settings say otherwise.
USUAL = Hours(begin=time(9), end=time(18), days=frozenset(range(5)))


def quiet(hours: Hours) -> Hours:
    """The hours of each day that quiet ones leave."""
    return Hours(begin=hours.end, end=hours.begin)


def read_hours(text: str, days: frozenset[int] = EVERY_DAY) -> Hours | None:
    """Read hours such as `9:00-18:00`, `mon-fri 9:00-18:00` or `mon, wed, sat 22:00-6:00`.

    Args:
        text: The words, and nothing else.
        days: Those that are meant where the words name none.

    Returns:
        The hours; None where the words are none.
    """
    words = text.strip().lower()
    found = _SPAN.search(words)
    if found is None or found.end() != len(words):
        return None
    begin, end = _time(found[1], found[2]), _time(found[3], found[4])
    named = words[: found.start()].strip(" ,:")
    meant = read_days(named) if named else days
    if begin is None or end is None or not meant or _minutes(begin, end) < _LEAST_MINUTES:
        return None
    return Hours(begin=begin, end=end, days=meant)


def read_days(text: str) -> frozenset[int] | None:
    """Read days such as `mon-fri` or `tue, thu, sat`; None where the words are none."""
    words = text.strip().lower()
    if not _DAYS.fullmatch(words):
        return None
    found: set[int] = set()
    for part in re.split(r"[\s,]+", re.sub(r"\s*-\s*", "-", words)):
        ends = [_day(name) for name in part.split("-")]
        if None in ends:
            return None
        first, last = (one for one in (ends[0], ends[-1]) if one is not None)
        found |= {(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)}
    return frozenset(found)


def said(hours: Hours) -> str:
    """The same as `read_hours` reads it."""
    span = f"{hours.begin:%H:%M}-{hours.end:%H:%M}"
    if hours.days == EVERY_DAY:
        return span
    return f"{_said_days(sorted(hours.days))} {span}"


def _said_days(days: list[int]) -> str:
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{_NAMES[days[0]]}-{_NAMES[days[-1]]}"
    return ", ".join(_NAMES[day] for day in days)


def _day(name: str) -> int | None:
    return _NAMES.index(name[:3]) if name[:3] in _NAMES else None


def _time(hour: str, minute: str) -> time | None:
    if int(hour) == 24 and int(minute) == 0:
        return time(0)
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None


def _minutes(begin: time, end: time) -> int:
    """How long they last; two equal times are a whole day."""
    between = (end.hour - begin.hour) * 60 + end.minute - begin.minute
    return between % (24 * 60) or 24 * 60


def _instants(day: date, clock: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """The moments in UTC that a wall clock's time may mean: mostly twice the same."""
    at = datetime.combine(day, clock, zone)
    return at.astimezone(UTC), at.replace(fold=1).astimezone(UTC)
