"""A conversation that a person began with the real Claude Code, and the daemon goes on with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from conformance.claude_kind import SWITCHES
from conformance.messages_api import Reply, endpoint
from conformance.programs import find_program
from workshop import Workshop

from coffee_daemon import AgentSettings, TaskState

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping
    from pathlib import Path


class Listener:
    """Says the same to everything."""

    def reply(self, request: Mapping[str, Any], gone: threading.Event) -> Reply:
        """Say it."""
        return Reply(text="Understood.")


@pytest.mark.real_agent
@pytest.mark.timeout(300)
def test_the_daemon_goes_on_with_what_was_said_at_the_terminal(tmp_path: Path) -> None:
    program = find_program("claude")
    if program is None:
        pytest.skip("Claude Code is not installed")
    mine, temporary = tmp_path / "mine", tmp_path / "tmp"
    mine.mkdir()
    temporary.mkdir()
    with endpoint(Listener()) as served:
        ours = {
            **SWITCHES,
            "HOME": str(tmp_path),
            "TMPDIR": str(temporary),
            "CLAUDE_CONFIG_DIR": str(tmp_path / "claude"),
            "ANTHROPIC_BASE_URL": served.url,
        }
        environment = {**os.environ, **ours}
        begun = subprocess.run(
            [program, "-p", "--output-format", "json"],
            input="Remember the word marzipan.",
            check=True,
            capture_output=True,
            text=True,
            cwd=mine,
            env=environment,
        )
        session = json.loads(begun.stdout)["session_id"]
        house = Workshop.build(tmp_path)
        settings = AgentSettings(kind="claude", command=(program,), environment=tuple(ours))
        house = house.with_settings(agent=settings)
        house = replace(house, environment=environment)
        house.config.home.mkdir()
        (house.config.home / "config.toml").write_text('[agent]\nkind = "claude"\n')
        subprocess.run(
            [
                sys.executable,
                "-m",
                "coffee_bot",
                "adopt",
                "--session",
                session,
                "--cwd",
                str(mine),
                "Which word was it?",
            ],
            check=True,
            env={**environment, "COFFEE_HOME": str(house.config.home)},
        )
        with house.store() as store:
            [task] = store.tasks.open()
        with house.running():
            done = house.until(task.number, TaskState.DONE, seconds=90.0)

    said = str(served.requests[-1]["messages"])
    assert "Remember the word marzipan." in said
    assert "Which word was it?" in said
    assert done.session == session
    assert done.branch is None
    assert list(mine.iterdir()) == []
