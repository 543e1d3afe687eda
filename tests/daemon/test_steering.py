from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from waiting import eventually
from workshop import ADA, Workshop

from coffee_daemon import DaemonState, IllegalMove, NotFound, TaskState, Via, focus, unfocus
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


def keep_in_focus(house: Workshop, on: int | None = None) -> None:
    """Have it in focus for two hours, as Ada."""
    until = house.clock.now() + timedelta(hours=2)
    with house.store() as store:
        running = record(house).task_number
        focus(house.config, store, until=until, who=ADA, on=on, running=running)
    house.ring()


def test_in_focus_nothing_else_begins_before_its_time_also_after_a_restart(
    house: Workshop,
) -> None:
    with house.running():
        number = house.tell("ask Which?", "say done")
        question = house.open_question(number)
        house.until(number, TaskState.WAITING)
        keep_in_focus(house, on=number)
        other = house.tell("say other")
        eventually(lambda: record(house).focus_task == number)
        assert record(house).state == DaemonState.WAITING
        assert house.task(other).state is TaskState.QUEUED

    with house.running():
        eventually(lambda: record(house).focus_task == number)
        assert house.task(other).state is TaskState.QUEUED
        house.clock.advance(hours=2.1)
        house.ring()
        house.until(other, TaskState.DONE)
        eventually(lambda: record(house).focus_until is None)
        house.answer(question.number, "This one")
        house.until(number, TaskState.DONE)


def test_a_focus_ends_with_its_task(house: Workshop) -> None:
    with house.running():
        number = house.tell("ask Which?", "say done")
        question = house.open_question(number)
        keep_in_focus(house, on=number)
        others = [house.tell("say other"), house.tell("say another")]
        house.answer(question.number, "This one")
        house.until(number, TaskState.DONE)
        for other in others:
            house.until(other, TaskState.DONE)
        eventually(lambda: record(house).focus_until is None)

    assert begun(house) == [number, *others]


def test_a_focus_without_a_number_is_on_what_runs_else_on_what_begins_first(
    house: Workshop,
) -> None:
    with house.running():
        eventually(lambda: record(house).state == DaemonState.IDLE)
        keep_in_focus(house)
        eventually(lambda: record(house).focus_until is not None)
        assert record(house).focus_task is None
        first = house.tell("ask Which?", "say done")
        other = house.tell("say other")
        house.until(first, TaskState.WAITING)
        eventually(lambda: record(house).focus_task == first)
        assert house.task(other).state is TaskState.QUEUED

        unfocus(house.config, house.clock.now())
        house.ring()
        house.until(other, TaskState.DONE)

        running = house.tell("sleep 3", "say done")
        house.until(running, TaskState.RUNNING)
        eventually(lambda: record(house).task_number == running)
        keep_in_focus(house)
        eventually(lambda: record(house).focus_task == running)


def test_what_has_ended_or_is_held_is_nothing_to_focus_on(house: Workshop) -> None:
    number = house.tell("say done")
    with house.running():
        house.until(number, TaskState.DONE)
        with pytest.raises(IllegalMove, match="already done"):
            keep_in_focus(house, on=number)
    held = house.tell("say done")
    with house.store() as store:
        store.queue.hold(held, who=ADA, via=Via.CLI)
    with pytest.raises(IllegalMove, match="held"):
        keep_in_focus(house, on=held)
    with pytest.raises(NotFound):
        keep_in_focus(house, on=99)


def test_a_focus_on_another_task_lets_the_running_turn_end_first(house: Workshop) -> None:
    with house.running():
        running = house.tell("sleep 2", "ask Which?", "say done")
        house.until(running, TaskState.RUNNING)
        other, wanted = house.tell("say other"), house.tell("say wanted")
        keep_in_focus(house, on=wanted)
        house.until(wanted, TaskState.DONE)
        house.until(other, TaskState.DONE)

    assert begun(house) == [running, wanted, other]
