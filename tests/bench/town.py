"""A sandbox on a thread, and a bot and a daemon as processes of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.rounds import plain_environment
from waiting import eventually

from coffee_bot.sandbox import Sandbox, Settings
from coffee_daemon import Config, ProcessManager, Store, load_config, system_clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Asks in its first turn, and ends its second at once.
_AGENT = """
import subprocess, sys
if "ASK" in sys.stdin.read() and not sys.argv[1:]:
    subprocess.run(["coffee", "ask", "Which database?"], check=True)
"""


@dataclass
class Town:
    """Everything under way, and the numbers of its processes."""

    sandbox: Sandbox
    config: Config
    store: Store
    process: ProcessManager
    bot: int
    #: Seconds from starting the bot until Slack has its connection.
    bot_ready: float

    @property
    def daemon(self) -> int:
        pid = self.process.status().pid
        assert pid is not None
        return pid


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """Build it below `folder`, without rate limits and without pauses between posts."""
    (folder / "project").mkdir(parents=True)
    (folder / "home").mkdir(mode=0o700)
    agent = folder / "agent.py"
    agent.write_text(_AGENT, encoding="utf-8")
    (folder / "home" / "config.toml").write_text(
        f'[agent]\ncommand = ["{sys.executable}", "{agent}"]\n[limits]\nturns_per_day = 100000\n',
        encoding="utf-8",
    )
    with Sandbox(Settings(limits=None)) as sandbox:
        env = plain_environment(**_variables(sandbox, folder))
        config = load_config(env)
        process = ProcessManager(config, environment=env)
        with Store.open(config.database, clock=system_clock()) as store, _bot(sandbox, env) as bot:
            process.start()
            try:
                yield Town(sandbox, config, store, process, *bot)
            finally:
                process.stop()


def _variables(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    return {
        "COFFEE_HOME": str(folder / "home"),
        "COFFEE_WORKDIR": str(folder / "project"),
        "COFFEE_CHANNEL": "#dev",
        "COFFEE_ADMINS": sandbox.workspace.user("ada").id,
        "COFFEE_POST_SECONDS": "0.001",
        "COFFEE_QUIET_SECONDS": "0.001",
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
    }


@contextmanager
def _bot(sandbox: Sandbox, env: dict[str, str]) -> Iterator[tuple[int, float]]:
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    argv = [sys.executable, "-m", "coffee_bot", "bot"]
    bot = subprocess.Popen(argv, env=env, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        eventually(lambda: sandbox.workspace.connections, 30, "the bot's connection")
        yield bot.pid, time.perf_counter() - began
    finally:
        bot.terminate()
        bot.wait(30)
