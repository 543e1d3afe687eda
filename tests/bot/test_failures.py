"""What is said of failures: a cause, a next step, and lines for those who may see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from coffee_bot import blocks
from coffee_bot.blocks.failures import cause
from coffee_daemon import DaemonState, Person, Task, TaskState, Turn, TurnEnd, TurnState

if TYPE_CHECKING:
    from coffee_bot.intent import Message

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CANARY = "xoxb-1234567890-canary"


@pytest.mark.parametrize(
    ("closing", "said"),
    [
        ("exit code 1", "Its agent ended with exit code 1."),
        (
            "exit code 2\nTraceback:\n\nValueError: no <b>\n",
            "exit code 2: ValueError: no &lt;b&gt;.",
        ),
        ("It took longer than 60 minutes.\nline\nline", "It took longer than 60 minutes."),
        ("\n\nI could not do it\nbecause of x", "I could not do it."),
        ("What now?", "What now?"),
        (f"exit code 1\nlogin {CANARY}", "exit code 1: login [secret]."),
        ("", ""),
    ],
)
def test_the_cause_is_one_sentence_without_what_was_printed(closing: str, said: str) -> None:
    found = cause(closing)

    assert found.endswith(said)
    assert "\n" not in found


def test_a_cause_without_end_is_cut() -> None:
    assert len(cause("word " * 1_000)) <= 300


def a_failure(result: str, summary: str = "") -> tuple[Task, Turn]:
    task = Task(
        number=12,
        daemon="code_developer",
        source="command:12",
        title="Mend it",
        prompt="Mend it",
        priority=0,
        state=TaskState.FAILED,
        author=Person(id="U0ADA00001", name="Ada"),
        result=result,
        branch="coffee/12-mend-it",
        created_at=AT,
        updated_at=AT,
    )
    turn = Turn(
        id=7,
        task=12,
        number=3,
        nonce="n",
        state=TurnState.ENDED,
        end=TurnEnd.FAILED,
        summary=summary,
        created_at=AT,
    )
    return task, turn


def shown(*found: Message) -> str:
    return str([one.blocks for one in found])


def test_a_failed_task_tells_cause_step_and_what_is_left_and_no_line_of_output() -> None:
    printed = "exit code 1\nsecret line of code\nValueError: no"
    left = "The work (2 commits) is on branch coffee/12-mend-it. Not committed, in /w: a.py."
    task, turn = a_failure(f"{printed}\n\n{left}", printed)

    (found,) = blocks.ended(task, None, turn, command="/brew")

    assert "exit code 1: ValueError: no." in found.text
    assert "`/brew retry 12`" in shown(found)
    assert left in shown(found)
    assert shown(found).count("coffee/12-mend-it") == 1
    assert "secret line of code" not in found.text + shown(found)
    assert "'turn:12:3'" in shown(found)
    itself = shown(blocks.task(task, last=turn))
    assert "exit code 1: ValueError: no." in itself
    assert "'turn:12:3'" in itself
    assert "secret line of code" not in itself


def test_a_task_that_failed_at_a_limit_tells_which() -> None:
    said = "It has taken 9 turns, as many as `[limits] turns` allows."
    task, turn = a_failure(said, "worked on")

    assert said in blocks.ended(task, None, turn)[0].text


def test_a_task_that_failed_without_a_turn_has_no_lines_to_show() -> None:
    task, _ = a_failure("no")

    assert blocks.LAST_LINES not in shown(*blocks.ended(task))


def test_a_state_that_is_trouble_says_what_to_do() -> None:
    for state, step in (
        (DaemonState.CRASHED, "starts it again by itself"),
        (DaemonState.GAVE_UP, "`/brew start`"),
        (DaemonState.UNRESPONSIVE, "`/brew restart`"),
    ):
        found = blocks.transition("code_developer", state, why="so", lines=88, command="/brew")
        assert step in shown(found)
        assert "'change:88'" in shown(found)
    quiet = blocks.transition("code_developer", DaemonState.IDLE, why="so")
    assert "actions" not in shown(quiet)


def test_at_most_what_fits_of_the_last_lines_is_shown_each_bounded_and_escaped() -> None:
    lines = [f"{at} <x> ``` {CANARY} " + "y" * 5_000 for at in range(20)]

    found = blocks.last_lines("turn 3 of #12", lines)

    assert "19 &lt;x&gt; ''' [secret]" in shown(found)
    assert CANARY not in shown(found)
    assert len(shown(found)) < 4_000
    assert "not kept any more" in shown(blocks.last_lines("turn 3 of #12", ()))
