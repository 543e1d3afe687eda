"""Several processes on one record: nothing twice, nothing lost, nobody locked out."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest
from store_scene import ADA, DAEMON

from coffee_daemon.clock import SystemClock
from coffee_daemon.config import Limits
from coffee_daemon.notifications import QuestionState, Via
from coffee_daemon.store import Store
from coffee_daemon.tasks import TaskState, TurnState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store_kinds import Kind

WORKER = Path(__file__).with_name("store_worker.py")
PROCESSES = 4


@contextmanager
def worker(work: str, url: str) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, str(WORKER), work, url]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert the(process.stdout).readline() == "ready\n", the(process.stderr).read()
            yield process
        finally:
            process.kill()


def the(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def begin(process: subprocess.Popen[str]) -> None:
    the(process.stdin).write("\n")
    the(process.stdin).flush()


def together(work: str, url: str) -> list[list[str]]:
    """What each of four simultaneous workers said."""
    with ExitStack() as stack:
        processes = [stack.enter_context(worker(work, url)) for _ in range(PROCESSES)]
        for process in processes:
            begin(process)
        told = [process.communicate(timeout=60) for process in processes]
        assert [
            (process.returncode, errors)
            for process, (_, errors) in zip(processes, told, strict=True)
        ] == [(0, "")] * PROCESSES
        return [said.splitlines() for said, _ in told]


def tell_many(store: Store, count: int) -> list[int]:
    return [
        store.tasks.tell(daemon=DAEMON, text=f"Work {n}", who=ADA, via=Via.CLI).number
        for n in range(count)
    ]


def test_no_post_is_claimed_twice(database_url: str) -> None:
    keys = [f"post:{n}" for n in range(40)]
    with Store.open(database_url, clock=SystemClock()) as store:
        for key in keys:
            store.posts.want(key, kind="message", channel="C1", text=key)
        said = together("claim_posts", database_url)
        assert store.posts.claim(attempt_owner="last") is None

    assert Counter(key for one in said for key in one) == Counter(keys)


def test_no_task_is_picked_up_twice(database_url: str) -> None:
    with Store.open(database_url, clock=SystemClock()) as store:
        numbers = tell_many(store, 32)
        said = together("pick_tasks", database_url)
        states = {task.state for task in store.tasks.list(limit=100)}

    assert Counter(int(number) for one in said for number in one) == Counter(numbers)
    assert states == {TaskState.DONE}


def test_a_source_told_by_four_processes_is_one_task(database_url: str) -> None:
    said = together("tell_tasks", database_url)
    assert said[0] == said[1] == said[2] == said[3]
    assert len(said[0]) == 25


def test_a_change_seen_by_four_processes_is_written_once(database_url: str) -> None:
    together("observe", database_url)
    with Store.open(database_url, clock=SystemClock()) as store:
        seen = [one.after for one in store.transitions.after(0, limit=1000)]
        before = [one.before for one in store.transitions.after(0, limit=1000)]
    assert all(one is not other for one, other in itertools.pairwise(seen))
    assert before == [None, *seen[:-1]]


def test_acts_of_four_processes_make_one_chain(database_url: str) -> None:
    said = together("act", database_url)
    with Store.open(database_url, clock=SystemClock()) as store:
        found = store.audit.verify()
        targets = [one.target for one in store.audit.list(limit=1000)]

    assert (found.entries, found.breaks, found.unsealed) == (100, (), ())
    assert Counter(target for one in said for target in one) == Counter(targets)


def test_killing_the_daemon_again_and_again_loses_and_doubles_nothing(
    database_url: str, engine_kind: Kind
) -> None:
    chance = random.Random(7)  # noqa: S311 - a spread of moments, no secret
    with Store.open(database_url, clock=SystemClock()) as store:
        numbers = tell_many(store, 16)
        for _ in range(6):
            live_and_die(database_url, chance.uniform(0.0, 0.3))
        with worker("live", database_url) as last:
            begin(last)
            assert last.communicate(timeout=60)[1] == ""
        for number in numbers:
            check_story(store, number)
        integrity(store, engine_kind)


def live_and_die(url: str, seconds: float) -> None:
    with worker("live", url) as process:
        begin(process)
        the(process.stdout).readline()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()


def check_story(store: Store, number: int) -> None:
    """Each task asked once, was answered once, and came to its end."""
    assert store.tasks.get(number).state is TaskState.DONE
    (question,) = store.questions.of_task(number)
    assert question.state is QuestionState.PICKED_UP
    (answer,) = store.questions.answers(question.number)
    turns = store.turns.of_task(number)
    assert [turn.number for turn in turns] == list(range(1, len(turns) + 1))
    assert {turn.state for turn in turns} <= {TurnState.ENDED, TurnState.LOST}
    assert [turn.id for turn in turns if turn.state is TurnState.ENDED][-1] == turns[-1].id
    holder = next(turn for turn in turns if turn.id == answer.turn)
    # Whoever holds it ended; a lost turn's answer was handed on.
    assert holder.state is TurnState.ENDED


def integrity(store: Store, kind: Kind) -> None:
    assert store.turns.sweep_lost(DAEMON, limits=Limits()) == []
    assert kind.complaints(store) == []


#: Says which open files it was born with have to do with a database.
_INHERITED = """
import os
for number in os.listdir("/proc/self/fd"):
    try:
        name = os.readlink("/proc/self/fd/" + number)
    except FileNotFoundError:
        continue
    if "notifications.db" in name:
        print(name)
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are not listed here")
def test_a_program_that_is_started_inherits_no_connection(
    database_url: str, engine_kind: Kind
) -> None:
    with Store.open(database_url, clock=SystemClock()) as store:
        for started in range(20):
            with store.writing() as pen:
                pen.exec_driver_sql("DELETE FROM cursors")
                child = [sys.executable, "-S", "-c", _INHERITED]
                done = subprocess.run(
                    child, close_fds=False, capture_output=True, text=True, check=True
                )
                assert done.stdout == "", started
            store.create_notification("info", f"Start {started}", "")
        assert len(store.notifications.list(limit=30)) == 20
        integrity(store, engine_kind)
