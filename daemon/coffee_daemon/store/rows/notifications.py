"""Rows of numbers and notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from coffee_daemon.notifications import Notification, NotificationState, NotificationType, Priority
from coffee_daemon.store.schema import notifications, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection


def as_notification(row: Row[Any]) -> Notification:
    """Return the noun."""
    return Notification(
        number=row.number,
        type=row.type,
        title=row.title,
        message=row.message,
        priority=row.priority,
        context=row.context,
        task=row.task,
        state=row.state,
        created_at=row.created_at,
    )


def next_number(connection: Connection, now: datetime) -> int:
    """Take the next number of the one sequence."""
    taken = insert(numbers).values(given_at=now).returning(numbers.c.number)
    return int(connection.execute(taken).scalar_one())


def add(
    connection: Connection,
    kind: NotificationType,
    title: str,
    message: str,
    *,
    now: datetime,
    number: int | None = None,
    priority: Priority = Priority.NORMAL,
    context: Mapping[str, Any] | None = None,
    task: int | None = None,
) -> Notification:
    """Insert one, under `number` or the next one."""
    fields = insert(notifications).values(
        number=next_number(connection, now) if number is None else number,
        type=kind,
        title=title,
        message=message,
        priority=priority,
        context=dict(context or {}),
        task=task,
        state=NotificationState.NEW,
        created_at=now,
    )
    return as_notification(connection.execute(fields.returning(notifications)).one())


def see(connection: Connection, numbers_seen: Iterable[int], now: datetime) -> None:
    """Mark them as seen; those that are already stay so."""
    wanted = list(numbers_seen)
    if not wanted:
        return
    connection.execute(
        update(notifications)
        .where(notifications.c.number.in_(wanted))
        .where(notifications.c.state == NotificationState.NEW)
        .values(state=NotificationState.SEEN, seen_at=now)
    )
