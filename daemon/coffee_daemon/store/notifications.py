"""Verbs of notifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from coffee_daemon.errors import BadInput, NotFound
from coffee_daemon.notifications import Notification, NotificationState, NotificationType, Priority
from coffee_daemon.store.moves import BEYOND
from coffee_daemon.store.rows import notifications as rows
from coffee_daemon.store.schema import notifications

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from coffee_daemon.store.engine import Doors

Word = TypeVar("Word", bound="StrEnum")
Page = list[Notification]


@dataclass(frozen=True)
class Notifications:
    """What one side told the other, each under its number."""

    doors: Doors

    def create(
        self,
        type: NotificationType | str,  # noqa: A002 - the specification's name
        title: str,
        message: str,
        priority: Priority | str = Priority.NORMAL,
        context: Mapping[str, Any] | None = None,
        task: int | None = None,
    ) -> Notification:
        """Store a notification and give it the next number.

        Raises:
            BadInput: `type` or `priority` is no word of theirs.
        """
        kind, urgency = _word(NotificationType, type), _word(Priority, priority)
        now = self.doors.now()
        with self.doors.writing() as connection:
            return rows.add(
                connection,
                kind,
                title,
                message,
                now=now,
                priority=urgency,
                context=context,
                task=task,
            )

    def pending(self, type: NotificationType | str | None = None, limit: int = 100) -> Page:  # noqa: A002 - the specification's name
        """Return those nobody has seen yet, oldest first."""
        wanted = select(notifications).where(notifications.c.state == NotificationState.NEW)
        if type is not None:
            wanted = wanted.where(notifications.c.type == _word(NotificationType, type))
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(notifications.c.number).limit(limit))
            return [rows.as_notification(row) for row in found]

    def after(self, number: int, limit: int = 100) -> Page:
        """Return those with a number above `number`, oldest first."""
        wanted = select(notifications).where(notifications.c.number > number)
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(notifications.c.number).limit(limit))
            return [rows.as_notification(row) for row in found]

    def latest(self) -> int:
        """Return the newest number of all, 0 when there is none."""
        return next((one.number for one in self.list(limit=1)), 0)

    def mark_seen(self, number: int) -> Notification:
        """Mark one as seen; marking it twice changes nothing.

        Raises:
            NotFound: There is none of that number.
        """
        with self.doors.writing() as connection:
            rows.see(connection, [number], self.doors.now())
            wanted = select(notifications).where(notifications.c.number == number)
            row = connection.execute(wanted).one_or_none()
        if row is None:
            raise NotFound(f"There is no notification #{number}.")
        return rows.as_notification(row)

    def list(self, before: int | None = None, limit: int = 20) -> Page:
        """Return a page, newest first; `before` is the last number of the page before."""
        bound = BEYOND if before is None else before
        wanted = select(notifications).where(notifications.c.number < bound)
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(notifications.c.number.desc()).limit(limit))
            return [rows.as_notification(row) for row in found]


def _word(kind: type[Word], value: str) -> Word:
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(kind)
        raise BadInput(f"{value!r} cannot be used here.", hint=f"Use one of {choices}.") from None
