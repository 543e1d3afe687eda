"""A day that cannot run away: a real daemon and record, and an agent that tells what it costs."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from waiting import eventually
from workshop import ADA, Workshop

from coffee_daemon import DaemonState, Limits, TaskState, TurnEnd, Via, WorkingHours
from coffee_daemon.clock import Day
from coffee_daemon.loop import build_daemon
from coffee_daemon.loop.posture import Posture, posture
from coffee_daemon.status import StatusRecord, read_record
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_daemon import Notification
    from coffee_daemon.agents import Desk, Job
    from coffee_daemon.spending import Halt

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@dataclass
class Spender:
    """Ends each turn at once: with the next of its outcomes, then well and at no known cost."""

    outcomes: list[Outcome] = field(default_factory=list)
    name: str = "spender"

    def run(self, job: Job, desk: Desk) -> Outcome:
        del job, desk
        return self.outcomes.pop(0) if self.outcomes else Outcome(end=TurnEnd.OK, summary="Done.")


def costing(*dollars: float | None) -> Spender:
    return Spender([Outcome(end=TurnEnd.OK, cost=one) for one in dollars])


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    built = Workshop.build(tmp_path)
    built.clock.at = Day.of(built.clock.at).begins.astimezone(UTC) + timedelta(hours=12)
    return built


@contextmanager
def running(house: Workshop, agent: Spender) -> Iterator[None]:
    with build_daemon(house.config, clock=house.clock, agent=agent) as daemon:
        thread = threading.Thread(target=daemon.run)
        thread.start()
        try:
            yield
        finally:
            daemon.stop()
            thread.join()


def record(house: Workshop) -> StatusRecord:
    found = read_record(house.config.state / "daemon_status.json")
    assert isinstance(found, StatusRecord)
    return found


def is_limited(house: Workshop) -> StatusRecord:
    eventually(lambda: record(house).state == DaemonState.LIMITED, 20, "limited")
    return record(house)


def halts(house: Workshop) -> list[Halt]:
    with house.store() as store:
        return store.halts.of_day(house.config.name, Day.of(house.clock.now()))


def told(house: Workshop) -> list[Notification]:
    with house.store() as store:
        return [one for one in store.notifications.list() if "halt" in one.context]


def go_on(house: Workshop) -> None:
    with house.store() as store:
        waiting = [one for one in halts(house) if not one.continued]
        store.halts.go_on(waiting[0].name, ADA, Via.CLI)
    house.ring()


def test_at_the_days_turns_it_pauses_until_midnight_and_tells_once(house: Workshop) -> None:
    bounded = house.with_settings(limits=Limits(turns_per_day=2))
    with running(bounded, costing(1.2, None)):
        tasks = [bounded.tell(f"Number {n}") for n in range(3)]
        bounded.until(tasks[1], TaskState.DONE)
        limited = is_limited(bounded)
        eventually(lambda: told(bounded))
    with running(bounded, Spender()):
        is_limited(bounded)

    assert bounded.task(tasks[2]).state is TaskState.QUEUED
    assert "2 turns" in limited.reason
    assert limited.until == Day.of(bounded.clock.now()).ends
    [note] = told(bounded)
    assert note.title == "The day's limit is used up: 2 turns"
    assert f"#{tasks[0]} step: Number 0: 1 turn, $1.20" in note.message
    assert f"#{tasks[1]} step: Number 1: 1 turn, not reported by this agent" in note.message
    assert "Together: 2 turns, at least $1.20 (1 of 2 turns reported)" in note.message
    assert any("continue" in one for one in limited.notes)


def test_each_continue_allows_as_much_again_and_the_end_of_that_is_told(house: Workshop) -> None:
    bounded = house.with_settings(limits=Limits(turns_per_day=1))
    with running(bounded, Spender()):
        first, second, third = (bounded.tell(f"Number {n}") for n in range(3))
        bounded.until(first, TaskState.DONE)
        eventually(lambda: len(told(bounded)) == 1)
        go_on(bounded)
        bounded.until(second, TaskState.DONE)
        eventually(lambda: len(told(bounded)) == 2)
        assert bounded.task(third).state is TaskState.QUEUED

    assert [(one.limit, bool(one.continued)) for one in halts(bounded)] == [
        ("1 turn", True),
        ("2 turns", False),
    ]


def test_a_grant_survives_a_restart_and_ends_with_the_day(house: Workshop) -> None:
    bounded = house.with_settings(limits=Limits(turns_per_day=1))
    with running(bounded, Spender()):
        bounded.until(bounded.tell("One"), TaskState.DONE)
        eventually(lambda: told(bounded))
    go_on(bounded)
    with running(bounded, Spender()):
        bounded.until(bounded.tell("Two"), TaskState.DONE)
        third, fourth = bounded.tell("Three"), bounded.tell("Four")
        is_limited(bounded)
        bounded.clock.advance(days=1)
        bounded.ring()
        bounded.until(third, TaskState.DONE)
        is_limited(bounded)
        assert bounded.task(fourth).state is TaskState.QUEUED


def test_a_days_money_is_a_limit_where_the_agent_reports_it(house: Workshop) -> None:
    bounded = house.with_settings(limits=Limits(dollars_per_day=1.0))
    with running(bounded, costing(0.4, None, 0.7)):
        tasks = [bounded.tell(f"Number {n}") for n in range(4)]
        bounded.until(tasks[2], TaskState.DONE)
        is_limited(bounded)
        eventually(lambda: told(bounded))

    [halt] = halts(bounded)
    assert (halt.limit, halt.total.turns, round(halt.total.dollars, 2)) == ("$1.00", 3, 1.1)
    assert bounded.task(tasks[3]).state is TaskState.QUEUED


def test_a_raised_limit_counts_from_the_next_start_on(house: Workshop) -> None:
    bounded = house.with_settings(limits=Limits(turns_per_day=1))
    with running(bounded, Spender()):
        bounded.until(bounded.tell("One"), TaskState.DONE)
        eventually(lambda: told(bounded))
    raised = bounded.with_settings(limits=Limits(turns_per_day=2))
    with running(raised, Spender()):
        raised.until(raised.tell("Two"), TaskState.DONE)
        eventually(lambda: len(told(raised)) == 2)


def test_an_agents_usage_limit_outlives_a_restart_and_ends_by_itself(house: Workshop) -> None:
    until = house.clock.now() + timedelta(hours=3)
    limited = Outcome(end=TurnEnd.LIMITED, summary="Come back later.", until=until)
    with running(house, Spender([limited])):
        number = house.tell("Much")
        is_limited(house)
    agent = Spender()
    with running(house, agent):
        other = house.tell("Something else")
        found = is_limited(house)
        assert (found.reason, found.until) == ("the agent's usage limit", until)
        assert house.task(other).state is TaskState.QUEUED
        house.clock.advance(hours=3, seconds=1)
        house.ring()
        house.until(number, TaskState.DONE)
        house.until(other, TaskState.DONE)


def test_another_agent_is_not_bound_by_the_usage_limit_of_the_first(house: Workshop) -> None:
    until = house.clock.now() + timedelta(hours=3)
    with running(house, Spender([Outcome(end=TurnEnd.LIMITED, until=until)])):
        house.tell("Much")
        is_limited(house)
    with running(house, Spender(name="another")):
        house.until(house.tell("Something else"), TaskState.DONE)


USED_UP = Posture(state=DaemonState.LIMITED, why="the day's limit", until=NOON)
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("paused", "limited", "used_up", "hours", "state"),
    [
        (None, None, None, None, DaemonState.IDLE),
        (LATER, LATER, USED_UP, None, DaemonState.PAUSED),
        (NOON, LATER, USED_UP, None, DaemonState.LIMITED),
        (None, NOON, USED_UP, None, DaemonState.LIMITED),
        (None, NOON, None, WorkingHours(start=time(22), end=time(6)), DaemonState.RESTING),
        (None, None, USED_UP, WorkingHours(start=time(22), end=time(6)), DaemonState.LIMITED),
    ],
)
def test_the_first_reason_not_to_begin_a_turn_is_told(
    paused: datetime | None,
    limited: datetime | None,
    used_up: Posture | None,
    hours: WorkingHours | None,
    state: DaemonState,
) -> None:
    found = posture(NOON, hours=hours, used_up=used_up, paused_until=paused, limited_until=limited)

    assert found.state is state
    assert found.free is (state is DaemonState.IDLE)
