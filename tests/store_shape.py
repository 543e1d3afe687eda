"""What a database of SQLite is made of, so that two can be compared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def schema(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Each table's columns and keys, and each index; a column's place says nothing."""
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()
        return {name: _shape(connection, kind, name) for kind, name in names}


def _shape(connection: sqlite3.Connection, kind: str, name: str) -> list[tuple[object, ...]]:
    pragmas = ("table_info", "foreign_key_list") if kind == "table" else ("index_info",)
    rows = [row for one in pragmas for row in connection.execute(f"PRAGMA {one}({name})")]
    drop = 1 if kind == "table" else 2
    return sorted((row[drop:] for row in rows), key=repr)
