"""Whom to remind of a question, and when next (pure).

A reminder that comes too often is noise, and noise is not read. So the time between two of them
doubles, from the third on there is one a working day at most, and after some nobody is reminded
any more: the question stays open, and is still in every list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

    from coffee_bot.reminding.hours import Hours

#: So many reminders of one question come to one person, unless that person asks for more.
MOST_REMINDERS = 5
#: So many may come on one working day.
_MOST_A_DAY = 2
#: Nobody waits longer for the next one, counted in working time.
_LONGEST = timedelta(days=90)
#: When a question comes back that was put off until tomorrow, by the clock of who put it off.
MORNING = time(9)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What counts of a question for one of the people who are to answer it."""

    at: datetime
    #: Working time before the first reminder; zero: never.
    every: timedelta
    #: When this person was reminded, oldest first.
    reminded: tuple[datetime, ...] = ()
    #: Until when this person has put it off, and when that was said.
    snoozed: tuple[datetime, datetime] | None = None

    @property
    def put_off(self) -> datetime | None:
        """Until when it is put off; None when that was before the latest reminder of it."""
        if self.snoozed is None:
            return None
        until, said_at = self.snoozed
        return until if not self.reminded or self.reminded[-1] <= said_at else None


def next_reminder(asked: Asked, hours: Hours, zone: tzinfo) -> datetime | None:
    """When to remind somebody of a question next; None: never.

    It may lie in the past, when nobody was there to remind at the time.
    """
    if not asked.every:
        return None
    if asked.put_off is not None:
        return hours.next_from(asked.put_off, zone)
    told = len(asked.reminded)
    if told >= MOST_REMINDERS:
        return None
    since = asked.reminded[-1] if told else asked.at
    due = hours.later(since, min(asked.every * 2**told, _LONGEST), zone)
    return max(due, _another_day(since, hours, zone)) if told >= _MOST_A_DAY else due


def tomorrow(moment: datetime, zone: tzinfo) -> datetime:
    """Nine o'clock of the next day on somebody's wall."""
    day = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone)


def _another_day(moment: datetime, hours: Hours, zone: tzinfo) -> datetime:
    """When the next stretch of hours begins on another day than `moment` on the wall."""
    today = moment.astimezone(zone).date()
    stretches = hours.stretches(moment, zone)
    return next(one.begins for one in stretches if one.begins > moment and one.day > today)
