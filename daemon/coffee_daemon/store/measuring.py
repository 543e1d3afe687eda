"""What figures are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from coffee_daemon.metrics import Metrics, spans_of
from coffee_daemon.store.schema import questions, tasks, transitions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from sqlalchemy.engine import Connection

    from coffee_daemon.status import DaemonState


def measure(connection: Connection, daemon: str, begins: datetime, ends: datetime) -> Metrics:
    """Return a daemon's figures between two moments."""
    waits = tuple(_waits(connection, daemon, begins))
    return Metrics(
        begins=begins,
        ends=ends,
        spans=spans_of(_changes(connection, daemon, begins), ends),
        done=tuple(_done(connection, daemon, begins)),
        answered_after=tuple(answer for _, answer, _ in waits),
        answered_at=tuple(at for at, _, _ in waits),
        picked_up_after=tuple(pick_up for _, _, pick_up in waits if pick_up is not None),
    )


def _changes(
    connection: Connection, daemon: str, begins: datetime
) -> list[tuple[datetime, DaemonState]]:
    """The state at the beginning, where it is known, and every change after it."""
    every = select(transitions.c.at, transitions.c.to_state).where(transitions.c.daemon == daemon)
    earlier = every.where(transitions.c.at < begins).order_by(transitions.c.id.desc()).limit(1)
    later = every.where(transitions.c.at >= begins).order_by(transitions.c.id)
    before = [(begins, row.to_state) for row in connection.execute(earlier)]
    return [*before, *((row.at, row.to_state) for row in connection.execute(later))]


def _done(connection: Connection, daemon: str, begins: datetime) -> Iterator[datetime]:
    wanted = select(tasks.c.done_at).where(tasks.c.daemon == daemon, tasks.c.done_at >= begins)
    return (row.done_at for row in connection.execute(wanted))


def _waits(
    connection: Connection, daemon: str, begins: datetime
) -> Iterator[tuple[datetime, timedelta, timedelta | None]]:
    """When each answer came, how long it took, and how long after its quiet time a turn had it."""
    columns = (
        questions.c.created_at,
        questions.c.answered_at,
        questions.c.closes_at,
        questions.c.picked_up_at,
    )
    wanted = select(*columns).where(questions.c.daemon == daemon, questions.c.answered_at >= begins)
    for row in connection.execute(wanted):
        picked_up = row.picked_up_at
        waited = picked_up - (row.closes_at or row.answered_at) if picked_up else None
        yield row.answered_at, row.answered_at - row.created_at, waited
