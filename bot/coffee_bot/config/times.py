"""When people may be reached -> its value, or a complaint that says what to do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot.reminding import USUAL, Hours, quiet, read_days, read_hours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.config.reading import Setting

_LONGEST = timedelta(days=30)
_SPAN = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*m(?:in)?)?")
_WHICH_HOURS = "Such as 9:00-18:00; they last an hour at least."
_WHICH_SPAN = "Such as 4h, 90m or 1h30m; 0 for never."


def hours(found: Mapping[str, Setting]) -> Hours | None:
    """Return when people may be mentioned; None where nothing is set: at any time."""
    quiet_ones = found.get("quiet_hours")
    if quiet_ones is None:
        return _working(found)
    if clash := found.get("work_hours") or found.get("work_days"):
        raise clash.wrong(
            f"and {quiet_ones.place} say the same thing twice",
            "Set either when people work, or when it is quiet.",
        )
    read = read_hours(quiet_ones.text())
    left = quiet(read) if read is not None and read.begin != read.end else None
    if left is None or read_hours(f"{left.begin:%H:%M}-{left.end:%H:%M}") is None:
        raise quiet_ones.wrong("are no hours of a day", "Such as 20:00-8:00.")
    return left


def remind_after(setting: Setting | None) -> timedelta:
    """Return the working time before a reminder; zero is never."""
    if setting is None:
        return timedelta(hours=4)
    text = str(setting.value).strip().lower()
    if text in {"0", "never", "off"}:
        return timedelta(0)
    read = _SPAN.fullmatch(text)
    if read is None or not text:
        raise setting.wrong("is no time", _WHICH_SPAN)
    span = timedelta(hours=int(read[1] or 0), minutes=int(read[2] or 0))
    if not timedelta(minutes=1) <= span <= _LONGEST:
        raise setting.wrong("must be a minute at least and 30 days at most", _WHICH_SPAN)
    return span


def _working(found: Mapping[str, Setting]) -> Hours | None:
    setting, on = found.get("work_hours"), found.get("work_days")
    if setting is None and on is None:
        return None
    days = USUAL.days if on is None else read_days(on.text())
    if on is not None and not days:
        raise on.wrong("are no days", "Such as mon-fri, or sun, mon, tue.")
    if setting is None:
        return Hours(begin=USUAL.begin, end=USUAL.end, days=days or USUAL.days)
    read = read_hours(setting.text(), days or USUAL.days)
    if read is None:
        raise setting.wrong("are no hours", _WHICH_HOURS)
    return read
