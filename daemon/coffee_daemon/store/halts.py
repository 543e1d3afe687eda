"""Verbs of halts: what a limit has brought to a stop, and who lets it go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from coffee_daemon.errors import NotFound
from coffee_daemon.notifications import NotificationType, Priority
from coffee_daemon.store.rows import halts as rows
from coffee_daemon.store.rows import notifications, people
from coffee_daemon.store.schema import audit, tasks
from coffee_daemon.tasks import TaskState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from coffee_daemon.clock import Day
    from coffee_daemon.notifications import Person, Via
    from coffee_daemon.spending import Halt, UsageLimit
    from coffee_daemon.store.engine import Doors

#: Days after which a halt is nobody's interest any more.
_KEPT_DAYS = 31


@dataclass(frozen=True)
class Halts:
    """Each halt is told once, and let go on once, whoever tries at the same time."""

    doors: Doors

    def tell(self, halt: Halt, title: str, message: str) -> bool:
        """Keep a halt and tell of it in a notification; false when that was done before."""
        now = self.doors.now()
        with self.doors.writing() as connection:
            if not rows.add(connection, halt, now):
                return False
            rows.forget_before(connection, halt.day.earlier(_KEPT_DAYS))
            notifications.add(
                connection,
                NotificationType.WARNING,
                title,
                message,
                now=now,
                priority=Priority.HIGH,
                context={"halt": halt.name},
            )
            return True

    def of_day(self, daemon: str, day: Day) -> list[Halt]:
        """Return a daemon's halts of a day, the oldest first."""
        with self.doors.reading() as connection:
            return list(rows.beginning_with(connection, f"{day}:{daemon}:"))

    def of_days(self, days: Collection[Day]) -> list[Halt]:
        """Return the halts of every daemon on these days."""
        with self.doors.reading() as connection:
            return [one for day in days for one in rows.beginning_with(connection, f"{day}:")]

    def go_on(self, name: str, who: Person, via: Via) -> tuple[Halt, bool]:
        """Let a halted daemon go on for the rest of its day; written down in the audit.

        Returns:
            The halt, and whether it is this call that let it go on. It is not when somebody
            has before, whom the halt names, or when its day is over.

        Raises:
            NotFound: There is no such halt.
        """
        now = self.doors.now()
        with self.doors.writing() as connection:
            halt = _known(connection, name)
            over = halt.until <= now
            done = not over and rows.go_on(connection, name, who, now)
            outcome = "continued" if done else "too late" if over else "had been continued"
            _write_down(connection, who, via, f"{halt.daemon}: {halt.limit}", outcome, now)
            return _known(connection, name), done

    def usage(self, daemon: str, agent: str) -> UsageLimit | None:
        """Return the usage limit that this agent met last, over or not."""
        with self.doors.reading() as connection:
            return rows.usage(connection, daemon, agent)

    def usages(self) -> list[UsageLimit]:
        """Return the usage limit that each agent of each daemon met last, over or not."""
        with self.doors.reading() as connection:
            return rows.usages(connection)

    def lift(self, limit: UsageLimit, who: Person, via: Via) -> None:
        """Have an agent tried again before its usage limit is said to end."""
        now = self.doors.now()
        waits = update(tasks).where(
            tasks.c.number == limit.task,
            tasks.c.state == TaskState.QUEUED,
            tasks.c.not_before == limit.until,
        )
        with self.doors.writing() as connection:
            rows.forget_usage(connection, limit)
            connection.execute(waits.values(not_before=None))
            _write_down(connection, who, via, f"{limit.daemon}: usage limit", "tried again", now)


def _known(connection: Connection, name: str) -> Halt:
    halt = rows.find(connection, name)
    if halt is None:
        raise NotFound("That limit is not known any more.", hint="See what it does: coffee status")
    return halt


def _write_down(
    connection: Connection, who: Person, via: Via, target: str, outcome: str, now: datetime
) -> None:
    act = insert(audit).values(
        verb="continue",
        target=target,
        via=via,
        outcome=outcome,
        detail="",
        at=now,
        **people.columns("who", who),
    )
    connection.execute(act)
