"""Rows of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from coffee_daemon.errors import IllegalMove
from coffee_daemon.notifications import Person, Via
from coffee_daemon.store.moves import moving
from coffee_daemon.store.nouns import REQUEST_MOVES, Request, RequestState
from coffee_daemon.store.rows import people
from coffee_daemon.store.schema import requests

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.tasks import Task

CANCEL = "cancel"
#: End the turn that runs, and begin the task's next one first. New until that has begun.
INTERRUPT = "interrupt"
#: For the daemon: a task has ended; see to its folder and to the roadmap. Kept until that is done,
#: whoever dies meanwhile.
CLEAR_UP = "clear_up"


def as_request(row: Row[Any]) -> Request:
    """Return the noun."""
    return Request(
        id=row.id,
        daemon=row.daemon,
        host=row.host,
        verb=row.verb,
        who=people.somebody(row, "who"),
        via=row.via,
        task=row.task,
        state=row.state,
        reason=row.reason,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def add(
    connection: Connection,
    *,
    daemon: str,
    verb: str,
    who: Person,
    via: Via,
    now: datetime,
    host: str | None = None,
    task: int | None = None,
) -> int:
    """Insert a new request and return its id."""
    made = insert(requests).values(
        daemon=daemon,
        host=host,
        verb=verb,
        via=via,
        task=task,
        state=RequestState.NEW,
        created_at=now,
        **people.columns("who", who),
    )
    return int(connection.execute(made.returning(requests.c.id)).scalar_one())


def add_clear_up(connection: Connection, task: Task, now: datetime) -> None:
    """Have the daemon see to what an ended task leaves."""
    daemon = Person(id=f"daemon:{task.daemon}", name=task.daemon)
    add(
        connection,
        daemon=task.daemon,
        verb=CLEAR_UP,
        who=daemon,
        via=Via.PROGRAM,
        now=now,
        task=task.number,
    )


def move(
    connection: Connection, request: int, to: RequestState, now: datetime, reason: str = ""
) -> None:
    """Settle a request.

    Raises:
        IllegalMove: It is settled already, or there is none.
    """
    step = moving(requests, REQUEST_MOVES, to, settled_at=now, reason=reason)
    step = step.where(requests.c.id == request).returning(requests.c.id)
    if connection.execute(step).one_or_none() is None:
        raise IllegalMove(f"Request {request} is not new any more.")


def cancel_wanted(connection: Connection, task: int) -> int | None:
    """Return the id of the request to cancel this task, if there is a new one."""
    return new(connection, task, CANCEL)


def new(connection: Connection, task: int, verb: str) -> int | None:
    """Return the id of the new request of that verb about this task, if there is one."""
    wanted = select(requests.c.id).where(requests.c.task == task, requests.c.verb == verb)
    wanted = wanted.where(requests.c.state == RequestState.NEW).limit(1)
    return connection.execute(wanted).scalar_one_or_none()


def interrupts(connection: Connection, daemon: str) -> list[Request]:
    """Return a daemon's new requests to interrupt a turn, oldest first."""
    wanted = select(requests).where(requests.c.daemon == daemon)
    wanted = wanted.where(requests.c.state == RequestState.NEW, requests.c.verb == INTERRUPT)
    return [as_request(row) for row in connection.execute(wanted.order_by(requests.c.id))]


def of_task(connection: Connection, task: int, verb: str) -> list[Request]:
    """Return all requests of that verb about a task, oldest first."""
    wanted = select(requests).where(requests.c.task == task, requests.c.verb == verb)
    found = [as_request(row) for row in connection.execute(wanted)]
    return sorted(found, key=lambda one: one.id)
