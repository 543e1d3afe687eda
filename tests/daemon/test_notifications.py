from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coffee_daemon import Option, Question, QuestionState, read_choice


def asked(*labels: str) -> Question:
    return Question(
        number=7,
        daemon="code_developer",
        text="Which database?",
        options=tuple(Option(id=str(at), label=label) for at, label in enumerate(labels, 1)),
        state=QuestionState.OPEN,
        created_at=datetime(2026, 1, 5, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("said", "option", "kept"),
    [
        ("SQLite", "1", "SQLite"),
        ("sqlite ", "1", "sqlite "),
        ("2", "2", "PostgreSQL"),
        ("#2", "2", "PostgreSQL"),
        ("PostgreSQL, I think", None, "PostgreSQL, I think"),
        ("2 or 3", None, "2 or 3"),
        ("yes", None, "yes"),
        ("3", None, "3"),
    ],
)
def test_an_option_is_chosen_by_exact_label_or_number_and_nothing_else(
    said: str, option: str | None, kept: str
) -> None:
    assert read_choice(asked("SQLite", "PostgreSQL"), said) == (option, kept)


def test_a_label_counts_before_a_number() -> None:
    question = asked("2", "3")

    assert read_choice(question, "2") == ("1", "2")
    assert read_choice(question, "#2") == ("2", "3")


@pytest.mark.parametrize("state", QuestionState)
def test_a_question_is_closed_when_no_reply_can_change_it(state: QuestionState) -> None:
    open_ones = {QuestionState.OPEN, QuestionState.ANSWERED}
    question = asked()
    changed = Question(**{**vars(question), "state": state})

    assert changed.closed is (state not in open_ones)
