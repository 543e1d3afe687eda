from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bot_house import settle, words

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


def gate(house: House) -> None:
    """Open it."""
    (house.config.daemon.project / "open").touch()


def status(house: House) -> str:
    return house.process.status().evidence


def audited(house: House, verb: str) -> list[tuple[str, str, str]]:
    found = (one for one in reversed(house.store.audit.list()) if one.verb == verb)
    return [(one.who.name, one.target, one.outcome) for one in found]


def test_a_failed_task_is_tried_again_by_its_button_and_everybody_sees_who(house: House) -> None:
    task = tell(house, "FAIL and build it", "bob")
    house.answer_to("start")
    until(house, task, TaskState.FAILED)
    shown = house.message("FAIL and build it", "'action_id': 'retry'")
    mend(house)

    assert house.workspace.press("bob", "dev", shown.ts, "retry").acked

    until(house, task, TaskState.DONE)
    house.message(f"Bob queued #{task.number} again")
    house.message("It is built.", thread=shown.ts)
    settle(lambda: "Retry" not in str(house.workspace.message("dev", shown.ts).blocks))
    assert audited(house, "retry") == [("Bob", f"#{task.number}", "queued")]


def test_a_task_is_tried_again_by_command_and_in_plain_words(house: House) -> None:
    task = tell(house, "FAIL and build it")
    house.answer_to("start")
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


def test_tasks_are_put_in_another_order_and_everybody_sees_who_did(house: House) -> None:
    one, two, three = (tell(house, f"build {name}") for name in ("one", "two", "three"))

    assert f"#{three.number} comes first now" in house.answer_to(f"first {three.number}")
    said = house.answer_to(f"move #{one.number} after #{two.number}")
    assert f"#{one.number} comes after #{two.number} now" in said
    house.message(f"Ada put #{three.number} first")
    house.message(f"Ada put #{one.number} after #{two.number}")
    shown = house.answer_to("tasks")

    places = [shown.index(f"build {name}") for name in ("three", "two", "one")]
    assert places == sorted(places)
    house.answer_to("start")
    until(house, one, TaskState.DONE)
    assert begun(house) == [three.number, two.number, one.number]
    assert audited(house, "first") == [("Ada", f"#{three.number}", "moved")]
    assert audited(house, "move") == [("Ada", f"#{one.number}", f"after #{two.number}")]


def test_a_task_is_put_first_or_last_in_plain_words(house: House) -> None:
    one, two, three = (tell(house, f"build {name}") for name in ("one", "two", "three"))

    house.say(f"@code_developer do #{three.number} next, please")
    house.message(f"#{three.number} comes first now")
    house.say(f"@code_developer put task {one.number} last")
    house.message(f"#{one.number} comes last now")

    found = [task.number for task in house.store.tasks.open(house.config.daemon.name)]
    assert found == [three.number, two.number, one.number]


def test_what_runs_or_is_done_has_no_place_and_an_answerer_may_move_nothing(house: House) -> None:
    task = tell(house, "GATE and build it")
    house.answer_to("start")
    until(house, task, TaskState.RUNNING)

    assert "is running" in house.answer_to(f"first {task.number}")
    assert "COFFEE_OPERATORS" in house.answer_to(f"last {task.number}", "bob")
    assert "There is no task #99" in house.answer_to("hold 99")
    gate(house)

    until(house, task, TaskState.DONE)
    assert "is done" in house.answer_to(f"move {task.number} before {task.number}")
    assert "already done" in house.answer_to(f"hold {task.number}")


def test_a_held_task_shows_who_holds_it_and_goes_on_when_it_is_released(house: House) -> None:
    held, other = tell(house, "build the held one"), tell(house, "build the other one")
    shown = house.message("build the held one", "stored")

    assert "is held" in house.answer_to(f"hold {held.number}")
    house.message(f"Ada holds #{held.number}")
    settle(lambda: "held by Ada since" in words(house.workspace.message("dev", shown.ts)))
    house.answer_to("start")
    until(house, other, TaskState.DONE)
    house.message("1 held task", "PID")
    settle(lambda: "1 on hold" in status(house))
    assert "held by Ada since" in house.answer_to("tasks")
    assert "held already, by Ada" in house.answer_to(f"hold {held.number}")
    house.say(f"@code_developer release task {held.number}")

    until(house, held, TaskState.DONE)
    house.message(f"#{held.number} goes on, in its old place")
    assert begun(house) == [other.number, held.number]
    settle(lambda: "held by" not in words(house.workspace.message("dev", shown.ts)))
    assert audited(house, "release") == [("Ada", f"#{held.number}", "released")]


def test_a_task_that_is_held_while_it_runs_ends_its_turn_first(house: House) -> None:
    task = tell(house, "GATE and build it")
    house.answer_to("start")
    until(house, task, TaskState.RUNNING)

    assert "goes on to its end first" in house.answer_to(f"hold {task.number}")
    gate(house)

    until(house, task, TaskState.DONE)
    house.message("It is built.")


def test_in_focus_people_are_told_when_to_expect_a_reply(house: House) -> None:
    task = tell(house, "GATE and build it")
    house.answer_to("start")
    until(house, task, TaskState.RUNNING)
    settle(lambda: house.process.status().task_number == task.number)

    said = house.answer_to("focus 2h")
    assert f"is in focus on #{task.number} GATE and build it until" in said
    house.message(f"Ada keeps code_developer in focus on #{task.number}")
    settle(lambda: house.process.status().focus_task == task.number)
    card = house.message("🎯 in focus on", "PID").ts
    settle(lambda: "messages are kept meanwhile" in words(house.workspace.message("dev", card)))
    assert f"in focus on #{task.number}, by Ada" in house.answer_to("status")
    told = house.answer_to("tell build the other one", "bob")
    assert f"It is in focus on #{task.number} until" in told
    assert "yours comes then, or as soon as that task is done" in told
    other = next(one for one in house.store.tasks.list() if one.title == "build the other one")
    gate(house)

    until(house, task, TaskState.DONE)
    until(house, other, TaskState.DONE)
    assert begun(house) == [task.number, other.number]
    settle(lambda: house.process.status().focus_until is None)
    settle(lambda: len(audited(house, "focus")) == 1)
    assert audited(house, "focus")[0][2].startswith(f"on #{task.number} until")


def test_a_focus_on_a_number_is_ended_by_hand(house: House) -> None:
    one, two = tell(house, "build one"), tell(house, "GATE and build two")
    house.answer_to(f"focus until tomorrow on {two.number}")
    house.answer_to("start")
    until(house, two, TaskState.RUNNING)

    assert "goes on with everything" in house.answer_to("focus off")
    house.message("Ada ended the focus of code_developer")
    assert "was in no focus" in house.answer_to("focus off")
    gate(house)

    until(house, one, TaskState.DONE)
    assert begun(house) == [two.number, one.number]
    assert "no time" in house.answer_to("focus 99 days")
    assert f"#{one.number} is already done" in house.answer_to(f"focus 2h on {one.number}")
    assert "COFFEE_OPERATORS" in house.answer_to("focus 2h", "bob")
    house.answer_to("focus 2h")
    assert "goes on" in house.answer_to("resume")
    settle(lambda: house.count("Ada ended the focus") == 2)
