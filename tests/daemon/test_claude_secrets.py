from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil
from waiting import eventually

from coffee_daemon.agents import Job, agent_for
from coffee_daemon.config import load_config
from coffee_daemon.system import private_folder, write_private
from coffee_daemon.tasks import Outcome, Task, TaskState, TurnEnd, TurnState
from coffee_daemon.tasks import Turn as TurnRow

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon.config import Config

MOMENT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SETTINGS = """\
[database]
url = "postgresql+psycopg://ada:canary-in-the-file@127.0.0.1:9/coffee"

[agent]
kind = "claude"
command = ['{python}', '{program}']
"""
#: Starts the server that it is given, as the real program does, and works until it is told to end.
STAND_IN = """
import json, os, subprocess, sys, time
from pathlib import Path
place = Path(__file__).parent
servers = sys.argv[sys.argv.index("--mcp-config") + 1]
server = json.loads(Path(servers).read_text())["mcpServers"]["coffee"]
argv = [server["command"], *server["args"]]
with subprocess.Popen(argv, env=os.environ | server["env"], stdin=subprocess.PIPE) as served:
    (place / "ready").touch()
    while not (place / "enough").exists():
        time.sleep(0.02)
    served.stdin.close()
print(json.dumps({"type": "result", "is_error": False, "result": "Done."}))
"""


@dataclass
class Desk:
    stopping: threading.Event = field(default_factory=threading.Event)

    def session(self, token: str) -> None:
        raise AssertionError(token)

    def progress(self, text: str) -> None:
        raise AssertionError(text)


def job(config: Config, folder: Path) -> Job:
    task = Task(
        number=12,
        daemon=config.name,
        source="command:12",
        title="Greet",
        prompt="Greet.",
        priority=0,
        state=TaskState.RUNNING,
        created_at=MOMENT,
        updated_at=MOMENT,
    )
    turn = TurnRow(
        id=71, task=12, number=1, nonce="n0nce", state=TurnState.READY, created_at=MOMENT
    )
    return Job(
        task=task,
        turn=turn,
        session=None,
        prompt="Greet.",
        folder=folder,
        run_folder=config.state / "turns" / "12-1",
        limits=config.limits,
    )


def test_neither_tokens_nor_the_databases_password_reach_any_process_of_the_tree(
    tmp_path: Path,
) -> None:
    home, program = tmp_path / "home", tmp_path / "claude.py"
    private_folder(home)
    program.write_text(STAND_IN)
    text = SETTINGS.format(python=sys.executable, program=program)
    write_private(home / "config.toml", text)
    environment = {
        **os.environ,
        "COFFEE_HOME": str(home),
        "COFFEE_DATABASE_URL": "postgresql+psycopg://ada:canary-in-the-air@127.0.0.1:9/coffee",
        "SLACK_BOT_TOKEN": "xoxb-canary",
        "SLACK_APP_TOKEN": "xapp-canary",
    }
    config = load_config(environment)
    assert "canary" in config.database
    agent = agent_for(config, environment)
    assert agent is not None
    ended: list[Outcome] = []
    turn = job(config, tmp_path)
    thread = threading.Thread(target=lambda: ended.append(agent.run(turn, Desk())))
    thread.start()
    try:
        eventually((tmp_path / "ready").exists, 60.0, "the program and its server run")
        tree = psutil.Process().children(recursive=True)
        seen = [repr((one.environ(), one.cmdline())) for one in tree]
        kept = [path.read_text() for path in turn.run_folder.iterdir() if path.is_file()]
    finally:
        (tmp_path / "enough").touch()
        thread.join(60.0)

    # The runner, the driver, the program and its server.
    assert len(seen) >= 4
    assert any("mcp" in one for one in seen)
    assert not [one for one in (*seen, *kept) if "canary" in one]
    assert [one.end for one in ended] == [TurnEnd.OK]
