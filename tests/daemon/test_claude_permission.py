from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from agent_table import Table
from workshop import ADA, Workshop

from coffee_daemon import AnswerKind, QuestionState, Via
from coffee_daemon.errors import TurnOver

if TYPE_CHECKING:
    from pathlib import Path

PUSH = {"command": "git push origin main", "description": "Publish it"}


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(Workshop.build(tmp_path))


def decided(table: Table, label: str) -> None:
    """Let Ada answer the one question, and begin the next turn."""
    [question] = table.house.questions(table.task)
    table.end()
    table.house.answer(question.number, label)
    table.begin()


def test_the_first_time_people_are_asked_and_the_call_is_refused_for_now(table: Table) -> None:
    allowed, said = table.wants(**PUSH)

    [question] = table.house.questions(table.task)
    assert not allowed
    assert f"as question #{question.number}" in said
    assert "End your turn now" in said
    assert question.answer_kind is AnswerKind.APPROVAL
    assert question.text == "May I run this command?\ngit push origin main"
    assert question.why == (
        "It says: Publish it. “Allow for this task” covers every command of this task that begins "
        "with “git push”."
    )


def test_asked_again_while_it_is_open_it_is_one_question(table: Table) -> None:
    table.wants(**PUSH)
    allowed, _ = table.wants(command="git push origin main", description="Really")

    assert not allowed
    assert len(table.house.questions(table.task)) == 1


def test_once_allowed_the_same_call_goes_through_and_no_other(table: Table) -> None:
    table.wants(**PUSH)
    decided(table, "Allow")

    assert table.wants(command="git push origin main", description="Now") == (True, "")
    assert not table.wants(command="git push --force")[0]
    assert len(table.house.questions(table.task)) == 2


def test_allowed_for_the_task_covers_what_it_said(table: Table) -> None:
    table.wants(**PUSH)
    decided(table, "Allow for this task")

    assert table.wants(command="git push --force")[0]
    assert not table.wants(command="git push; rm -rf /")[0]


def test_a_permission_ends_with_its_task(table: Table) -> None:
    table.wants(**PUSH)
    decided(table, "Allow for this task")
    table.end()

    assert not Table(table.house).wants(**PUSH)[0]


def test_denied_is_denied_without_asking_again(table: Table) -> None:
    table.wants(**PUSH)
    decided(table, "Deny")

    allowed, said = table.wants(**PUSH)

    assert not allowed
    assert said.startswith("Ada has denied this call")
    assert len(table.house.questions(table.task)) == 1


def test_an_answer_that_may_still_be_changed_is_no_yes(table: Table) -> None:
    table.wants(**PUSH)
    [question] = table.house.questions(table.task)
    table.house.answer(question.number, "Allow", quiet=timedelta(hours=1))

    assert not table.wants(**PUSH)[0]


def test_an_answer_that_comes_while_the_turn_runs_counts_in_that_turn(table: Table) -> None:
    table.wants(**PUSH)
    [question] = table.house.questions(table.task)
    table.house.answer(question.number, "Allow")

    assert table.wants(**PUSH)[0]
    [question] = table.house.questions(table.task)
    assert question.state is QuestionState.PICKED_UP


def test_after_a_withdrawal_it_is_asked_anew(table: Table) -> None:
    table.wants(**PUSH)
    [question] = table.house.questions(table.task)
    with table.house.store() as store:
        store.questions.withdraw(question.number, who=ADA)

    assert not table.wants(**PUSH)[0]
    assert len(table.house.questions(table.task)) == 2


def test_a_turn_that_is_over_gets_no_leave(table: Table) -> None:
    table.wants(**PUSH)
    table.end()
    with pytest.raises(TurnOver):
        table.wants(**PUSH)


def test_the_agents_own_way_of_asking_becomes_questions(table: Table) -> None:
    asked = [
        {
            "question": "Which database?",
            "header": "DB",
            "options": [
                {"label": "SQLite", "description": "small"},
                {"label": "PostgreSQL", "description": "big"},
            ],
        },
        {"question": "Which port?", "options": []},
    ]
    allowed, said = table.wants("AskUserQuestion", questions=asked)

    first, second = table.house.questions(table.task)
    assert not allowed
    assert f"#{first.number} and #{second.number}" in said
    assert (first.text, first.why) == ("Which database?", "SQLite: small\nPostgreSQL: big")
    assert [one.label for one in first.options] == ["SQLite", "PostgreSQL"]
    assert first.answer_kind is AnswerKind.CHOICE
    assert second.answer_kind is AnswerKind.TEXT


@pytest.mark.parametrize("questions", [None, [], "Which?", ["Which?"], {"question": "Which?"}])
def test_a_way_of_asking_that_cannot_be_read_asks_nothing_and_says_so(
    table: Table, questions: object
) -> None:
    allowed, said = table.wants("AskUserQuestion", questions=questions)

    assert not allowed
    assert said.startswith("Nothing was asked")
    assert table.house.questions(table.task) == ()


def test_a_question_of_the_agents_own_is_no_leave_for_a_call(table: Table) -> None:
    """What an agent asks in its own words may look harmless; it permits nothing."""
    question = table.asker.ask("May I run this command?\ngit push origin main", approve=True)
    table.house.answer(question.number, "Approve")

    assert not table.wants(**PUSH)[0]


def test_the_person_is_named_who_said_no(table: Table) -> None:
    table.wants(**PUSH)
    [question] = table.house.questions(table.task)
    table.end()
    with table.house.store() as store:
        store.questions.reply(
            question.number,
            text="Deny",
            who=ADA,
            via=Via.SLACK,
            source="click:1",
            quiet=timedelta(0),
        )
    table.begin()

    assert "Ada" in table.wants(**PUSH)[1]
