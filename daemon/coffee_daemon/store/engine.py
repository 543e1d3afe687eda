"""The doors to the database, and everything that is SQLite's own.

`writing()` begins with BEGIN IMMEDIATE and `reading()` with BEGIN: SQLAlchemy's default lets two
processes claim the same row, and IMMEDIATE everywhere locks readers out.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from coffee_daemon.errors import BadConfig
from coffee_daemon.store.place import Place
from coffee_daemon.store.trouble import busy, explained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection, Engine

    from coffee_daemon.clock import Clock
    from coffee_daemon.errors import StoreBusy

#: How long a transaction waits for others; they take milliseconds each.
BUSY_TIMEOUT = timedelta(seconds=10)

#: Not WAL: SQLite below 3.51.3 can damage a WAL database that two processes write
#: (https://sqlite.org/wal.html#walresetbug). docs/why/database.md has the measurement.
JOURNAL = "TRUNCATE"


@dataclass(kw_only=True)
class Doors:
    """The only way to a connection. One transaction each; safe from many threads."""

    engine: Engine
    clock: Clock
    #: What messages call the database; holds no password.
    place: str
    file: Place
    #: How long a transaction waits for others.
    patience: timedelta = BUSY_TIMEOUT
    _watcher: Connection | None = field(default=None, init=False)
    _watching: threading.Lock = field(default_factory=threading.Lock, init=False)
    _pen: threading.Lock = field(default_factory=threading.Lock, init=False)

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return self.clock.now()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; it waits for nobody and nobody waits for it for long.

        Raises:
            StoreBusy: Another process held the database for more than 10 s.
            StoreTrouble: The database cannot be read.
        """
        with self._told(), self.engine.connect() as connection, connection.begin():
            self.file.check()
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that no other writer overlaps; rolled back on any error.

        Raises:
            StoreBusy: Other writers held the database for more than 10 s.
            StoreTrouble: The database cannot be written.
        """
        writer = self.engine.execution_options(coffee_begin="BEGIN IMMEDIATE")
        with self._pen_in_hand(), self._told(), writer.connect() as connection, connection.begin():
            # Under the lock, which a restore takes too before it replaces the file.
            self.file.check()
            yield connection

    def change_marker(self) -> int:
        """A number that differs from the last one when anybody has committed in between."""
        with self._watching, self._told():
            self.file.check()
            if self._watcher is None:
                self._watcher = self.engine.connect()
            return _data_version(self._watcher)

    def close(self) -> None:
        """Give every connection back."""
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self.engine.dispose()

    @contextmanager
    def _pen_in_hand(self) -> Iterator[None]:
        # This process's threads queue here: SQLite's own waiting is a poll of up to 0.1 s.
        if not self._pen.acquire(timeout=self.patience.total_seconds()):
            raise self._busy()
        try:
            yield
        finally:
            self._pen.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            raise self._busy() from error
        except (DBAPIError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            # Whatever SQLite says of a file that is not there any more, this says it better.
            self.file.check()
            trouble = explained(cause, self.place, self.patience)
            if trouble is None:
                raise
            raise trouble from error

    def _busy(self) -> StoreBusy:
        return busy(self.place, self.patience)


def open_doors(
    url: str, clock: Clock, *, patience: timedelta = BUSY_TIMEOUT, journal: str = JOURNAL
) -> Doors:
    """Return the doors to the database at `url`; its file is made if there never was one.

    The file gets 0600 in a folder of 0700; an existing file is never made anew.

    Args:
        url: Of an SQLite file.
        clock: The time that everything in the record goes by.
        patience: How long a transaction waits for others.
        journal: SQLite's journal mode; another one only to compare them.

    Raises:
        BadConfig: The URL is not one that can be used.
        StoreTrouble: The file was deleted, or it or its folder cannot be made.
    """
    file = Place.take(path_of(url))
    # Pragmas are each connection's own, so every new one is set up.
    engine = create_engine(
        "sqlite://", creator=lambda: _connect(file, patience), poolclass=QueuePool
    )
    event.listen(engine, "connect", lambda connection, _record: _set_up(connection, journal))
    event.listen(engine, "begin", _begin)
    return Doors(engine=engine, clock=clock, place=str(file.path), file=file, patience=patience)


def path_of(url: str) -> Path:
    """Return the file that a database's URL names; `%3F` in it stands for a `?`, `%25` for a `%`.

    Raises:
        BadConfig: The URL is not one that can be used.
    """
    _check(url)
    # Not SQLAlchemy's reading of it, whose versions differ about `%`.
    path = Path(unquote(url.partition(":///")[2].partition("?")[0]))
    if not path.is_absolute():
        raise _unusable(f"{path} is no full path: the programs that share it run in many folders.")
    return path


def _check(url: str) -> None:
    if url.startswith("postgres"):
        # Before it is parsed: whatever its password holds, it is the same sentence.
        raise _unusable("A PostgreSQL database cannot be used: the record is one SQLite file.")
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # A ValueError names a part of what it cannot read, and that may be a password's.
        raise _unusable("The database's URL cannot be read.") from None
    if parsed.get_backend_name() != "sqlite":
        raise _unusable(f"A {parsed.get_backend_name()} database cannot be used.")
    if parsed.database in {None, "", ":memory:"}:
        raise _unusable("The database must be a file: several processes share it.")


def _unusable(what: str) -> BadConfig:
    return BadConfig(what, hint="Use sqlite:////absolute/path/notifications.db.")


def _connect(file: Place, patience: timedelta) -> sqlite3.Connection:
    return sqlite3.connect(
        file.uri,
        uri=True,
        timeout=patience.total_seconds(),
        # The pool hands a connection from thread to thread, to one at a time.
        check_same_thread=False,
        # Transactions begin where we say, see `_begin`.
        isolation_level=None,
    )


def _set_up(connection: sqlite3.Connection, journal: str) -> None:
    for pragma in (
        f"journal_mode = {journal}",
        # A commit outlives a power loss.
        "synchronous = FULL",
        "foreign_keys = ON",
        # What is blanked or pruned is overwritten, not left lying in the file.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(options.get("coffee_begin", "BEGIN"))


def _data_version(connection: Connection) -> int:
    # Outside any transaction: within one the answer would stand still.
    raw: Any = connection.connection.dbapi_connection
    return int(raw.execute("PRAGMA data_version").fetchone()[0])
