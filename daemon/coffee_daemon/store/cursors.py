"""Verbs of cursors and leases: how far a reader has come, and who may do what alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, or_, select

from coffee_daemon.store.moves import upsert
from coffee_daemon.store.schema import cursors, leases

if TYPE_CHECKING:
    from datetime import timedelta

    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Cursors:
    """Places that readers keep, and names that one owner holds for a time."""

    doors: Doors

    def get(self, reader: str) -> int | None:
        """Return how far a reader has come; None when it never began."""
        wanted = select(cursors.c.position).where(cursors.c.reader == reader)
        with self.doors.reading() as connection:
            return connection.execute(wanted).scalar_one_or_none()

    def move(self, reader: str, to: int) -> None:
        """Put a reader's cursor forward; it never goes back."""
        row = upsert(cursors).values(reader=reader, position=to, updated_at=self.doors.now())
        row = row.on_conflict_do_update(
            index_elements=["reader"],
            set_={"position": row.excluded.position, "updated_at": row.excluded.updated_at},
            where=cursors.c.position < row.excluded.position,
        )
        with self.doors.writing() as connection:
            connection.execute(row)

    def lease(self, name: str, owner: str, ttl: timedelta) -> bool:
        """Take or keep `name` for `ttl`; False while somebody else has it."""
        now = self.doors.now()
        row = upsert(leases).values(name=name, owner=owner, epoch=1, until=now + ttl)
        same = leases.c.owner == row.excluded.owner
        row = row.on_conflict_do_update(
            index_elements=["name"],
            set_={
                "owner": row.excluded.owner,
                "until": row.excluded.until,
                "epoch": case((same, leases.c.epoch), else_=leases.c.epoch + 1),
            },
            where=or_(same, leases.c.until <= now),
        )
        with self.doors.writing() as connection:
            taken = connection.execute(row.returning(leases.c.owner)).scalar_one_or_none()
        return taken == owner

    def epoch(self, name: str) -> int:
        """Return how often `name` changed hands; 0 when nobody ever had it."""
        wanted = select(leases.c.epoch).where(leases.c.name == name)
        with self.doors.reading() as connection:
            return connection.execute(wanted).scalar_one_or_none() or 0
