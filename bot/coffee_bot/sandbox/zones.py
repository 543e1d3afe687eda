"""Where people's clocks stand, as Slack tells it.

https://docs.slack.dev/reference/objects/user-object
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json, User


def known(name: str) -> str:
    """Return the name of a time zone, checked; empty means that Slack does not say.

    Raises:
        ValueError: When there is no such zone.
    """
    if not name:
        return ""
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError):
        raise ValueError(f"there is no time zone {name!r}; Europe/Berlin is one") from None


def of(user: User, at: float) -> Json:
    """Describe somebody's zone at a moment: the offset is another one in summer."""
    if not user.tz:
        return {"tz_offset": user.tz_offset}
    there = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(user.tz))
    offset = there.utcoffset()
    seconds = 0 if offset is None else int(offset.total_seconds())
    return {"tz": user.tz, "tz_label": there.tzname(), "tz_offset": seconds}
