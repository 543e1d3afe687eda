"""The hot verbs find their rows by index, so they cost the same among a million rows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from store_scene import ADA, DAEMON, QUIET

from coffee_daemon.clock import Day
from coffee_daemon.notifications import Via
from coffee_daemon.status import DaemonState
from coffee_daemon.tasks import Outcome, TaskState, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store_kinds import Kind
    from store_scene import Scene

    from coffee_daemon.store import Store

BIG = {
    "answers",
    "audit",
    "inbox",
    "notifications",
    "posts",
    "questions",
    "reply_files",
    "requests",
    "tasks",
    "transitions",
    "turns",
}
#: These sort what one task or asker has open, or the few turns that run.
SORTS_ONE_TASK = {
    "pick_up, ask, settle",
    "questions.ask",
    "questions.ask, outside a task",
    "sweep_lost",
    "story",
    # These begin a turn first.
    "report",
    "interrupt",
    "edit of what was read",
}


@dataclass
class Heard:
    statements: list[tuple[str, Any]] = field(default_factory=list)

    def plans(self, store: Store, kind: Kind) -> list[str]:
        return [
            f"{step}   <- {statement}"
            for statement, parameters in self.statements
            for step in kind.plan(store, statement, parameters)
        ]


@contextmanager
def listening(store: Store) -> Iterator[Heard]:
    heard = Heard()

    def hear(*told: Any) -> None:
        _connection, _cursor, statement, parameters, _context, _many = told
        if statement.split()[0] in {"SELECT", "UPDATE", "DELETE"}:
            heard.statements.append((statement, parameters))

    event.listen(store.doors.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(store.doors.engine, "before_cursor_execute", hear)


def pick_up_and_settle(scene: Scene) -> None:
    assignment = scene.turn()
    scene.ask(assignment)
    scene.end(assignment)


def claim_and_send(scene: Scene) -> None:
    post = scene.store.posts.claim(attempt_owner="bot")
    assert post is not None
    scene.store.posts.sent(post.id, "1.2")


def prune_all(scene: Scene) -> None:
    scene.clock.advance(days=1000)
    assert sum(scene.store.prune(keep=timedelta(days=90))) > 0


def again(scene: Scene) -> str:
    return scene.turn(only=scene.tell().number).turn.nonce


def edit_of_what_was_read(scene: Scene) -> None:
    assignment = scene.turn()
    scene.follow_up(assignment.task, source="msg:7")
    scene.store.turns.report(assignment.turn.nonce, "half way")
    scene.store.questions.edit_reply("msg:7", text="And no docs", quiet=QUIET)


HOT: dict[str, Callable[[Scene], object]] = {
    "pick_up, ask, settle": pick_up_and_settle,
    "pick_up of nothing": lambda scene: scene.store.turns.pick_up("other", nonce="none"),
    "sweep_lost": lambda scene: scene.sweep(),
    "spending.since": lambda scene: scene.store.spending.since(DAEMON, scene.clock.now()),
    "spending.by_day": lambda scene: scene.store.spending.by_day(
        DAEMON, [Day.of(scene.clock.now())]
    ),
    "halts.of_day": lambda scene: scene.store.halts.of_day(DAEMON, Day.of(scene.clock.now())),
    "halts.usage": lambda scene: scene.store.halts.usage(DAEMON, "claude"),
    "turns.first_since": lambda scene: scene.store.turns.first_since(DAEMON, scene.clock.now()),
    "by_nonce": lambda scene: scene.store.turns.by_nonce("nonce-1"),
    "tell of a known source": lambda scene: scene.tell(source="command:1"),
    "cancel": lambda scene: scene.store.tasks.cancel(scene.tell().number, who=ADA, via=Via.CLI),
    "queue.first": lambda scene: scene.store.queue.first(scene.tell().number, who=ADA, via=Via.CLI),
    "queue.last": lambda scene: scene.store.queue.last(
        scene.store.tasks.open(DAEMON)[0].number, who=ADA, via=Via.CLI
    ),
    "queue.move": lambda scene: scene.store.queue.move(
        scene.tell().number, scene.tell().number, after=False, who=ADA, via=Via.CLI
    ),
    "queue.hold": lambda scene: scene.store.queue.hold(scene.tell().number, who=ADA, via=Via.CLI),
    "queue.held": lambda scene: scene.store.queue.held(DAEMON),
    "tasks.open": lambda scene: scene.store.tasks.open(DAEMON),
    "tasks.open of all": lambda scene: scene.store.tasks.open(),
    "tasks.list": lambda scene: scene.store.tasks.list(),
    "tasks.list, next page": lambda scene: scene.store.tasks.list(before=9, daemon=DAEMON),
    "tasks.list of some states": lambda scene: scene.store.tasks.list(
        daemon=DAEMON, states=set(TaskState)
    ),
    "tasks.list of all in a state": lambda scene: scene.store.tasks.list(states={TaskState.DONE}),
    "questions.ask": lambda scene: scene.store.questions.ask(
        daemon=DAEMON, text="Which database?", turn_nonce=again(scene), most_open=5
    ),
    "questions.ask, outside a task": lambda scene: scene.store.questions.ask(
        daemon=DAEMON, text="Which database?", who=ADA
    ),
    "questions.before": lambda scene: scene.store.questions.before(scene.store.questions.get(2)),
    "questions.open": lambda scene: scene.store.questions.open(),
    "questions.open of one": lambda scene: scene.store.questions.open(DAEMON, after=3),
    "questions.changeable": lambda scene: scene.store.questions.changeable(),
    "questions.recent": lambda scene: scene.store.questions.recent(),
    "reply, edit, take back": lambda scene: (
        scene.reply(scene.store.questions.open()[0], source="msg:1"),
        scene.store.questions.edit_reply("msg:1", text="No", quiet=QUIET),
        scene.store.questions.delete_reply("msg:1"),
    ),
    "reply_files.due": lambda scene: scene.store.reply_files.due(DAEMON),
    "reply_files.next_try": lambda scene: scene.store.reply_files.next_try(DAEMON),
    "reply_files.keep": lambda scene: scene.store.reply_files.keep(1, 2),
    "reply_files.of_answer": lambda scene: scene.store.reply_files.of_answer(1),
    "withdraw": lambda scene: scene.store.questions.withdraw(
        scene.store.questions.open()[0].number, who=ADA
    ),
    "close_due": lambda scene: scene.store.questions.close_due(),
    "next_close": lambda scene: scene.store.questions.next_close(DAEMON),
    "notifications.pending": lambda scene: scene.store.notifications.pending(),
    "notifications.pending of a type": lambda scene: scene.store.notifications.pending("question"),
    "notifications.list": lambda scene: scene.store.notifications.list(),
    "report": lambda scene: scene.store.turns.report(scene.turn().turn.nonce, "half way"),
    "interrupt": lambda scene: scene.store.requests.interrupt(
        scene.turn().task.number, who=ADA, via=Via.CLI
    ),
    "edit of what was read": edit_of_what_was_read,
    "newest_words": lambda scene: scene.store.questions.newest_words(),
    "added_to": lambda scene: scene.store.questions.added_to(after=0),
    "story": lambda scene: scene.store.story(1),
    "reworded": lambda scene: scene.store.questions.reworded(after=0),
    "changes": lambda scene: scene.store.questions.changes(scene.store.questions.get(2)),
    "defer": lambda scene: scene.store.requests.defer(1, 2, who=ADA),
    "requests.of_task": lambda scene: scene.store.requests.of_task(1, "interrupt"),
    "requests.pending": lambda scene: scene.store.requests.pending(DAEMON),
    "transitions.after": lambda scene: scene.store.transitions.after(1),
    "transitions.observe": lambda scene: scene.store.transitions.observe(
        DAEMON, DaemonState.CRASHED, ""
    ),
    "transitions.latest_id": lambda scene: scene.store.transitions.latest_id(),
    "inbox.received": lambda scene: scene.store.inbox.received(),
    "inbox.received, next page": lambda scene: scene.store.inbox.received(after=1),
    "inbox.apply": lambda scene: scene.store.inbox.apply("msg:1"),
    "inbox.blank_before": lambda scene: scene.store.inbox.blank_before(scene.clock.now()),
    "inbox.blank_message": lambda scene: scene.store.inbox.blank_message("C1", "1.1"),
    "posts.claim and sent": claim_and_send,
    "posts.next_edit": lambda scene: scene.store.posts.next_edit(),
    "posts.claim_edit": lambda scene: scene.store.posts.claim_edit(),
    "posts.want of a known key": lambda scene: scene.store.posts.want(
        "question:1", kind="message", channel="C1", text="other"
    ),
    "posts.unclear": lambda scene: scene.store.posts.unclear(scene.clock.now()),
    "posts.by_ts": lambda scene: scene.store.posts.by_ts("C1", "1.1"),
    "posts.sending_in": lambda scene: scene.store.posts.sending_in("C1"),
    "posts.hold_waiting": lambda scene: scene.store.posts.hold_waiting("C1", "is_archived"),
    "posts.troubles": lambda scene: scene.store.posts.troubles(),
    "posts.rehome": lambda scene: scene.store.posts.rehome("C2", ["C1", "C3"], "moved:"),
    "posts.release_held": lambda scene: scene.store.posts.release_held("C1"),
    "prune": prune_all,
    "contacts": lambda scene: (scene.store.contacts.get("U1"), scene.store.contacts.all()),
    "snooze": lambda scene: (
        scene.store.contacts.snooze(1, "U1", scene.clock.now()),
        scene.store.contacts.snoozes(),
    ),
    "audit.list": lambda scene: scene.store.audit.list(),
    "audit.add": lambda scene: scene.store.audit.add(ADA, "stop", DAEMON, Via.CLI, "done"),
    "audit.head": lambda scene: scene.store.audit.head(),
    "audit.verify": lambda scene: scene.store.audit.verify(),
}


def fill(scene: Scene) -> None:
    store = scene.store
    scene.waiting()
    assignment = scene.turn(only=scene.tell().number)
    outcome = Outcome(end=TurnEnd.OK)
    store.turns.settle(assignment.turn.id, outcome, limits=scene.limits)
    scene.tell()
    store.transitions.observe(DAEMON, DaemonState.IDLE, "")
    store.posts.want("question:1", kind="message", channel="C1", text="Which?")
    store.inbox.add(
        "msg:1", kind="message", channel="C1", ts="1.1", thread_ts=None, user="U1", payload={}
    )


@pytest.mark.parametrize("verb", HOT)
def test_a_hot_verb_neither_walks_nor_sorts_nor_counts_a_table(
    verb: str, scene: Scene, engine_kind: Kind
) -> None:
    fill(scene)
    with listening(scene.store) as heard:
        HOT[verb](scene)

    plans = heard.plans(scene.store, engine_kind)
    walks = [plan for plan in plans if plan.startswith("SCAN") and plan.split()[1] in BIG]
    sorts = [plan for plan in plans if "TEMP B-TREE" in plan and verb not in SORTS_ONE_TASK]
    counts = [plan for plan in plans if "count(" in plan.lower()]
    assert plans != []
    assert (walks, sorts, counts) == ([], [], [])


def test_an_earlier_answer_is_found_by_its_words_alone(scene: Scene, engine_kind: Kind) -> None:
    fill(scene)
    with listening(scene.store) as heard:
        HOT["questions.ask, outside a task"](scene)

    plans = [one for one in heard.plans(scene.store, engine_kind) if "text_key = " in one]
    assert len(plans) == 1
    assert "INDEX ix_questions_daemon_text_key_number (daemon=? AND text_key=?)" in plans[0]
