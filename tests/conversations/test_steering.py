from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bot_house import settle

from coffee_daemon import TaskState

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.config import BotConfig
    from coffee_daemon import Task

#: Fails until it is mended, waits at a gate, or is done at once, as its task says.
AGENT = """
import pathlib, sys, time
prompt, here = sys.stdin.read(), pathlib.Path.cwd()
with (here / "begun").open("a") as begun:
    begun.write(prompt.partition("begin: task #")[2].partition(",")[0] + "\\n")
for _ in range(1200):
    if "GATE" not in prompt or (here / "open").exists():
        break
    time.sleep(0.05)
if "FAIL" in prompt and not (here / "mended").exists():
    sys.exit("It is broken.")
print("It is built.")
"""


@pytest.fixture
def config(config: BotConfig) -> BotConfig:
    """The same with another agent, which is tried once."""
    (config.daemon.home.parent / "agent.py").write_text(AGENT, encoding="utf-8")
    settings = config.daemon.home / "config.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}[limits]\nattempts = 1\n", encoding="utf-8")
    return replace(
        config, daemon=replace(config.daemon, limits=replace(config.daemon.limits, attempts=1))
    )


def tell(house: House, text: str, user: str = "ada") -> Task:
    """Hand over a task by a command."""
    house.command(f"tell {text}", user)
    return next(one for one in house.store.tasks.list() if one.title == text)


def until(house: House, task: Task, state: TaskState) -> None:
    settle(lambda: house.store.tasks.get(task.number).state is state, f"#{task.number} {state}")


def begun(house: House) -> list[int]:
    """The numbers of the tasks whose turns began, in their order."""
    told = (house.config.daemon.project / "begun").read_text(encoding="utf-8")
    return [int(number) for number in told.split()]


def mend(house: House) -> None:
    (house.config.daemon.project / "mended").touch()


def audited(house: House, verb: str) -> list[tuple[str, str, str]]:
    found = (one for one in reversed(house.store.audit.list()) if one.verb == verb)
    return [(one.who.name, one.target, one.outcome) for one in found]


def test_a_failed_task_is_tried_again_by_its_button_and_everybody_sees_who(house: House) -> None:
    task = tell(house, "FAIL and build it", "bob")
    house.command("start")
    until(house, task, TaskState.FAILED)
    shown = house.message("FAIL and build it", "Retry")
    mend(house)

    assert house.workspace.press("bob", "dev", shown.ts, "retry").acked

    until(house, task, TaskState.DONE)
    house.message(f"Bob queued #{task.number} again")
    house.message("It is built.", thread=shown.ts)
    settle(lambda: "Retry" not in str(house.workspace.message("dev", shown.ts).blocks))
    assert audited(house, "retry") == [("Bob", f"#{task.number}", "queued")]


def test_a_task_is_tried_again_by_command_and_in_plain_words(house: House) -> None:
    task = tell(house, "FAIL and build it")
    house.command("start")
    until(house, task, TaskState.FAILED)

    assert "is queued again" in house.answer_to(f"retry #{task.number}")
    house.message(f"Ada queued #{task.number} again")
    settle(lambda: begun(house) == [task.number] * 2)
    until(house, task, TaskState.FAILED)
    mend(house)
    house.say(f"@code_developer try {task.number} again, please")

    until(house, task, TaskState.DONE)


def test_what_has_not_ended_is_not_tried_again_and_neither_by_a_guest(house: House) -> None:
    task = tell(house, "build it")

    said = house.answer_to(f"retry {task.number}")
    refused = house.answer_to(f"retry {task.number}", "eve")

    assert f"#{task.number} is queued." in said
    assert "Only what has ended can be tried again." in said
    assert "Guests" in refused
    settle(lambda: len(audited(house, "retry")) == 2)
    assert [outcome for _, _, outcome in audited(house, "retry")] == ["failed", "refused"]
