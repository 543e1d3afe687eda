"""What silence means for a question, in the columns of its row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from coffee_daemon.silence import Silence

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row


def columns(silence: Silence, now: datetime) -> dict[str, Any]:
    """Return the values of a question that is asked now; the clock goes by moments."""
    return {
        "silence": silence.kind.value,
        "remind_seconds": silence.remind.total_seconds() if silence.remind else None,
        "remind_at": _at(now, silence.remind),
        "escalate_to": list(silence.escalate) or None,
        "escalate_at": _at(now, silence.escalate_after),
        "assume": silence.assume or None,
        "assume_at": _at(now, silence.assume_after),
        "reversible": silence.reversible,
        "expires_at": _at(now, silence.expires_after),
        "urgent": silence.urgent,
    }


def of(row: Row[Any]) -> Silence:
    """Return the noun."""
    asked = row.created_at
    remind = None if row.remind_seconds is None else timedelta(seconds=row.remind_seconds)
    return Silence(
        remind=remind,
        escalate=tuple(row.escalate_to or ()),
        escalate_after=_since(asked, row.escalate_at),
        assume=row.assume or "",
        assume_after=_since(asked, row.assume_at),
        reversible=bool(row.reversible),
        expires_after=_since(asked, row.expires_at),
        urgent=bool(row.urgent),
    )


def _at(now: datetime, span: timedelta | None) -> datetime | None:
    return None if span is None else now + span


def _since(asked: datetime, moment: datetime | None) -> timedelta | None:
    return None if moment is None else moment - asked
