"""What people say while a task runs, over the wire."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bot_house import settle, words
from waiting import eventually
from workshop import AGENT, git, make_project

from coffee_daemon import TaskState, TurnEnd

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Message
    from coffee_daemon import Question, Task


@pytest.fixture
def config(config: BotConfig) -> BotConfig:
    """The same with a git project, and an agent that does what its prompt's steps say."""
    daemon = config.daemon
    shutil.rmtree(daemon.project)
    make_project(daemon.project)
    agent = f'[agent]\ncommand = ["{sys.executable}", "{AGENT}"]\n'
    text = f'[daemon]\nworkdir = "{daemon.project}"\n{agent}'
    (daemon.home / "config.toml").write_text(text, encoding="utf-8")
    command = (sys.executable, str(AGENT))
    return replace(config, daemon=replace(daemon, agent=replace(daemon.agent, command=command)))


def tell(house: House, *steps: str) -> Task:
    """Hand over a task made of steps for the agent, to a daemon that runs."""
    house.command("tell " + "\n".join(f"step: {step}" for step in steps))
    house.command("start")
    (task,) = eventually(house.store.tasks.list, 45)
    return task


def running(house: House, *steps: str) -> tuple[Task, str]:
    """A task in the middle of its first turn, and the ts of its message."""
    task = tell(house, "tell begun", *steps)
    has(house, "begun")
    return task, house.message(f"*#{task.number}*", "being worked on").ts


def has(house: House, name: str) -> None:
    settle((house.config.daemon.home / name).exists, f"the agent's {name}")


def go_on(house: House, name: str = "go") -> None:
    (house.config.daemon.home / name).touch()


def until(house: House, task: Task, state: TaskState) -> None:
    settle(lambda: house.store.tasks.get(task.number).state is state, f"#{task.number} {state}")


def press(house: House, message: Message, action: str, user: str = "ada") -> None:
    assert house.workspace.press(user, "dev", message.ts, action, seen=message).acked


def whispered(house: House, part: str, user: str = "ada") -> str:
    def look() -> str | None:
        told = (words(one) for one in house.workspace.ephemerals(user, "dev"))
        return next((one for one in told if part in one), None)

    return eventually(look, 45, part)


def ends(house: House, task: Task) -> list[TurnEnd | None]:
    return [one.end for one in house.store.turns.of_task(task.number)]


# Kept, and read


def test_what_is_said_to_a_running_task_is_kept_and_read_with_its_next_turn(
    house: House,
) -> None:
    task, thread = running(house, "wait-for go")
    house.say("Mind the docs", thread=thread)
    kept = house.message("Kept. It reads this when the current turn ends (running", thread=thread)
    house.say("step: say And the tests", thread=thread)
    settle(lambda: "these 2 messages" in words(house.workspace.message("dev", kept.ts)))

    go_on(house)
    until(house, task, TaskState.DONE)

    told = house.message("📖 Read", "turn 2", thread=thread)
    assert told.ts == kept.ts
    assert "interrupt" not in words(told)
    assert house.count("Kept. It reads") == 0


def test_a_report_hands_it_over_and_the_receipt_says_read(house: House) -> None:
    task, thread = running(house, "wait-for go", "report half way", "tell read", "wait-for end")
    house.say("Mind the docs", thread=thread)
    kept = house.message("Kept. It reads this", thread=thread)

    go_on(house)
    has(house, "read")

    assert house.message("📖 Read", "turn 1", thread=thread).ts == kept.ts
    go_on(house, "end")
    until(house, task, TaskState.DONE)
    assert ends(house, task) == [TurnEnd.OK]


def test_what_is_taken_back_waits_no_more(house: House) -> None:
    task, thread = running(house, "wait-for go")
    said = house.say("Mind the docs", thread=thread)
    kept = house.message("Kept. It reads this", thread=thread)

    house.workspace.delete("ada", "dev", said)

    house.message("Taken back", thread=thread)
    press(house, kept, "interrupt")
    whispered(house, "has read that already, or it was taken back")
    go_on(house)
    until(house, task, TaskState.DONE)
    assert ends(house, task) == [TurnEnd.OK]


# Interrupted


def test_interrupt_and_send_now_ends_the_turn_and_the_next_reads_it_at_once(
    house: House,
) -> None:
    task, thread = running(house, "sleep 600")
    house.say("step: say heard at once", thread=thread)
    kept = house.message("Kept. It reads this", thread=thread)

    press(house, kept, "interrupt", "bob")
    press(house, kept, "interrupt", "bob")

    until(house, task, TaskState.DONE)
    assert ends(house, task) == [TurnEnd.INTERRUPTED, TurnEnd.OK]
    read = house.message("📖 Read", "turn 2, after Bob interrupted turn 1", thread=thread)
    assert read.ts == kept.ts
    house.message("heard at once", thread=thread)
    assert len(house.store.requests.of_task(task.number, "interrupt")) == 1
    press(house, kept, "interrupt")
    whispered(house, "no turn of it runs")


def test_a_turn_is_interrupted_by_command_and_the_channel_sees_by_whom(house: House) -> None:
    task, _thread = running(house, "sleep 600")

    said = house.answer_to(f"interrupt {task.number}", "bob")

    assert "is being ended" in said
    house.message(f"Bob interrupted the turn of #{task.number}")
    until(house, task, TaskState.DONE)
    assert ends(house, task) == [TurnEnd.INTERRUPTED, TurnEnd.OK]


