"""Rows of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, or_, select, update

from coffee_daemon.errors import IllegalMove, NotFound
from coffee_daemon.notifications import QuestionState
from coffee_daemon.store.moves import moving
from coffee_daemon.store.rows import people, reply_files
from coffee_daemon.store.schema import questions, tasks
from coffee_daemon.tasks import ENDED, TASK_MOVES, Task, TaskState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.engine import Connection

#: What a task that a person brought back begins with.
AGAIN = {"attempts": 0, "lost_turns": 0, "turns_used": 0}
#: What lets a held task go on, and what has ended with it.
NOT_HELD = {"held_at": None, "holder_id": None, "holder_name": None}


def as_task(row: Row[Any]) -> Task:
    """Return the noun."""
    return Task(
        number=row.number,
        daemon=row.daemon,
        source=row.source,
        title=row.title,
        prompt=row.prompt,
        priority=row.priority,
        state=row.state,
        author=people.maybe(row, "author"),
        wants_answer=row.wants_answer,
        session=row.session,
        agent=row.agent,
        folder=row.folder,
        not_before=row.not_before,
        result=row.result,
        branch=row.branch,
        attempts=row.attempts,
        done_at=row.done_at,
        reopened=row.reopened,
        held_at=row.held_at,
        held_by=people.maybe(row, "holder"),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def find(connection: Connection, number: int) -> Row[Any]:
    """Return the row of that number.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(tasks).where(tasks.c.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no task #{number}.", hint="See `coffee tasks`.")
    return row


def by_source(connection: Connection, source: str) -> Row[Any] | None:
    """Return the row that came from `source`, or None."""
    return connection.execute(select(tasks).where(tasks.c.source == source)).one_or_none()


def add(connection: Connection, *, now: datetime, **fields: Any) -> Task:
    """Insert a queued task."""
    made = insert(tasks).values(state=TaskState.QUEUED, created_at=now, updated_at=now, **fields)
    return as_task(connection.execute(made.returning(tasks)).one())


def move(
    connection: Connection, number: int, to: TaskState, *, now: datetime, **values: Any
) -> Task:
    """Take a task to another state, with whatever else changes along.

    Raises:
        IllegalMove: Its state has no such move; nothing was changed.
    """
    step = moving(tasks, TASK_MOVES, to, updated_at=now, **values).where(tasks.c.number == number)
    row = connection.execute(step.returning(tasks)).one_or_none()
    if row is None:
        raise illegal(find(connection, number))
    return as_task(row)


def change(connection: Connection, number: int, *, now: datetime, **values: Any) -> Task:
    """Change what is not the state."""
    changed = update(tasks).where(tasks.c.number == number).values(updated_at=now, **values)
    row = connection.execute(changed.returning(tasks)).one_or_none()
    return as_task(find(connection, number) if row is None else row)


def illegal(row: Row[Any]) -> IllegalMove:
    """Return the error for a move that this row's state does not have."""
    already = "already " if row.state in ENDED else ""
    return IllegalMove(f"#{row.number} is {already}{row.state}.")


def unsettled(now: datetime) -> ColumnElement[bool]:
    """True for a task with a question that is open, or a reply that is not all here yet.

    A reply is here when its quiet time is over and its files have come, as far as they do in time.
    """
    return or_(_in_question(now), reply_files.awaited(now))


def _in_question(now: datetime) -> ColumnElement[bool]:
    return (
        select(questions.c.number)
        .where(questions.c.task == tasks.c.number)
        .where(
            or_(
                questions.c.state == QuestionState.OPEN,
                and_(questions.c.state == QuestionState.ANSWERED, questions.c.closes_at > now),
            )
        )
        .exists()
    )


def queue_answered(
    connection: Connection, now: datetime, *, daemon: str | None = None, number: int | None = None
) -> None:
    """Queue waiting tasks, one daemon's or a single one, whose questions are all closed."""
    freed = moving(tasks, TASK_MOVES, TaskState.QUEUED, updated_at=now)
    freed = freed.where(tasks.c.state == TaskState.WAITING).where(~unsettled(now))
    if daemon is not None:
        freed = freed.where(tasks.c.daemon == daemon)
    if number is not None:
        freed = freed.where(tasks.c.number == number)
    connection.execute(freed)
