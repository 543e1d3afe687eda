"""Where somebody's clock stands."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import tzinfo

_A_DAY_IN_SECONDS = 86_400


def zone_of(name: str, offset: int | None) -> tzinfo:
    """The zone of a person by what Slack says: its name, else the seconds east of Greenwich.

    A name that this machine does not know is no name; without either it is UTC.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        # Unknown; or no name at all, such as an empty one or a folder's.
        return _fixed(offset)


def _fixed(offset: int | None) -> tzinfo:
    if offset is None or not -_A_DAY_IN_SECONDS < offset < _A_DAY_IN_SECONDS:
        return UTC
    return timezone(timedelta(seconds=offset))
