"""Questions that belong to earlier ones: asked before in the same words, or asked back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from store_scene import ADA, BOB, DAEMON, QUIET

from coffee_daemon.errors import NotFound, TooManyQuestions
from coffee_daemon.notifications import QuestionState, Recorded, Via
from coffee_daemon.store.lineage import key_of

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.notifications import Question, Receipt
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Assignment


def answered(
    scene: Scene, text: str = "Which database?", said: str = "SQLite", **more: Any
) -> Question:
    """A question of a task of its own that a person has answered, and a turn has picked up."""
    task = scene.tell(f"Work: {text}")
    assignment = scene.turn(only=task.number)
    question = scene.ask(assignment, text, **more)
    scene.end(assignment)
    scene.reply(question, said)
    scene.clock.advance(QUIET.total_seconds())
    scene.end(scene.turn(only=task.number))
    return question


def fresh_turn(scene: Scene) -> Assignment:
    return scene.turn(only=scene.tell().number)


def same(store: Store, question: Question, **more: Any) -> Receipt:
    said: dict[str, Any] = {"who": BOB, "via": Via.SLACK, "source": "9.1", "quiet": QUIET}
    return store.questions.choose_same(question.number, **(said | more))


# Five at a time


def test_a_task_has_five_questions_open_and_the_next_is_refused_with_their_list(
    scene: Scene, store: Store
) -> None:
    assignment = fresh_turn(scene)
    asked = [scene.ask(assignment, f"Red {n}?", most_open=5) for n in range(5)]

    with pytest.raises(TooManyQuestions) as refused:
        scene.ask(assignment, "And blue?", most_open=5)

    said = str(refused.value)
    assert all(f"#{one.number} {one.text}" in said for one in asked)
    assert "into one question" in said
    assert len(store.questions.open()) == 5
    # The same question again is no further one, and one that is closed makes room.
    assert scene.ask(assignment, "Red 3?", most_open=5) == asked[3]
    store.questions.withdraw(asked[0].number, who=ADA)
    scene.ask(assignment, "And blue?", most_open=5)


def test_one_tasks_questions_leave_another_ones_alone(scene: Scene) -> None:
    first, second = fresh_turn(scene), scene.tell()
    scene.ask(first, "Red?", most_open=1)
    scene.end(first)

    scene.ask(scene.turn(only=second.number), "Blue?", most_open=1)


def test_what_a_protocol_asks_is_not_refused(scene: Scene) -> None:
    """Its request is pending already, and nobody could group it."""
    assignment = fresh_turn(scene)
    scene.ask(assignment, "Red?", most_open=1)

    scene.ask(assignment, "Run make?", most_open=1, approve=True, subject={"digest": "d"})


# Answered before


def test_the_same_words_are_the_same_whatever_their_case_and_blanks() -> None:
    assert key_of("Which  database?\n") == key_of("which DATABASE?")
    assert key_of("Which database?") != key_of("Which databases?")


def test_what_was_answered_before_is_offered_and_decides_nothing(
    scene: Scene, store: Store
) -> None:
    first = answered(scene)

    again = scene.ask(fresh_turn(scene), "which  Database?")

    assert (again.same_as, again.state) == (first.number, QuestionState.OPEN)
    assert store.questions.answers(again.number) == ()
    before = store.questions.before(again)
    assert before is not None
    assert before.answer is not None
    assert (before.said, before.answer.who) == ("SQLite", ADA)
    assert f"as #{first.number}, and are offered that answer" in again.then
    assert "SQLite" not in again.then


def test_the_latest_answer_is_offered(scene: Scene) -> None:
    answered(scene)
    second = answered(scene, said="PostgreSQL")

    assert scene.ask(fresh_turn(scene)).same_as == second.number


def test_an_answer_that_was_changed_after_the_pick_up_is_offered_as_changed(
    scene: Scene, store: Store
) -> None:
    first = answered(scene)
    scene.reply(first, "PostgreSQL", who=BOB)

    again = scene.ask(fresh_turn(scene))

    before = store.questions.before(again)
    assert before is not None
    assert before.answer is not None
    assert (before.said, before.answer.who) == ("PostgreSQL", BOB)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda scene: scene.clock.advance(days=31), "Which database?"),
        (lambda scene: None, "Which other database?"),
    ],
    ids=["too long ago", "other words"],
)
def test_nothing_else_is_offered(scene: Scene, change: Any, text: str) -> None:
    answered(scene)
    change(scene)

    assert scene.ask(fresh_turn(scene), text).same_as is None


def test_what_nobody_answered_is_not_offered(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    store.questions.withdraw(question.number, who=ADA)

    assert scene.ask(fresh_turn(scene)).same_as is None


def test_another_daemons_answer_is_not_offered(scene: Scene, store: Store) -> None:
    answered(scene)

    assert store.questions.ask(daemon="other", text="Which database?").same_as is None


def test_leave_that_was_given_is_offered_no_second_time(scene: Scene) -> None:
    answered(scene, "Push?", "Approve", approve=True)
    assignment = fresh_turn(scene)

    assert scene.ask(assignment, "Push?", approve=True).same_as is None
    assert scene.ask(assignment, "Push?").same_as is None


def test_somebody_says_the_same_again(scene: Scene, store: Store) -> None:
    answered(scene, options=("SQLite", "PostgreSQL"), said="2")
    again = scene.ask(fresh_turn(scene), options=("PostgreSQL", "SQLite"))

    receipt = same(store, again)

    assert receipt.recorded is Recorded.STORED
    assert receipt.answer is not None
    # By its words: the options may stand in another order now.
    assert (receipt.answer.option, receipt.answer.text) == ("1", "PostgreSQL")
    assert receipt.answer.who == BOB
    assert same(store, again).recorded is Recorded.KNOWN


def test_own_words_are_said_again_too(scene: Scene, store: Store) -> None:
    answered(scene, said="SQLite, but ask me in a year")
    again = scene.ask(fresh_turn(scene))

    receipt = same(store, again)

    assert receipt.answer is not None
    assert receipt.answer.text == "SQLite, but ask me in a year"


def test_the_same_again_comes_too_late_once_a_turn_has_an_answer(
    scene: Scene, store: Store
) -> None:
    answered(scene)
    again = answered(scene, said="PostgreSQL")

    assert same(store, again).recorded is Recorded.TOO_LATE


def test_an_earlier_answer_that_was_forgotten_is_offered_no_more(
    scene: Scene, store: Store
) -> None:
    answered(scene)
    again = scene.ask(fresh_turn(scene))
    scene.clock.advance(days=1000)
    assert sum(store.prune(keep=timedelta(days=90))) > 0

    assert store.questions.before(again) is None
    with pytest.raises(NotFound, match="no earlier answer"):
        same(store, again)


# Asked back


def test_the_next_question_follows_the_one_whose_answer_asked_back(
    scene: Scene, store: Store
) -> None:
    task = scene.tell()
    assignment = scene.turn()
    first = scene.ask(assignment)
    scene.end(assignment)
    scene.reply(first, "What does PostgreSQL cost us? ")
    scene.clock.advance(QUIET.total_seconds())
    later = scene.turn(only=task.number)
    assert later.exchanges[0].asks_back
    scene.clock.advance(1)

    second = scene.ask(later, "It costs $5 a month. Which database?")
    scene.clock.advance(1)
    third = scene.ask(later, "Which port?")

    assert (second.follows, third.follows) == (first.number, None)
    told = [one.says for one in store.story(first.number).events]
    assert f"#{second.number} asked, following #{first.number}" in told
    assert store.story(second.number).events[0].says == f"asked, following #{first.number}"


@pytest.mark.parametrize(
    ("said", "more"),
    [("SQLite", {}), ("Is it? Yes: SQLite", {}), ("Now?", {"options": ("Now?", "Later")})],
    ids=["an answer", "a question on the way", "an option"],
)
def test_an_answer_that_asks_nothing_back_is_not_followed(
    scene: Scene, said: str, more: dict[str, Any]
) -> None:
    task = scene.tell()
    assignment = scene.turn()
    first = scene.ask(assignment, **more)
    scene.end(assignment)
    scene.reply(first, said)
    scene.clock.advance(QUIET.total_seconds())

    assert scene.ask(scene.turn(only=task.number), "Which port?").follows is None


def test_another_tasks_question_follows_nothing(scene: Scene) -> None:
    answered(scene, said="What does it cost?")

    assert scene.ask(fresh_turn(scene), "Which port?").follows is None


def test_a_question_of_no_task_follows_nothing(store: Store, scene: Scene) -> None:
    question = store.questions.ask(daemon=DAEMON, text="Which?", who=BOB)
    scene.reply(question, "Why?", quiet=timedelta(0))
    store.questions.collect(question.number)

    assert store.questions.ask(daemon=DAEMON, text="Which one?", who=BOB).follows is None
