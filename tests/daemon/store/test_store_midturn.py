from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from store_scene import ADA, BOB, DAEMON, QUIET

from coffee_daemon.errors import IllegalMove, TurnOver
from coffee_daemon.notifications import Recorded, Via
from coffee_daemon.tasks import TaskState, TurnEnd

if TYPE_CHECKING:
    from store_scene import Scene

    from coffee_daemon.notifications import Answer, Receipt
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Assignment


def edit(store: Store, source: str, text: str) -> Receipt:
    receipt = store.questions.edit_reply(source, text=text, quiet=QUIET)
    assert receipt is not None
    return receipt


def waiting(store: Store, assignment: Assignment) -> list[Answer]:
    return list(store.tasks.follow_ups(assignment.task.number))


def answered(scene: Scene) -> Assignment:
    """A turn that has just been handed an answer."""
    question = scene.waiting()
    scene.reply(question, "SQLite", source="msg:1")
    scene.clock.advance(60)
    return scene.turn()


# A report hands over


def test_a_report_hands_over_what_waits_once(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.follow_up(assignment.task, "And the docs")
    scene.clock.advance(5)

    (read,) = store.turns.report(assignment.turn.nonce, "half way")

    assert (read.text, read.turn, read.read_at) == (
        "And the docs",
        assignment.turn.id,
        scene.clock.now(),
    )
    assert store.turns.report(assignment.turn.nonce, "further") == ()
    assert store.turns.get(assignment.turn.id).progress == "further"
    assert scene.end(assignment).state is TaskState.DONE


def test_what_a_report_handed_over_to_a_lost_turn_is_handed_again(
    scene: Scene, store: Store
) -> None:
    scene.tell()
    first = scene.turn()
    scene.follow_up(first.task, "And the docs")
    store.turns.report(first.turn.nonce, "half way")
    scene.clock.advance(5)
    scene.sweep()

    again = scene.turn()

    (told,) = again.follow_ups
    assert told.turn == again.turn.id
    assert told.told_again
    assert again.interrupted


def test_a_report_leaves_answers_to_open_questions_alone(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment)
    scene.reply(question, "SQLite")

    assert store.turns.report(assignment.turn.nonce, "half way") == ()
    assert store.questions.get(question.number).state == "answered"


def test_a_report_of_a_turn_that_is_over_takes_nothing(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.end(assignment, TurnEnd.INTERRUPTED)
    scene.follow_up(assignment.task)

    with pytest.raises(TurnOver):
        store.turns.report(assignment.turn.nonce, "half way")

    assert len(waiting(store, assignment)) == 1


# New words for what was read


def test_an_edit_of_a_read_answer_waits_as_a_change_of_it(scene: Scene, store: Store) -> None:
    assignment = answered(scene)
    (exchange,) = assignment.exchanges

    receipt = edit(store, "msg:1", "PostgreSQL")

    assert (receipt.recorded, receipt.standing) == (Recorded.FOLLOW_UP, TaskState.RUNNING)
    (kept,) = waiting(store, assignment)
    assert (kept.text, kept.about) == ("PostgreSQL", exchange.question.number)
    assert (kept.during, kept.replaces) == (assignment.turn.id, exchange.answers[0].id)


def test_a_second_edit_takes_the_place_of_the_first(scene: Scene, store: Store) -> None:
    assignment = answered(scene)
    for text in ("PostgreSQL", "PostgreSQL", "MariaDB"):
        edit(store, "msg:1", text)

    assert [one.text for one in waiting(store, assignment)] == ["MariaDB"]


def test_an_edit_back_to_the_words_that_were_read_leaves_nothing_waiting(
    scene: Scene, store: Store
) -> None:
    assignment = answered(scene)
    edit(store, "msg:1", "PostgreSQL")

    assert edit(store, "msg:1", "SQLite").recorded is Recorded.KNOWN
    assert waiting(store, assignment) == []
    edit(store, "msg:1", "MariaDB")
    assert [one.text for one in waiting(store, assignment)] == ["MariaDB"]


def test_a_deleted_reply_takes_its_new_words_along(scene: Scene, store: Store) -> None:
    assignment = answered(scene)
    edit(store, "msg:1", "PostgreSQL")

    receipt = store.questions.delete_reply("msg:1")

    assert receipt is not None
    assert receipt.recorded is Recorded.TOO_LATE
    assert waiting(store, assignment) == []


def test_an_edit_after_the_tasks_end_is_too_late(scene: Scene, store: Store) -> None:
    assignment = answered(scene)
    scene.end(assignment)

    receipt = edit(store, "msg:1", "PostgreSQL")

    assert (receipt.recorded, receipt.standing) == (Recorded.TOO_LATE, TaskState.DONE)
    assert store.tasks.get(assignment.task.number).state is TaskState.DONE


def test_a_reply_after_pick_up_says_which_answer_it_changes(scene: Scene, store: Store) -> None:
    assignment = answered(scene)
    question = assignment.exchanges[0].question

    receipt = scene.reply(question, "PostgreSQL", who=BOB)

    assert (receipt.recorded, receipt.standing) == (Recorded.FOLLOW_UP, TaskState.RUNNING)
    assert receipt.answer is not None
    assert receipt.answer.about == question.number
    scene.end(assignment)
    (told,) = scene.turn().follow_ups
    assert (told.text, told.about) == ("PostgreSQL", question.number)


def test_a_changed_answer_may_be_left_for_later_until_its_words_change_again(
    scene: Scene, store: Store
) -> None:
    assignment = answered(scene)
    question = assignment.exchanges[0].question
    edit(store, "msg:1", "PostgreSQL")

    assert store.requests.defer(assignment.task.number, question.number, who=BOB)
    assert [one.deferred_by for one in waiting(store, assignment)] == ["Bob"]

    edit(store, "msg:1", "MariaDB")
    assert [one.deferred_by for one in waiting(store, assignment)] == [None]
    store.turns.report(assignment.turn.nonce, "half way")
    assert not store.requests.defer(assignment.task.number, question.number, who=BOB)


# Interrupting


def test_an_interrupted_task_goes_first_and_knows_who_had_it_interrupted(
    scene: Scene, store: Store
) -> None:
    store.tasks.from_roadmap(
        daemon=DAEMON, source="roadmap:1", title="One", prompt="One", priority=1000
    )
    assignment = scene.turn()
    scene.tell("A command, which would come first")
    scene.follow_up(assignment.task, "Not so")

    store.requests.interrupt(assignment.task.number, who=BOB, via=Via.SLACK, turn=1)
    task = scene.end(assignment, TurnEnd.INTERRUPTED)
    following = scene.turn()

    assert (task.state, task.attempts) == (TaskState.QUEUED, 0)
    assert following.task.number == assignment.task.number
    assert following.interrupted_by == BOB
    assert [one.text for one in following.follow_ups] == ["Not so"]
    assert store.requests.pending(DAEMON) == []
    (request,) = store.requests.of_task(assignment.task.number, "interrupt")
    assert request.state == "applied"


def test_a_wish_to_interrupt_outlives_the_daemon_that_was_to_heed_it(
    scene: Scene, store: Store
) -> None:
    store.tasks.from_roadmap(
        daemon=DAEMON, source="roadmap:1", title="One", prompt="One", priority=1000
    )
    assignment = scene.turn()
    scene.tell("A command, which would come first")
    store.requests.interrupt(assignment.task.number, who=ADA, via=Via.CLI)
    scene.sweep()

    following = scene.turn()

    assert following.task.number == assignment.task.number
    assert following.interrupted_by == ADA


def test_interrupting_twice_is_interrupting_once(scene: Scene, store: Store) -> None:
    scene.tell()
    number = scene.turn().task.number
    for who in (ADA, BOB):
        store.requests.interrupt(number, who=who, via=Via.SLACK)

    assert [one.who for one in store.requests.pending(DAEMON)] == [ADA]


def test_a_task_that_waits_for_an_answer_keeps_others_going(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.ask(assignment)
    store.requests.interrupt(assignment.task.number, who=ADA, via=Via.CLI)
    scene.end(assignment, TurnEnd.INTERRUPTED)
    other = scene.tell("Other work")

    assert scene.turn().task.number == other.number


@pytest.mark.parametrize("end", [TurnEnd.OK, TurnEnd.INTERRUPTED])
def test_what_does_not_run_cannot_be_interrupted(scene: Scene, store: Store, end: TurnEnd) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.end(assignment, end)

    with pytest.raises(IllegalMove, match="no turn of it runs"):
        store.requests.interrupt(assignment.task.number, who=ADA, via=Via.CLI)


def test_a_button_of_an_earlier_turn_interrupts_no_later_one(scene: Scene, store: Store) -> None:
    scene.tell()
    first = scene.turn()
    scene.follow_up(first.task)
    scene.end(first)
    scene.turn()

    with pytest.raises(IllegalMove, match="Turn 1 of #1 is over"):
        store.requests.interrupt(first.task.number, who=ADA, via=Via.SLACK, turn=1)


def test_a_button_interrupts_nothing_for_words_that_were_read(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.follow_up(assignment.task)
    store.turns.report(assignment.turn.nonce, "half way")

    with pytest.raises(IllegalMove, match="has read that already"):
        store.requests.interrupt(assignment.task.number, who=ADA, via=Via.SLACK, turn=1)
