"""Verbs of the queue: what comes first, and what is held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coffee_daemon.errors import BadInput, IllegalMove
from coffee_daemon.store.rows import acts, people, places
from coffee_daemon.store.rows import tasks as rows
from coffee_daemon.store.schema import tasks
from coffee_daemon.tasks import ENDED, Task

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Person, Via
    from coffee_daemon.store.engine import Doors

_IN_THE_QUEUE = "Only what is queued or waiting has a place in the queue."


@dataclass(frozen=True)
class Queue:
    """The order of a daemon's tasks. Each verb is written down in the audit as it is done."""

    doors: Doors

    def first(self, number: int, *, who: Person, via: Via) -> Task:
        """Let a task be picked before all others; one that waits, as soon as it may go on.

        Raises:
            NotFound: There is none of that number.
            IllegalMove: It runs or has ended, so it has no place in the queue.
        """
        with self.doors.writing() as connection:
            row = _placed(connection, number)
            foremost = places.first(connection, row.daemon)
            if foremost.number != number:
                row = places.put(connection, number, foremost.priority - 1)
            self._note(connection, who, "first", number, via, "moved")
            return rows.as_task(row)

    def last(self, number: int, *, who: Person, via: Via) -> Task:
        """Let a task be picked after all that are in the queue now.

        Raises:
            NotFound: There is none of that number.
            IllegalMove: It runs or has ended, so it has no place in the queue.
        """
        with self.doors.writing() as connection:
            row = _placed(connection, number)
            hindmost = places.last(connection, row.daemon)
            if hindmost.number != number:
                row = places.put(connection, number, hindmost.priority + 1)
            self._note(connection, who, "last", number, via, "moved")
            return rows.as_task(row)

    def move(self, number: int, other: int, *, after: bool, who: Person, via: Via) -> Task:
        """Let a task be picked just before or after another one.

        Raises:
            NotFound: One of them does not exist.
            IllegalMove: One of them runs or has ended, so it has no place in the queue.
            BadInput: They are the same one, or two daemons'.
        """
        with self.doors.writing() as connection:
            row, beside = _placed(connection, number), _placed(connection, other)
            if row.number == beside.number or row.daemon != beside.daemon:
                raise BadInput(
                    f"#{number} has no place beside #{other}.", hint="Name two tasks of one daemon."
                )
            free = places.make_room(connection, beside, after=after)
            row = places.put(connection, number, free)
            side = "after" if after else "before"
            self._note(connection, who, "move", number, via, f"{side} #{other}")
            return rows.as_task(row)

    def hold(self, number: int, *, who: Person, via: Via) -> Task:
        """Let a task begin no further turn until it is released; the one that runs goes on.

        Raises:
            NotFound: There is none of that number.
            IllegalMove: It has ended, or is held already.
        """
        with self.doors.writing() as connection:
            row, now = rows.find(connection, number), self.doors.now()
            if row.state in ENDED:
                raise rows.illegal(row)
            if row.held_at is not None:
                raise IllegalMove(
                    f"#{number} is held already, by {row.holder_name}.",
                    hint=f"`coffee release {number}` lets it go on.",
                )
            held = {"held_at": now, **people.columns("holder", who)}
            self._note(connection, who, "hold", number, via, "held")
            return rows.change(connection, number, now=now, **held)

    def release(self, number: int, *, who: Person, via: Via) -> Task:
        """Let a held task go on; it keeps its place.

        Raises:
            NotFound: There is none of that number.
            IllegalMove: It is not held.
        """
        with self.doors.writing() as connection:
            row, now = rows.find(connection, number), self.doors.now()
            if row.held_at is None:
                raise IllegalMove(f"#{number} is not held.", hint="`coffee tasks` shows what is.")
            self._note(connection, who, "release", number, via, "released")
            return rows.change(connection, number, now=now, **rows.NOT_HELD)

    def held(self, daemon: str, limit: int = 100) -> list[Task]:
        """Return what is held, by number."""
        wanted = select(tasks).where(tasks.c.daemon == daemon, tasks.c.held_at.is_not(None))
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(tasks.c.number).limit(limit))
            return [rows.as_task(row) for row in found]

    def _note(
        self, connection: Connection, who: Person, verb: str, number: int, via: Via, outcome: str
    ) -> None:
        acts.add(connection, who, verb, f"#{number}", via, outcome, now=self.doors.now())


def _placed(connection: Connection, number: int) -> Row[Any]:
    row = rows.find(connection, number)
    if row.state not in places.PLACED:
        raise IllegalMove(f"#{number} is {row.state}.", hint=_IN_THE_QUEUE)
    return row
