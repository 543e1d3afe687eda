"""The examples of the how-to "Ask from any agent" do what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "ask-from-any-agent.md"


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    usual = {name: value for name, value in os.environ.items() if name != "COFFEE_TURN"}
    return {**usual, "COFFEE_HOME": str(tmp_path / "home")}


def run(*argv: str, env: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *argv], env=env, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip()


def coffee(*arguments: str, env: dict[str, str]) -> tuple[int, str]:
    return run("-m", "coffee_bot", *arguments, env=env)


def test_the_python_examples_ask_and_fetch(environment: dict[str, str]) -> None:
    asks, fetches = blocks("python")

    _, asked = run("-c", asks, env=environment)
    assert asked.startswith("Asked as #1. Go on with other work")
    assert run("-c", fetches, "1", env=environment) == (0, "No answer yet: it is open.")

    coffee("answer", "1", "Delete them", env=environment)
    code, fetched = run("-c", fetches, "1", env=environment)
    assert code == 0
    assert fetched.endswith("said: delete them.")


def test_the_shell_examples_ask_and_fetch(environment: dict[str, str]) -> None:
    question = ("ask", "Delete the old backups?", "--option", "Delete them", "--json")
    _, asked = coffee(*question, env=environment)
    shown = json.loads(next(one for one in blocks("json") if '"number"' in one))

    assert json.loads(asked) == {
        **shown, "number": 1, "instruction": shown["instruction"].replace("12", "1")
    }  # fmt: skip
    assert coffee("ask", "--fetch", "1", env=environment) == (3, "")
    coffee("answer", "1", "Keep them, please", env=environment)
    assert coffee("ask", "--fetch", "1", env=environment) == (0, "Keep them, please")


def test_every_client_is_told_to_start_the_same_server() -> None:
    settings = [json.loads(one) for one in blocks("json") if "coffee" in one and "mcp" in one]
    settings += [tomllib.loads(one) for one in blocks("toml")]

    assert len(settings) == 4
    for one in settings:
        told = json.dumps(one)
        assert '"command": "coffee", "args": ["mcp"]' in told or '["coffee", "mcp"]' in told
