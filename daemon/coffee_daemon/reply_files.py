"""Files that come with a person's reply, and the names under which they are kept (pure)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

#: For so long a turn waits for a file that is still being fetched.
FILE_WAIT = timedelta(minutes=1)
#: Characters and bytes of a name: file systems allow 255 bytes, and a number may be added.
_LONGEST_NAME, _LONGEST_NAME_BYTES = 100, 200
_LONGEST_ENDING = 12
#: What Windows and shells read as something else than a name.
_UNSAFE = str.maketrans(dict.fromkeys('<>:"|?*$`', "_"))
_DEVICES = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)
}


class FileState(StrEnum):
    """How far a file has come."""

    WANTED = "wanted"  # still to be fetched
    KEPT = "kept"  # lies in the state folder
    REFUSED = "refused"  # is not taken, and the reason was told
    DROPPED = "dropped"  # its reply was taken back; what was kept of it goes


FILE_MOVES: dict[FileState, frozenset[FileState]] = {
    FileState.WANTED: frozenset({FileState.KEPT, FileState.REFUSED, FileState.DROPPED}),
    FileState.KEPT: frozenset({FileState.DROPPED}),
    FileState.REFUSED: frozenset({FileState.DROPPED}),
    FileState.DROPPED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class OfferedFile:
    """A file that somebody sends along with a reply."""

    #: What the other side calls it, such as Slack's `F012AB3CD`.
    source: str
    name: str
    mimetype: str = ""
    size: int = 0
    #: Why it is not taken; empty when it may be.
    refused: str = ""


@dataclass(frozen=True, kw_only=True)
class ReplyFile:
    """A file of a reply, as the record knows it."""

    id: int
    answer: int
    #: None for a question that no task asked; such a file is never kept.
    task: int | None
    source: str
    #: Safe as a file's name, and no other file of the task has it.
    name: str
    mimetype: str
    #: Bytes: as they were told, and as they are once it is kept.
    size: int
    state: FileState
    #: Why it is refused, or what went wrong at the last try.
    reason: str = ""
    #: How often fetching it has failed.
    tries: int = 0
    #: Whether it came after the turn that has its reply had begun.
    late: bool = False


def kept_folder(state: Path, task: int) -> Path:
    """Where the files of a task are kept, below a daemon's own folder."""
    return state / "files" / str(task)


def safe_name(name: str) -> str:
    """Make a name of one that somebody chose: one part, visible, not hidden and not too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(one for one in last if unicodedata.category(one)[0] not in "CZ" or one == " ")
    bare = " ".join(shown.translate(_UNSAFE).split()).strip(" .").lstrip("-~. ")
    if bare.partition(".")[0].lower() in _DEVICES:
        bare = f"_{bare}"
    return _bounded(bare or "file")


def distinct_name(name: str, taken: Collection[str]) -> str:
    """Number a name until no other one is like it, capital letters aside."""
    known = {one.casefold() for one in taken}
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    found, number = name, 1
    while found.casefold() in known:
        number += 1
        found = f"{stem}-{number}{dot}{ending}"
    return found


def _bounded(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    room = _LONGEST_NAME - len(dot + ending)
    stem = stem[:room]
    while len((stem + dot + ending).encode()) > _LONGEST_NAME_BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{dot}{ending}" or "file"
