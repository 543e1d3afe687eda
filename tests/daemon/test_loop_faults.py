"""What the daemon does when things go wrong around it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from waiting import eventually
from workshop import ADA, Workshop, git

from coffee_daemon import (
    Doorbell,
    Limits,
    QuestionState,
    Silence,
    Store,
    StoreTrouble,
    TaskState,
    TurnEnd,
    Via,
    daemon_bell,
    private_folder,
)
from coffee_daemon.loop import Daemon, build_daemon
from coffee_daemon.loop.clearing import ClearUp
from coffee_daemon.loop.glance import Glance
from coffee_daemon.loop.planner import Planner
from coffee_daemon.loop.reporter import Reporter
from coffee_daemon.loop.wiring import Stopping
from coffee_daemon.process import Register
from coffee_daemon.status import StatusRecord, read_record
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_daemon import Task
    from coffee_daemon.agents import Agent, Desk, Job
    from coffee_daemon.store.turns import Turns

ONE = "### PRIORITY 1: One - 📝 Planned\n\nstep: say one\n"


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


@pytest.fixture
def planned(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path, ONE)


def roadmap(house: Workshop) -> str:
    return (house.config.project / "ROADMAP.md").read_text(encoding="utf-8")


def follow_up(house: Workshop, number: int, text: str) -> None:
    with house.store() as store:
        store.tasks.follow_up(
            number, text=text, who=ADA, via=Via.CLI, source=f"test:{text}", quiet=timedelta(0)
        )
    house.ring()


def test_a_follow_up_to_a_done_priority_is_worked_on(planned: Workshop) -> None:
    with planned.running():
        planned.until(1, TaskState.DONE)
        eventually(lambda: "✅ Complete" in roadmap(planned))
        follow_up(planned, 1, "step: tell more")
        planned.has("more")
        planned.until(1, TaskState.DONE)

    assert "✅ Complete" in roadmap(planned)


def test_a_done_priority_may_be_tried_again(planned: Workshop) -> None:
    with planned.running():
        planned.until(1, TaskState.DONE)
        eventually(lambda: "✅ Complete" in roadmap(planned))
        with planned.store() as store:
            store.tasks.retry(1, who=ADA)
        planned.ring()
        eventually(lambda: len(planned.prompts(1)) == 2)
        planned.until(1, TaskState.DONE)


@pytest.mark.parametrize(
    ("end", "status"), [(TurnEnd.OK, "✅ Complete"), (TurnEnd.FAILED, "📝 Planned")]
)
def test_a_daemon_that_dies_before_it_marks_the_roadmap_does_so_at_its_next_start(
    planned: Workshop, end: TurnEnd, status: str
) -> None:
    stopped = planned.with_settings(limits=Limits(attempts=1))
    path = stopped.config.project / "ROADMAP.md"
    with stopped.store() as store:
        store.tasks.from_roadmap(
            daemon=stopped.config.name, source="roadmap:1", title="One", prompt="", priority=1000
        )
        assignment = store.turns.pick_up(stopped.config.name, nonce="died")
        assert assignment is not None
        path.write_text(roadmap(stopped).replace("📝 Planned", "🔄 In Progress"), encoding="utf-8")
        # It settles the turn, and dies.
        store.turns.settle(assignment.turn.id, Outcome(end=end), limits=stopped.config.limits)

    with stopped.running():
        eventually(lambda: status in roadmap(stopped))


def test_what_a_task_leaves_is_told_once_however_often_it_is_asked_for(house: Workshop) -> None:
    with house.running():
        number = house.tell("write open.txt open", "tell begun", "sleep 600")
        house.has("begun")
        house.cancel(number)
        eventually(lambda: "open.txt" in house.task(number).result)
        with house.store() as store:
            # As after a death between the telling and the tick behind it.
            store.requests.add(house.config.name, None, "clear_up", ADA, Via.CLI, task=number)
            house.ring()
            eventually(lambda: not store.requests.pending(house.config.name))

    assert house.task(number).result.count("open.txt") == 1


def test_a_cancelled_task_that_did_nothing_leaves_no_folder(house: Workshop) -> None:
    with house.running():
        number = house.tell("tell begun", "sleep 600")
        house.has("begun")
        house.cancel(number)
        house.until(number, TaskState.CANCELLED)
        eventually(lambda: not (house.config.state / "worktrees" / str(number)).exists())

    assert git(house.config.project, "branch", "--format=%(refname:short)") == "main"


def test_a_project_that_is_away_for_a_while_does_not_end_the_daemon(house: Workshop) -> None:
    project = house.config.project
    away = project.with_name("away")
    with house.running():
        asking = house.tell("ask Well?", "say well")
        house.until(asking, TaskState.WAITING)
        project.rename(away)
        number = house.tell("say I have no place to work")
        eventually(lambda: house.task(number).attempts == 1)
        away.rename(project)
        house.clock.advance(60)
        house.ring()
        house.until(number, TaskState.DONE)


def test_a_default_is_assumed_without_a_bot_and_its_task_goes_on(house: Workshop) -> None:
    with house.running():
        number = house.tell("tell begun", "wait-for go")
        house.has("begun")
        with house.store() as store:
            turn = store.turns.last(number)
            assert turn is not None
            silence = Silence(assume="Blue", assume_after=timedelta(hours=1), reversible=True)
            store.questions.ask(daemon="", text="Colour?", turn_nonce=turn.nonce, silence=silence)
        (house.config.home / "go").touch()
        house.until(number, TaskState.WAITING)
        house.clock.advance(hours=2)
        house.ring()
        house.until(number, TaskState.DONE)

    assert house.questions(number)[0].state is QuestionState.ASSUMED
    told = house.prompts(number)[1]
    assert "so the default that you stated is assumed" in told
    assert "It is no person's answer" in told


def test_a_question_expires_without_a_bot_and_its_task_goes_on(house: Workshop) -> None:
    with house.running():
        number = house.tell("tell begun", "wait-for go")
        house.has("begun")
        with house.store() as store:
            turn = store.turns.last(number)
            assert turn is not None
            silence = Silence(expires_after=timedelta(hours=1))
            question = store.questions.ask(
                daemon="", text="Quick?", turn_nonce=turn.nonce, silence=silence
            )
        (house.config.home / "go").touch()
        house.until(number, TaskState.WAITING)
        house.clock.advance(hours=2)
        house.ring()
        house.until(number, TaskState.DONE)

    assert house.questions(number)[0].state is QuestionState.EXPIRED
    assert house.questions(number)[0].number == question.number
    assert "expired" in house.prompts(number)[1]


class Dies:
    """An agent's adapter that takes its thread along."""

    name = "scripted"

    def run(self, job: Job, desk: Desk) -> Outcome:
        raise SystemExit(3)


