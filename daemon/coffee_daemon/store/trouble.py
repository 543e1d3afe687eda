"""SQLite's errors in words for people."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from coffee_daemon.errors import StoreBusy, StoreTrouble

if TYPE_CHECKING:
    from datetime import timedelta

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}

#: What happened, and what to do next.
_WORDS = {
    sqlite3.SQLITE_FULL: (
        "cannot be written: the disk is full",
        "Free some space. Nothing was half written, and it goes on by itself.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written: it is read-only",
        "Let this user write the file and its folder.",
    ),
    sqlite3.SQLITE_IOERR: (
        "cannot be used: the disk reports an error ({error})",
        "Check the disk and its free space.",
    ),
}


def busy(place: str, patience: timedelta) -> StoreBusy:
    """What to tell when others held the database for too long."""
    return StoreBusy(
        f"{place} was busy for more than {patience.total_seconds():g} s; nothing was changed.",
        hint="Try again; if it stays so, see which program holds the file.",
    )


def explained(error: BaseException | None, place: str, patience: timedelta) -> StoreTrouble | None:
    """Return what a person should read; None for a mistake of the program itself."""
    if not isinstance(error, sqlite3.DatabaseError):
        return None
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return busy(place, patience)
    if code in _DAMAGED:
        return damaged(place, str(error))
    if code in _WORDS:
        what, hint = _WORDS[code]
        return StoreTrouble(f"{place} {what.format(error=error)}.", hint=hint)
    if isinstance(error, sqlite3.OperationalError):
        return StoreTrouble(
            f"{place} cannot be used: {error}.",
            hint="Check the disk's free space and that this user may write there.",
        )
    return None


def damaged(place: str, why: str) -> StoreTrouble:
    """What to tell of a file that is no sound database."""
    return StoreTrouble(
        f"{place} is damaged or not a database: {why}.",
        hint="It was left as it is. Bring in a backup with `coffee restore FILE`.",
    )
