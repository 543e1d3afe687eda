from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
from waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from bot_house import House

KEEP = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
#: Says that it was called, and does not come back.
HANG = "import sys, time; open(sys.argv[1], 'a').write(sys.stdin.read()); time.sleep(600)"


def hook(house: House, script: str, kept: Path) -> None:
    """Have a command called for each event from now on."""
    on_event = (sys.executable, "-c", script, str(kept))
    house.config = replace(house.config, daemon=replace(house.config.daemon, on_event=on_event))
    house.restart_bot()
    reader = f"hook:{house.config.daemon.name}:notifications"
    eventually(lambda: house.store.cursors.get(reader) is not None, 45)


def told(kept: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []


def test_a_command_of_ones_own_is_told_of_a_question_and_of_what_is_done(
    house: House, tmp_path: Path
) -> None:
    kept = tmp_path / "events"
    hook(house, KEEP, kept)

    house.command("start")
    house.command("tell ASK first")
    asked = house.message("Which database?", "Choose one")
    house.say("PostgreSQL", thread=asked.ts)

    eventually(lambda: [one["event"] for one in told(kept)] == ["question", "completion"], 60)
    question, done = told(kept)
    assert question["text"] == "Which database?"
    assert (question["task"], done["task"]) == (1, 1)
    assert "PostgreSQL" in done["text"]


def test_a_command_of_ones_own_is_told_of_a_crash(house: House, tmp_path: Path) -> None:
    kept = tmp_path / "events"
    hook(house, KEEP, kept)
    house.command("start")
    house.message("Ada started", seconds=60)
    house.message("is idle", "Up since", seconds=60)

    psutil.Process(house.process.status().pid).kill()

    (crashed,) = eventually(lambda: told(kept), 60)
    assert (crashed["event"], crashed["daemon"]) == ("crashed", house.config.daemon.name)


def test_a_command_that_hangs_keeps_nobody_waiting(house: House, tmp_path: Path) -> None:
    kept = tmp_path / "events"
    hook(house, HANG, kept)
    house.store.questions.ask(daemon=house.config.daemon.name, text="Which colour?")
    house.bot.look()
    eventually(lambda: told(kept), 45)

    assert "Which colour?" in house.answer_to("questions")
    house.message("Which colour?", "#")
    house.bot.stop()

    assert len(told(kept)) == 1


def test_a_command_of_ones_own_is_told_although_the_doorbell_was_lost(
    house: House, tmp_path: Path
) -> None:
    kept = tmp_path / "events"
    hook(house, KEEP, kept)

    # What its start sets off would wake the hook as well.
    eventually(lambda: time.time() - house.workspace.calls()[-1].at > 3, 60, "a bot at rest")

    # Nobody rings: the bot's own look at the record finds it.
    house.store.questions.ask(daemon=house.config.daemon.name, text="Which colour?")

    (asked,) = eventually(lambda: told(kept), 45)
    assert asked["text"] == "Which colour?"
