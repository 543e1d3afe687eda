"""Who lives in a state folder, told by the marks in their environment; and who should not."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

from coffee_daemon.process.finding import NONCE
from coffee_daemon.system import environment_of, process_facts
from coffee_daemon.system.trees import all_pids

if TYPE_CHECKING:
    from pathlib import Path

#: A child that has ended is buried within this, unless somebody forgot it.
_BURIAL_SECONDS = 2.0
#: The kernel counts starts in ticks.
_TICK_SECONDS = 0.02


def inhabitants(home: Path) -> dict[int, dict[str, str]]:
    """Every living process of a home with its environment."""
    found = {pid: environment_of(pid) or {} for pid in all_pids()}
    return {pid: env for pid, env in found.items() if env.get("COFFEE_HOME") == str(home)}


def daemons(home: Path) -> list[int]:
    """The daemons, also one that has only just been spawned."""
    found = inhabitants(home).items()
    return [pid for pid, env in found if NONCE in env and "COFFEE_TURN" not in env]


def turns(home: Path) -> list[int]:
    """Every process of a turn: the runner, the agent and whom they started."""
    return [pid for pid, env in inhabitants(home).items() if "COFFEE_TURN" in env]


def runners(home: Path) -> list[int]:
    """The runners, each the parent of one turn's tree."""
    found = turns(home)
    return [pid for pid in found if "coffee_daemon.runner" in _argv(pid)]


def left_behind(home: Path, daemon: int) -> list[int]:
    """Processes of turns that are older than the daemon, which should have ended them."""
    born = process_facts(daemon).start
    if born is None:
        return []
    found = [process_facts(pid) for pid in turns(home)]
    return [one.pid for one in found if one.start and one.start < born - _TICK_SECONDS]


def kill(pid: int) -> None:
    """End a process as a power cut would."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _argv(pid: int) -> list[str]:
    with suppress(psutil.Error):
        return psutil.Process(pid).cmdline()
    return []


@dataclass
class Undertaker:
    """Looks for zombies whose parent forgot them.

    Whoever lost its parent was adopted by us and is buried by us; that is nobody's fault.
    """

    #: Zombies of bots, daemons and runners, ever.
    found: set[tuple[int, float]] = field(default_factory=set)
    _before: set[tuple[int, float]] = field(default_factory=set)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Look until stopped."""
        while not self._stopping.wait(_BURIAL_SECONDS):
            self.look()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def look(self) -> None:
        """Note and bury those that were dead at the last look already."""
        now: set[tuple[int, float]] = set()
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if process.status() == psutil.STATUS_ZOMBIE:
                    now.add((process.pid, process.create_time()))
        for pid, born in now & self._before:
            with suppress(psutil.Error):
                self._judge(psutil.Process(pid), born)
        self._before = now

    def _judge(self, zombie: psutil.Process, born: float) -> None:
        if zombie.ppid() != os.getpid():
            self.found.add((zombie.pid, born))
            return
        with suppress(ChildProcessError):
            os.waitpid(zombie.pid, os.WNOHANG)
