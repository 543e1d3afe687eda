"""Rows of turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from coffee_daemon.errors import IllegalMove, NotFound
from coffee_daemon.store.moves import moving
from coffee_daemon.store.schema import turns
from coffee_daemon.tasks import TURN_MOVES, Turn, TurnState, Work

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.tasks import Task

#: A turn that has not come to its end.
ACTIVE = (TurnState.READY, TurnState.RUNNING)


def as_turn(row: Row[Any]) -> Turn:
    """Return the noun."""
    return Turn(
        id=row.id,
        task=row.task,
        number=row.number,
        nonce=row.nonce,
        state=row.state,
        end=row.outcome,
        summary=row.summary,
        progress=row.progress,
        links=tuple(row.links),
        work=None if row.work is None else Work(**row.work),
        agent=row.agent,
        cost=row.cost,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        last_output_at=row.last_output_at,
    )


def find(connection: Connection, turn: int) -> Turn:
    """Return the turn of that id.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(select(turns).where(turns.c.id == turn)).one_or_none()
    if row is None:
        raise NotFound(f"There is no turn {turn}.")
    return as_turn(row)


def by_nonce(connection: Connection, nonce: str) -> Turn | None:
    """Return the turn whose processes carry `nonce`."""
    row = connection.execute(select(turns).where(turns.c.nonce == nonce)).one_or_none()
    return None if row is None else as_turn(row)


def running(connection: Connection, nonce: str | None) -> Turn | None:
    """Return the turn whose processes carry `nonce`, unless it is over."""
    found = by_nonce(connection, nonce) if nonce else None
    return found if found is not None and found.state in ACTIVE else None


def add(connection: Connection, task: Task, number: int, nonce: str, now: datetime) -> Turn:
    """Insert a turn that is ready to start."""
    made = insert(turns).values(
        task=task.number,
        daemon=task.daemon,
        number=number,
        nonce=nonce,
        session=task.session,
        state=TurnState.READY,
        created_at=now,
    )
    return as_turn(connection.execute(made.returning(turns)).one())


def move(connection: Connection, turn: int, to: TurnState, **values: Any) -> Turn:
    """Take a turn to another state, with whatever else changes along.

    Raises:
        IllegalMove: Its state has no such move; nothing was changed.
    """
    step = moving(turns, TURN_MOVES, to, **values).where(turns.c.id == turn)
    row = connection.execute(step.returning(turns)).one_or_none()
    if row is None:
        raise IllegalMove(f"Turn {turn} is already {find(connection, turn).state}.")
    return as_turn(row)


def of_task(connection: Connection, task: int) -> list[Turn]:
    """Return a task's turns, oldest first."""
    wanted = select(turns).where(turns.c.task == task).order_by(turns.c.number)
    return [as_turn(row) for row in connection.execute(wanted)]


def of_number(connection: Connection, task: int, number: int) -> Turn | None:
    """Return a task's turn of that number."""
    wanted = select(turns).where(turns.c.task == task, turns.c.number == number)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else as_turn(row)


def last(connection: Connection, task: int) -> Turn | None:
    """Return a task's newest turn."""
    wanted = select(turns).where(turns.c.task == task).order_by(turns.c.number.desc()).limit(1)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else as_turn(row)
