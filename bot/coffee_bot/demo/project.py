"""The small repository on which the demo's daemon works."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from coffee_daemon import write_private

_ROADMAP = """\
# Roadmap of the coffee corner

### PRIORITY 1: Brewing times - 📝 Planned

People ask how long a coffee takes.
Add `brewing.py` with a function `brewing_time(drink)` and a test for it.
Ask the team which unit it should count in; it shows everywhere.

### PRIORITY 2: A price list - 📝 Planned

Add `prices.py` with a function `price(drink)` in cents and a test for it.

### PRIORITY 3: Publish the menu - 📝 Planned

Write `MENU.md` with every drink and its price, and tag it `menu-1`.
A tag is for good: ask for leave first.
"""

_MENU = '''\
"""What the coffee corner serves."""

DRINKS = ("espresso", "flat white", "filter coffee")
'''

_TEST_MENU = """\
import unittest

from menu import DRINKS


class TheMenu(unittest.TestCase):
    def test_has_something_for_everybody(self):
        self.assertIn("espresso", DRINKS)
"""

#: The project's tests may be run without asking.
_CLAUDE = """\
kind = "claude"
allowed_tools = ["Bash(python -m unittest:*)", "Bash(python3 -m unittest:*)"]
"""

#: The agent: an ordinary program, as anybody could write one.
AGENT = Path(__file__).with_name("agent.py")


def make_project(folder: Path) -> None:
    """Make a git repository with a roadmap of three priorities, some code and a test."""
    folder.mkdir(parents=True)
    for name, text in (
        ("ROADMAP.md", _ROADMAP),
        ("menu.py", _MENU),
        ("test_menu.py", _TEST_MENU),
        (".gitignore", "__pycache__/\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "config", "user.name", "Ada")
    _git(folder, "config", "user.email", "ada@coffee.example")
    _git(folder, "config", "commit.gpgsign", "false")
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", "Open the coffee corner")


def write_settings(home: Path, project: Path, agent: str | None = None) -> None:
    """Write the settings a person would write: where to work, and with which agent.

    Args:
        home: Where they go.
        project: Where to work.
        agent: `claude` for the real one; None for the demo's own small program.
    """
    write_private(
        home / "config.toml",
        f"[daemon]\n"
        f"workdir = {_quoted(project)}\n"
        f'integrate = "merge"\n\n'
        f"[agent]\n{_CLAUDE if agent else _own_agent()}",
    )


def _own_agent() -> str:
    return f"command = [{_quoted(sys.executable)}, {_quoted(AGENT)}]\n"


def history(project: Path) -> list[str]:
    """The project's commits, newest first, one line each with its tags; merges left out."""
    style = ("--format=%h %s%d", "--decorate-refs=refs/tags/")
    return _git(project, "log", "--no-merges", *style).splitlines()


def _quoted(path: str | Path) -> str:
    # A literal string of TOML: backslashes of Windows stay what they are.
    return f"'{path}'"


def _git(folder: Path, *arguments: str) -> str:
    # The person's own git settings and hooks stay out of a demo.
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
    )
    return done.stdout
