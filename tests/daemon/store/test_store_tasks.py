from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import StatementError
from store_scene import ADA, BOB, DAEMON, QUIET

from coffee_daemon.errors import BadInput, IllegalMove, NotFound
from coffee_daemon.notifications import (
    NotificationState,
    NotificationType,
    QuestionState,
    Recorded,
    Via,
)
from coffee_daemon.tasks import TaskState, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from store_scene import Scene

    from coffee_daemon.clock import ManualClock
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Task


def test_a_tell_is_a_task_and_a_notification_of_one_number(scene: Scene, store: Store) -> None:
    task = scene.tell("Mend the tests\nall of them")

    told = store.notifications.list()[0]
    assert (told.number, told.task, told.type) == (
        task.number,
        task.number,
        NotificationType.COMMAND,
    )
    assert (task.title, task.prompt) == ("Mend the tests", "Mend the tests\nall of them")
    assert (task.state, task.author, task.source) == (
        TaskState.QUEUED,
        ADA,
        f"command:{task.number}",
    )


def test_the_same_source_is_told_once(scene: Scene, store: Store) -> None:
    first = scene.tell("Mend the tests", source="slack:msg:T1:C1:1.1")
    again = scene.tell("Mend the tests", source="slack:msg:T1:C1:1.1")

    assert again == first
    assert [first.number] == [one.number for one in store.notifications.list()]


def test_a_tell_that_fails_leaves_nothing_behind(scene: Scene, store: Store) -> None:
    first = scene.tell()

    with pytest.raises(StatementError):
        scene.tell(context={"not": object()})  # the notification cannot be stored

    assert [first] == store.tasks.list()
    assert first.number + 1 == scene.tell().number


def test_an_empty_tell_is_refused(scene: Scene, store: Store) -> None:
    with pytest.raises(BadInput):
        scene.tell("  \n")
    assert store.tasks.list() == []


def test_a_long_first_line_makes_a_short_title(scene: Scene) -> None:
    title = scene.tell("word " * 40).title
    assert len(title) <= 80
    assert title.endswith("…")


def test_tasks_questions_and_notifications_share_one_sequence(scene: Scene, store: Store) -> None:
    told = scene.tell()
    noticed = store.create_notification("info", "Hello", "there")
    asked = store.questions.ask(daemon=DAEMON, text="Which?")
    planned = from_roadmap(store)
    last = scene.tell()

    assert planned is not None
    numbers = [told.number, noticed, asked.number, planned.number, last.number]
    assert numbers == list(range(1, 6))


def from_roadmap(
    store: Store, title: str = "CI Testing", source: str = "roadmap:2.6"
) -> Task | None:
    return store.tasks.from_roadmap(
        daemon=DAEMON, source="roadmap:2.6", title=title, prompt=f"Do: {title}", priority=1002
    )


def test_a_priority_becomes_a_task_once(store: Store) -> None:
    first = from_roadmap(store)
    assert first is not None
    assert from_roadmap(store) is None
    assert store.tasks.by_source("roadmap:2.6") == first


def test_a_queued_priority_takes_over_new_words(store: Store) -> None:
    first = from_roadmap(store)
    assert from_roadmap(store, "CI Testing on Windows") is None

    assert first is not None
    assert store.tasks.get(first.number).prompt == "Do: CI Testing on Windows"


def test_a_priority_that_runs_keeps_its_words(scene: Scene, store: Store) -> None:
    first = from_roadmap(store)
    scene.turn()
    assert from_roadmap(store, "Something else") is None

    assert first is not None
    assert store.tasks.get(first.number).title == "CI Testing"


def test_an_unknown_number_is_told_as_such(store: Store) -> None:
    with pytest.raises(NotFound, match="#77"):
        store.tasks.get(77)
    with pytest.raises(NotFound):
        store.tasks.cancel(77, who=ADA, via=Via.CLI)
    assert store.tasks.by_source("command:77") is None


def test_pages_are_newest_first_and_meet_without_gap(scene: Scene, store: Store) -> None:
    numbers = [scene.tell().number for _ in range(5)]
    first = store.tasks.list(limit=2)
    second = store.tasks.list(limit=9, before=first[-1].number)

    assert [one.number for one in [*first, *second]] == numbers[::-1]


