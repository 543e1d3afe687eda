"""The kinds of database that keep the store's promises: one contract suite runs on each of them.

A second engine joins with a `Kind` of its own in `KINDS`. What only SQLite does is tried in
test_store_open, test_store_trouble and test_store_backup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import text

from coffee_daemon.store.schema import metadata

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from coffee_daemon.store import Store


class Kind(Protocol):
    """What the suite needs to know of an engine beyond the store's own verbs."""

    #: Of its URLs, and of the tests' names.
    name: str

    def url(self, folder: Path) -> str:
        """The address of a database that nobody has made yet."""
        ...

    def empty(self, connection: Connection) -> None:
        """Remove every row, and let numbers begin at 1 again."""
        ...

    def complaints(self, store: Store) -> list[str]:
        """What is unsound in it."""
        ...

    def plan(self, store: Store, statement: str, parameters: Any) -> list[str]:
        """The steps of a statement: `SCAN table` walks it, `TEMP B-TREE` sorts."""
        ...


class Sqlite:
    name = "sqlite"

    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'notifications.db'}"

    def empty(self, connection: Connection) -> None:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(text("DELETE FROM sqlite_sequence"))

    def complaints(self, store: Store) -> list[str]:
        with store.reading() as connection:
            found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        return [line for line in found if line != "ok"] + [str(row) for row in broken]

    def plan(self, store: Store, statement: str, parameters: Any) -> list[str]:
        with store.reading() as connection:
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return [str(row[3]) for row in found]


KINDS: tuple[Kind, ...] = (Sqlite(),)
