"""Where the chaos happens: a home, a project, the settings, and what the agent wrote down."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workshop import make_project

from coffee_daemon import Config, load_config

if TYPE_CHECKING:
    from coffee_bot.sandbox import Sandbox

TESTS = Path(__file__).parent.parent
#: Replies count at once, nearly: nobody here writes three messages in a row.
QUIET = timedelta(seconds=0.2)
#: Crashes are what this is about: they shall not end a task, nor the daemon's day.
_SETTINGS = """\
[daemon]
workdir = '{project}'
[agent]
command = ['{python}', '{agent}']
[limits]
turns = 100000
attempts = 100000
lost_turns = 100000
turns_per_day = 1000000
"""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """One answer that one turn was handed, as the agent wrote it down."""

    turn: str
    question: int
    words: str
    answer: str
    #: Whether the prompt said, in our own words, that the turn before was interrupted.
    interrupted: bool


@dataclass(frozen=True, kw_only=True)
class Place:
    """A state folder with everything a bot and a daemon need."""

    config: Config
    #: The bot's whole environment.
    environment: dict[str, str]

    @classmethod
    def build(cls, folder: Path, sandbox: Sandbox, settle: timedelta) -> Place:
        """Lay it out in an empty folder."""
        home, project = folder / "home", make_project(folder / "project")
        home.mkdir(mode=0o700)
        agent = Path(__file__).with_name("agent.py")
        settings = _SETTINGS.format(project=project, python=sys.executable, agent=agent)
        (home / "config.toml").write_text(settings, encoding="utf-8")
        environment = {
            "HOME": str(folder),
            "PATH": os.environ.get("PATH", os.defpath),
            "COFFEE_HOME": str(home),
        }
        slack = {
            "PYTHONPATH": str(TESTS),
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
            "COFFEE_CHANNEL": "#dev",
            "COFFEE_ADMINS": sandbox.workspace.user("ada").id,
            "COFFEE_SETTLE_SECONDS": f"{settle.total_seconds():g}",
            "COFFEE_QUIET_SECONDS": f"{QUIET.total_seconds():g}",
            "COFFEE_POST_SECONDS": "0.01",
        }
        return cls(config=load_config(environment), environment=environment | slack)

    @property
    def bot_log(self) -> Path:
        """What all bots printed."""
        return self.config.home / "bot.log"

    def ledger(self) -> list[Handed]:
        """What the agent was handed, in order."""
        path = self.config.home / "ledger"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [Handed(**json.loads(line)) for line in lines]

    def logs(self) -> str:
        """Everything that bots and daemons said."""
        found = [self.bot_log, *self.config.state.glob("daemon.log*")]
        return "\n".join(one.read_text(encoding="utf-8", errors="replace") for one in found)
