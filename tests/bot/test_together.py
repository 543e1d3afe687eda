"""One modal for several questions: what Slack lets in, and what becomes of each answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee_bot import blocks
from coffee_bot.listeners.form import read_sent
from coffee_daemon import AnswerKind, Option, Person, Question, QuestionState, Receipt, Recorded

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOB = Person(id="U0BOB00001", name="Bob <!here>")


def question(number: int = 12, text: str = "Which database?", *labels: str) -> Question:
    return Question(
        number=number,
        daemon="code_developer",
        text=text,
        options=tuple(Option(id=str(at), label=one) for at, one in enumerate(labels, 1)),
        answer_kind=AnswerKind.CHOICE if labels else AnswerKind.TEXT,
        state=QuestionState.OPEN,
        created_at=AT + timedelta(minutes=number),
    )


def approval(text: str, *labels: str) -> Question:
    asked = question(13, text, *(labels or ("Approve", "Reject")))
    return replace(asked, answer_kind=AnswerKind.APPROVAL)


def inputs(view: Any) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["type"] == "input"]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (question(12, "Which name?"), "plain_text_input"),
        (question(12, "Which database?", "SQLite", "PostgreSQL"), "static_select"),
        (approval("git push --force"), "radio_buttons"),
        (approval("which?", *(f"Way {n}" for n in range(11))), "static_select"),
    ],
)
def test_each_question_has_the_input_that_fits_it_and_may_be_left_empty(
    asked: Question, kind: str
) -> None:
    (block,) = inputs(blocks.together([asked]))

    assert block["block_id"] == f"together:{asked.number}"
    assert block["optional"] is True
    assert block["element"]["type"] == kind
    shown = [one["text"]["text"] for one in block["element"].get("options", [])]
    labels = [one.label for one in asked.options]
    if asked.answer_kind is AnswerKind.APPROVAL:
        assert shown == labels
    else:
        assert shown == [f"{one.id}. {one.label}" for one in asked.options]


def test_an_approval_shows_exactly_what_is_to_be_allowed() -> None:
    view = blocks.together([approval("rm -rf *bold* <!channel>")])

    assert "```\nrm -rf *bold* &lt;!channel&gt;\n```" in [
        block["text"]["text"] for block in view["blocks"] if block["type"] == "section"
    ]


def test_more_questions_than_slack_lets_in_follow_later() -> None:
    view = blocks.together([question(number) for number in range(1, 80)])

    assert len(view["blocks"]) <= 100
    shown = len(inputs(view))
    assert shown >= 40
    assert f"…and {79 - shown} more" in json.dumps(view["blocks"][-1], ensure_ascii=False)


@settings(max_examples=40, deadline=None)
@given(
    text=st.sampled_from(("a", "\N{PILE OF POO}", "<", "`")).map(lambda one: one * 6_000),
    labels=st.integers(0, 100),
    count=st.integers(1, 60),
    decides=st.booleans(),
)
def test_a_modal_is_never_too_large_for_slack(
    text: str, labels: int, count: int, decides: bool
) -> None:
    one = question(1, text, *(f"{n} {text[:200]}" for n in range(labels)))
    if decides and labels:
        one = replace(one, answer_kind=AnswerKind.APPROVAL)

    view = blocks.together([replace(one, number=number + 1) for number in range(count)])

    assert 1 <= len(view["blocks"]) <= 100
    assert len(json.dumps(view).encode()) <= 250_000
    for block in view["blocks"]:
        if block["type"] == "section":
            assert len(block["text"]["text"]) <= 3_000


def test_what_became_of_each_answer_is_said() -> None:
    late = replace(question(3), state=QuestionState.PICKED_UP, decided_by=BOB, answered_at=AT)
    gone = replace(question(5), state=QuestionState.CANCELLED, decided_by=BOB)
    said = blocks.took_together(
        [
            (1, Receipt(recorded=Recorded.STORED, question=question(1))),
            (2, Receipt(recorded=Recorded.KNOWN, question=question(2))),
            (3, Receipt(recorded=Recorded.TOO_LATE, question=late)),
            (4, "There is no question #4."),
            (5, Receipt(recorded=Recorded.TOO_LATE, question=gone)),
        ]
    )

    assert said.text == "✅ 2 answers are stored: #1, #2. 3 not taken."
    shown = said.blocks[0]["text"]["text"]
    assert "#3 was already answered by Bob &lt;!here&gt; <!date^" in shown
    assert "#5 was withdrawn by Bob &lt;!here&gt;, so nothing was stored." in shown
    assert "#4: There is no question #4." in shown


def test_what_was_chosen_and_what_was_typed_are_read() -> None:
    typed = {"words": {"type": "plain_text_input", "value": " Ada "}}
    picked = {"together": {"type": "static_select", "selected_option": {"value": "2"}}}
    nothing = {"together": {"type": "radio_buttons", "selected_option": None}}
    view = {
        "id": "V1",
        "callback_id": "together",
        "state": {"values": {"together:1": typed, "together:2": picked, "together:3": nothing}},
    }

    sent = read_sent({"view": view, "user": {"id": "U1"}})

    assert sent.words == {"together:1": "Ada", "together:2": "", "together:3": ""}
    assert sent.chosen == {"together:2": "2"}
