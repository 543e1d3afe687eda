from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from store_scene import ADA, BOB, QUIET

from coffee_daemon.errors import BadInput
from coffee_daemon.notifications import Person, Question, QuestionState, Receipt, Recorded, Via

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.store import Store

_AT = count(1)


def asked(scene: Scene, *, approve: bool = False) -> Question:
    """A question with two options, whose task waits for the answer."""
    scene.tell()
    turn = scene.turn()
    options = () if approve else ("SQLite", "PostgreSQL")
    question = scene.ask(turn, options=options, approve=approve)
    scene.end(turn)
    return question


def press(
    scene: Scene, question: Question, option: str, who: Person = ADA, at: str | None = None
) -> Receipt:
    source = at or f"{question.number}:{who.id}:{next(_AT):06}"
    return scene.store.questions.choose(
        question.number, option=option, who=who, via=Via.SLACK, source=source, quiet=QUIET
    )


def told(store: Store, question: Question) -> list[tuple[str, str | None, str]]:
    return [
        (one.who.name, one.option, one.text) for one in store.questions.answers(question.number)
    ]


def test_a_pressed_option_is_an_answer_with_its_words(scene: Scene, store: Store) -> None:
    question = asked(scene)
    receipt = press(scene, question, "2")

    assert receipt.recorded is Recorded.STORED
    assert told(store, question) == [("Ada", "2", "PostgreSQL")]
    assert store.questions.get(question.number).decided_by == ADA


def test_a_press_twice_is_one_answer_and_begins_no_new_quiet_time(
    scene: Scene, store: Store
) -> None:
    question = asked(scene)
    press(scene, question, "2", at="same")
    scene.clock.advance(30)

    again = [press(scene, question, "2", at="same"), press(scene, question, "2")]

    assert [one.recorded for one in again] == [Recorded.KNOWN, Recorded.KNOWN]
    assert len(told(store, question)) == 1
    closes = store.questions.get(question.number).closes_at
    assert closes == scene.clock.now() + timedelta(seconds=30)


def test_another_option_pressed_by_the_same_person_takes_the_place_of_the_first(
    scene: Scene, store: Store
) -> None:
    question = asked(scene)
    for option in ("1", "2", "1"):
        press(scene, question, option)

    assert told(store, question) == [("Ada", "1", "SQLite")]


def test_a_press_that_comes_late_does_not_undo_the_one_made_after_it(
    scene: Scene, store: Store
) -> None:
    question = asked(scene)
    press(scene, question, "2", at="1700000002.000100")

    late = press(scene, question, "1", at="1700000001.000100")

    assert late.recorded is Recorded.KNOWN
    assert told(store, question) == [("Ada", "2", "PostgreSQL")]


def test_two_people_who_press_differently_both_stand_and_the_last_press_is_last(
    scene: Scene, store: Store
) -> None:
    question = asked(scene)
    press(scene, question, "1", ADA)
    press(scene, question, "2", BOB)
    press(scene, question, "1", ADA)

    assert told(store, question) == [("Bob", "2", "PostgreSQL"), ("Ada", "1", "SQLite")]
    assert store.questions.get(question.number).decided_by == ADA


def test_a_press_leaves_the_same_persons_words_alone(scene: Scene, store: Store) -> None:
    question = asked(scene)
    scene.reply(question, "the one we run already")
    press(scene, question, "2")

    assert [text for _, _, text in told(store, question)] == [
        "the one we run already",
        "PostgreSQL",
    ]


def test_a_press_after_pick_up_is_too_late_and_starts_nothing(scene: Scene, store: Store) -> None:
    question = asked(scene)
    press(scene, question, "2")
    scene.clock.advance(60)
    turn = scene.turn()

    late = press(scene, question, "1", BOB)

    assert late.recorded is Recorded.TOO_LATE
    assert late.question is not None
    assert (late.question.state, late.question.decided_by) == (QuestionState.PICKED_UP, ADA)
    assert told(store, question) == [("Ada", "2", "PostgreSQL")]
    assert store.tasks.get(turn.task.number).state == "running"


def test_a_press_of_a_withdrawn_question_is_too_late(scene: Scene, store: Store) -> None:
    question = asked(scene)
    store.questions.withdraw(question.number, who=BOB)

    assert press(scene, question, "1").recorded is Recorded.TOO_LATE


def test_a_press_that_was_taken_back_may_be_pressed_again(scene: Scene, store: Store) -> None:
    question = asked(scene)
    press(scene, question, "1", at="first")
    store.questions.delete_reply("press:first")
    assert store.questions.get(question.number).state is QuestionState.OPEN

    assert press(scene, question, "1", at="first").answer is None  # a late copy of the same press
    press(scene, question, "1", at="second")

    assert told(store, question) == [("Ada", "1", "SQLite")]


def test_an_option_that_is_none_is_refused(scene: Scene, store: Store) -> None:
    question = asked(scene)
    with pytest.raises(BadInput):
        press(scene, question, "3")
    assert store.questions.get(question.number).state is QuestionState.OPEN


def test_sending_now_ends_the_quiet_time_once(scene: Scene, store: Store) -> None:
    question = asked(scene)
    assert store.questions.send_now(question.number) is False  # nobody has answered
    scene.reply(question)
    assert scene.try_turn() is None

    assert store.questions.send_now(question.number) is True
    assert store.questions.send_now(question.number) is False

    assert scene.turn().exchanges[0].answers[0].text == "SQLite"


@pytest.mark.parametrize("words", ["yes", "ok, approve", "not Approve", "1 2", "👍"])
def test_other_words_decide_no_approval_and_are_not_kept(
    scene: Scene, store: Store, words: str
) -> None:
    question = asked(scene, approve=True)
    receipt = scene.reply(question, words)

    assert (receipt.recorded, receipt.answer) == (Recorded.UNDECIDED, None)
    assert store.questions.get(question.number).state is QuestionState.OPEN
    assert told(store, question) == []


@pytest.mark.parametrize(("words", "option"), [("approve", "1"), ("Reject", "2"), ("2", "2")])
def test_the_exact_words_or_number_decide_an_approval(
    scene: Scene, store: Store, words: str, option: str
) -> None:
    question = asked(scene, approve=True)
    scene.reply(question, words)

    assert [one.option for one in store.questions.answers(question.number)] == [option]


def test_an_approval_edited_to_other_words_is_open_again(scene: Scene, store: Store) -> None:
    question = asked(scene, approve=True)
    scene.reply(question, "Approve", source="msg:1")

    receipt = store.questions.edit_reply("msg:1", text="Approve, but wait", quiet=QUIET)

    assert receipt is not None
    assert receipt.recorded is Recorded.UNDECIDED
    assert store.questions.get(question.number).state is QuestionState.OPEN
