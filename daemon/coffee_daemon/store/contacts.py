"""Verbs of contacts: how people are reached, what they want to be told of, what they put off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from coffee_daemon.contacts import Contact, Matter, Snooze
from coffee_daemon.notifications import QuestionState
from coffee_daemon.store.moves import upsert
from coffee_daemon.store.schema import contacts, questions, snoozes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Contacts:
    """People on Slack, by their ids. Who was never written down is an empty contact."""

    doors: Doors

    def get(self, person: str) -> Contact:
        """Return what is known of somebody."""
        with self.doors.reading() as connection:
            return _find(connection, person)

    def all(self) -> dict[str, Contact]:
        """Return everybody who was written down, by id; there are never many."""
        with self.doors.reading() as connection:
            found = connection.execute(select(contacts).order_by(contacts.c.id))
            return {row.id: _as_contact(row) for row in found}

    def locate(self, person: str, *, zone: str, offset: int | None) -> Contact:
        """Keep where somebody's clock stands."""
        return self._keep(person, zone=zone, utc_offset=offset, located_at=self.doors.now())

    def set_direct(self, person: str, direct: str) -> Contact:
        """Keep which conversation is the direct one with somebody."""
        return self._keep(person, direct=direct)

    def choose(self, person: str, matter: Matter, *, on: bool) -> Contact:
        """Keep whether somebody wants to be told of such things."""
        with self.doors.writing() as connection:
            off = _find(connection, person).off - {matter} | (set() if on else {matter})
            return _put(connection, person, off=sorted(off))

    def set_hours(self, person: str, hours: str) -> Contact:
        """Keep somebody's own hours; nothing means the team's again."""
        return self._keep(person, hours=hours)

    def had_morning(self, person: str) -> Contact:
        """Note that a morning message was written to somebody just now."""
        return self._keep(person, morning_at=self.doors.now())

    def snooze(self, question: int, person: str, until: datetime) -> Snooze:
        """Let a question not be mentioned to somebody until then; the latest word counts.

        Words about questions that are closed are forgotten on this occasion.
        """
        now = self.doors.now()
        row = upsert(snoozes).values(question=question, person=person, until=until, said_at=now)
        row = row.on_conflict_do_update(
            index_elements=["question", "person"],
            set_={"until": row.excluded.until, "said_at": row.excluded.said_at},
        )
        open_ones = select(questions.c.number).where(questions.c.state == QuestionState.OPEN)
        with self.doors.writing() as connection:
            connection.execute(delete(snoozes).where(snoozes.c.question.not_in(open_ones)))
            connection.execute(row)
        return Snooze(question=question, person=person, until=until, said_at=now)

    def snoozes(self) -> list[Snooze]:
        """Return what people have put off, of questions that were open at the last time."""
        with self.doors.reading() as connection:
            return [_as_snooze(row) for row in connection.execute(select(snoozes))]

    def _keep(self, person: str, **values: Any) -> Contact:
        with self.doors.writing() as connection:
            return _put(connection, person, **values)


def _find(connection: Connection, person: str) -> Contact:
    row = connection.execute(select(contacts).where(contacts.c.id == person)).one_or_none()
    return Contact(id=person) if row is None else _as_contact(row)


def _put(connection: Connection, person: str, **values: Any) -> Contact:
    row = upsert(contacts).values(id=person, **values)
    row = row.on_conflict_do_update(index_elements=["id"], set_=values)
    return _as_contact(connection.execute(row.returning(contacts)).one())


def _as_contact(row: Row[Any]) -> Contact:
    return Contact(
        id=row.id,
        zone=row.zone,
        offset=row.utc_offset,
        located_at=row.located_at,
        direct=row.direct,
        hours=row.hours,
        # A word that a later version has added is none of ours.
        off=frozenset(Matter(word) for word in row.off if word in set(Matter)),
        morning_at=row.morning_at,
    )


def _as_snooze(row: Row[Any]) -> Snooze:
    return Snooze(question=row.question, person=row.person, until=row.until, said_at=row.said_at)
