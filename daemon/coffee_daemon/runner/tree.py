"""Taking down everything below the runner."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.system import descendants, kill_tree, sweep, terminate_tree

if TYPE_CHECKING:
    import subprocess

_PAUSE_SECONDS = 0.01
#: How long killed processes may take to vanish.
_KILL_SECONDS = 3.0


def end_tree(agent: subprocess.Popen[bytes], grace: float) -> None:
    """End every process below this one: asked first, killed after `grace` seconds.

    On Windows nobody can be asked. On macOS, who slipped out of the tree is found by the marker in
    its environment. Neither has been run here.
    """
    terminate_tree(os.getpid())
    deadline = time.monotonic() + (grace if os.name != "nt" else 0.0)
    while not _childless(agent) and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
    deadline = time.monotonic() + _KILL_SECONDS
    while not _childless(agent) and time.monotonic() < deadline:
        kill_tree(os.getpid())
        time.sleep(_PAUSE_SECONDS)
    if sys.platform != "linux":
        _sweep_turn()
    agent.wait()


def reap(agent: subprocess.Popen[bytes]) -> None:
    """Bury every child that has ended: the agent through its Popen, adopted ones directly."""
    if sys.platform != "linux":
        # Nobody is adopted there.
        agent.poll()
        return
    with suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid == agent.pid:
                agent.poll()
            else:
                os.waitpid(ended.si_pid, os.WNOHANG)


def _childless(agent: subprocess.Popen[bytes]) -> bool:
    reap(agent)
    return agent.returncode is not None and not descendants(os.getpid())


def _sweep_turn() -> None:
    names = ("COFFEE_HOME", "COFFEE_DAEMON", "COFFEE_TURN")
    home, daemon, turn = (os.environ.get(name, "") for name in names)
    if turn:
        sweep(Path(home), daemon, turn=turn)
