"""What people say while a turn runs: kept, read at a report, or the turn is interrupted for it."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from waiting import eventually
from workshop import ADA, Workshop

from coffee_daemon import TaskState, TurnEnd, TurnState, pause

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon import Request, Store, Turn


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


def turns(house: Workshop, number: int) -> list[Turn]:
    with house.store() as store:
        return store.turns.of_task(number)


def asked(store: Store, number: int) -> list[Request]:
    return store.requests.of_task(number, "interrupt")


def output(house: Workshop, number: int, turn: int) -> str:
    return (house.config.state / "turns" / f"{number}-{turn}" / "output").read_text("utf-8")


def test_an_interrupted_task_goes_on_at_once_with_what_was_said(house: Workshop) -> None:
    with house.running():
        number = house.tell("session talk-7", "tell begun", "sleep 600")
        house.has("begun")
        other = house.tell("say another task")
        house.follow_up(number, "step: say heard")
        house.interrupt(number)
        task = house.until(number, TaskState.DONE)
        house.until(other, TaskState.DONE)

    first, second = turns(house, number)
    assert (first.end, second.end) == (TurnEnd.INTERRUPTED, TurnEnd.OK)
    assert (task.attempts, task.session) == (0, "talk-7")
    assert "heard" in output(house, number, 2)
    told = house.prompts(number)[-1]
    assert "Ada had the turn before this one interrupted" in told
    assert "new in this turn" in told
    # It came first.
    assert second.id < turns(house, other)[0].id


def test_a_wish_that_no_daemon_heeds_any_more_is_heeded_by_the_next_one(
    house: Workshop,
) -> None:
    with house.process() as manager:
        number = house.tell("tell begun", "sleep 600")
        house.has("begun")
        other = house.tell("say another task")
        pid = manager.status().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not manager.status().running, what="the daemon is gone")
        house.follow_up(number, "step: say heard")
        house.interrupt(number)
        manager.start(who=ADA)
        house.until(number, TaskState.DONE, 60)
        house.until(other, TaskState.DONE, 60)

    first, second = turns(house, number)
    assert (first.state, second.end) == (TurnState.LOST, TurnEnd.OK)
    assert second.id < turns(house, other)[0].id
    assert "Ada had the turn before this one interrupted" in house.prompts(number)[-1]
    with house.store() as store:
        assert store.requests.pending(house.config.name) == []


def test_a_paused_daemon_lets_the_turn_run_on(house: Workshop) -> None:
    with house.running():
        number = house.tell("tell begun", "wait-for go")
        house.has("begun")
        pause(house.config, house.clock.now() + timedelta(hours=2), ADA)
        house.follow_up(number, "step: say heard")
        house.interrupt(number)
        with house.store() as store:
            refused = eventually(
                lambda: [one for one in asked(store, number) if one.state == "refused"], 20
            )
        (house.config.home / "go").touch()
        house.until(number, TaskState.QUEUED)

    assert "it could not go on at once: " in refused[0].reason
    assert [one.end for one in turns(house, number)] == [TurnEnd.OK]


def test_a_turn_that_asked_waits_for_its_answer_though_it_was_interrupted(
    house: Workshop,
) -> None:
    with house.running():
        number = house.tell("ask-on Red or blue?", "tell begun", "sleep 600")
        house.has("begun")
        house.interrupt(number)
        house.until(number, TaskState.WAITING)
        with house.store() as store:
            (request,) = eventually(
                lambda: [one for one in asked(store, number) if one.state == "refused"], 20
            )

    assert request.reason == f"#{number} is waiting"


def test_a_report_prints_what_was_added_and_it_is_not_told_again(house: Workshop) -> None:
    with house.running():
        number = house.tell("tell begun", "wait-for go", "report half way", "report further")
        house.has("begun")
        house.follow_up(number, "Leave the <docs> alone")
        (house.config.home / "go").touch()
        house.until(number, TaskState.DONE)

    printed = output(house, number, 1)
    assert printed.count("Leave the <docs> alone") == 1
    assert "begin: follow-up 1, added by Ada" in printed
    assert [one.number for one in turns(house, number)] == [1]


def test_what_was_read_in_a_turn_that_is_cut_short_is_told_again_and_marked_so(
    house: Workshop,
) -> None:
    with house.running():
        number = house.tell(
            "tell begun", "wait-for go", "report half way", "tell read", "sleep 600"
        )
        house.has("begun")
        house.follow_up(number, "Leave the docs alone")
        (house.config.home / "go").touch()
        house.has("read")
    with house.running():
        house.until(number, TaskState.DONE)

    again = house.prompts(number)[-1]
    assert "told again: the turn that had it was cut short\nLeave the docs alone" in again