def test_pages_can_hold_some_states_of_one_daemon(scene: Scene, store: Store) -> None:
    done = scene.done()
    queued = scene.tell()
    scene.tell(daemon="other")
    wanted = {TaskState.DONE, TaskState.QUEUED}

    assert [queued.number, done.number] == [
        one.number for one in store.tasks.list(daemon=DAEMON, states=wanted)
    ]
    assert [done.number] == [one.number for one in store.tasks.list(states={TaskState.DONE})]


def test_open_tasks_stand_in_the_order_of_pick_up(scene: Scene, store: Store) -> None:
    planned = from_roadmap(store)
    waits = scene.waiting().task
    fresh = scene.tell()
    runs = scene.turn().task.number
    later = scene.tell()
    scene.tell(daemon="other")
    scene.done()

    assert planned is not None
    assert runs == fresh.number
    expected = [runs, waits, later.number, planned.number]
    assert [one.number for one in store.tasks.open(DAEMON)] == expected


def test_a_queued_task_is_cancelled_at_once(scene: Scene, store: Store) -> None:
    task = store.tasks.cancel(scene.tell().number, who=BOB, via=Via.SLACK)
    assert task.state is TaskState.CANCELLED
    assert store.requests.pending(DAEMON) == []
    assert store.get_pending_notifications("command") == []
    assert scene.try_turn() is None


def test_cancelling_a_waiting_task_cancels_its_questions(scene: Scene, store: Store) -> None:
    question = scene.waiting()
    assert question.task is not None
    scene.reply(question)
    store.tasks.cancel(question.task, who=BOB, via=Via.SLACK)

    closed = store.questions.get(question.number)
    assert (closed.state, closed.decided_by) == (QuestionState.CANCELLED, None)
    scene.clock.advance(days=2)
    assert scene.try_turn() is None


def test_cancelling_a_running_task_asks_its_daemon_once(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    for _ in range(2):
        task = store.tasks.cancel(assignment.task.number, who=BOB, via=Via.SLACK)

    asked = store.requests.pending(DAEMON)
    assert task.state is TaskState.RUNNING
    assert [("cancel", task.number, BOB)] == [(one.verb, one.task, one.who) for one in asked]


@pytest.mark.parametrize("end", [TurnEnd.OK, TurnEnd.FAILED, TurnEnd.INTERRUPTED])
def test_a_wanted_cancel_wins_over_any_end(scene: Scene, store: Store, end: TurnEnd) -> None:
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment)
    store.tasks.cancel(assignment.task.number, who=BOB, via=Via.SLACK)

    assert scene.end(assignment, end).state is TaskState.CANCELLED
    assert store.questions.get(question.number).state is QuestionState.CANCELLED
    assert [one.verb for one in store.requests.pending(DAEMON)] == ["clear_up"]


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_what_has_ended_cannot_be_cancelled(scene: Scene, store: Store, state: str) -> None:
    task = ENDINGS[state](scene)
    with pytest.raises(IllegalMove, match=f"#{task.number} is already {state}"):
        store.tasks.cancel(task.number, who=ADA, via=Via.CLI)


def test_a_task_that_ends_is_cleared_up_after_whoever_dies(scene: Scene, store: Store) -> None:
    task = scene.done()

    asked = store.requests.pending(DAEMON)
    assert [("clear_up", task.number)] == [(one.verb, one.task) for one in asked]


def test_a_task_that_comes_back_keeps_when_it_was_done(scene: Scene, store: Store) -> None:
    task = scene.done()
    scene.follow_up(task)
    scene.clock.advance(days=1)

    assert task.done_at is not None
    assert store.tasks.get(task.number).done_at == task.done_at


def failed(scene: Scene) -> Task:
    scene.tell()
    for _ in range(scene.limits.attempts):
        task = scene.end(scene.turn(), TurnEnd.FAILED, summary="No.")
        scene.clock.advance(hours=1)
    return task


def cancelled(scene: Scene) -> Task:
    return scene.store.tasks.cancel(scene.tell().number, who=ADA, via=Via.CLI)


ENDINGS: dict[str, Callable[[Scene], Task]] = {
    "done": lambda scene: scene.done(),
    "failed": failed,
    "cancelled": cancelled,
}


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_retry_queues_what_has_ended_with_its_attempts_anew(
    scene: Scene, store: Store, state: str
) -> None:
    task = store.tasks.retry(ENDINGS[state](scene).number, who=ADA)
    assert (task.state, task.attempts) == (TaskState.QUEUED, 0)
    assert scene.turn().task.number == task.number


