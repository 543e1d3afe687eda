"""Times to come, as people write them: `2h`, `1h30m`, `until 14:00`, `tomorrow`, `monday 8:30`."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

#: What `tomorrow` and the name of a day mean without a time.
MORNING = time(9)
#: Nobody means a time further ahead.
FURTHEST = timedelta(days=31)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(
    r"(?:for\s+)?(?=\d)"
    r"(?:(?P<days>\d{1,2})\s*d(?:ays?)?\s*)?"
    r"(?:(?P<hours>\d{1,3})\s*h(?:ours?|rs?)?\s*)?"
    r"(?:(?P<minutes>\d{1,4})\s*m(?:in(?:ute)?s?)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:until\s+)?(?:(?P<day>tomorrow|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})\b\s*)?"
    r"(?:at\s+)?(?:(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d))?",
    re.IGNORECASE,
)


def read_moment(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """Return the time to come that some words name; None when they name none.

    Args:
        text: The words, and nothing else.
        now: The present time.
        zone: Whose clock on the wall is meant; by default this machine's.
    """
    words = text.strip()
    found = _after(words, now) or _at(words, now, zone)
    return found if found is not None and now < found <= now + FURTHEST else None


def read_span(text: str) -> timedelta | None:
    """Return how long some words such as `2h`, `1d12h` or `for 90m` say; None when they do not."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    return timedelta(**{unit: int(count) for unit, count in found.groupdict("0").items()})


def _after(words: str, now: datetime) -> datetime | None:
    span = read_span(words)
    return None if span is None else now + span


def _at(words: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    found = _CLOCK.fullmatch(words)
    if found is None or not (found["day"] or found["hour"]):
        return None
    today = now.astimezone(zone).replace(tzinfo=None)
    clock = time(int(found["hour"]), int(found["minute"])) if found["hour"] else MORNING
    wanted = datetime.combine(today.date(), clock)
    if found["day"]:
        wanted += timedelta(days=_days_ahead(found["day"].lower(), today))
    elif wanted <= today:
        wanted += timedelta(days=1)
    # By the wall's clock of that day, whose offset may be another one than today's.
    return wanted.replace(tzinfo=zone) if zone else wanted.astimezone()


def _days_ahead(day: str, today: datetime) -> int:
    if day == "tomorrow":
        return 1
    return (_DAYS.index(day[:3]) - today.weekday() - 1) % 7 + 1
