"""Whether an agent met a usage limit, and when it may go on, read from its own complaint.

Never from what its model says: only from the words with which the program itself gives up. The
forms are those of the versions in `presets`, seen with scripted endpoints, and those of earlier
versions as people quote them in the projects' public issues.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from re import Match

#: Where no time is said. A usage limit of an hour more does no harm; asking each minute would.
UNKNOWN_BACK_OFF = timedelta(hours=1)
#: Where the service is overloaded or cannot be reached.
TROUBLE_BACK_OFF = timedelta(minutes=10)

#: Longer than any limit there is; a time beyond it was misread.
_LONGEST = timedelta(days=35)
#: Times in words have no seconds, so the limit may end a little later than they say.
_ROUNDED = timedelta(minutes=1)

_LIMIT = re.compile(
    r"\b(usage limit|limit reached|limit will reset|hit your [\w -]*limit|out of usage credits"
    r"|free usage exceeded|rate limit (?:exceeded|hit)|too many requests"
    r"|resource[ _](?:has been )?exhausted|insufficient_quota|quota (?:exceeded|will reset)"
    r"|(?:exceeded|exhausted) your [\w -]*(?:quota|capacity))\b",
    re.IGNORECASE,
)
#: As servers say it, in seconds; told alone on a line.
_RETRY_AFTER = re.compile(r"^\s*Retry-After:\s*(\d{1,7})\s*$", re.IGNORECASE | re.MULTILINE)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<half>[ap])\.?m\.?"
    r"|(?P<h24>\d{1,2}):(?P<m24>\d{2})"
)
_EPOCH = re.compile(r"limit reached[^|]*\|(?P<epoch>\d{10})\b", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?:in|after) (?:about )?(?:(?P<days>\d+)\s*d(?:ays?)?)?,?"
    r"\s*(?:(?P<hours>\d+)\s*h(?:r|rs|ours?)?)?,?"
    r"\s*(?:(?P<minutes>\d+)\s*m(?:in|ins|inutes?)?)?,?"
    r"\s*(?:(?P<seconds>\d+)(?:\.\d+)?\s*s(?:econds?)?)?\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"(?:resets?|try again)\s+(?:at\s+|on\s+)?"
    rf"(?:(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:,?\s+(?P<year>20\d\d))?(?:,|\s+at)?\s*)?(?:{_CLOCK})?\s*(?:\((?P<zone>[A-Za-z0-9_+/-]+)\))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A usage limit."""

    until: datetime
    #: False where the time is a guess of ours.
    told: bool


def limit_from_moment(epoch: float | None, now: datetime) -> Limit | None:
    """The limit that ends at that moment; None when there is none, or none that can be true.

    Args:
        epoch: Seconds since 1970, as the program's own events tell it.
        now: The present.
    """
    if epoch is None:
        return None
    try:
        until = datetime.fromtimestamp(epoch, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return Limit(until=until, told=True) if now < until <= now + _LONGEST else None


def limit_from_words(words: str, now: datetime, local: tzinfo | None = None) -> Limit:
    """The limit that the program's words tell of; the usual back-off where they tell no time.

    Args:
        words: What it said.
        now: The present.
        local: The zone of times that name none; the host's own unless given.
    """
    found = _EPOCH.search(words)
    limit = limit_from_moment(float(found["epoch"]), now) if found else None
    return limit or _when(words, now, local) or _span(words, now) or guessed(now)


def told_end(words: str, now: datetime) -> datetime | None:
    """When the limit ends that the program's words tell of; None where they tell no time."""
    limit = limit_from_words(words, now)
    return limit.until if limit.told else None


def retry_after(said: str, now: datetime) -> datetime | None:
    """The moment of the last line `Retry-After: SECONDS`, if there is one."""
    told = _RETRY_AFTER.findall(said)
    return now + timedelta(seconds=int(told[-1])) if told else None


def guessed(now: datetime, back_off: timedelta = UNKNOWN_BACK_OFF) -> Limit:
    """A limit whose end nobody has told."""
    return Limit(until=now + back_off, told=False)


def speaks_of_limit(words: str) -> bool:
    """Whether words of the program say that a usage limit is reached."""
    return _LIMIT.search(words) is not None


def _when(words: str, now: datetime, local: tzinfo | None) -> Limit | None:
    for found in _WHEN.finditer(words):
        if found["hour"] or found["h24"] or found["day"]:
            return _told(_moment(found, now, local), now)
    return None


def _span(words: str, now: datetime) -> Limit | None:
    for found in _SPAN.finditer(words):
        parts = {name: int(value) for name, value in found.groupdict().items() if value}
        if parts:
            return _told(now + timedelta(**parts), now)
    return None


def _told(until: datetime | None, now: datetime) -> Limit | None:
    if until is None or not now < until + _ROUNDED <= now + _LONGEST:
        return None
    return Limit(until=until.astimezone(UTC) + _ROUNDED, told=True)


def _moment(found: Match[str], now: datetime, local: tzinfo | None) -> datetime | None:
    """The next moment that a date or a time of day means."""
    here = now.astimezone(_zone(found["zone"]) or local)
    try:
        hour, minute = _clock(found)
        told = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if not found["day"]:
            return told if told + _ROUNDED > here else told + timedelta(days=1)
        month = _MONTHS.index(found["month"].lower()) + 1
        year = int(found["year"] or here.year)
        dated = told.replace(year=year, month=month, day=int(found["day"]))
        past = not found["year"] and dated < here - _LONGEST
        return dated.replace(year=year + 1) if past else dated
    except ValueError:
        return None


def _clock(found: Match[str]) -> tuple[int, int]:
    if found["h24"]:
        return int(found["h24"]), int(found["m24"])
    if not found["hour"]:
        return 0, 0
    if not 1 <= int(found["hour"]) <= 12:
        raise ValueError(found["hour"])
    half = 12 if found["half"].lower() == "p" else 0
    return int(found["hour"]) % 12 + half, int(found["minute"] or 0)


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        # One that this host does not know; its own is the best guess left.
        return None
