"""Places in the queue: tasks are picked by priority, then begun before fresh, then by number.

Whoever is moved gets a priority of its own. To make room between two tasks, all that stand on one
side of it step aside by two, which keeps their order; `ix_tasks_pick` finds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, tuple_, update

from coffee_daemon.store.schema import tasks
from coffee_daemon.tasks import TaskState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.engine import Connection

#: Those that have a place; a running task keeps its own for the time when it comes back.
PLACED = (TaskState.QUEUED, TaskState.WAITING)
_OPEN = (*PLACED, TaskState.RUNNING)
_ORDER = (tasks.c.priority, tasks.c.fresh, tasks.c.number)


def key(row: Row[Any]) -> tuple[int, bool, int]:
    """Return what tasks are ordered by."""
    return row.priority, row.fresh, row.number


def first(connection: Connection, daemon: str) -> Row[Any]:
    """Return the foremost task that has a place."""
    return min(_ends(connection, daemon, _ORDER), key=key)


def last(connection: Connection, daemon: str) -> Row[Any]:
    """Return the hindmost task that has a place."""
    return max(_ends(connection, daemon, tuple(one.desc() for one in _ORDER)), key=key)


def put(connection: Connection, number: int, priority: int) -> Row[Any]:
    """Give a task another priority. It is no news about the task itself."""
    moved = update(tasks).where(tasks.c.number == number).values(priority=priority)
    return connection.execute(moved.returning(tasks)).one()


def make_room(connection: Connection, beside: Row[Any], *, after: bool) -> int:
    """Free the priority just before or after a task, and return it."""
    mine = tuple_(*_ORDER)
    farther = mine > key(beside) if after else mine < key(beside)
    step = 1 if after else -1
    aside = update(tasks).where(tasks.c.daemon == beside.daemon, tasks.c.state.in_(_OPEN))
    connection.execute(aside.where(farther).values(priority=tasks.c.priority + 2 * step))
    return int(beside.priority) + step


def _ends(
    connection: Connection, daemon: str, order: tuple[ColumnElement[Any], ...]
) -> list[Row[Any]]:
    wanted = select(tasks).where(tasks.c.daemon == daemon).order_by(*order).limit(1)
    found = (connection.execute(wanted.where(tasks.c.state == one)).first() for one in PLACED)
    return [row for row in found if row is not None]
