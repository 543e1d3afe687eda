"""Small private files that are whole or absent, never half."""

from __future__ import annotations

import os
import stat
import sys
import time
from typing import TYPE_CHECKING

from coffee_daemon.errors import BadConfig

if TYPE_CHECKING:
    from pathlib import Path

_WINDOWS = sys.platform == "win32"
#: Windows refuses a replace while a reader or a virus scanner holds the file.
_REPLACE_TRIES = 10 if _WINDOWS else 1
_REPLACE_PAUSE_SECONDS = 0.05


def write_private(path: Path, data: bytes | str, *, durable: bool = True) -> None:
    """Replace the file's content at once, with mode 0600.

    A reader sees the old content or the new one. A symbolic link at `path` is replaced, not
    followed; a folder is moved aside with all that is in it.

    Args:
        path: The file; its folder must exist.
        data: Text is written as UTF-8.
        durable: Wait until it would survive a power loss.

    Raises:
        OSError: As the system says it; the old content stands.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        _write_new(temporary, data.encode() if isinstance(data, str) else data, durable=durable)
        _make_way(path)
        _replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def read_small(path: Path, limit: int = 1_000_000) -> bytes | None:
    """Read a file that we or root wrote; None when there is none.

    Raises:
        OSError: It is a link, a folder, a device, somebody else's, or longer than `limit` bytes.
    """
    flags = os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK") | _flag("O_BINARY")
    try:
        handle = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        # Looked at before it becomes a file object: that fails on a folder and forgets to close.
        _check_kind(path, os.fstat(handle))
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    finally:
        os.close(handle)
    if len(data) > limit:
        raise OSError(f"{path} is longer than {limit} bytes")
    return data


def swap_in(new: Path, path: Path, kept: Path | None) -> None:
    """Put the file `new` at `path`; what was there is called `kept` from then on.

    There is always a file at `path`, whatever happens meanwhile; Windows, and file systems
    without hard links, leave a moment without one. The Windows branch has not been run here.

    Raises:
        OSError: As the system says it.
    """
    if kept is not None:
        try:
            os.link(path, kept)
        except OSError:
            path.replace(kept)
    _replace(new, path)
    _sync_folder(path.parent)


def private_folder(path: Path) -> Path:
    """Make the folder with mode 0700 if it is missing, and close it to others if it is open.

    Raises:
        BadConfig: It belongs to somebody else, is not a folder, or cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = path.stat()
        if is_foreign(found):
            raise BadConfig(
                f"The folder {path} belongs to another user.", hint="Set COFFEE_HOME to your own."
            )
        if not _WINDOWS and stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise BadConfig(
            f"The folder {path} cannot be used: {error.strerror or error}.",
            hint="Mend it, or set COFFEE_HOME to another place.",
        ) from None
    return path


def _write_new(path: Path, data: bytes, *, durable: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flag("O_NOFOLLOW") | _flag("O_BINARY")
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        if durable:
            os.fsync(file.fileno())


def _make_way(path: Path) -> None:
    """Give a folder that stands where a file belongs another name: nothing of it is lost."""
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(f"{path.name}.folder-{os.urandom(4).hex()}"))


def _replace(source: Path, target: Path) -> None:
    for left in reversed(range(_REPLACE_TRIES)):
        try:
            source.replace(target)
        except PermissionError:
            if not left:
                raise
            time.sleep(_REPLACE_PAUSE_SECONDS)
        else:
            return


def _sync_folder(folder: Path) -> None:
    if _WINDOWS:
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_kind(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path} is not an ordinary file")
    if is_foreign(found):
        raise PermissionError(f"{path} belongs to another user")


def is_foreign(found: os.stat_result) -> bool:
    """Whether neither we nor root own it; Windows has its own rights and is not asked."""
    return sys.platform != "win32" and found.st_uid not in (os.geteuid(), 0)


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))
