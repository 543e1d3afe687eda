"""The last lines of a turn's output or of the daemon's log, fit to be shown to people."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from coffee_daemon.logs import redact
from coffee_daemon.runner.output import pieces, printable

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon.config import Config

#: At most so many lines are shown.
LAST_LINES = 20
_READ_BYTES = 65_536


def turn_tail(config: Config, task: int, number: int) -> tuple[str, ...]:
    """The last lines that a turn's agent printed, without secrets; none when they are gone."""
    return _tail(config.turn_folder(task, number) / "output")


def daemon_tail(config: Config) -> tuple[str, ...]:
    """The last lines of the daemon's log, without secrets; none when there is no log."""
    return _tail(config.state / "daemon.log")


def _tail(path: Path) -> tuple[str, ...]:
    try:
        end = _end(path)
    except OSError:
        return ()
    # Looked through as a whole: a secret may reach over lines that would be left out.
    shown = redact(printable(end.decode("utf-8", "replace")))
    return tuple(line.rstrip() for line in shown.splitlines() if line.strip())[-LAST_LINES:]


def _end(path: Path) -> bytes:
    """The last bytes, from the beginning of a line."""
    kept, size = b"", 0
    for piece in pieces(path):
        with piece.open("rb") as file:
            length = file.seek(0, os.SEEK_END)
            file.seek(max(0, length - _READ_BYTES))
            kept, size = (kept + file.read(_READ_BYTES))[-_READ_BYTES:], size + length
    # Half a line may begin with half a secret, which nobody would know for one.
    return kept.partition(b"\n")[2] if size > len(kept) else kept
