"""Verbs of halts: what a limit has brought to a stop, and who lets it go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from coffee_daemon.clock import Day
from coffee_daemon.errors import NotFound
from coffee_daemon.notifications import NotificationType, Priority
from coffee_daemon.spending import Budget, GoneOn
from coffee_daemon.store.rows import acts, notifications
from coffee_daemon.store.rows import halts as rows
from coffee_daemon.store.schema import tasks
from coffee_daemon.tasks import TaskState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.engine import Connection

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

    def granted(self, daemon: str, day: Day) -> dict[Budget, float]:
        """Return what people have added to a day's limits by letting it go on."""
        added = dict.fromkeys(Budget, 0.0)
        for one in self.of_day(daemon, day):
            added[one.budget] += one.more if one.continued else 0.0
        return added

    def go_on(self, name: str, who: Person, via: Via) -> GoneOn:
        """Let a halted daemon go on for the rest of its day; written down in the audit.

        Raises:
            NotFound: There is no such halt.
        """
        now = self.doors.now()
        with self.doors.writing() as connection:
            if _known(connection, name).until <= now:
                gone_on = GoneOn(over=_known(connection, name))
            elif rows.go_on(connection, name, who, now):
                gone_on = GoneOn(halts=(_known(connection, name),))
            else:
                gone_on = GoneOn(before=_known(connection, name))
            outcome = "continued" if gone_on.halts else "had gone on before"
            _write_down(connection, who, via, name, outcome, now)
            return gone_on

    def go_on_today(self, daemon: str, who: Person, via: Via) -> GoneOn:
        """Let a daemon go on from every limit at which it stands today."""
        now = self.doors.now()
        today = self.of_day(daemon, Day.of(now))
        gone_on = [self.go_on(one.name, who, via) for one in today if not one.continued]
        limits = [one for one in self.usages() if one.daemon == daemon and now < one.until]
        for limit in limits:
            self.lift(limit, who, via)
        before = [one for one in today if one.continued]
        return GoneOn(
            halts=tuple(halt for one in gone_on for halt in one.halts),
            lifted=tuple(limits),
            before=next(
                (one.before for one in gone_on if one.before), before[-1] if before else None
            ),
        )

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
            tasks.c.state.in_((TaskState.QUEUED, TaskState.WAITING)),
            tasks.c.not_before == limit.until,
        )
        with self.doors.writing() as connection:
            rows.forget_usage(connection, limit)
            connection.execute(waits.values(not_before=None))
            _write_down(
                connection, who, via, f"usage:{limit.daemon}:{limit.agent}", "tried again", now
            )


def _known(connection: Connection, name: str) -> Halt:
    halt = rows.find(connection, name)
    if halt is None:
        raise NotFound("That limit is not known any more.", hint="See what it does: coffee status")
    return halt


def _write_down(
    connection: Connection, who: Person, via: Via, target: str, outcome: str, now: datetime
) -> None:
    acts.add(connection, who, "continue", target, via, outcome, now=now)
