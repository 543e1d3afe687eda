"""Verbs of transitions: the history of each daemon's state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from coffee_daemon.store.nouns import Transition
from coffee_daemon.store.schema import transitions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.status import DaemonState
    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Transitions:
    """Append only; uptime and metrics come from here."""

    doors: Doors

    def observe(
        self, daemon: str, state: DaemonState, why: str, at: datetime | None = None
    ) -> Transition | None:
        """Write a daemon's state down if it is another than the last one.

        Several observers may call it at once: a change is written once.

        Returns:
            The change, or None when there is none.
        """
        with self.doors.reading() as connection:
            if _state(_last(connection, daemon)) is state:
                return None
        with self.doors.writing() as connection:
            before = _state(_last(connection, daemon))
            if before is state:
                return None
            change = insert(transitions).values(
                daemon=daemon,
                from_state=before,
                to_state=state,
                why=why,
                at=at or self.doors.now(),
            )
            return _as_transition(connection.execute(change.returning(transitions)).one())

    def after(self, cursor: int, limit: int = 100) -> list[Transition]:
        """Return those with an id above `cursor`, oldest first."""
        wanted = select(transitions).where(transitions.c.id > cursor)
        with self.doors.reading() as connection:
            found = connection.execute(wanted.order_by(transitions.c.id).limit(limit))
            return [_as_transition(row) for row in found]

    def get(self, transition: int) -> Transition | None:
        """Return the one of that id; None when it is not known any more."""
        wanted = select(transitions).where(transitions.c.id == transition)
        with self.doors.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else _as_transition(row)

    def last(self, daemon: str) -> Transition | None:
        """Return a daemon's newest one."""
        with self.doors.reading() as connection:
            row = _last(connection, daemon)
        return None if row is None else _as_transition(row)

    def latest_id(self) -> int:
        """Return the newest id of all, 0 when there is none."""
        newest = select(transitions.c.id).order_by(transitions.c.id.desc()).limit(1)
        with self.doors.reading() as connection:
            return connection.execute(newest.where(transitions.c.id > 0)).scalar_one_or_none() or 0


def _last(connection: Connection, daemon: str) -> Row[Any] | None:
    wanted = select(transitions).where(transitions.c.daemon == daemon)
    return connection.execute(wanted.order_by(transitions.c.id.desc()).limit(1)).one_or_none()


def _state(row: Row[Any] | None) -> DaemonState | None:
    return None if row is None else row.to_state


def _as_transition(row: Row[Any]) -> Transition:
    return Transition(
        id=row.id,
        daemon=row.daemon,
        before=row.from_state,
        after=row.to_state,
        why=row.why,
        at=row.at,
    )
