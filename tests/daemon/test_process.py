from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from waiting import eventually

from coffee_daemon.config import Config
from coffee_daemon.errors import StartFailed
from coffee_daemon.notifications import Person
from coffee_daemon.process import ProcessManager
from coffee_daemon.status import DaemonState, read_wish
from coffee_daemon.system import process_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

STAND_IN = Path(__file__).with_name("stand_in_daemon.py")
ADA = Person(id="U1", name="Ada")


@dataclass
class House:
    """A state folder of its own, and managers for daemons of various manners in it."""

    config: Config
    managers: list[ProcessManager] = field(default_factory=list)

    def manager(self, *ways: str, start_timeout: float = 10) -> ProcessManager:
        manager = ProcessManager(
            self.config,
            argv=[sys.executable, str(STAND_IN), *ways],
            start_timeout=start_timeout,
        )
        self.managers.append(manager)
        return manager


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(Config(home=tmp_path / "home", project=tmp_path))
    yield house
    ProcessManager(house.config).stop(timeout=0.5)


def test_a_stopped_daemon_does_not_run(house: House) -> None:
    manager = house.manager()

    assert not manager.is_daemon_running()
    assert (DaemonState.STOPPED, "it has never been started") == (
        manager.status().state,
        manager.status().evidence,
    )


def test_a_started_daemon_is_ready_when_start_returns(house: House) -> None:
    manager = house.manager()
    began = time.monotonic()

    assert manager.start_daemon()
    assert time.monotonic() - began < 3
    assert manager.is_daemon_running()
    status = manager.get_daemon_status()
    assert status["running"] is True
    assert status["status"] == "idle"
    assert status["pid"] == manager._read_pid_file()


def test_a_stop_is_graceful_and_leaves_no_process_and_no_pid_file(house: House) -> None:
    manager = house.manager()
    manager.start(ADA)
    pid = manager.status().pid
    assert pid
    report = manager.stop(ADA)

    assert report.how == "graceful"
    assert report.seconds < 2
    assert not process_facts(pid).alive
    assert not manager.is_daemon_running()
    assert not manager.pid_file.exists()
    assert not read_wish(house.config).wanted
    assert manager.status().evidence == "stopped by Ada"


def test_a_start_that_fails_tells_the_last_lines_of_the_log(house: House) -> None:
    manager = house.manager("crash")
    with pytest.raises(StartFailed) as failed:
        manager.start(ADA)

    assert failed.value.log_tail == ("Traceback: no coffee left",)
    assert "exit code 1" in str(failed.value)
    assert not read_wish(house.config).wanted
