"""What ended long ago is forgotten, in small steps; what is open never is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from store_scene import ADA, DAEMON

from coffee_daemon.errors import NotFound
from coffee_daemon.notifications import QuestionState, Via
from coffee_daemon.status import DaemonState
from coffee_daemon.store.schema import answers, metadata, notifications, numbers, turns
from coffee_daemon.tasks import TaskState, TurnEnd

if TYPE_CHECKING:
    from sqlalchemy import Table
    from store_kinds import Kind
    from store_scene import Scene

    from coffee_daemon.clock import ManualClock
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Task

KEEP = timedelta(days=90)


def prune(store: Store, **more: frozenset[int]) -> int:
    return sum(store.prune(keep=KEEP, **more))


def counts(store: Store, *tables: Table) -> list[int]:
    with store.reading() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        ]


def long_story(scene: Scene) -> Task:
    """A task that asked, was answered, got a follow-up and is done."""
    question = scene.waiting()
    scene.reply(question, quiet=timedelta(0))
    assert question.task is not None
    scene.follow_up(scene.store.tasks.get(question.task))
    return scene.end(scene.turn(only=question.task))


def post(store: Store, key: str, parent: str | None = None, ts: str | None = None) -> None:
    store.posts.want(key, kind="message", channel="C1", text=key, parent=parent)
    claimed = store.posts.claim(attempt_owner="bot")
    assert claimed is not None
    assert claimed.key == key
    store.posts.sent(claimed.id, ts or f"{claimed.id}.0")


def event(store: Store, key: str, thread_ts: str | None = None, *, settled: bool = True) -> None:
    store.inbox.add(
        key,
        kind="message",
        channel="C1",
        ts=key,
        thread_ts=thread_ts,
        user="U1",
        payload={"text": "Deploy"},
    )
    if settled:
        store.inbox.apply(key)


def test_a_task_that_ended_long_ago_goes_with_its_story(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    old = long_story(scene)
    clock.advance(days=89)
    young = long_story(scene)
    assert prune(store) == 0
    clock.advance(days=2)
    assert prune(store) > 0

    with pytest.raises(NotFound):
        store.tasks.get(old.number)
    assert store.tasks.get(young.number).state is TaskState.DONE
    assert len(store.questions.of_task(young.number)) == 1
    assert len(store.turns.of_task(young.number)) == 2
    assert counts(store, turns, answers) == [2, 2]
    assert prune(store) == 0


def test_numbers_are_never_given_again(scene: Scene, store: Store, clock: ManualClock) -> None:
    last = long_story(scene)
    newest = max(one.number for one in store.notifications.list(limit=1))
    clock.advance(days=100)
    prune(store)

    assert counts(store, numbers, notifications) == [0, 0]
    assert scene.tell().number == newest + 1 > last.number


def test_what_is_open_stays_however_old_it_is(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    queued, open_question, answered = scene.tell("Later"), scene.waiting(), scene.waiting()
    scene.reply(answered)
    loose = store.questions.ask(daemon=DAEMON, text="Deploy?", who=ADA)
    told = store.create_notification("warning", "Low on disk", "1 GB left")
    request = store.requests.add(DAEMON, None, "pause", ADA, Via.CLI)
    store.transitions.observe(DAEMON, DaemonState.IDLE, "")
    event(store, "msg:1", settled=False)
    store.posts.want("note:1", kind="message", channel="C1", text="Low on disk")
    before = {table: counts(store, table) for table in metadata.sorted_tables}
    clock.advance(days=1000)
    prune(store)

    assert {table: counts(store, table) for table in metadata.sorted_tables} == before
    assert store.tasks.get(queued.number).state is TaskState.QUEUED
    assert store.questions.get(open_question.number).state is QuestionState.OPEN
    assert store.questions.get(answered.number).state is QuestionState.ANSWERED
    assert store.questions.get(loose.number).state is QuestionState.OPEN
    assert told in [one.number for one in store.get_pending_notifications()]
    assert [one.id for one in store.requests.pending(DAEMON)] == [request]
    assert [row.payload for row in store.inbox.received()] == [{"text": "Deploy"}]


def test_a_running_task_stays_with_all_its_turns(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    task = scene.tell()
    scene.end(scene.turn(), TurnEnd.INTERRUPTED)
    clock.advance(days=1000)
    assignment = scene.turn()
    prune(store)

    assert len(store.turns.of_task(task.number)) == 2
    assert scene.end(assignment).state is TaskState.DONE


def test_a_closed_question_that_no_task_asked_goes_too(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    question = store.questions.ask(daemon=DAEMON, text="Deploy?", who=ADA)
    scene.reply(question, quiet=timedelta(0))
    clock.advance(1)
    store.questions.collect(question.number)
    clock.advance(days=100)
    prune(store)

    assert counts(store, answers, notifications) == [0, 0]


def test_a_priority_that_had_its_turn_is_not_done_again(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    about: dict[str, Any] = {
        "daemon": DAEMON,
        "source": "roadmap:1",
        "title": "One",
        "prompt": "",
        "priority": 1,
    }
    task = store.tasks.from_roadmap(**about)
    assert task is not None
    scene.end(scene.turn())
    clock.advance(days=100)
    prune(store)

    assert counts(store, turns) == [0]
    assert store.tasks.from_roadmap(**about) is None
    assert store.tasks.by_source("roadmap:1") is not None
    assert prune(store) == 0


def test_a_task_can_be_spared(scene: Scene, store: Store, clock: ManualClock) -> None:
    spared, gone = scene.done(), scene.done()
    clock.advance(days=100)
    prune(store, spare=frozenset({spared.number}))

    assert store.tasks.get(spared.number).state is TaskState.DONE
    with pytest.raises(NotFound):
        store.tasks.get(gone.number)


def test_a_task_brought_back_counts_from_its_new_end(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    task = scene.done()
    clock.advance(days=100)
    store.tasks.retry(task.number, who=ADA)
    prune(store)
    scene.end(scene.turn())
    prune(store)
    assert len(store.turns.of_task(task.number)) == 2


def test_a_payload_is_blanked_after_a_week_and_its_key_stays(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    event(store, "msg:1")
    clock.advance(days=6)
    event(store, "msg:2")
    prune(store)
    assert payload(store, "msg:1") == {"text": "Deploy"}
    clock.advance(days=2)
    prune(store)

    assert (payload(store, "msg:1"), payload(store, "msg:2")) == ({}, {"text": "Deploy"})
    assert not store.inbox.add(
        "msg:1", kind="", channel="", ts="", thread_ts=None, user=None, payload={}
    )


def payload(store: Store, key: str) -> object:
    row = store.inbox.get(key)
    return row and row.payload


def test_events_requests_transitions_and_the_audit_go(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    event(store, "msg:1")
    store.requests.refuse(store.requests.add(DAEMON, None, "pause", ADA, Via.CLI), "no")
    for state in (DaemonState.IDLE, DaemonState.WORKING):
        store.transitions.observe(DAEMON, state, "")
    store.audit.add(ADA, "stop", "", Via.SLACK, "done")
    clock.advance(days=100)
    prune(store)

    assert store.inbox.get("msg:1") is None
    # The last one tells in what state the daemon is.
    assert [one.after for one in store.transitions.after(0)] == [DaemonState.WORKING]
    assert store.audit.list() == []


def test_an_open_questions_thread_stays_whole_and_goes_after_its_end(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    question = scene.waiting()
    key, task = f"question:{question.number}", f"task:{question.task}"
    post(store, task, ts="1.0")
    post(store, key, ts="2.0")
    post(store, f"asked:{question.number}", parent=task)
    event(store, "msg:refused", thread_ts="2.0")
    clock.advance(days=200)
    prune(store)
    assert all(store.posts.get(name) for name in (key, task, f"asked:{question.number}"))
    assert store.inbox.get("msg:refused") is not None

    assert question.task is not None
    store.tasks.cancel(question.task, who=ADA, via=Via.CLI)
    clock.advance(days=100)
    prune(store)
    assert store.posts.get(key) is store.posts.get(task) is None
    assert store.posts.get(f"asked:{question.number}") is None
    assert store.inbox.get("msg:refused") is None


def test_a_thread_with_something_new_in_it_stays(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    post(store, "note:1")
    post(store, "note:2")
    clock.advance(days=80)
    post(store, "reply:1", parent="note:1")
    clock.advance(days=20)
    prune(store)

    assert store.posts.get("note:1") is not None
    assert store.posts.get("note:2") is None


def test_the_live_card_stays_for_ever(scene: Scene, store: Store, clock: ManualClock) -> None:
    post(store, "card:code_developer")
    clock.advance(days=1000)
    prune(store)
    assert store.posts.get("card:code_developer") is not None


@pytest.mark.parametrize("state", ["pending", "sending", "held", "edited"])
def test_a_post_that_slack_does_not_show_yet_stays(
    state: str, store: Store, clock: ManualClock
) -> None:
    if state == "edited":
        post(store, "note:1")
    store.posts.want("note:1", kind="message", channel="C1", text="other")
    if state in {"sending", "held"}:
        claimed = store.posts.claim(attempt_owner="bot")
        assert claimed is not None
        if state == "held":
            store.posts.hold(claimed.id, "archived")
    clock.advance(days=1000)
    prune(store)
    assert store.posts.get("note:1") is not None


def test_many_rows_go_in_many_small_steps_and_others_write_in_between(
    scene: Scene, store: Store, clock: ManualClock
) -> None:
    for number in range(450):
        store.audit.add(ADA, "tell", str(number), Via.CLI, "done")
    clock.advance(days=100)
    steps = []
    for step in store.prune(keep=KEEP):
        steps.append(step)
        store.cursors.move("somebody else", len(steps))

    assert max(steps) <= 200
    assert sum(steps) == 450


def test_nothing_that_stays_refers_to_what_has_gone(
    scene: Scene, store: Store, clock: ManualClock, engine_kind: Kind
) -> None:
    for _ in range(3):
        long_story(scene)
        scene.waiting()
        clock.advance(days=60)
    prune(store)

    assert engine_kind.complaints(store) == []
    assert len(store.questions.open()) == 3
