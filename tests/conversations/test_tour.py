"""`coffee demo` as a newcomer runs it, without a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from pathlib import Path

DEMO = (sys.executable, "-m", "coffee_bot", "demo")


def mentioning(folder: Path) -> list[str]:
    """Every process whose command or working folder has to do with `folder`."""
    found = psutil.process_iter(["cmdline", "cwd"])
    told = (" ".join([*(one.info["cmdline"] or ()), one.info["cwd"] or ""]) for one in found)
    return [words for words in told if str(folder) in words]


@pytest.mark.timeout(180)
def test_the_tour_plays_to_its_end_and_leaves_nothing_behind(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}

    done = subprocess.run(
        DEMO,
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "Daemon Started Successfully",
        "Which unit should brewing times count in?",
        "code_developer crashed",
        "│ ❓ 2 questions",
        "✅ Decided by Bob",
        "Minutes, please.",
        "Picked up by code_developer",
        "Command Sent to Daemon",
        "Ada answered #2, picked up by turn 2",
        "Stopped Successfully",
        "Write the menu (tag: menu-1)",
        "Add thanks.py with thanks()",
    ):
        assert words in done.stdout
    assert list(tmp_path.iterdir()) == []
    assert mentioning(tmp_path) == []
