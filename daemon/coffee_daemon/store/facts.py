"""Verbs of facts: short texts known by a name, such as the feed's channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from coffee_daemon.store.moves import upsert
from coffee_daemon.store.schema import facts

if TYPE_CHECKING:
    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Facts:
    """What is known by a name and is no row of anything else."""

    doors: Doors

    def get(self, name: str) -> str | None:
        """Return the text known by that name."""
        with self.doors.reading() as connection:
            wanted = select(facts.c.value).where(facts.c.name == name)
            return connection.execute(wanted).scalar_one_or_none()

    def keep(self, name: str, value: str) -> None:
        """Keep a text, in place of the earlier one."""
        row = upsert(facts).values(name=name, value=value, updated_at=self.doors.now())
        row = row.on_conflict_do_update(
            index_elements=["name"],
            set_={"value": row.excluded.value, "updated_at": row.excluded.updated_at},
        )
        with self.doors.writing() as connection:
            connection.execute(row)

    def forget(self, name: str) -> None:
        """Know nothing by that name any more."""
        with self.doors.writing() as connection:
            connection.execute(delete(facts).where(facts.c.name == name))
