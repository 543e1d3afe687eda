"""What is printed where the console knows few letters, as a Windows console in cp1252 does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from workshop import ADA, Workshop

from coffee_daemon import Via

if TYPE_CHECKING:
    from pathlib import Path

#: Emoji, another script, an arrow, and what cp1252 does know.
WORDS = "Größe ☕ 🚀 → база"
SHOWN = "Größe ? ? ? ????"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    found = Workshop.build(tmp_path)
    with found.store() as store:
        store.tasks.tell(daemon="code_developer", text=WORDS, who=ADA, via=Via.CLI)
        store.questions.ask(daemon="code_developer", text=WORDS, options=[WORDS, "No"], why=WORDS)
        store.create_notification("warning", WORDS, WORDS)
    return found


def coffee(workshop: Workshop, *command: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(workshop.config.home),
        "COFFEE_HOME": str(workshop.config.home),
        "PYTHONIOENCODING": "cp1252",
    }
    argv = [sys.executable, "-m", "coffee_bot", *command]
    cwd = workshop.config.project
    return subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("status", 3, "? code_developer is stopped"),
        ("questions", 0, SHOWN),
        ("tasks", 0, SHOWN),
        ("notifications", 0, SHOWN),
        ("answer 2 ☕", 0, "stored"),
        ("cancel ☕", 2, "'?' is not a number of ours"),
        ("--help", 0, "Keep its record safe"),
    ],
)
def test_a_console_that_knows_few_letters_is_shown_a_mark_in_their_place(
    workshop: Workshop, command: str, code: int, words: str
) -> None:
    done = coffee(workshop, *command.split())

    said = (done.stdout + done.stderr).decode("cp1252")
    assert (done.returncode, words in said) == (code, True), said
    assert "Traceback" not in said
    assert "should not happen" not in said


def test_json_keeps_every_letter_there(workshop: Workshop) -> None:
    (question,) = json.loads(coffee(workshop, "questions", "--json").stdout)

    assert (question["text"], question["why"]) == (WORDS, WORDS)
