"""The database's file: private, on this machine, and the same one for as long as it is in use."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from coffee_daemon.errors import StoreTrouble
from coffee_daemon.system import MOUNTS, is_foreign, network_mount


@dataclass(frozen=True, kw_only=True)
class Place:
    """A database file that is in use."""

    path: Path
    #: Device and inode: what the name `path` must go on to mean.
    identity: tuple[int, int]

    @classmethod
    def take(cls, path: Path, *, mounts: Path = MOUNTS) -> Self:
        """Return the file at `path`, made private if there never was one.

        Args:
            path: A link is followed.
            mounts: Where the system lists what is mounted.

        Raises:
            StoreTrouble: It was deleted, lies on a network or in another user's folder, or cannot
                be made or used.
        """
        # SQLite names the journal after the file that a link leads to.
        path = Path(os.path.realpath(path))
        _refuse_network(path, mounts)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_anothers(path)
            _make(path)
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise _no_file(path)
            # Never read by others, also where another program made it.
            if stat.S_IMODE(found.st_mode) & 0o077:
                path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
        except OSError as error:
            raise StoreTrouble(
                f"{path} cannot be opened: {error.strerror}.",
                hint="Check that this user may write there, or set COFFEE_HOME.",
            ) from error
        return cls(path=path, identity=(found.st_dev, found.st_ino))

    @property
    def uri(self) -> str:
        """How SQLite opens it without ever making a new one (https://sqlite.org/uri.html)."""
        return f"{self.path.as_uri()}?mode=rw"

    def check(self) -> None:
        """See that the file is still the one that was opened.

        Raises:
            StoreTrouble: It was deleted or replaced; what is written now would be lost.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            raise gone(self.path) from None
        except OSError as error:
            raise StoreTrouble(f"{self.path} cannot be seen: {error.strerror}.") from error
        if (found.st_dev, found.st_ino) != self.identity:
            raise StoreTrouble(
                f"{self.path} was replaced while it was in use.",
                hint="Restart the daemon and the bot, so that they use the new one.",
            )


def journal(path: Path) -> Path:
    """The journal that SQLite keeps beside a database; once made, it stays."""
    return path.with_name(f"{path.name}-journal")


def gone(path: Path) -> StoreTrouble:
    """What to tell of a database that was deleted or moved away."""
    return StoreTrouble(
        f"{path} was deleted or moved away, and no new one is made in its place.",
        hint=(
            "Put it back, or bring in a backup with `coffee restore FILE`. "
            f"To begin with nothing, delete {journal(path).name} too and restart."
        ),
    )


def _no_file(path: Path) -> StoreTrouble:
    return StoreTrouble(
        f"{path} cannot be used: it is a folder or a device, not a file.",
        hint="Set [database] url to a file in it, such as sqlite:////that/folder/notifications.db.",
    )


def _make(path: Path) -> None:
    # Looked at in this order: a database is always there before its journal.
    was_used = journal(path).exists()
    if path.exists():
        return
    if was_used:
        raise gone(path)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _refuse_network(path: Path, mounts: Path) -> None:
    kind = network_mount(path.parent, mounts)
    if kind is not None:
        raise StoreTrouble(
            f"{path} lies on a network file system ({kind}), where a database gets damaged.",
            hint="Set COFFEE_HOME, or [database] url, to a folder on this machine's own disk.",
        )


def _refuse_anothers(path: Path) -> None:
    # Whoever owns the folder can read the record, and put another one in its place.
    if is_foreign(path.parent.stat()):
        raise StoreTrouble(
            f"{path} lies in a folder that belongs to another user.",
            hint="Set COFFEE_HOME, or [database] url, to a folder of your own.",
        )
