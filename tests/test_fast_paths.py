"""What is asked often must not pay for what it does not use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from coffee_daemon.runner.order import Order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAVY = {"sqlalchemy", "alembic", "slack_bolt", "slack_sdk", "aiohttp", "apscheduler", "rich"}
#: The runner lives as long as a turn, so it is the standard library alone.
FOREIGN = HEAVY | {"click", "psutil"}
#: The last argument names the file that the loaded modules are written into.
LOOK = """
import atexit, json, pathlib, sys
notes = pathlib.Path(sys.argv.pop())
atexit.register(lambda: notes.write_text(json.dumps(sorted(sys.modules))))
"""
COFFEE = f"""{LOOK}
from coffee_bot.cli import main
sys.exit(main(sys.argv[1:]))
"""
RUNNER = f"""{LOOK}
import runpy
runpy.run_module("coffee_daemon.runner", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    project = tmp_path / "project"
    project.mkdir()
    state = tmp_path / "home"
    state.mkdir(mode=0o700)
    (state / "config.toml").write_text(
        f"[daemon]\nworkdir = {json.dumps(str(project))}\n", encoding="utf-8"
    )
    environment = {**os.environ, "COFFEE_HOME": str(state)}
    environment.pop("COFFEE_TURN", None)
    yield environment
    subprocess.run(
        [sys.executable, "-m", "coffee_bot", "stop"],
        env=environment,
        check=False,
        capture_output=True,
    )


def loaded_by(
    program: str, *arguments: str, env: dict[str, str], notes: Path
) -> tuple[int, set[str]]:
    # Its input stays open while it runs: the runner takes an end for its daemon's death.
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments, str(notes)],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        code = process.wait()
    modules: list[str] = json.loads(notes.read_text(encoding="utf-8"))
    return code, {name.split(".")[0] for name in modules}


def test_looking_starting_and_stopping_load_neither_database_nor_slack(
    home: dict[str, str], tmp_path: Path
) -> None:
    notes = tmp_path / "modules.json"
    story = (["status"], ["start"], ["start"], ["status"], ["status", "--json"], ["stop"], ["stop"])
    told = [loaded_by(COFFEE, *command, env=home, notes=notes) for command in story]

    assert [code for code, _ in told] == [3, 0, 0, 0, 0, 0, 0]
    assert [loaded & HEAVY for _, loaded in told] == [set()] * len(story)


def test_the_help_page_loads_no_command(home: dict[str, str], tmp_path: Path) -> None:
    code, loaded = loaded_by(COFFEE, "--help", env=home, notes=tmp_path / "modules.json")

    assert (code, loaded & (HEAVY | {"psutil"})) == (0, set())


def test_the_runner_is_the_standard_library_alone(tmp_path: Path) -> None:
    folder = tmp_path / "turn"
    folder.mkdir(mode=0o700)
    (folder / "prompt").write_text("Say hello.", encoding="utf-8")
    Order(argv=(sys.executable, "-c", "print('hello')"), cwd=str(tmp_path)).write(folder)
    _, loaded = loaded_by(
        RUNNER, str(folder), env=dict(os.environ), notes=tmp_path / "modules.json"
    )

    assert (folder / "output").read_text(encoding="utf-8").split() == ["hello"]
    assert loaded & FOREIGN == set()
