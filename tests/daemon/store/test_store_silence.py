"""What comes of silence: nothing, unless a question says so; and then it is told as that."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from store_scene import BOB, DAEMON, QUIET

from coffee_daemon.errors import Refused
from coffee_daemon.notifications import QuestionState, Recorded
from coffee_daemon.silence import Silence
from coffee_daemon.store.schema import questions
from coffee_daemon.tasks import TaskState, TurnEnd

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.notifications import Question
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Task

HOUR = timedelta(hours=1)
DEFAULT = Silence(assume="SQLite", assume_after=HOUR, reversible=True)


def waiting(scene: Scene, silence: Silence = DEFAULT) -> tuple[Task, Question]:
    """A task that waits for the answer to a question with a stated default."""
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment, options=("SQLite", "PostgreSQL"), silence=silence)
    return scene.end(assignment), question


def assume(scene: Scene) -> list[int]:
    scene.clock.advance(HOUR.total_seconds())
    return [one.number for one in scene.store.questions.close_due()]


def test_a_stated_default_is_assumed_at_its_time_and_not_before(scene: Scene, store: Store) -> None:
    task, question = waiting(scene)
    assert store.questions.next_close(DAEMON) == scene.clock.now() + HOUR
    scene.clock.advance(HOUR.total_seconds() - 1)
    assert store.questions.close_due() == []
    scene.clock.advance(1)

    assert [one.number for one in store.questions.close_due()] == [question.number]

    found = store.questions.get(question.number)
    assert (found.state, found.assumption) == (QuestionState.ASSUMED, "SQLite")
    assert (found.assumed_at, found.decided_by) == (scene.clock.now(), None)
    assert store.questions.answers(question.number) == ()
    assert store.tasks.get(task.number).state is TaskState.QUEUED
    (exchange,) = scene.turn().exchanges
    assert (exchange.question.assumption, exchange.answer) == ("SQLite", None)


def test_an_answer_in_time_leaves_nothing_to_assume(scene: Scene, store: Store) -> None:
    _, question = waiting(scene)
    scene.reply(question, "PostgreSQL")
    scene.clock.advance(days=3)

    assert store.questions.close_due() == []
    (exchange,) = scene.turn().exchanges
    assert exchange.question.assumption == ""
    assert exchange.answer is not None


def test_what_is_assumed_is_told_to_a_next_turn_though_nobody_waits(
    scene: Scene, store: Store
) -> None:
    """The turn goes on meanwhile, and ends well before it knows."""
    scene.tell()
    assignment = scene.turn()
    scene.ask(assignment, silence=DEFAULT)
    assert len(assume(scene)) == 1

    assert scene.end(assignment).state is TaskState.QUEUED
    told = scene.turn()
    assert told.exchanges[0].question.state is QuestionState.ASSUMED
    assert scene.end(told).state is TaskState.DONE
    assert store.questions.close_due() == []


def test_until_a_turn_is_told_an_answer_takes_the_defaults_place(
    scene: Scene, store: Store
) -> None:
    task, question = waiting(scene)
    assume(scene)

    receipt = scene.reply(question, "PostgreSQL")

    assert receipt.recorded is Recorded.STORED
    assert scene.try_turn() is None, "its quiet time runs"
    scene.clock.advance(QUIET.total_seconds())
    (exchange,) = scene.turn(only=task.number).exchanges
    assert exchange.question.state is QuestionState.PICKED_UP
    assert exchange.answer is not None
    assert exchange.answer.option == "2"


def test_later_a_reply_is_a_follow_up_about_the_question(scene: Scene, store: Store) -> None:
    task, question = waiting(scene)
    assume(scene)
    scene.end(scene.turn())
    assert store.tasks.get(task.number).state is TaskState.DONE

    receipt = scene.reply(question, "2")

    assert receipt.recorded is Recorded.FOLLOW_UP
    assert store.questions.get(question.number).state is QuestionState.ASSUMED
    scene.clock.advance(QUIET.total_seconds())
    overruled = scene.turn(only=task.number)
    (added,) = overruled.follow_ups
    assert (added.text, added.about) == ("PostgreSQL", question.number)


def test_a_press_on_buttons_that_somebody_still_sees_overrules(scene: Scene, store: Store) -> None:
    task, question = waiting(scene)
    assume(scene)
    scene.end(scene.turn())

    for source in ("9.1", "9.1"):
        more: dict[str, Any] = {"who": BOB, "via": "slack", "source": source, "quiet": QUIET}
        receipt = store.questions.choose(question.number, option="2", **more)

    assert receipt.recorded is Recorded.KNOWN
    scene.clock.advance(QUIET.total_seconds())
    (added,) = scene.turn(only=task.number).follow_ups
    assert (added.text, added.who) == ("PostgreSQL", BOB)


def test_an_answer_that_is_taken_back_leaves_the_default_once_more(
    scene: Scene, store: Store
) -> None:
    _, question = waiting(scene)
    assume(scene)
    scene.reply(question, "PostgreSQL", source="msg:1")
    store.questions.delete_reply("msg:1")
    assert store.questions.get(question.number).state is QuestionState.OPEN

    assert [one.number for one in store.questions.close_due()] == [question.number]


def test_outside_a_turn_whoever_looks_again_finds_what_a_person_said(
    scene: Scene, store: Store
) -> None:
    question = store.questions.ask(daemon=DAEMON, text="Which?", silence=DEFAULT, who=BOB)
    assume(scene)
    found, answers = store.questions.collect(question.number)
    assert (found.assumption, answers) == ("SQLite", ())

    more: dict[str, Any] = {"who": BOB, "via": "cli", "source": "cli:1", "quiet": timedelta(0)}
    store.questions.reply(question.number, text="PostgreSQL", **more)

    found, answers = store.questions.collect(question.number)
    assert found.state is QuestionState.PICKED_UP
    assert [one.text for one in answers] == ["PostgreSQL"]


@pytest.mark.parametrize("values", [{"answer_kind": "approval"}, {"reversible": None}])
def test_a_row_that_could_not_be_asked_so_is_not_assumed(
    scene: Scene, store: Store, values: dict[str, object]
) -> None:
    _, question = waiting(scene)
    with store.writing() as connection:
        connection.execute(update(questions).values(**values))

    assert assume(scene) == []
    assert store.questions.get(question.number).state is QuestionState.OPEN


def test_an_approval_cannot_be_asked_with_a_default(scene: Scene) -> None:
    scene.tell()
    with pytest.raises(Refused, match="never assumed"):
        scene.ask(scene.turn(), approve=True, silence=DEFAULT)


def test_reminding_and_asking_others_decide_nothing(scene: Scene, store: Store) -> None:
    policy = Silence(remind=HOUR, escalate=("U012ABC",), escalate_after=HOUR, urgent=True)
    _, question = waiting(scene, policy)
    scene.clock.advance(days=4000)

    assert store.questions.close_due() == []
    assert store.questions.get(question.number).silence == policy


def test_of_many_who_look_at_once_one_assumes(scene: Scene, store: Store) -> None:
    _, question = waiting(scene)
    scene.clock.advance(HOUR.total_seconds())
    found: list[list[Question]] = []
    looks = [
        threading.Thread(target=lambda: found.append(store.questions.close_due())) for _ in range(8)
    ]
    for look in looks:
        look.start()
    for look in looks:
        look.join()

    assert [[one.number for one in some] for some in found if some] == [[question.number]]


def test_a_cancelled_task_assumes_nothing(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment, silence=DEFAULT)
    scene.end(assignment, TurnEnd.CANCELLED)

    assert assume(scene) == []
    assert store.questions.get(question.number).state is QuestionState.CANCELLED


def test_the_story_tells_an_assumption_as_nobodys_answer(scene: Scene, store: Store) -> None:
    _, question = waiting(scene)
    assume(scene)
    scene.reply(question, "PostgreSQL")

    told = [(one.says, one.words) for one in store.story(question.number).events]

    assert ("nobody answered in time, and its stated default was assumed", "SQLite") in told
    assert ("Ada answered", "PostgreSQL") in told
