"""Files in replies, from Slack's thread to the folder of a real turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bot_house import words
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, Moment, Upload
from coffee_daemon import FileState

if TYPE_CHECKING:
    from bot_house import House

#: Reads every file that came along; asks first when the task's words hold "ask".
AGENT = """
import pathlib, subprocess, sys
prompt = sys.stdin.read()
if "ASK" in prompt and "answer to question" not in prompt:
    subprocess.run(["coffee", "ask", "Where is the plan?"], check=True)
    sys.exit(0)
found = sorted(path for path in pathlib.Path(".coffee/files").glob("*/*"))
named = [path for path in found if str(path) in prompt]
print("Read: " + ", ".join(path.read_text() for path in named) + f" ({len(found)} files)")
"""
LONG = 60.0


@pytest.fixture
def agent() -> str:
    return AGENT


def ask(house: House) -> str:
    """Have the daemon ask; return the question's ts."""
    house.command("tell ASK and build it")
    house.command("start")
    return house.message("Where is the plan?").ts


def send(house: House, thread: str, text: str, *files: Upload) -> str:
    return house.workspace.say("ada", "dev", text, thread_ts=thread, files=files)


def test_a_file_in_an_answer_reaches_the_turn_that_goes_on(house: House) -> None:
    question = ask(house)

    reply = send(house, question, "Here", Upload(name="plan.txt", data=b"Brew it strong."))

    house.message("Read: Brew it strong. (1 files)", seconds=LONG)
    eventually(lambda: house.reactions(reply) == ["white_check_mark"], LONG)


def test_a_file_alone_is_an_answer_too_and_one_in_a_tasks_thread_a_follow_up(house: House) -> None:
    question = ask(house)
    send(house, question, "", Upload(name="plan.txt", data=b"Brew it strong."))
    house.message("Read: Brew it strong. (1 files)", seconds=LONG)
    task = house.message("ASK and build it", "#")

    send(house, task.ts, "And this", Upload(name="plan.txt", data=b"With milk."))

    house.message("Brew it strong.", "With milk.", "(2 files)", seconds=LONG)


def test_what_is_not_taken_is_told_in_the_thread_and_the_rest_goes_on(house: House) -> None:
    question = ask(house)

    send(
        house,
        question,
        "Here",
        Upload(name="setup.exe", data=b"words"),
        Upload(name="picture.png", data=b"\x7fELF\x02\x01\x01\x00"),
        Upload(name="huge.log", data=b"x" * (house.config.file_bytes + 1)),
        Upload(name="plan.txt", data=b"Brew it strong."),
    )

    told = house.message("was not taken", "huge.log", "picture.png", thread=question, seconds=LONG)
    said = words(told)
    assert "setup.exe" in said
    assert "file_megabytes" in said
    assert house.workspace.user("ada").id in said
    house.message("Read: Brew it strong. (1 files)", seconds=LONG)


def test_a_bot_that_was_away_fetches_what_was_sent_meanwhile(house: House) -> None:
    question = ask(house)
    house.bot.stop()
    send(house, question, "Here", Upload(name="plan.txt", data=b"Brew it strong."))

    house.restart_bot()

    house.message("Read: Brew it strong. (1 files)", seconds=LONG)


def test_a_bot_that_is_stopped_before_it_has_the_file_goes_on_with_it(house: House) -> None:
    question = ask(house)
    house.sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.LOSE_REPLY, of="files.download", times=1)
    )
    send(house, question, "Here", Upload(name="plan.txt", data=b"Brew it strong."))
    eventually(
        lambda: [one.tries for one in house.store.reply_files.of_task(1)] == [1], LONG, "a try"
    )

    house.restart_bot()

    house.message("Read: Brew it strong. (1 files)", seconds=LONG)
    assert [one.state for one in house.store.reply_files.of_task(1)] == [FileState.KEPT]
