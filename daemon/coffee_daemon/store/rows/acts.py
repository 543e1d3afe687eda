"""Rows of the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from coffee_daemon.store.rows import people
from coffee_daemon.store.schema import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Person, Via


def add(
    connection: Connection,
    who: Person,
    verb: str,
    target: str,
    via: Via,
    outcome: str,
    *,
    now: datetime,
    detail: str = "",
) -> None:
    """Write an act down, with what it does or after it."""
    entry = insert(audit).values(
        verb=verb,
        target=target,
        via=via,
        outcome=outcome,
        detail=detail,
        at=now,
        **people.columns("who", who),
    )
    connection.execute(entry)
