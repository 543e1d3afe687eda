"""Ending what turns left behind, found by the marker in their environment."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from coffee_daemon.system.processes import environment_of
from coffee_daemon.system.signals import Handle
from coffee_daemon.system.trees import all_pids, descendants

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: How long processes may be born faster than they are ended.
_PATIENCE_SECONDS = 2.0
_PAUSE_SECONDS = 0.01


def sweep(home: Path, name: str, *, turn: str | None = None) -> list[int]:
    """End every process that a turn of that daemon left behind; return whom.

    Found by COFFEE_HOME, COFFEE_DAEMON and COFFEE_TURN in the environment they were started
    with, and whoever descends from those. Only one's own user's environments can be read; macOS
    hides those of its own protected programs too (not run there).

    Args:
        home: The state folder of bot and daemons.
        name: The daemon's name.
        turn: Only this turn's nonce; None means all turns.
    """
    ended: set[int] = set()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        marked = _marked(os.path.realpath(home), name, turn)
        if not marked:
            break
        ended |= _end(marked, os.path.realpath(home), name, turn)
        time.sleep(_PAUSE_SECONDS)
    return sorted(ended)


def _marked(home: str, name: str, turn: str | None) -> list[int]:
    own = os.getpid()
    return [pid for pid in _candidates() if pid != own and _is_marked(pid, home, name, turn)]


def _is_marked(pid: int, home: str, name: str, turn: str | None) -> bool:
    environment = environment_of(pid) or {}
    nonce = environment.get("COFFEE_TURN")
    return (
        bool(nonce)
        and (turn is None or nonce == turn)
        and environment.get("COFFEE_DAEMON") == name
        and os.path.realpath(environment.get("COFFEE_HOME", "")) == home
    )


def _end(marked: list[int], home: str, name: str, turn: str | None) -> set[int]:
    """Kill the marked ones and their descendants, who may have dropped the marker."""
    below = {child for pid in marked for child in descendants(pid)} - set(marked) - {os.getpid()}
    ended = {pid for pid in below if _kill(pid)}
    # Looked at again through the handle: the number may have changed its owner.
    ended |= {pid for pid in marked if _kill(pid, lambda one: _is_marked(one, home, name, turn))}
    return ended


def _kill(pid: int, is_meant: Callable[[int], bool] = lambda _: True) -> bool:
    with Handle(pid) as handle:
        try:
            return is_meant(pid) and handle.kill()
        except PermissionError:
            # An agent with other rights, such as sudo: nobody but its owner can end it.
            return False


def _candidates() -> list[int]:
    if sys.platform == "linux":
        return all_pids()
    import psutil  # noqa: PLC0415 - three times the price of a bare start

    return list(psutil.pids())
