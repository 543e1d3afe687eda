"""Bring the database to this program's schema, or refuse.

A fresh database is made in one go. Alembic, which takes 0.4 s to import, is needed only behind;
a backup is made before it changes anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from coffee_daemon.errors import SchemaMismatch, StoreTrouble
from coffee_daemon.store.backup import beside, copy_database
from coffee_daemon.store.rows import acts
from coffee_daemon.store.schema import REVISIONS, alembic_version, metadata

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from coffee_daemon.store.engine import Doors


def bring_up(doors: Doors, *, migrate: bool = True, known: tuple[str, ...] = REVISIONS) -> None:
    """Make a fresh database's tables, or migrate one that is behind.

    Args:
        doors: To the database.
        migrate: False refuses a database that is behind instead.
        known: The migrations of this program, oldest first.

    Raises:
        SchemaMismatch: The database is newer than this program, or behind with `migrate` False.
        StoreTrouble: The database belongs to another program, or there is no room for a backup.
    """
    with doors.reading() as connection:
        found = _revision(connection)
    if found == known[-1]:
        return
    if found in known and not migrate:
        raise SchemaMismatch(
            f"{doors.place} was written by an older version of this program.",
            hint="Restart the daemon: it brings the database up to date.",
        )
    with doors.writing() as connection:
        _bring_up(connection, doors, known)


def _bring_up(connection: Connection, doors: Doors, known: tuple[str, ...]) -> None:
    # Read again: another process may have been here since.
    found = _revision(connection)
    if found is None:
        _create(connection, doors.place)
    elif found not in known:
        raise SchemaMismatch(
            f"{doors.place} was written by a newer version of this program.",
            hint="Install that version here, too.",
        )
    elif found != known[-1]:
        from coffee_daemon.store.migrations import upgrade  # noqa: PLC0415 - only when behind

        path = doors.file.path
        # Under the write lock: nothing comes between this copy and the migration.
        copy_database(path, beside(path, f"before-{known[-1]}", doors.now()))
        upgrade(connection)
        acts.begin(connection, doors.now())


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(alembic_version.name):
        return None
    return connection.execute(select(alembic_version.c.version_num)).scalar_one_or_none()


def _create(connection: Connection, place: str) -> None:
    if inspect(connection).get_table_names():
        raise StoreTrouble(
            f"{place} belongs to another program or version: its tables are not ours.",
            hint="It was left as it is. Move it away, or set COFFEE_HOME.",
        )
    metadata.create_all(connection, checkfirst=False)
    alembic_version.create(connection, checkfirst=False)
    connection.execute(alembic_version.insert().values(version_num=REVISIONS[-1]))