class EndsWell:
    """An agent that is done just when somebody cancels its task."""

    name = "scripted"

    def __init__(self, house: Workshop) -> None:
        self._house = house

    def run(self, job: Job, desk: Desk) -> Outcome:
        (job.folder / "late.txt").write_text("late")
        git(job.folder, "add", ".")
        git(job.folder, "commit", "--quiet", "--message", "Late")
        with self._house.store() as store:
            store.tasks.cancel(job.task.number, who=ADA, via=Via.CLI)
        return Outcome(end=TurnEnd.OK)


class EndsAtOnce:
    """An agent with nothing to do."""

    name = "scripted"

    def run(self, job: Job, desk: Desk) -> Outcome:
        return Outcome(end=TurnEnd.OK)


class FullDisk:
    """Turns that cannot be settled while the disk is full."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.full = True
        self.tries = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._turns, name)

    def settle(self, *arguments: Any, **more: Any) -> Task:
        self.tries += 1
        if self.full:
            raise StoreTrouble("The disk is full.")
        return self._turns.settle(*arguments, **more)


@dataclass(frozen=True)
class FullStore(Store):
    """A record on such a disk."""

    disk: FullDisk

    @property
    def turns(self) -> Any:
        return self.disk


@contextmanager
def running_with(house: Workshop, agent: Agent) -> Iterator[None]:
    with build_daemon(house.config, clock=house.clock, agent=agent) as daemon, on_thread(daemon):
        yield


@contextmanager
def on_thread(daemon: Daemon) -> Iterator[None]:
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield
    finally:
        daemon.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


# Python tells of the dying thread; that is what this is about.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_turn_whose_thread_dies_has_failed(house: Workshop) -> None:
    once = house.with_settings(limits=Limits(attempts=1))
    with running_with(once, Dies()):
        task = once.until(once.tell("say hello"), TaskState.FAILED)

    assert "died" in task.result


def test_what_was_cancelled_is_not_merged(house: Workshop) -> None:
    with running_with(house, EndsWell(house)):
        task = house.until(house.tell("say hello"), TaskState.CANCELLED)
        eventually(lambda: "1 commit" in house.task(task.number).result)

    assert not (house.config.project / "late.txt").exists()


def test_a_full_disk_is_waited_for_in_peace(house: Workshop) -> None:
    config, clock = house.config, house.clock
    with (
        Register.open(config, clock=clock) as register,
        Store.open(config.database, clock=clock) as store,
        Doorbell(daemon_bell(config)) as bell,
    ):
        disk = FullDisk(store.turns)
        full = FullStore(doors=store.doors, disk=disk)
        planner = Planner(config, full)
        daemon = Daemon(
            config=config,
            store=full,
            clock=clock,
            agent=EndsAtOnce(),
            bell=bell,
            register=register,
            planner=planner,
            clear_up=ClearUp(config, full, planner),
            glance=Glance(config, full, clock),
            reporter=Reporter(config, full, register),
        )
        with on_thread(daemon):
            number = house.tell("say hello")
            eventually(lambda: "The disk is full." in register.record.notes)
            before = disk.tries
            # Long enough for thousands of tries by a loop that does not rest.
            threading.Event().wait(0.3)
            assert disk.tries - before <= 2
            disk.full = False
            house.ring()
            house.until(number, TaskState.DONE)


def test_a_stop_that_comes_before_the_daemon_is_heeded(house: Workshop) -> None:
    stopping = Stopping()
    stopping.ask()
    with build_daemon(house.config, clock=house.clock, agent=None) as daemon:
        stopping.tell(daemon)
        daemon.run()

    record = read_record(house.config.state / "daemon_status.json")
    assert isinstance(record, StatusRecord)
    assert record.ended


@pytest.mark.skipif(sys.platform == "win32", reason="there is no asking by signal there")
def test_a_signal_while_it_moves_in_ends_it_in_order(house: Workshop) -> None:
    private_folder(house.config.home)
    status = house.config.state / "daemon_status.json"
    environment = {**os.environ, "COFFEE_HOME": str(house.config.home)}
    command = [sys.executable, "-m", "coffee_daemon"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        eventually(status.exists, 20)
        process.terminate()
        assert process.wait(20) == 0

    record = read_record(status)
    assert isinstance(record, StatusRecord)
    assert record.ended
    assert not (house.config.state / "daemon.pid").exists()
