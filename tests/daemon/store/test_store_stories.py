from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from store_scene import ADA, BOB

from coffee_daemon.errors import NotFound
from coffee_daemon.notifications import Via
from coffee_daemon.silence import Silence
from coffee_daemon.tasks import TurnEnd

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.store import Store


def told(store: Store, number: int) -> list[tuple[str, str]]:
    return [(one.says, one.words) for one in store.story(number).events]


def test_a_tasks_story_is_told_in_the_order_in_which_it_happened(
    scene: Scene, store: Store
) -> None:
    task = scene.tell("Choose a database")
    scene.clock.advance(10)
    first = scene.turn()
    scene.clock.advance(10)
    question = scene.ask(first, "Which database?")
    scene.clock.advance(10)
    scene.end(first, summary="I wait.")
    scene.clock.advance(hours=13)
    scene.reply(question, "SQLite", who=BOB)
    scene.clock.advance(61)
    second = scene.turn(only=task.number)
    scene.clock.advance(10)
    scene.end(second, summary="Chosen.", cost=0.25)
    scene.clock.advance(10)
    scene.follow_up(task, "And the docs", who=ADA)

    story = store.story(task.number)

    assert (story.number, story.title, story.state) == (task.number, "Choose a database", "queued")
    assert told(store, task.number) == [
        ("told by Ada", "Choose a database"),
        ("turn 1 began", ""),
        (f"#{question.number} asked", "Which database?"),
        ("turn 1 ended", "I wait."),
        (f"Bob answered #{question.number}, picked up by turn 2", "SQLite"),
        ("turn 2 began", ""),
        ("turn 2 ended ($0.25)", "Chosen."),
        ("Ada added", "And the docs"),
    ]


def test_a_questions_story_names_its_task(scene: Scene, store: Store) -> None:
    question = scene.waiting("Which database?")
    scene.clock.advance(5)
    scene.reply(question, "SQLite")

    story = store.story(question.number)

    assert (story.title, story.state, story.task) == ("Which database?", "answered", question.task)
    assert told(store, question.number) == [
        ("asked", "Which database?"),
        ("Ada answered", "SQLite"),
    ]


def test_what_changed_an_answer_is_in_the_story_of_its_question_and_of_its_task(
    scene: Scene, store: Store
) -> None:
    question = scene.waiting("Which database?")
    scene.reply(question, "SQLite", who=BOB)
    scene.clock.advance(61)
    scene.turn(only=question.task)
    scene.clock.advance(10)
    scene.reply(question, "PostgreSQL", who=ADA)

    changed = (f"Ada changed the answer to #{question.number}", "PostgreSQL")
    assert told(store, question.number) == [
        ("asked", "Which database?"),
        ("Bob answered, picked up by turn 2", "SQLite"),
        changed,
    ]
    assert question.task is not None
    assert told(store, question.task)[-1] == changed
    assert [one.text for one in store.questions.changes(question)] == ["PostgreSQL"]
    assert store.questions.reworded(after=0) == {question.number}


def test_what_people_did_to_a_task_is_in_its_story_and_what_was_refused_is_not(
    scene: Scene, store: Store
) -> None:
    task, other = scene.tell(), scene.tell()
    scene.clock.advance(10)
    store.audit.add(BOB, "interrupt", f"#{task.number}", Via.SLACK, "asked")
    store.audit.add(BOB, "cancel", f"#{task.number}", Via.SLACK, "refused")
    store.audit.add(BOB, "cancel", f"#{other.number}", Via.SLACK, "cancelled")

    assert [says for says, _ in told(store, task.number)] == [
        "told by Ada",
        "Bob interrupted its turn",
    ]


def test_what_was_withdrawn_lost_or_too_late_is_part_of_the_story(
    scene: Scene, store: Store
) -> None:
    task = scene.tell()
    turn = scene.turn()
    withdrawn = scene.ask(turn, "Which port?")
    late = scene.ask(turn, "Which name?", silence=Silence(expires_after=timedelta(minutes=1)))
    store.questions.withdraw(withdrawn.number, who=BOB)
    scene.clock.advance(120)
    store.questions.close_due()
    scene.sweep()

    said = [says for says, _ in told(store, task.number)]

    assert f"#{withdrawn.number} asked, withdrawn since by Bob" in said
    assert f"#{late.number} expired without an answer" in said
    assert "turn 1 was lost" in said


@pytest.mark.parametrize(
    ("end", "says"),
    [(TurnEnd.FAILED, "turn 1 failed"), (TurnEnd.LIMITED, "turn 1 met a usage limit")],
)
def test_how_a_turn_ended_is_said(scene: Scene, store: Store, end: TurnEnd, says: str) -> None:
    task = scene.tell()
    scene.end(scene.turn(), end, summary="No luck.")

    assert told(store, task.number)[-1] == (says, "No luck.")


def test_there_is_no_story_of_nothing(store: Store) -> None:
    with pytest.raises(NotFound, match="no task and no question #99"):
        store.story(99)
