"""Verbs of requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from coffee_daemon.store.nouns import Request, RequestState
from coffee_daemon.store.rows import requests as rows
from coffee_daemon.store.schema import requests

if TYPE_CHECKING:
    from coffee_daemon.notifications import Person, Via
    from coffee_daemon.store.engine import Doors


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
