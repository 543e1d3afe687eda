from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from coffee_daemon.agents.approvals import (
    SINGLE_CHOICES,
    USUAL_CHOICES,
    Call,
    Choice,
    Grant,
    Standing,
    decision_for,
    subject_of,
)
from coffee_daemon.notifications import Answer, Option, Person, Question, QuestionState, Via
from coffee_daemon.tasks import Exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ADA = Person(id="U1", name="Ada")
PUSH = Call(tool="Bash", arguments={"command": "git push", "n": 1}, scope="git push")
OTHER_PUSH = Call(tool="Bash", arguments={"command": "git push -f"}, scope="git push")


def exchange(
    call: Call,
    *chosen: str,
    state: QuestionState = QuestionState.PICKED_UP,
    number: int = 7,
    choices: Sequence[Choice] = USUAL_CHOICES,
    subject: dict[str, Any] | None = None,
) -> Exchange:
    question = Question(
        number=number,
        daemon="code_developer",
        text="May it?",
        options=tuple(
            Option(id=str(at), label=one.label) for at, one in enumerate(choices, start=1)
        ),
        subject=subject_of(call, choices) if subject is None else subject,
        state=state,
        task=12,
        created_at=NOW,
    )
    return Exchange(question=question, answers=tuple(answer(one) for one in chosen))


def answer(option: str) -> Answer:
    return Answer(
        id=1,
        question=7,
        task=12,
        text=option,
        option=option,
        who=ADA,
        via=Via.SLACK,
        source=f"click:{option}",
        created_at=NOW,
        said_at=NOW,
    )


def test_a_digest_is_the_same_for_the_same_call_whatever_the_order_of_its_arguments() -> None:
    turned = Call(tool="Bash", arguments={"n": 1, "command": "git push"}, scope="else")
    assert turned.digest == PUSH.digest
    assert len({PUSH.digest, OTHER_PUSH.digest, Call(tool="Bash").digest}) == 3
    assert Call(tool="Edit", arguments=PUSH.arguments).digest != PUSH.digest


@pytest.mark.parametrize(
    ("chosen", "allows", "grant"),
    [
        ("1", True, Grant.ALLOW_ONCE),
        ("2", True, Grant.ALLOW_ALWAYS),
        ("3", False, Grant.REJECT_ONCE),
    ],
)
def test_the_same_call_gets_the_decision_of_the_record(
    chosen: str, allows: bool, grant: Grant
) -> None:
    found = decision_for([exchange(PUSH, chosen)], PUSH)
    assert found.standing is Standing.DECIDED
    assert (found.allows, found.question, found.who) == (allows, 7, ADA)
    assert found.choice is not None
    assert found.choice.grant is grant


def test_nobody_asked_is_no_decision() -> None:
    assert decision_for([], PUSH).standing is Standing.UNASKED
    assert not decision_for([], PUSH).allows


@pytest.mark.parametrize("state", [QuestionState.OPEN, QuestionState.ANSWERED])
def test_a_question_that_can_still_change_is_asked_and_no_yes(state: QuestionState) -> None:
    found = decision_for([exchange(PUSH, "1", state=state)], PUSH)
    assert (found.standing, found.question, found.allows) == (Standing.ASKED, 7, False)


@pytest.mark.parametrize("state", [QuestionState.CANCELLED, QuestionState.EXPIRED])
def test_a_question_closed_without_an_answer_may_be_asked_again(state: QuestionState) -> None:
    found = decision_for([exchange(PUSH, state=state)], PUSH)
    assert (found.standing, found.question, found.allows) == (Standing.UNASKED, 7, False)


def test_the_last_answer_and_the_newest_question_count() -> None:
    assert not decision_for([exchange(PUSH, "1", "3")], PUSH).allows
    again = [exchange(PUSH, "3", number=7), exchange(PUSH, "1", number=9)]
    assert decision_for(again, PUSH).allows
    assert decision_for(reversed(again), PUSH).question == 9


def test_allow_for_this_task_covers_the_scope_and_nothing_else() -> None:
    told = [exchange(PUSH, "2")]
    assert decision_for(told, OTHER_PUSH).allows
    assert not decision_for(told, Call(tool="Bash", arguments={"a": 1}, scope="rm")).allows
    assert not decision_for(told, Call(tool="Run", arguments={"a": 1}, scope="git push")).allows
    unscoped = Call(tool="Bash", arguments={"a": 1})
    assert not decision_for([exchange(unscoped, "2")], Call(tool="Bash")).allows


def test_a_decision_for_one_call_covers_no_other() -> None:
    for chosen in ("1", "3"):
        assert decision_for([exchange(PUSH, chosen)], OTHER_PUSH).standing is Standing.UNASKED


def test_a_word_on_the_very_call_counts_before_one_on_its_scope() -> None:
    told = [exchange(PUSH, "3", number=7), exchange(OTHER_PUSH, "2", number=9)]
    assert not decision_for(told, PUSH).allows
    unanswered = exchange(PUSH, number=11, state=QuestionState.CANCELLED)
    assert decision_for([told[1], unanswered], PUSH).allows


def test_the_agents_own_options_come_back_as_it_named_them() -> None:
    own = (
        Choice(label="Always", grant=Grant.ALLOW_ALWAYS, token="opt-a"),
        Choice(label="Never", grant=Grant.REJECT_ALWAYS, token="opt-n"),
    )
    found = decision_for([exchange(PUSH, "2", choices=own)], OTHER_PUSH)
    assert (found.choice, found.allows) == (own[1], False)


@pytest.mark.parametrize(
    "subject",
    [
        {},
        {"tool": "Bash", "digest": PUSH.digest},
        {"tool": "Bash", "digest": PUSH.digest, "choices": {"Allow": {"grant": "yes"}}},
        {"tool": "Bash", "digest": PUSH.digest, "choices": ["Allow"]},
        {"tool": "Bash", "digest": "else", "choices": subject_of(PUSH)["choices"]},
    ],
)
def test_what_cannot_be_read_is_never_a_yes(subject: dict[str, Any]) -> None:
    assert not decision_for([exchange(PUSH, "1", subject=subject)], PUSH).allows


def test_an_answer_without_an_option_is_never_a_yes() -> None:
    assert not decision_for([exchange(PUSH, choices=SINGLE_CHOICES)], PUSH).allows
    assert not decision_for([exchange(PUSH, "4")], PUSH).allows
