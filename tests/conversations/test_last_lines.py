"""What failed is told in a sentence; its last lines are for those who may see them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from bot_house import words
from waiting import eventually

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.sandbox import Message

SECRET = "xoxb-1234567890-canary"
#: Prints thirty lines, a secret and markup among them, and fails.
FAILS = f"""
import sys
sys.stdin.read()
for number in range(30):
    print(f"line {{number}}")
print("<!channel> ``` {SECRET}")
print("ValueError: no such table")
sys.exit(3)
"""


def whispers(house: House, user: str) -> list[Message]:
    return list(house.workspace.ephemerals(user, "dev"))


def told(house: House, user: str, part: str) -> str:
    def look() -> str | None:
        return next((words(one) for one in whispers(house, user) if part in words(one)), None)

    return eventually(look, 30, f"{part} for {user}")


def let_it_fail(house: House) -> Message:
    """Have a task fail at its first try; return what its thread is told."""
    Path(house.config.daemon.agent.command[1]).write_text(FAILS, encoding="utf-8")
    settings = house.config.daemon.home / "config.toml"
    with settings.open("a", encoding="utf-8") as file:
        file.write("[limits]\nattempts = 1\n")
    house.command("start")
    house.command("tell build it")
    return house.message("failed*: ", "exit code 3")


def test_a_failed_task_tells_its_cause_and_shows_its_lines_privately(house: House) -> None:
    end = let_it_fail(house)

    assert "exit code 3: ValueError: no such table." in words(end)
    assert "/coffee retry" in words(end)
    assert house.count("line 29") == 0

    assert house.workspace.press("bob", "dev", end.ts, "lines").acked

    shown = told(house, "bob", "The last lines of turn 1 of #")
    lines = [line for line in shown.split("```")[1].split("\\n") if line]
    assert len(lines) == 20
    assert lines[-2:] == ["&lt;!channel&gt; ''' [secret]", "ValueError: no such table"]
    assert SECRET not in shown


def test_a_turn_that_is_tried_again_by_itself_tells_its_cause_and_when(house: House) -> None:
    Path(house.config.daemon.agent.command[1]).write_text(FAILS, encoding="utf-8")
    house.command("start")
    house.command("tell build it")

    shown = house.message("Turn 1 failed. Its agent ended with exit code 3", "It is tried again")

    (task,) = house.store.tasks.list()
    assert f"*#{task.number}*" in words(shown)
    assert "ValueError: no such table." in words(shown)
    assert SECRET not in words(shown)
    assert "waiting for its turn" in words(shown)
    assert house.workspace.message("dev", shown.ts).thread_ts in {None, shown.ts}


def test_whoever_may_only_look_is_not_shown_the_lines(house: House) -> None:
    end = let_it_fail(house)

    assert house.workspace.press("eve", "dev", end.ts, "lines").acked

    told(house, "eve", "Guests")
    assert not any("ValueError" in words(one) for one in whispers(house, "eve"))


def test_the_lines_of_a_crash_are_those_of_its_time(house: House) -> None:
    house.command("start")
    pid = eventually(lambda: house.process.status().pid, 30, "a daemon")
    house.message("Ada started")
    with (house.config.daemon.state / "daemon.log").open("a", encoding="utf-8") as log:
        log.write(f"the last words {SECRET}\n")
    os.kill(pid, signal.SIGKILL)

    crash = house.message("* crashed.", "It is wanted, but process", "starts it again by itself")
    assert house.count("the last words") == 0
    eventually(lambda: house.process.status().running, 30, "it is back")
    with (house.config.daemon.state / "daemon.log").open("a", encoding="utf-8") as log:
        log.write("words of another life\n")

    assert house.workspace.press("ada", "dev", crash.ts, "lines").acked

    shown = told(house, "ada", "The last lines of code_developer's log")
    assert "the last words [secret]" in shown
    assert "another life" not in shown
