"""A state folder of its own, with managers for stand-in daemons of various manners."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coffee_daemon.notifications import Person
from coffee_daemon.process import ProcessManager
from coffee_daemon.process.starting import daemon_environment
from coffee_daemon.system import environment_of
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
        home = str(self.config.home)
        found = {pid: environment_of(pid) or {} for pid in all_pids()}
        return [pid for pid, env in found.items() if env.get("COFFEE_HOME") == home and mark in env]


def stand_in(*ways: str) -> list[str]:
    return [sys.executable, "-P", str(STAND_IN), *ways]