def test_a_guest_interrupts_nothing(house: House) -> None:
    task, thread = running(house, "wait-for go")
    house.say("Mind the docs", thread=thread)
    kept = house.message("Kept. It reads this", thread=thread)

    press(house, kept, "interrupt", "eve")

    whispered(house, "Guests", "eve")
    assert house.store.requests.of_task(task.number, "interrupt") == []
    go_on(house)
    until(house, task, TaskState.DONE)


# Changed answers


def answered(house: House, *steps: str) -> tuple[Question, str, str]:
    """A question whose answer a turn works with; its thread, and the ts of Ada's reply."""
    tell(house, "ask Which database?", "tell begun", *steps)
    thread = house.message("Which database?", "Choose one").ts
    reply = house.say("SQLite", thread=thread)
    has(house, "begun")
    (question,) = house.store.questions.recent()
    house.message("Which database?", "picked up by")
    return question, thread, reply


def task_of(house: House, question: Question) -> Task:
    assert question.task is not None
    return house.store.tasks.get(question.task)


def test_an_edit_after_pick_up_names_the_commits_and_interrupts_for_the_new_answer(
    house: House,
) -> None:
    question, thread, reply = answered(
        house, "write a.txt sqlite", "commit Add the <schema>", "tell done", "sleep 600"
    )
    has(house, "done")
    task = task_of(house, question)
    house.workspace.edit("ada", "dev", reply, "PostgreSQL")
    changed = house.message("changed the answer", "PostgreSQL", thread=thread)
    project = house.config.daemon.project
    name = git(project, "log", "-1", "--format=%h", task.branch or "")
    assert f"`{name}` Add the &lt;schema&gt;" in words(changed)
    assert "It reads the new answer when the current turn ends" in words(changed)

    press(house, changed, "interrupt")

    until(house, task, TaskState.DONE)
    assert ends(house, task) == [TurnEnd.OK, TurnEnd.INTERRUPTED, TurnEnd.OK]
    told = house.message("changed the answer", "📖 Read", "turn 3", thread=thread)
    assert told.ts == changed.ts
    prompt = (house.config.daemon.state / "turns" / f"{task.number}-3" / "prompt").read_text()
    assert f"in reply to question #{question.number}\nPostgreSQL\n" in prompt
    assert f"This changes the answer to question #{question.number}" in prompt
    assert f"\nDecided-by: Ada (#{question.number}): PostgreSQL\n" in prompt


def test_a_change_may_be_told_afterwards_and_loses_nothing(house: House) -> None:
    question, thread, _reply = answered(house, "wait-for go")
    task = task_of(house, question)
    house.say("step: say PostgreSQL after all", thread=thread)
    changed = house.message("changed the answer", "It has committed nothing since", thread=thread)

    press(house, changed, "later", "bob")

    chosen = house.message("So it was chosen by Bob", thread=thread)
    assert chosen.ts == changed.ts
    assert "Interrupt and use" not in words(chosen)
    go_on(house)
    until(house, task, TaskState.DONE)
    house.message("📖 Read", "turn 3", thread=thread)
    house.message("PostgreSQL after all")
    house.message("Answered by Ada", "Ada: SQLite", "Changed by Ada", "PostgreSQL after all")
    assert ends(house, task) == [TurnEnd.OK] * 3
    press(house, changed, "later")
    whispered(house, "was read already")


def test_change_answer_opens_a_window_whose_words_go_the_same_way(house: House) -> None:
    question, thread, _reply = answered(house, "wait-for go")
    task = task_of(house, question)
    shown = house.message("Which database?", "picked up by", "Change answer")

    press(house, shown, "change", "bob")
    (view,) = eventually(lambda: house.workspace.views("bob"), 45, "the modal")
    house.workspace.submit_view("bob", view.id, {"answer": {"words": "No"}})

    house.message("Bob changed the answer", "No", thread=thread)
    house.message("Answered by Ada", "Ada: SQLite", "Changed by Bob", "No", "Change answer")
    go_on(house)
    until(house, task, TaskState.DONE)
    house.message("Bob changed the answer", "📖 Read", "turn 3", thread=thread)
    settle(lambda: "Change answer" not in words(house.workspace.message("dev", thread)))
    press(house, shown, "change", "bob")
    whispered(house, f"Too late: #{task.number}", "bob")


def test_what_comes_after_the_end_is_told_to_be_too_late_and_how_to_go_on(house: House) -> None:
    question, thread, reply = answered(house)
    task = task_of(house, question)
    until(house, task, TaskState.DONE)

    house.workspace.edit("ada", "dev", reply, "PostgreSQL")
    said = whispered(house, "Too late: the task is done")
    assert "Write another reply here to bring it back" in said
    assert house.store.tasks.get(task.number).state is TaskState.DONE

    house.say("step: say PostgreSQL after all", thread=thread)
    house.message("changed the answer", "PostgreSQL", "📖 Read", "turn 3", thread=thread)
    house.message("Answered by Ada", "Ada: SQLite", "Changed by Ada", "PostgreSQL after all")
    told = house.answer_to(f"show {question.number}")
    assert "Ada changed the answer" in told
