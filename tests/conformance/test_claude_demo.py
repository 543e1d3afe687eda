"""`coffee demo --agent claude`, with the real program and a script for its model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conformance.claude_kind import SWITCHES
from conformance.messages_api import Reply, ToolUse, endpoint
from conformance.programs import find_program

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

DEMO = (sys.executable, "-m", "coffee_bot", "demo", "--no-pause", "--agent", "claude")


class BaristaModel:
    """Asks for the unit, and believes that it has done all the rest."""

    def reply(self, request: Mapping[str, Any], gone: threading.Event) -> Reply:
        """Ask once; a request with a tool's result ends the turn."""
        told = str(request["messages"])
        if "brewing_time" in told and "tool_result" not in told:
            question = {"question": "Which unit should brewing times count in?"}
            return Reply(tool=ToolUse(name="mcp__coffee__ask_human", arguments=question))
        return Reply(text="So far, so good.")


@pytest.mark.real_agent
@pytest.mark.timeout(300)
def test_the_demo_plays_with_the_real_program(tmp_path: Path) -> None:
    program = find_program("claude")
    if program is None:
        pytest.skip("Claude Code is not installed")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with endpoint(BaristaModel()) as served:
        ours = {
            **SWITCHES,
            "HOME": str(tmp_path),
            "TMPDIR": str(temporary),
            "CLAUDE_CONFIG_DIR": str(tmp_path / "claude"),
            "ANTHROPIC_BASE_URL": served.url,
            "PATH": os.pathsep.join((str(Path(program).parent), os.environ["PATH"])),
        }
        done = subprocess.run(
            DEMO, check=False, capture_output=True, text=True, env={**os.environ, **ours}
        )

    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "Which unit should brewing times count in?",
        "Picked up",
        "PRIORITY 1 - Brewing times",
        "Stopped Successfully",
    ):
        assert words in done.stdout


def test_without_the_program_it_says_what_to_install(tmp_path: Path) -> None:
    git = shutil.which("git")
    assert git is not None
    environment = {**os.environ, "PATH": str(Path(git).parent), "HOME": str(tmp_path)}
    if shutil.which("claude", path=environment["PATH"]):
        pytest.skip("Claude Code lies beside git")

    done = subprocess.run(DEMO, check=False, capture_output=True, text=True, env=environment)

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "coffee: Claude Code is not installed: there is no `claude` on the PATH. Install it with "
        "`npm install -g @anthropic-ai/claude-code` and log in once."
    )
