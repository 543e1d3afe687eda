"""Verbs of spending: what turns have cost, by day and by task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coffee_daemon.clock import Day
from coffee_daemon.spending import DaySpent, Spent, TaskSpent, dearest
from coffee_daemon.store.schema import tasks, turns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row, Select

    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Spending:
    """A turn counts for the day on which it began, whenever it ended and told its cost."""

    doors: Doors

    def since(self, daemon: str, moment: datetime) -> Spent:
        """Return what a daemon's turns have taken that began since then.

        A day has at most hundreds of them: they are read, not counted by the database.
        """
        with self.doors.reading() as connection:
            found = connection.execute(_begun(daemon, moment))
            return sum((_spent(row) for row in found), Spent())

    def by_day(self, daemon: str, days: Sequence[Day]) -> list[DaySpent]:
        """Return what each of these days has taken, in the order given.

        Args:
            daemon: Whose turns.
            days: At least one; those between the earliest and today are read.
        """
        taken: dict[Day, dict[int, TaskSpent]] = {day: {} for day in days}
        begun = _begun(daemon, min(days).begins).add_columns(tasks.c.title)
        with self.doors.reading() as connection:
            for row in connection.execute(begun.join(tasks, tasks.c.number == turns.c.task)):
                _add(taken.get(Day.of(row.created_at), {}), row)
        return [DaySpent(day=day, tasks=dearest(taken[day].values())) for day in days]


def _begun(daemon: str, moment: datetime) -> Select[Any]:
    begun = select(turns.c.task, turns.c.state, turns.c.cost, turns.c.created_at)
    return begun.where(turns.c.daemon == daemon, turns.c.created_at >= moment)


def _spent(row: Row[Any]) -> Spent:
    return Spent.one(row.state, row.cost)


def _add(taken: dict[int, TaskSpent], row: Row[Any]) -> None:
    before = taken[row.task].spent if row.task in taken else Spent()
    taken[row.task] = TaskSpent(task=row.task, title=row.title, spent=before + _spent(row))
