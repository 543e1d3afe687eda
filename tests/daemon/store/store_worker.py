"""A process of its own that works on a record until told otherwise; see test_store_processes."""

from __future__ import annotations

import itertools
import os
import sys
from datetime import timedelta

from coffee_daemon.clock import SystemClock
from coffee_daemon.config import Limits
from coffee_daemon.notifications import Person, Via
from coffee_daemon.status import DaemonState
from coffee_daemon.store import Store
from coffee_daemon.tasks import Outcome, TurnEnd

ME = f"worker-{os.getpid()}"
DAEMON = "code_developer"
LIMITS = Limits(lost_turns=1000, turns=1000)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def claim_posts(store: Store) -> None:
    while (post := store.posts.claim(attempt_owner=ME)) is not None:
        say(post.key)
        store.posts.sent(post.id, f"{post.id}.0")


def pick_tasks(store: Store) -> None:
    for count in itertools.count():
        assignment = store.turns.pick_up(DAEMON, nonce=f"{ME}-{count}")
        if assignment is None:
            return
        say(assignment.task.number)
        store.turns.settle(assignment.turn.id, Outcome(end=TurnEnd.OK), limits=LIMITS)


def tell_tasks(store: Store) -> None:
    who = Person(id="local:test", name="Test")
    for count in range(25):
        task = store.tasks.tell(
            daemon=DAEMON, text="Work", who=who, via=Via.CLI, source=f"shared:{count}"
        )
        say(count, task.number)


def act(store: Store) -> None:
    who = Person(id="local:test", name="Test")
    for count in range(25):
        store.audit.add(who, "tell", f"{ME}-{count}", Via.CLI, "stored")
        say(f"{ME}-{count}")


def observe(store: Store) -> None:
    for name in ("idle", "working") * 10:
        store.transitions.observe(DAEMON, DaemonState(name), ME)
    say("done")


def live(store: Store) -> None:
    """What a daemon does: sweep, then pick up, ask and settle, with a person who replies."""
    store.turns.sweep_lost(DAEMON, limits=LIMITS)
    say("alive")
    for count in itertools.count():
        for question in store.questions.open():
            reply(store, question.number)
        assignment = store.turns.pick_up(DAEMON, nonce=f"{ME}-{count}")
        if assignment is None:
            return
        turn = assignment.turn
        store.turns.started(turn.id)
        if not assignment.exchanges:
            store.questions.ask(daemon=DAEMON, text="Which?", turn_nonce=turn.nonce)
        store.turns.settle(turn.id, Outcome(end=TurnEnd.OK), limits=LIMITS)


def reply(store: Store, number: int) -> None:
    store.questions.reply(
        number,
        text="This one",
        who=Person(id="local:test", name="Test"),
        via=Via.CLI,
        source=f"reply:{number}",
        quiet=timedelta(0),
    )


WORK = {work.__name__: work for work in (claim_posts, pick_tasks, tell_tasks, act, observe, live)}

if __name__ == "__main__":
    with Store.open(sys.argv[2], clock=SystemClock()) as opened:
        # All begin together: the line arrives when every worker is ready.
        say("ready")
        sys.stdin.readline()
        WORK[sys.argv[1]](opened)
