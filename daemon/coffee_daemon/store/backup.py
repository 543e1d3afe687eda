"""Backups: taken while everybody works, brought back while nobody does.

SQLite's own backup is used (https://sqlite.org/backup.html); a plain copy of the file could be
taken in the middle of a transaction.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.errors import BadInput, NotFound, Refused, SchemaMismatch, StoreTrouble
from coffee_daemon.store.engine import BUSY_TIMEOUT, path_of
from coffee_daemon.store.place import journal
from coffee_daemon.store.schema import REVISIONS
from coffee_daemon.store.trouble import damaged, explained
from coffee_daemon.system import swap_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

#: What waited to be posted when the backup was made may have been posted since. No message is
#: older than its row, so whoever looks for it begins there.
_DOUBT = """
    UPDATE posts
    SET state = 'sending', attempts = attempts + 1, attempt_at = created_at,
        attempt_owner = 'restore', sending_version = wanted_version, not_before = NULL, reason = ''
    WHERE kind = 'message' AND state IN ('pending', 'held')
"""


def back_up(url: str, target: Path, *, force: bool = False) -> None:
    """Copy the database at `url` into the file `target`, of mode 0600, whole or not at all.

    Args:
        url: Of the database; whoever writes to it meanwhile waits a moment.
        target: Must not exist yet, unless `force`.
        force: Replace an earlier file.

    Raises:
        NotFound: There is no database yet.
        Refused: `target` exists, or is the database itself.
        StoreTrouble: The database cannot be read, or `target` cannot be written.
    """
    source = path_of(url)
    if not source.exists():
        raise NotFound(f"There is no database at {source} yet.", hint="It comes with first use.")
    if target.exists() and target.samefile(source):
        raise Refused(f"{target} is the database itself.", hint="Name another file.")
    if target.exists() and not force:
        raise Refused(f"{target} exists already.", hint="Name another file, or use --force.")
    copy_database(source, target)


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use into the file `target`, whole or not at all.

    Raises:
        StoreTrouble: `source` cannot be read, or `target` cannot be written.
    """
    with _told(source), _reading(source) as connection, _draft(target) as draft:
        _copy(connection, source, draft)
        draft.replace(target)


def restore(
    url: str, source: Path, *, now: datetime, patience: timedelta = BUSY_TIMEOUT
) -> Path | None:
    """Put the backup `source` in the place of the database at `url`.

    The replaced database stays beside it. Numbers that it has given are not given again.
    Messages that waited to be posted count as unclear: whether they stand there is read first.
    Whoever still has it open is refused from then on.

    Args:
        url: Of the database.
        source: A file that `back_up` wrote; an older schema is migrated at the next opening.
        now: Goes into the name of the replaced database.
        patience: How long to wait for whoever uses the database.

    Returns:
        Where the replaced database is now; None when there was none.

    Raises:
        BadInput: `source` does not exist, or is the database itself.
        SchemaMismatch: It was written by a newer version of this program.
        StoreTrouble: It is no sound database of ours, or the place cannot be written.
        StoreBusy: Somebody held the database for longer.
    """
    target = Path(os.path.realpath(path_of(url)))
    if not source.is_file():
        raise BadInput(f"There is no backup at {source}.")
    if target.exists() and target.samefile(source):
        raise BadInput(f"{source} is the database itself.", hint="Name a backup of it.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _told(source), _reading(source) as connection, _draft(target) as draft:
        _check(connection, source)
        _copy(connection, source, draft)
        _doubt_posts(draft)
        with _told(target, patience), _held(target, patience) as held:
            _keep_numbers(held, draft)
            return _swap(draft, target, now)


def beside(path: Path, why: str, now: datetime) -> Path:
    """A free name beside a database for another state of it: says why and when."""
    stem = f"{path.stem}.{why}.{now:%Y%m%d-%H%M%S}"
    names = (f"{stem}{more}{path.suffix}" for more in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


@contextmanager
def _reading(path: Path, patience: timedelta = BUSY_TIMEOUT) -> Iterator[sqlite3.Connection]:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=patience.total_seconds())) as opened:
        yield opened


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A private file beside `target`, gone afterwards unless it was moved."""
    draft = target.with_name(f".{target.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
    except OSError as error:
        raise StoreTrouble(
            f"{target} cannot be written: {error.strerror}.",
            hint="Check the folder and the disk's free space. Nothing was changed.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
        journal(draft).unlink(missing_ok=True)


def _copy(connection: sqlite3.Connection, source: Path, draft: Path) -> None:
    with closing(sqlite3.connect(draft)) as copy:
        copy.execute("PRAGMA synchronous = FULL")
        # In one step: page by page it would begin anew after each write of somebody's.
        connection.backup(copy)
        _check_sound(copy, source)


def _check(source: sqlite3.Connection, path: Path) -> None:
    _check_sound(source, path)
    revision = _revision(source)
    if revision is None:
        raise StoreTrouble(f"{path} is no backup of ours: its tables are another program's.")
    if revision not in REVISIONS:
        raise SchemaMismatch(
            f"{path} was written by a newer version of this program.",
            hint="Install that version first.",
        )


def _check_sound(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise damaged(str(path), found)


def _revision(connection: sqlite3.Connection) -> str | None:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else str(row[0])


@contextmanager
def _held(path: Path, patience: timedelta) -> Iterator[sqlite3.Connection | None]:
    """Keep everybody out of a database; None where there is none, or nothing that is one."""
    if not path.exists():
        yield None
        return
    with _reading(path, patience) as connection:
        yield connection if _lock(connection) else None


def _lock(connection: sqlite3.Connection) -> bool:
    """Take the database for ourselves; False when the file is none."""
    connection.isolation_level = None
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False
    return True


def _doubt_posts(draft: Path) -> None:
    with closing(sqlite3.connect(draft)) as connection, connection:
        connection.execute(_DOUBT)


def _keep_numbers(before: sqlite3.Connection | None, draft: Path) -> None:
    """Let `#12` name one thing for ever, also when the backup was made before #12 was given."""
    if before is None or _revision(before) is None:
        return
    given = before.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    with closing(sqlite3.connect(draft)) as connection, connection:
        known = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
        for name, last in given:
            if name not in known:
                connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, last))
            elif known[name] < last:
                connection.execute(
                    "UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (last, name)
                )


def _swap(draft: Path, target: Path, now: datetime) -> Path | None:
    if not target.exists():
        swap_in(draft, target, None)
        return None
    kept = beside(target, "replaced", now)
    # What a damaged database has in its journal belongs to it.
    if journal(target).exists() and journal(target).stat().st_size:
        journal(target).replace(journal(kept))
    swap_in(draft, target, kept)
    return kept


@contextmanager
def _told(path: Path, patience: timedelta = BUSY_TIMEOUT) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        trouble = explained(error, str(path), patience)
        if trouble is None:
            raise
        raise trouble from error
