from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from store_scene import ADA, BOB, DAEMON

from coffee_daemon.config import Limits
from coffee_daemon.errors import IllegalMove, NotFound, TurnOver
from coffee_daemon.notifications import NotificationType, Priority, QuestionState, Via
from coffee_daemon.store.settling import BACK_OFF, USAGE_PAUSE, Standing, decide
from coffee_daemon.tasks import Adopted, Outcome, TaskState, TurnEnd, TurnState

if TYPE_CHECKING:
    from datetime import datetime

    from store_scene import Scene

    from coffee_daemon.clock import ManualClock
    from coffee_daemon.store import Store


def test_nothing_to_do_is_no_turn(scene: Scene) -> None:
    scene.tell(daemon="other")
    assert scene.try_turn() is None


def test_a_turn_is_ready_then_running_then_ended(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.try_turn()
    assert assignment is not None
    turn = assignment.turn
    assert (turn.state, turn.number, assignment.task.state) == (
        TurnState.READY,
        1,
        TaskState.RUNNING,
    )
    scene.clock.advance(1)
    assert store.turns.started(turn.id).started_at == scene.clock.now()
    with pytest.raises(IllegalMove):
        store.turns.started(turn.id)

    scene.end(assignment, summary="All green.", cost=0.25)
    ended = store.turns.get(turn.id)
    assert (ended.state, ended.end, ended.summary, ended.cost) == (
        TurnState.ENDED,
        TurnEnd.OK,
        "All green.",
        0.25,
    )


def test_a_turn_is_settled_once(scene: Scene) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.end(assignment)
    with pytest.raises(IllegalMove, match="already ended"):
        scene.end(assignment, TurnEnd.FAILED)


def test_an_unknown_turn_is_told_as_such(store: Store) -> None:
    with pytest.raises(NotFound):
        store.turns.get(7)
    with pytest.raises(NotFound):
        store.turns.settle(7, Outcome(end=TurnEnd.OK), limits=Limits())
    assert store.turns.by_nonce("?") is None
    assert store.turns.last(7) is None


def test_commands_go_before_the_roadmap(scene: Scene, store: Store) -> None:
    store.tasks.from_roadmap(
        daemon=DAEMON, source="roadmap:1", title="One", prompt="One", priority=1000
    )
    command = scene.tell()
    assert scene.turn().task.number == command.number


def test_answered_tasks_go_before_fresh_ones(scene: Scene) -> None:
    fresh = scene.tell("Fresh work, told first")
    question = scene.waiting()
    scene.reply(question)
    scene.clock.advance(60)

    assert scene.turn().task.number == question.task
    assert scene.turn().task.number == fresh.number


def test_tasks_can_be_skipped_or_named(scene: Scene) -> None:
    first, second, third = (scene.tell().number for _ in range(3))
    assert scene.turn(skip=frozenset({first})).task.number == second
    assert scene.turn(only=third).task.number == third
    assert scene.try_turn(only=second) is None


def test_what_the_agent_says_meanwhile_is_kept(scene: Scene, store: Store) -> None:
    scene.tell()
    assignment = scene.turn()
    turn = assignment.turn.id
    early = scene.ask(assignment, "Which database?")
    store.turns.session(assignment.turn.nonce, "session-7")
    late = scene.ask(assignment, "Which port?")
    store.turns.progress(assignment.turn.nonce, "Half way")
    store.turns.output_seen(turn, scene.clock.now())

    now = store.turns.by_nonce(assignment.turn.nonce)
    assert now is not None
    assert (now.progress, now.last_output_at) == ("Half way", scene.clock.now())
    assert store.tasks.get(assignment.task.number).session == "session-7"
    assert [one.session for one in (early, late)] == [None, "session-7"]
    assert store.questions.get(early.number).session == "session-7"
    scene.end(assignment)
    with pytest.raises(TurnOver):
        store.turns.progress(assignment.turn.nonce, "Still here?")
    with pytest.raises(TurnOver):
        store.turns.session(assignment.turn.nonce, "session-8")


def test_the_next_turn_goes_on_with_the_session(scene: Scene, store: Store) -> None:
    scene.tell()
    first = scene.turn()
    store.turns.session(first.turn.nonce, "session-7")
    scene.end(first, TurnEnd.INTERRUPTED)
    assert scene.turn().task.session == "session-7"


def test_done_tells_of_its_completion(scene: Scene, store: Store) -> None:
    task = scene.done()
    (told,) = store.get_pending_notifications("completion")
    assert (told.task, told.message, told.type) == (
        task.number,
        "All green.",
        NotificationType.COMPLETION,
    )
    assert task.result == "All green."


def test_a_failed_attempt_is_tried_again_later_and_then_given_up(
    scene: Scene, store: Store
) -> None:
    scene.tell()
    task = scene.end(scene.turn(), TurnEnd.FAILED, summary="No.")
    assert (task.state, task.attempts) == (TaskState.QUEUED, 1)
    assert task.not_before == scene.clock.now() + BACK_OFF
    assert scene.try_turn() is None

    scene.clock.advance(30)
    task = scene.end(scene.turn(), TurnEnd.CRASHED, summary="Died by signal 9.")
    assert (task.state, task.result) == (TaskState.FAILED, "Died by signal 9.")
    (told,) = store.get_pending_notifications("error")
    assert (told.task, told.priority) == (task.number, Priority.HIGH)


def test_an_interruption_does_not_count(scene: Scene) -> None:
    scene.tell()
    for _ in range(scene.limits.turns + 2):
        task = scene.end(scene.turn(), TurnEnd.INTERRUPTED)
        assert (task.state, task.attempts) == (TaskState.QUEUED, 0)
    assert scene.turn().interrupted


def test_a_usage_limit_waits_until_it_is_over(scene: Scene) -> None:
    scene.tell()
    until = scene.clock.now() + timedelta(hours=3)
    task = scene.end(scene.turn(), TurnEnd.LIMITED, until=until)
    assert (task.state, task.not_before) == (TaskState.QUEUED, until)
    scene.clock.advance(hours=2)
    assert scene.try_turn() is None
    scene.clock.advance(hours=1)
    assert scene.turn().interrupted


def test_an_open_question_makes_an_interrupted_task_wait(scene: Scene) -> None:
    scene.tell()
    assignment = scene.turn()
    scene.ask(assignment)
    assert scene.end(assignment, TurnEnd.INTERRUPTED).state is TaskState.WAITING


def test_a_task_that_never_comes_to_an_end_fails_at_the_limit(scene: Scene, store: Store) -> None:
    scene.limits = Limits(turns=2)
    question = scene.waiting()
    scene.reply(question)
    scene.clock.advance(60)
    assignment = scene.turn()
    second = scene.ask(assignment, "And the port?")
    task = scene.end(assignment)

    assert task.state is TaskState.FAILED
    assert "2 turns" in task.result
    assert store.questions.get(second.number).state is QuestionState.CANCELLED


def test_a_task_that_ends_in_its_last_turn_is_done(scene: Scene) -> None:
    scene.limits = Limits(turns=1)
    assert scene.done().state is TaskState.DONE


def test_a_crash_between_pick_up_and_start_hands_the_same_answers_again(scene: Scene) -> None:
    question = scene.waiting()
    scene.reply(question, "SQLite")
    scene.reply(question, "with backups")
    scene.clock.advance(60)
    lost = scene.try_turn()
    assert lost is not None
    assert not lost.interrupted
    assert [task.state for task in scene.sweep()] == [TaskState.QUEUED]

    again = scene.turn()
    assert again.interrupted
    assert (again.turn.number, again.turn.id) == (3, lost.turn.id + 1)
    said = again.exchanges[0].answers
    assert [one.text for one in said] == ["SQLite", "with backups"]
    assert {one.turn for one in said} == {again.turn.id}
    assert scene.end(again).state is TaskState.DONE


@pytest.mark.parametrize("end", [TurnEnd.CRASHED, TurnEnd.INTERRUPTED, TurnEnd.LIMITED])
def test_a_turn_that_was_cut_short_hands_its_answers_on(scene: Scene, end: TurnEnd) -> None:
    question = scene.waiting()
    scene.reply(question)
    scene.clock.advance(60)
    scene.end(scene.turn(), end)
    scene.clock.advance(USAGE_PAUSE.total_seconds())

    again = scene.turn()
    assert again.interrupted
    assert again.exchanges[0].answers[0].turn == again.turn.id


def test_answers_of_an_ended_turn_are_not_handed_over_as_new(scene: Scene) -> None:
    question = scene.waiting()
    scene.reply(question)
    scene.clock.advance(60)
    second = scene.turn()
    scene.follow_up(second.task)
    scene.end(second)
    third = scene.turn()

    assert not third.interrupted
    assert third.exchanges[0].answers[0].turn == second.turn.id
    assert third.follow_ups[0].turn == third.turn.id


def test_a_lost_turn_with_an_open_question_leaves_its_task_waiting(
    scene: Scene, store: Store
) -> None:
    scene.tell()
    assignment = scene.turn()
    question = scene.ask(assignment)
    assert [task.state for task in scene.sweep()] == [TaskState.WAITING]
    assert store.turns.get(assignment.turn.id).state is TurnState.LOST

    scene.reply(question)
    scene.clock.advance(60)
    assert scene.turn().interrupted


def test_a_wanted_cancel_outlives_the_daemon(scene: Scene, store: Store) -> None:
    scene.tell()
    number = scene.turn().task.number
    store.tasks.cancel(number, who=BOB, via=Via.CLI)
    assert [task.state for task in scene.sweep()] == [TaskState.CANCELLED]
    assert scene.try_turn() is None


def test_three_lost_turns_in_a_row_fail_the_task(scene: Scene, store: Store) -> None:
    scene.tell()
    states = []
    for _ in range(3):
        scene.turn()
        states += [task.state for task in scene.sweep()]

    assert states == [TaskState.QUEUED, TaskState.QUEUED, TaskState.FAILED]
    (told,) = store.get_pending_notifications("error")
    assert "3 times in a row" in told.message


def test_a_turn_that_ends_breaks_the_row(scene: Scene) -> None:
    scene.tell()
    for _ in range(2):
        scene.turn()
        scene.sweep()
    scene.end(scene.turn(), TurnEnd.INTERRUPTED)
    for _ in range(2):
        scene.turn()
        assert [task.state for task in scene.sweep()] == [TaskState.QUEUED]


def test_a_retry_begins_a_new_row(scene: Scene, store: Store) -> None:
    task = scene.tell()
    for _ in range(3):
        scene.turn()
        scene.sweep()
    store.tasks.retry(task.number, who=ADA)
    scene.turn()
    assert [one.state for one in scene.sweep()] == [TaskState.QUEUED]


def test_only_the_daemons_own_turns_are_swept(scene: Scene, store: Store) -> None:
    scene.tell(daemon="other")
    other = store.turns.pick_up("other", nonce="of-the-other")
    assert other is not None
    assert scene.sweep() == []
    assert store.turns.get(other.turn.id).state is TurnState.READY


LIMITS = Limits(turns=10, attempts=2, lost_turns=3)
LATER = timedelta(hours=1)


@pytest.mark.parametrize(
    ("standing", "end", "state"),
    [
        ({}, TurnEnd.OK, TaskState.DONE),
        ({}, TurnEnd.FAILED, TaskState.QUEUED),
        ({}, TurnEnd.CRASHED, TaskState.QUEUED),
        ({}, TurnEnd.INTERRUPTED, TaskState.QUEUED),
        ({}, TurnEnd.LIMITED, TaskState.QUEUED),
        ({}, TurnEnd.CANCELLED, TaskState.CANCELLED),
        ({}, None, TaskState.QUEUED),
        ({"attempts": 1}, TurnEnd.OK, TaskState.DONE),
        ({"attempts": 1}, TurnEnd.FAILED, TaskState.FAILED),
        ({"attempts": 1}, TurnEnd.CRASHED, TaskState.FAILED),
        ({"attempts": 1}, TurnEnd.INTERRUPTED, TaskState.QUEUED),
        ({"attempts": 1}, None, TaskState.QUEUED),
        ({"lost_turns": 1}, None, TaskState.QUEUED),
        ({"lost_turns": 2}, None, TaskState.FAILED),
        ({"lost_turns": 2}, TurnEnd.FAILED, TaskState.QUEUED),
        ({"undelivered": True}, TurnEnd.OK, TaskState.QUEUED),
        ({"undelivered": True}, TurnEnd.FAILED, TaskState.QUEUED),
        ({"undelivered": True, "attempts": 1}, TurnEnd.FAILED, TaskState.QUEUED),
        ({"undelivered": True, "lost_turns": 2}, None, TaskState.FAILED),
        ({"question_open": True}, TurnEnd.OK, TaskState.WAITING),
        ({"question_open": True, "attempts": 1}, TurnEnd.FAILED, TaskState.WAITING),
        ({"question_open": True}, TurnEnd.INTERRUPTED, TaskState.WAITING),
        ({"question_open": True}, TurnEnd.LIMITED, TaskState.WAITING),
        ({"question_open": True, "undelivered": True}, TurnEnd.OK, TaskState.WAITING),
        ({"question_open": True, "lost_turns": 2}, None, TaskState.WAITING),
        ({"cancel_wanted": True}, TurnEnd.OK, TaskState.CANCELLED),
        ({"cancel_wanted": True, "question_open": True}, TurnEnd.OK, TaskState.CANCELLED),
        ({"cancel_wanted": True, "undelivered": True}, TurnEnd.LIMITED, TaskState.CANCELLED),
        ({"cancel_wanted": True, "lost_turns": 2}, None, TaskState.CANCELLED),
        ({"turns_used": 9}, TurnEnd.OK, TaskState.DONE),
        ({"turns_used": 9}, TurnEnd.FAILED, TaskState.FAILED),
        ({"turns_used": 9}, TurnEnd.INTERRUPTED, TaskState.QUEUED),
        ({"turns_used": 9, "undelivered": True}, TurnEnd.OK, TaskState.FAILED),
        ({"turns_used": 9, "question_open": True}, TurnEnd.OK, TaskState.FAILED),
        ({"turns_used": 9, "cancel_wanted": True}, TurnEnd.OK, TaskState.CANCELLED),
    ],
)
def test_the_rule_by_which_a_task_goes_on(
    standing: dict[str, Any], end: TurnEnd | None, state: TaskState, clock: ManualClock
) -> None:
    outcome = None
    if end is not None:
        outcome = Outcome(end=end, summary="So it is.", until=clock.now() + LATER)
    verdict = decide(Standing(**standing), outcome, limits=LIMITS, now=clock.now())
    assert verdict.state is state


@pytest.mark.parametrize(
    ("dollars", "end", "state"),
    [
        (4.99, TurnEnd.FAILED, TaskState.QUEUED),
        (5.0, TurnEnd.FAILED, TaskState.FAILED),
        (4.9999999999, TurnEnd.FAILED, TaskState.FAILED),
        (9.0, TurnEnd.INTERRUPTED, TaskState.FAILED),
        (9.0, TurnEnd.OK, TaskState.DONE),
    ],
)
def test_a_task_that_has_cost_its_money_takes_no_further_turn(
    dollars: float, end: TurnEnd, state: TaskState, clock: ManualClock
) -> None:
    limits = Limits(dollars_per_task=5)
    verdict = decide(Standing(dollars=dollars), Outcome(end=end), limits=limits, now=clock.now())

    assert verdict.state is state
    if state is TaskState.FAILED:
        assert "dollars_per_task" in verdict.result
        assert "$5.00" in verdict.result


@pytest.mark.parametrize("end", [TurnEnd.FAILED, TurnEnd.CRASHED])
def test_the_pause_grows_with_the_attempts(end: TurnEnd, clock: ManualClock) -> None:
    def pause(attempts: int) -> datetime | None:
        standing = Standing(attempts=attempts)
        limits = Limits(attempts=9)
        return decide(standing, Outcome(end=end), limits=limits, now=clock.now()).not_before

    assert [pause(0), pause(2)] == [clock.now() + BACK_OFF, clock.now() + 3 * BACK_OFF]


def test_no_two_daemons_work_in_one_lent_folder_at_once(scene: Scene, store: Store) -> None:
    lent = Adopted(session="s-1", agent="claude", folder="/home/ada/mine")
    scene.tell(adopted=lent)
    theirs = scene.tell(adopted=lent, daemon="other")
    assignment = scene.turn()

    assert store.turns.pick_up("other", nonce="theirs") is None
    scene.end(assignment)
    picked = store.turns.pick_up("other", nonce="theirs")
    assert picked is not None
    assert picked.task.number == theirs.number
