"""A turn's output, bounded on disk: its start and its end are kept, the middle is told as cut."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from pathlib import Path

#: Colours, cursor movements, window titles: meant for a terminal, noise elsewhere.
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: UTF-8 takes this many bytes for a character at most.
_WIDEST_CHARACTER_BYTES = 4


class BoundedOutput:
    """Writes to `path` up to half the limit; what comes later goes to two files in turn.

    The later one of these holds the newest bytes; when it is full, the older one is given up.
    `close` joins what is left into `path`.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self.total = 0
        self._path = path
        self._half = max(1, limit // 2)
        self._head = _create(path)
        self._tail: BinaryIO | None = None
        self._kept = 0
        self._full = False

    @property
    def cut(self) -> bool:
        """Whether something was given up."""
        return self._kept < self.total

    def write(self, data: bytes) -> None:
        """Add bytes. The modification time of `path` is that of the last ones.

        When the disk is full the rest is counted and dropped: an agent that prints must not
        block because nobody can keep it.
        """
        self.total += len(data)
        if self._full:
            return
        try:
            self._keep(data)
        except OSError:
            self._full = True

    def close(self) -> None:
        """Join the pieces in `path`: start, a line that tells how much is missing, end."""
        # On a full disk they stay apart; `read_tail` reads them like that too.
        with self._head, suppress(OSError):
            self._join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _join(self) -> None:
        if self._tail is None:
            return
        self._tail.close()
        ends = pieces(self._path)[1:]
        end = b"".join(piece.read_bytes() for piece in ends)
        if self.cut:
            self._head.write(b"\n[... %d bytes cut ...]\n" % (self.total - self._kept))
        self._head.write(end)
        for piece in ends:
            piece.unlink()

    def _keep(self, data: bytes) -> None:
        room = self._half - self._head.tell()
        self._head.write(data[:room])
        rest = memoryview(data)[max(0, room) :]
        while rest:
            rest = rest[self._write_tail(rest) :]
        self._kept += len(data)
        if self._tail is not None:
            os.utime(self._path)

    def _write_tail(self, data: memoryview) -> int:
        quarter = max(1, self._half // 2)
        if self._tail is None or self._tail.tell() >= quarter:
            self._turn_over()
        assert self._tail is not None  # noqa: S101 - for the type checker
        part = data[: quarter - self._tail.tell()]
        self._tail.write(part)
        return len(part)

    def _turn_over(self) -> None:
        old, new = _old(self._path), _new(self._path)
        if self._tail is not None:
            self._tail.close()
            if old.exists():
                self._kept -= old.stat().st_size
            new.replace(old)
        self._tail = _create(new)


def pieces(path: Path) -> list[Path]:
    """The files that hold the output, oldest first, while it is written and after."""
    return [piece for piece in (path, _old(path), _new(path)) if piece.exists()]


def read_tail(path: Path, *, lines: int, max_chars: int) -> str:
    """The last lines of an output, fit for showing: no escape sequences, no control characters.

    Args:
        path: The output.
        lines: At most so many of its last lines that are not blank.
        max_chars: At most so many characters; the start is left out then.
    """
    wanted = max_chars * _WIDEST_CHARACTER_BYTES
    data = b""
    for piece in reversed(pieces(path)):
        data = _end_of(piece, wanted - len(data)) + data
        if len(data) >= wanted:
            break
    shown = printable(data.decode("utf-8", errors="replace"))
    last = [line.rstrip() for line in shown.splitlines() if line.strip()][-lines:]
    return "\n".join(last)[-max_chars:]


def printable(text: str) -> str:
    """Take out what only a terminal understands, and what is no character at all."""
    # JSON may hold halves of characters, which no file and no database takes.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("", _TERMINAL.sub("", text.replace("\r\n", "\n")).replace("\r", "\n"))


def _end_of(path: Path, count: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - count))
            return file.read(count)
    except FileNotFoundError:
        # Joined into the output between two looks.
        return b""


def _create(path: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0)


def _old(path: Path) -> Path:
    return path.with_name(path.name + ".older")


def _new(path: Path) -> Path:
    return path.with_name(path.name + ".newer")
