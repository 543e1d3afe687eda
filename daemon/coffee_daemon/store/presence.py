"""Verbs of presence: which daemons and bots there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from coffee_daemon.store.moves import upsert
from coffee_daemon.store.nouns import Presence
from coffee_daemon.store.schema import bots, daemons

if TYPE_CHECKING:
    from sqlalchemy import Table

    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Presences:
    """Each daemon and each bot writes its own row; the heartbeat is the time of writing."""

    doors: Doors

    def daemon(self, **facts: Any) -> None:
        """Write down a daemon: host, name, pid, process_start, boot_id, nonce, state."""
        self._write(daemons, facts)

    def bot(self, **facts: Any) -> None:
        """Write down a bot: host, name, pid, process_start, boot_id, nonce, state."""
        self._write(bots, facts)

    def list_daemons(self) -> list[Presence]:
        """Return all daemons ever seen, by host and name."""
        return self._list(daemons)

    def list_bots(self) -> list[Presence]:
        """Return all bots ever seen, by host and name."""
        return self._list(bots)

    def _write(self, table: Table, facts: dict[str, Any]) -> None:
        noun = Presence(**facts, heartbeat=self.doors.now())
        values = dict(vars(noun))
        news = {name: value for name, value in values.items() if name not in {"host", "name"}}
        row = upsert(table).values(values)
        row = row.on_conflict_do_update(index_elements=["host", "name"], set_=news)
        with self.doors.writing() as connection:
            connection.execute(row)

    def _list(self, table: Table) -> list[Presence]:
        with self.doors.reading() as connection:
            found = connection.execute(select(table).order_by(table.c.host, table.c.name))
            return [Presence(**row._mapping) for row in found]  # noqa: SLF001 - public in SQLAlchemy
