"""SIGTERM at any moment of a daemon that does one small task after the other."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest
from process_house import House
from workshop import ADA

from coffee_daemon import Config, Store, TaskState, Via, private_folder, system_clock
from coffee_daemon.status import StatusRecord, read_record

if TYPE_CHECKING:
    from pathlib import Path

#: 200 take some minutes.
ROUNDS = int(os.environ.get("COFFEE_TEST_SIGNALS", "5"))
#: A start and some tasks fit in.
LONGEST_LIFE_SECONDS = 2.5
_SETTINGS = """\
[daemon]
workdir = '{project}'
[agent]
command = ['/bin/cat']
[limits]
turns_per_day = 1000000
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no daemon ends by signal there")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    found = Config(home=tmp_path / "home", project=tmp_path / "project")
    private_folder(found.home)
    found.project.mkdir()
    settings = _SETTINGS.format(project=found.project)
    (found.home / "config.toml").write_text(settings, encoding="utf-8")
    return found


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_sigterm_at_any_moment_is_an_end_in_order(config: Config) -> None:
    chance, moment = Random(7), threading.Event()  # noqa: S311 - repeatable, and no secret
    told, codes = 0, []
    for _ in range(ROUNDS):
        told += tell(config, 20 - waiting(config))
        with launch(config) as process:
            moment.wait(chance.uniform(0, LONGEST_LIFE_SECONDS))
            process.terminate()
            codes.append(process.wait(20))
        assert not is_left(config), (codes, config.home)

    # Before its first line Python itself heeds the signal, and nothing has begun.
    assert set(codes) <= {0, -15}, codes
    with Store.open(config.database, clock=system_clock()) as store:
        kept = store.tasks.list(limit=told + 1)
        assert len(kept) == told
        assert {task.state for task in kept} <= {TaskState.QUEUED, TaskState.DONE}
    with closing(sqlite3.connect(config.home / "notifications.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ends = dict(database.execute("SELECT outcome, count(*) FROM turns GROUP BY outcome"))
    assert set(ends) <= {"ok", "interrupted"}, ends


def launch(config: Config) -> subprocess.Popen[bytes]:
    with (config.home / "daemon.log").open("ab") as log:
        environment = {**os.environ, "COFFEE_HOME": str(config.home)}
        argv = [sys.executable, "-m", "coffee_daemon"]
        return subprocess.Popen(argv, env=environment, stdout=log, stderr=log)


def tell(config: Config, count: int) -> int:
    with Store.open(config.database, clock=system_clock()) as store:
        for number in range(count):
            store.tasks.tell(daemon=config.name, text=f"say {number}", who=ADA, via=Via.CLI)
    return count


def waiting(config: Config) -> int:
    with Store.open(config.database, clock=system_clock()) as store:
        return len(store.tasks.list(states={TaskState.QUEUED}, limit=100))


def is_left(config: Config) -> bool:
    """Whether anything of a daemon is left: a number, a process, a status without an end."""
    record = read_record(config.home / "daemon_status.json")
    lasting = isinstance(record, StatusRecord) and not record.ended
    pid = (config.home / "daemon.pid").exists()
    return pid or lasting or bool(House(config).inhabitants())
