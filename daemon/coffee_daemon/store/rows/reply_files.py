"""Rows of files that came with replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from coffee_daemon.reply_files import (
    FILE_MOVES,
    FILE_WAIT,
    FileState,
    ReplyFile,
    distinct_name,
    safe_name,
)
from coffee_daemon.store.moves import moving
from coffee_daemon.store.schema import reply_files, tasks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.engine import Connection

    from coffee_daemon.reply_files import OfferedFile

#: Files go into a task's folder, so one that belongs to no task has no place.
_NO_TASK = "The question belongs to no task, so there is no folder for a file."


def as_file(row: Row[Any]) -> ReplyFile:
    """Return the noun."""
    return ReplyFile(
        id=row.id,
        answer=row.answer,
        task=row.task,
        source=row.source,
        name=row.name,
        mimetype=row.mimetype,
        size=row.size,
        state=row.state,
        reason=row.reason,
        tries=row.tries,
        late=row.late,
    )


def add_all(
    connection: Connection,
    offered: Sequence[OfferedFile],
    *,
    answer: int,
    task: int | None,
    now: datetime,
) -> tuple[ReplyFile, ...]:
    """Insert the files of an answer, each under a name that is new in its task."""
    if not offered:
        return ()
    taken = [one.name for one in of_task(connection, task)] if task is not None else []
    daemon = select(tasks.c.daemon).where(tasks.c.number == task).scalar_subquery()
    added = []
    for one in offered:
        name = distinct_name(safe_name(one.name), taken)
        taken.append(name)
        reason = one.refused or (_NO_TASK if task is None else "")
        made = insert(reply_files).values(
            answer=answer,
            task=task,
            daemon=daemon,
            source=one.source,
            name=name,
            mimetype=one.mimetype,
            size=one.size,
            state=FileState.REFUSED if reason else FileState.WANTED,
            reason=reason,
            not_before=now,
            wait_until=now + FILE_WAIT,
            created_at=now,
        )
        added.append(as_file(connection.execute(made.returning(reply_files)).one()))
    return tuple(added)


def of_task(connection: Connection, task: int) -> tuple[ReplyFile, ...]:
    """Return a task's files, oldest first."""
    return _all(connection, select(reply_files).where(reply_files.c.task == task))


def of_answer(connection: Connection, answer: int) -> tuple[ReplyFile, ...]:
    """Return the files of one answer, in their order."""
    return _all(connection, select(reply_files).where(reply_files.c.answer == answer))


def drop(connection: Connection, answer: int) -> None:
    """Want the files of an answer no more, for it was taken back."""
    step = moving(reply_files, FILE_MOVES, FileState.DROPPED)
    connection.execute(step.where(reply_files.c.answer == answer))


def awaited(now: datetime) -> ColumnElement[bool]:
    """True for a task with a file that may still come in time for its next turn."""
    coming = select(reply_files.c.id).where(reply_files.c.task == tasks.c.number)
    coming = coming.where(reply_files.c.state == FileState.WANTED)
    return coming.where(reply_files.c.wait_until > now).exists()


def _all(connection: Connection, wanted: Select[Any]) -> tuple[ReplyFile, ...]:
    return tuple(as_file(row) for row in connection.execute(wanted.order_by(reply_files.c.id)))
