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

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from coffee_daemon.errors import BadConfig, StoreBusy, StoreTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.engine import URL, Connection, Engine

    from coffee_daemon.clock import Clock

#: How long a transaction waits for others; they take milliseconds each.
BUSY_TIMEOUT = timedelta(seconds=10)

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


@dataclass(kw_only=True)
class Doors:
    """The only way to a connection. One transaction each; safe from many threads."""

    engine: Engine
    clock: Clock
    #: What messages call the database; holds no password.
    place: str
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
            yield connection

    def change_marker(self) -> int:
        """A number that differs from the last one when anybody has committed in between."""
        with self._watching, self._told():
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
        if not self._pen.acquire(timeout=BUSY_TIMEOUT.total_seconds()):
            raise _busy(self.place)
        try:
            yield
        finally:
            self._pen.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            raise _busy(self.place) from error
        except (DBAPIError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            trouble = _trouble(cause, self.place)
            if trouble is None:
                raise
            raise trouble from error


def open_doors(url: str, clock: Clock) -> Doors:
    """Return the doors to the database at `url`; its file is made when there is none.

    The file gets 0600 in a folder of 0700; an existing file is never made anew.

    Raises:
        BadConfig: The URL is not one that can be used.
        StoreTrouble: The file or its folder cannot be made.
    """
    parsed = _parsed(url)
    place = parsed.render_as_string(hide_password=True)
    path = Path(parsed.database or "")
    _make_private(path)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT.total_seconds()})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return Doors(engine=engine, clock=clock, place=str(path) if parsed.database else place)


def _parsed(url: str) -> URL:
    hint = "Use sqlite:////absolute/path/notifications.db."
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadConfig("The database's URL cannot be read.", hint=hint) from None
    if parsed.get_backend_name() != "sqlite":
        raise BadConfig(f"A {parsed.get_backend_name()} database cannot be used yet.", hint=hint)
    if parsed.database in {None, "", ":memory:"}:
        raise BadConfig("The database must be a file: several processes share it.", hint=hint)
    return parsed


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Never read by others, also where another program made it.
        path.touch(mode=0o600)
        path.chmod(0o600)
    except OSError as error:
        raise StoreTrouble(
            f"{path} cannot be opened: {error.strerror}.",
            hint="Check that this user may write there, or set COFFEE_HOME.",
        ) from error


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions begin where we say, see `_begin`.
    connection.isolation_level = None
    # TRUNCATE, not WAL: SQLite below 3.51.3 can damage a WAL database that two processes
    # write (https://sqlite.org/wal.html#walresetbug). FULL: a commit outlives a power loss.
    for pragma in ("journal_mode = TRUNCATE", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(options.get("coffee_begin", "BEGIN"))


def _data_version(connection: Connection) -> int:
    # Outside any transaction: within one the answer would stand still.
    raw: Any = connection.connection.dbapi_connection
    return int(raw.execute("PRAGMA data_version").fetchone()[0])


def _busy(place: str) -> StoreBusy:
    return StoreBusy(
        f"{place} was busy for more than {BUSY_TIMEOUT.seconds} s; nothing was changed.",
        hint="Try again; if it stays so, see which program holds the file.",
    )


def _trouble(error: BaseException | None, place: str) -> StoreTrouble | None:
    """Return what a person should read; None for a mistake of the program itself."""
    if not isinstance(error, sqlite3.DatabaseError):
        return None
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return _busy(place)
    if code in _DAMAGED:
        return StoreTrouble(
            f"{place} is damaged or not a database: {error}.",
            hint="It was left as it is. Move it away or put a backup in its place.",
        )
    if isinstance(error, sqlite3.OperationalError):
        return StoreTrouble(
            f"{place} cannot be used: {error}.",
            hint="Check the disk's free space and that this user may write there.",
        )
    return None