def test_what_has_not_ended_cannot_be_retried(scene: Scene, store: Store) -> None:
    with pytest.raises(IllegalMove):
        store.tasks.retry(scene.tell().number, who=ADA)


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_a_follow_up_queues_an_ended_task_after_the_quiet_time(
    scene: Scene, store: Store, state: str
) -> None:
    ended = ENDINGS[state](scene)
    receipt = scene.follow_up(ended)

    task = store.tasks.get(ended.number)
    assert (receipt.recorded, task.state) == (Recorded.FOLLOW_UP, TaskState.QUEUED)
    assert scene.try_turn() is None
    assert store.questions.next_close(DAEMON) == scene.clock.now() + QUIET
    scene.clock.advance(60)
    assert [one.text for one in scene.turn().follow_ups] == ["And the docs"]


def test_the_follow_ups_of_a_task_are_those_that_no_turn_has(scene: Scene, store: Store) -> None:
    task = scene.tell()
    scene.follow_up(task, "And the docs")
    scene.turn()
    scene.follow_up(task, "And the changelog")
    scene.follow_up(task, "Forget it", source="msg:T1:C1:1.1")
    scene.store.questions.delete_reply("msg:T1:C1:1.1")

    assert [one.text for one in store.tasks.follow_ups(task.number)] == ["And the changelog"]


def test_each_follow_up_moves_the_quiet_time_of_a_task_that_came_back(scene: Scene) -> None:
    ended = scene.done()
    scene.follow_up(ended, "And the docs")
    scene.clock.advance(40)
    scene.follow_up(ended, "And the changelog")
    scene.clock.advance(40)
    assert scene.try_turn() is None

    scene.clock.advance(20)
    assert len(scene.turn().follow_ups) == 2


def test_a_follow_up_does_not_delay_a_fresh_task(scene: Scene) -> None:
    scene.follow_up(scene.tell())
    assert len(scene.turn().follow_ups) == 1


def test_a_follow_up_to_a_running_task_makes_another_turn(scene: Scene) -> None:
    scene.tell()
    first = scene.turn()
    scene.follow_up(first.task)

    assert scene.end(first).state is TaskState.QUEUED
    second = scene.turn()
    assert [second.turn.id] == [one.turn for one in second.follow_ups]
    assert scene.end(second).state is TaskState.DONE


def test_the_same_follow_up_is_recorded_once(scene: Scene) -> None:
    ended = scene.done()
    first = scene.follow_up(ended, source="msg:T1:C1:1.1")
    again = scene.follow_up(ended, source="msg:T1:C1:1.1")

    assert (again.recorded, again.answer) == (Recorded.KNOWN, first.answer)


def test_a_follow_up_that_is_taken_back_starts_nothing(scene: Scene, store: Store) -> None:
    ended = scene.done()
    scene.follow_up(ended, source="msg:1")
    store.questions.delete_reply("msg:1")
    scene.clock.advance(hours=1)

    assert scene.try_turn() is None
    assert store.tasks.get(ended.number).state is TaskState.CANCELLED


def test_an_edited_follow_up_waits_again(scene: Scene, store: Store) -> None:
    scene.follow_up(scene.done(), source="msg:1")
    scene.clock.advance(50)
    store.questions.edit_reply("msg:1", text="And the manual", quiet=QUIET)
    scene.clock.advance(50)
    assert scene.try_turn() is None

    scene.clock.advance(10)
    assert [one.text for one in scene.turn().follow_ups] == ["And the manual"]


def test_a_picked_up_command_is_seen(scene: Scene, store: Store) -> None:
    task = scene.tell()
    assert [task.number] == [one.number for one in store.get_pending_notifications("command")]
    scene.turn()
    assert store.get_pending_notifications("command") == []
    assert store.notifications.list()[0].state is NotificationState.SEEN


def test_a_branch_is_remembered(scene: Scene, store: Store) -> None:
    task = store.tasks.set_branch(scene.tell().number, "coffee/1-mend-the-tests")
    assert store.tasks.get(task.number).branch == "coffee/1-mend-the-tests"


def test_times_are_aware_and_in_utc(scene: Scene, clock: ManualClock) -> None:
    task = scene.tell()
    assert task.created_at == clock.now()
    assert task.created_at.utcoffset() == timedelta(0)
