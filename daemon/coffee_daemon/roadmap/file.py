"""A person's roadmap file: read often, written rarely and with care."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.errors import RoadmapTrouble
from coffee_daemon.roadmap.nouns import EMOJI, Marked, PriorityStatus, Roadmap
from coffee_daemon.roadmap.text import mark, read

if TYPE_CHECKING:
    from collections.abc import Collection


#: How often the file may change under one mark; each time it is read anew.
_EDITS_OUTWAITED = 5


class RoadmapFile:
    """The file at `path`, which people edit while the daemon reads and marks it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, ...] = ()
        self._roadmap = Roadmap()

    def read(self) -> Roadmap:
        """What it holds now; an unchanged file is not parsed again.

        Raises:
            RoadmapTrouble: It cannot be read.
        """
        try:
            facts = self.path.stat()
        except OSError as error:
            raise self._trouble("read", error) from error
        seen = (facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size, facts.st_ino)
        if seen != self._seen:
            self._roadmap = read(_decode(self._bytes()))
            self._seen = seen
        return self._roadmap

    def mark(
        self,
        key: str,
        status: PriorityStatus,
        *,
        title: str | None = None,
        expected: Collection[PriorityStatus] | None = None,
    ) -> Marked:
        """Change that priority's status in the file, if it still is the one that we know.

        Args:
            key: The priority, `2.6`.
            status: What it should say.
            title: The heading's title as we know it; another one is left alone.
            expected: The statuses that may be overwritten; None means any of ours.

        Raises:
            RoadmapTrouble: The file cannot be read or written.
        """
        for _ in range(_EDITS_OUTWAITED):
            with suppress(BlockingIOError):
                return self._mark(key, status, title, expected)
        raise self._trouble("written", BlockingIOError(None, "somebody goes on editing it"))

    def _mark(
        self,
        key: str,
        status: PriorityStatus,
        title: str | None,
        expected: Collection[PriorityStatus] | None,
    ) -> Marked:
        before = self._bytes()
        text = _decode(before)
        found = read(text).get(key)
        if found is None or title not in {None, found.heading_title}:
            return Marked.GONE
        if found.status not in (EMOJI if expected is None else {*expected, status}):
            return Marked.OVERRULED
        after = mark(text, key, status)
        if after is None:
            return Marked.UNMARKED
        if after == text:
            return Marked.ALREADY
        self._replace(before, after.encode("utf-8", "surrogateescape"))
        return Marked.WRITTEN

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise self._trouble("read", error) from error

    def _replace(self, before: bytes, after: bytes) -> None:
        try:
            # A link stays a link: what it points to is replaced.
            _write_like(self.path.resolve(), before, after)
        except BlockingIOError:
            raise
        except OSError as error:
            raise self._trouble("written", error) from error

    def _trouble(self, verb: str, error: OSError) -> RoadmapTrouble:
        reason = error.strerror or str(error)
        return RoadmapTrouble(
            f"The roadmap {self.path} could not be {verb}: {reason}.",
            hint="Look at the file and mend it; the daemon reads it again by itself.",
        )


def _decode(data: bytes) -> str:
    # Bytes that are not UTF-8 come through and go back as they were.
    return data.decode("utf-8", "surrogateescape")


def _write_like(target: Path, before: bytes, after: bytes) -> None:
    """Replace `target` at once, keeping its mode and owner; not if it changed meanwhile."""
    if not os.access(target, os.W_OK):
        raise PermissionError(None, "it is read-only")
    temporary = _sibling(target, after)
    try:
        _keep_owner(target, temporary)
        shutil.copymode(target, temporary)
        _still(target, before)
        temporary.replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def _still(target: Path, content: bytes) -> None:
    if target.read_bytes() != content:
        raise BlockingIOError(None, "somebody is editing it just now")


def _sibling(target: Path, content: bytes) -> Path:
    """A file beside `target` that holds `content` and has reached the disk."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with os.fdopen(handle, "wb") as temporary:
        temporary.write(content)
        temporary.flush()
        os.fsync(temporary.fileno())
    return Path(name)


def _keep_owner(source: Path, to: Path) -> None:
    wanted, own = source.stat(), to.stat()
    # Equal on Windows, which has no chown.
    if (wanted.st_uid, wanted.st_gid) != (own.st_uid, own.st_gid):
        os.chown(to, wanted.st_uid, wanted.st_gid)
