"""Verbs of requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from coffee_daemon.store import interrupting
from coffee_daemon.store.nouns import Request, RequestState
from coffee_daemon.store.rows import answers
from coffee_daemon.store.rows import requests as rows
from coffee_daemon.store.schema import requests

if TYPE_CHECKING:
    from coffee_daemon.notifications import Person, Via
    from coffee_daemon.store.engine import Doors
    from coffee_daemon.tasks import Task


@dataclass(frozen=True)
class Requests:
    """What people want of a daemon, until it is applied or refused."""

    doors: Doors

    def add(
        self,
        daemon: str,
        host: str | None,
        verb: str,
        who: Person,
        via: Via,
        task: int | None = None,
    ) -> int:
        """Store a request and return its id."""
        with self.doors.writing() as connection:
            return rows.add(
                connection,
                daemon=daemon,
                host=host,
                verb=verb,
                who=who,
                via=via,
                task=task,
                now=self.doors.now(),
            )

    def pending(self, daemon: str, limit: int = 100) -> list[Request]:
        """Return what a daemon has not settled yet, oldest first."""
        wanted = select(requests).where(requests.c.daemon == daemon)
        wanted = wanted.where(requests.c.state == RequestState.NEW)
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(requests.c.id).limit(limit))
            return [rows.as_request(row) for row in found]

    def defer(self, number: int, about: int, *, who: Person) -> bool:
        """Let the changed answers to a question wait until the turn ends, as they would anyway.

        False when none waits any more.
        """
        with self.doors.writing() as connection:
            return answers.defer(connection, number, about, who.name)

    def interrupt(self, number: int, *, who: Person, via: Via, turn: int | None = None) -> Task:
        """Ask a daemon to end a task's turn, and to begin the next one with what waits for it.

        The turn does not count and its conversation is kept. Asking twice is asking once.

        Args:
            number: The task's.
            who: Who asks.
            via: Where.
            turn: The number of the turn that shall end, with something waiting for its end; None
                means whichever runs.

        Raises:
            NotFound: There is none of that number.
            IllegalMove: No turn of it runs, or that one is over, or nothing waits for its end.
        """
        with self.doors.writing() as connection:
            return interrupting.ask(connection, number, who, via, turn, self.doors.now())

    def of_task(self, number: int, verb: str) -> list[Request]:
        """Return all requests of a verb about a task, settled or not, oldest first."""
        with self.doors.reading() as connection:
            return rows.of_task(connection, number, verb)

    def apply(self, request: int) -> None:
        """Mark a request as done.

        Raises:
            IllegalMove: It is settled already, or there is none.
        """
        with self.doors.writing() as connection:
            rows.move(connection, request, RequestState.APPLIED, self.doors.now())

    def refuse(self, request: int, reason: str) -> None:
        """Mark a request as refused, with the reason for the one who asked.

        Raises:
            IllegalMove: It is settled already, or there is none.
        """
        with self.doors.writing() as connection:
            rows.move(connection, request, RequestState.REFUSED, self.doors.now(), reason)
