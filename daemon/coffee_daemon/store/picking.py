"""Picking up: the turn, its answers, the task and the questions move together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from coffee_daemon.store.moves import moving
from coffee_daemon.store.nouns import RequestState
from coffee_daemon.store.rows import answers, notifications, questions, requests, turns
from coffee_daemon.store.rows import tasks as task_rows
from coffee_daemon.store.schema import tasks
from coffee_daemon.store.stories import said_about
from coffee_daemon.tasks import (
    TASK_MOVES,
    Assignment,
    TaskState,
    Turn,
    TurnEnd,
    TurnState,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, ScalarSelect
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Person

#: After these the work may be half done.
_CUT_SHORT = frozenset({TurnEnd.INTERRUPTED, TurnEnd.LIMITED, TurnEnd.CRASHED})


def pick_up(
    connection: Connection,
    daemon: str,
    nonce: str,
    *,
    now: datetime,
    skip: frozenset[int],
    only: int | None,
) -> Assignment | None:
    """Begin a turn on the daemon's next task, or return None."""
    task_rows.queue_answered(connection, now, daemon=daemon)
    row, interrupter = _first(connection, daemon, now, skip, only)
    if row is None:
        return None
    task = task_rows.as_task(row)
    before = turns.of_number(connection, task.number, row.turn_count - 1)
    interrupted = _cut_short(before)
    turn = turns.add(connection, task, row.turn_count, nonce, now)
    again = before.id if before and interrupted else None
    answers.tie(connection, task.number, turn.id, again=again, now=now)
    questions.hand_over(connection, task.number, turn.id, now)
    notifications.see(connection, [task.number], now)
    exchanges, follow_ups = said_about(connection, task.number)
    return Assignment(
        task=task,
        turn=turn,
        exchanges=exchanges,
        follow_ups=follow_ups,
        interrupted=interrupted,
        interrupted_by=interrupter if interrupted else None,
    )


def _first(
    connection: Connection, daemon: str, now: datetime, skip: frozenset[int], only: int | None
) -> tuple[Row[Any] | None, Person | None]:
    """Claim what somebody had interrupted for this, else what comes next; and who that was."""
    for wanted in requests.interrupts(connection, daemon):
        if only in {None, wanted.task} and wanted.task not in skip:
            row = _claim(connection, _next(daemon, now, skip, wanted.task), now)
            if row is not None:
                requests.move(connection, wanted.id, RequestState.APPLIED, now)
                return row, wanted.who
    return _claim(connection, _next(daemon, now, skip, only), now), None


def _next(daemon: str, now: datetime, skip: frozenset[int], only: int | None) -> ScalarSelect[int]:
    """The first queued task that may start; work that has begun goes before fresh work."""
    wanted = select(tasks.c.number).where(tasks.c.daemon == daemon)
    wanted = wanted.where(tasks.c.state == TaskState.QUEUED)
    wanted = wanted.where(or_(tasks.c.not_before.is_(None), tasks.c.not_before <= now))
    # Only people hold tasks, so there are never many to pass over.
    wanted = wanted.where(tasks.c.held_at.is_(None))
    # A reply that was taken back may have opened a question of a queued task again.
    wanted = wanted.where(~task_rows.unsettled(now)).where(~_folder_in_use())
    if skip:
        wanted = wanted.where(tasks.c.number.not_in(skip))
    if only is not None:
        wanted = wanted.where(tasks.c.number == only)
    in_turn = wanted.order_by(tasks.c.priority, tasks.c.fresh, tasks.c.number)
    return in_turn.limit(1).scalar_subquery()


def _folder_in_use() -> ColumnElement[bool]:
    """True for a task in a person's folder where another one runs, of whatever daemon."""
    other = tasks.alias()
    at_work = select(other.c.number).where(other.c.state == TaskState.RUNNING)
    return at_work.where(other.c.folder == tasks.c.folder).exists()


def _claim(connection: Connection, number: ScalarSelect[int], now: datetime) -> Row[Any] | None:
    begun = moving(
        tasks,
        TASK_MOVES,
        TaskState.RUNNING,
        updated_at=now,
        turn_count=tasks.c.turn_count + 1,
        fresh=False,
        reopened=False,
        not_before=None,
    )
    claimed = begun.where(tasks.c.number == number).returning(tasks)
    return connection.execute(claimed).one_or_none()


def _cut_short(turn: Turn | None) -> bool:
    return turn is not None and (turn.state is TurnState.LOST or turn.end in _CUT_SHORT)
