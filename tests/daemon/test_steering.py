from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from waiting import eventually
from workshop import ADA, Workshop

from coffee_daemon import DaemonState, TaskState, Via
from coffee_daemon.status import StatusRecord, read_record

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


def record(house: Workshop) -> StatusRecord:
    found = read_record(house.config.state / "daemon_status.json")
    assert isinstance(found, StatusRecord)
    return found


def begun(house: Workshop) -> list[int]:
    """The numbers of the tasks in the order of their first turns."""
    with house.store() as store:
        tasks = store.tasks.list(limit=50)
        turns = [turn for task in tasks for turn in store.turns.of_task(task.number)]
    firsts = sorted((turn for turn in turns if turn.number == 1), key=lambda turn: turn.id)
    return [turn.task for turn in firsts]


def test_the_daemon_takes_tasks_in_the_order_that_people_gave_them(house: Workshop) -> None:
    one, two, three = (house.tell("say done") for _ in range(3))
    with house.store() as store:
        store.queue.first(three, who=ADA, via=Via.CLI)
        store.queue.move(one, two, after=True, who=ADA, via=Via.CLI)

    with house.running():
        house.until(one, TaskState.DONE)

    assert begun(house) == [three, two, one]


def test_the_order_is_the_same_after_a_restart_and_a_changed_roadmap(tmp_path: Path) -> None:
    planned = "### PRIORITY 1: One - 📝 Planned\n\nstep: ask Which?\nstep: say done\n"
    house = Workshop.build(tmp_path, planned)
    with house.running():
        question = house.open_question(1)
        house.until(1, TaskState.WAITING)
    command = house.tell("say done")
    with house.store() as store:
        store.queue.first(1, who=ADA, via=Via.CLI)
    roadmap = house.config.project / "ROADMAP.md"
    roadmap.write_text(
        "### PRIORITY 0: Zero - 📝 Planned\n\nstep: say zero\n\n" + roadmap.read_text()
    )
    house.answer(question.number, "That one")

    with house.running(), house.store() as store:
        eventually(lambda: len(store.tasks.list(states={TaskState.DONE})) == 3, 30)
        turns = [store.turns.of_task(number)[-1].id for number in (1, command)]

    assert turns == sorted(turns), "the priority went on before the command began"


def test_a_held_task_is_not_begun_and_holds_up_nothing_else(house: Workshop) -> None:
    held, other = house.tell("say held"), house.tell("say other")
    with house.store() as store:
        store.queue.hold(held, who=ADA, via=Via.CLI)
    with house.running():
        house.until(other, TaskState.DONE)
        eventually(lambda: record(house).reason == "has nothing that it can begin now; 1 on hold")
        assert record(house).held_tasks == 1
        assert record(house).state == DaemonState.IDLE
        assert house.task(held).state is TaskState.QUEUED

        with house.store() as store:
            store.queue.release(held, who=ADA, via=Via.CLI)
        house.ring()
        house.until(held, TaskState.DONE)
        eventually(lambda: record(house).held_tasks == 0)


def test_a_task_that_is_held_while_it_runs_ends_its_turn_and_stays(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask Which?", "say done")
        question = house.open_question(number)
        with house.store() as store:
            store.queue.hold(number, who=ADA, via=Via.CLI)
        house.until(number, TaskState.WAITING)
        house.answer(question.number, "This one")
        house.until(number, TaskState.QUEUED)
        later = house.tell("say later")
        house.until(later, TaskState.DONE)
        assert house.task(number).state is TaskState.QUEUED

    with house.running():
        last = house.tell("say last")
        house.until(last, TaskState.DONE)
        assert house.task(number).state is TaskState.QUEUED, "held over a restart too"
        with house.store() as store:
            store.queue.release(number, who=ADA, via=Via.CLI)
        house.ring()
        house.until(number, TaskState.DONE)
