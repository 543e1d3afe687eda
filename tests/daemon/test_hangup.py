"""A terminal that is closed after `coffee start` was typed in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from workshop import ADA, Workshop

from coffee_daemon import ProcessManager, TaskState, private_folder

if TYPE_CHECKING:
    from coffee_daemon import Config

SHELL = Path(__file__).with_name("shell_on_a_terminal.py")
ROUNDS = 3
_SETTINGS = "[daemon]\nworkdir = '{project}'\n[agent]\ncommand = [{command}]\n"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    found = Workshop.build(tmp_path)
    private_folder(found.config.home)
    command = ", ".join(f"'{part}'" for part in found.config.agent.command)
    settings = _SETTINGS.format(project=found.config.project, command=command)
    (found.config.home / "config.toml").write_text(settings, encoding="utf-8")
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of that kind there")
def test_a_daemon_lives_and_works_on_when_its_terminal_is_closed(workshop: Workshop) -> None:
    manager = ProcessManager(workshop.config)
    for number in range(ROUNDS):
        start_in_a_terminal_that_is_closed(workshop.config)

        assert manager.is_daemon_running()
        workshop.until(workshop.tell(f"say hello {number}"), TaskState.DONE, 60)
        assert manager.stop(ADA).how == "graceful"


def start_in_a_terminal_that_is_closed(config: Config) -> None:
    master, slave = os.openpty()
    argv = [sys.executable, str(SHELL), sys.executable, "-m", "coffee_bot", "start"]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(config.home),
        "COFFEE_HOME": str(config.home),
    }
    with subprocess.Popen(
        argv, env=environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    ) as shell:
        os.close(slave)
        said = ""
        while "has ended with" not in said:
            said += os.read(master, 4096).decode()
        os.close(master)
        # The whole session is told that its terminal has gone.
        assert shell.wait(60) == -signal.SIGHUP
    assert "has ended with 0." in said, said
