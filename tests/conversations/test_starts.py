"""Eight starts at once, from everywhere that a start can come from."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from bot_house import settle, words
from process_house import House as Address
from waiting import eventually

from coffee_bot.app.workers import ECHO
from coffee_daemon import DaemonState, Person, write_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot_house import House

#: `make endure` has 40.
ROUNDS = int(os.environ.get("COFFEE_TEST_ROUNDS", "4"))
ADA = Person(id="U1", name="Ada")


@dataclass
class Rush:
    """A house, and everybody who starts its daemon at the same moment."""

    house: House

    def daemons(self) -> list[int]:
        return Address(self.house.config.daemon).inhabitants("COFFEE_START_NONCE")

    def one_daemon(self) -> int:
        """Wait until those that came too late have gone; the one that is left."""
        eventually(lambda: len(self.daemons()) == 1, 45, "one daemon")
        (pid,) = self.daemons()
        assert self.house.process.status().pid == pid
        return pid

    def round(self) -> list[str]:
        """Four terminals, three commands in Slack and the watch; what they were told."""
        shown = self.house.workspace.ephemerals
        before = len(shown("ada", "dev"))
        with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
            typed = [pool.submit(self.house.command, "start") for _ in range(3)]
            watch = pool.submit(self.house.process.revive)
            terminals = [stack.enter_context(self._terminal()) for _ in range(4)]
            said = [terminal.communicate(timeout=60)[0] for terminal in terminals]
            assert [terminal.returncode for terminal in terminals] == [0] * 4, said
            assert all(one.result(60).acked for one in typed)
            # It starts only what is wanted at its turn; what goes wrong is raised here.
            watch.result(60)
        eventually(lambda: len(shown("ada", "dev")) == before + 3, 30, "three answers")
        return [*said, *(words(one) for one in shown("ada", "dev")[before:])]

    def _terminal(self) -> subprocess.Popen[str]:
        daemon = self.house.config.daemon
        return subprocess.Popen(
            [sys.executable, "-m", "coffee_bot", "start"],
            cwd=daemon.project,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(daemon.home),
                "COFFEE_HOME": str(daemon.home),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def stopped(rush: Rush, _pid: int) -> None:
    rush.house.process.stop(ADA)
    assert rush.daemons() == []


def killed(_rush: Rush, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def killed_and_emptied(rush: Rush, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    rush.house.process.pid_file.write_bytes(b"")


def stopped_and_forged(rush: Rush, pid: int) -> None:
    stopped(rush, pid)
    rush.house.process.pid_file.write_text(str(os.getpid()))


ENDINGS: tuple[Callable[[Rush, int], None], ...] = (
    stopped,
    killed,
    killed_and_emptied,
    stopped_and_forged,
)


@pytest.mark.timeout(60 + 10 * ROUNDS)
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_of_eight_starts_from_terminals_slack_and_the_watch_one_daemon_comes(house: House) -> None:
    rush = Rush(house)
    for number in range(ROUNDS):
        said = rush.round()

        assert all("running" in told for told in said), said
        ENDINGS[number % len(ENDINGS)](rush, rush.one_daemon())
    rush.house.process.stop(ADA)
    assert rush.daemons() == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM there")
def test_a_daemon_that_went_down_with_its_host_comes_back_with_the_bot(house: House) -> None:
    house.command("start")
    pid = eventually(lambda: house.process.status().pid)
    house.message("Ada started")
    # What comes right after a person's start is taken for its echo; no host is back that soon.
    echo_over = time.monotonic() + ECHO.total_seconds() + 1
    eventually(lambda: time.monotonic() > echo_over)
    os.kill(pid, signal.SIGTERM)
    eventually(lambda: house.process.status().state is DaemonState.STOPPED)
    # Ended in order and nobody asked for it: as long as the host goes on, somebody meant it.
    house.message("is stopped")

    before_the_restart_of_the_host(house.process.status_file)

    house.message("was ended with the host", "is started again")
    settle(lambda: house.process.status().running)


def before_the_restart_of_the_host(status_file: Path) -> None:
    """Make it the record of an earlier boot."""
    record = json.loads(status_file.read_text(encoding="utf-8"))
    write_private(status_file, json.dumps(record | {"boot_id": "earlier"}), durable=False)
