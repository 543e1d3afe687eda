"""Pages of tasks. One walk of an index for each state, merged here, so each stays flat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coffee_daemon.store.moves import BEYOND
from coffee_daemon.store.rows.tasks import as_task
from coffee_daemon.store.schema import tasks
from coffee_daemon.tasks import Task, TaskState

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row, Select
    from sqlalchemy.engine import Connection


def page(
    connection: Connection,
    daemon: str | None,
    states: Collection[TaskState] | None,
    before: int | None,
    limit: int,
) -> list[Task]:
    """Return tasks below the number `before`, newest first."""
    wanted = _of(daemon).where(tasks.c.number < (BEYOND if before is None else before))
    wanted = wanted.order_by(tasks.c.number.desc()).limit(limit)
    if states is None:
        return [as_task(row) for row in connection.execute(wanted)]
    found = [row for state in states for row in _in(connection, wanted, state)]
    found.sort(key=lambda row: -row.number)
    return [as_task(row) for row in found[:limit]]


def open_tasks(connection: Connection, daemon: str | None, limit: int) -> list[Task]:
    """Return running tasks, queued and waiting ones in the order of pick-up, then held ones."""
    wanted = _of(daemon).order_by(tasks.c.number).limit(limit)
    in_turn = wanted
    if daemon is not None:
        in_turn = wanted.order_by(None).order_by(*_turn())
    running = _in(connection, wanted, TaskState.RUNNING)
    others = [
        *_in(connection, in_turn, TaskState.QUEUED),
        *_in(connection, wanted, TaskState.WAITING),
    ]
    others.sort(key=lambda row: (row.held_at is not None, row.priority, row.fresh, row.number))
    return [as_task(row) for row in [*running, *others][:limit]]


def _turn() -> tuple[Any, ...]:
    return tasks.c.priority, tasks.c.fresh, tasks.c.number


def _of(daemon: str | None) -> Select[Any]:
    wanted = select(tasks)
    return wanted if daemon is None else wanted.where(tasks.c.daemon == daemon)


def _in(connection: Connection, wanted: Select[Any], state: TaskState) -> list[Row[Any]]:
    return list(connection.execute(wanted.where(tasks.c.state == state)))
