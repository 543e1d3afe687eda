"""Ending a turn so that the next one begins at once, with what people have said meanwhile.

The request stays new until that next turn has begun, so it outlives whoever dies in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_daemon.errors import IllegalMove
from coffee_daemon.store.rows import answers, requests, tasks, turns
from coffee_daemon.tasks import ENDED, Task, TaskState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Person, Via

_BRINGS_BACK = "Say in its thread what is missing; that brings it back."
_NEXT_TURN = "It reads what waits for it with its next turn."


def ask(
    connection: Connection, number: int, who: Person, via: Via, turn: int | None, now: datetime
) -> Task:
    """Store the request, unless there is a new one already."""
    row = tasks.find(connection, number)
    _check(connection, row, turn)
    if requests.new(connection, number, requests.INTERRUPT) is None:
        requests.add(
            connection,
            daemon=row.daemon,
            verb=requests.INTERRUPT,
            who=who,
            via=via,
            task=number,
            now=now,
        )
    return tasks.as_task(row)


def _check(connection: Connection, row: Row[Any], turn: int | None) -> None:
    if row.state is not TaskState.RUNNING:
        raise IllegalMove(
            f"#{row.number} is {row.state}: no turn of it runs that could be interrupted.",
            hint=_BRINGS_BACK if row.state in ENDED else _NEXT_TURN,
        )
    if turn is None:
        return
    last = turns.last(connection, row.number)
    if last is None or last.number != turn:
        raise IllegalMove(f"Turn {turn} of #{row.number} is over, and a later one has your words.")
    if not answers.any_undelivered(connection, row.number, added=True):
        raise IllegalMove(f"#{row.number} has read that already, or it was taken back.")
