"""A state folder of its own, with managers for stand-in daemons of various manners."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.notifications import Person
from coffee_daemon.process import ProcessManager
from coffee_daemon.process.starting import daemon_environment
from coffee_daemon.system.trees import all_pids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon.clock import Clock
    from coffee_daemon.config import Config

STAND_IN = Path(__file__).parent / "daemon" / "stand_in_daemon.py"
ADA = Person(id="U1", name="Ada")
BEN = Person(id="U2", name="Ben")


@dataclass
class House:
    """Where a test's daemon lives."""

    config: Config

    def manager(
        self,
        *ways: str,
        start_timeout: float = 10,
        clock: Clock | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> ProcessManager:
        return ProcessManager(
            self.config,
            argv=stand_in(*ways),
            start_timeout=start_timeout,
            clock=clock,
            environment=environment,
        )

    def spawn_by_hand(self, *ways: str) -> subprocess.Popen[bytes]:
        env = daemon_environment(self.config, {"PATH": "/usr/bin:/bin"})
        return subprocess.Popen(stand_in(*ways), env=env, stderr=subprocess.DEVNULL)

    def inhabitants(self, mark: str = "COFFEE_HOME") -> list[int]:
        """Every process that carries this house's home in its environment, and that mark."""
        return self.inhabitants_by(mark)[mark]

    def inhabitants_by(self, *marks: str) -> dict[str, list[int]]:
        """For each mark those who carry it, all from one look."""
        found: dict[str, list[int]] = {mark: [] for mark in marks}
        home = f"COFFEE_HOME={self.config.home}".encode()
        for pid in all_pids():
            variables = _variables(pid)
            if home in variables:
                names = {one.partition(b"=")[0].decode() for one in variables}
                for mark in names & set(marks):
                    found[mark].append(pid)
        return found


def _variables(pid: int) -> list[bytes]:
    # Not taken apart for those who do not live here: there may be hundreds of them.
    with suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return []


def stand_in(*ways: str) -> list[str]:
    return [sys.executable, "-P", str(STAND_IN), *ways]
