from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_daemon.clock import Day
from coffee_daemon.config import Limits
from coffee_daemon.spending import (
    NOT_REPORTED,
    Budget,
    DaySpent,
    Halt,
    Spent,
    TaskSpent,
    money,
    spent_by_task,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW_YEAR = Day(date(2026, 1, 1))


@pytest.fixture
def berlin() -> Iterator[None]:
    """The host's zone is one whose days have 23 to 25 hours."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    del os.environ["TZ"]
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(
    ("dollars", "words"),
    [
        (0, "$0.00"),
        (0.000001, "<$0.01"),
        (0.0099, "<$0.01"),
        (0.01, "$0.01"),
        (0.1 + 0.2, "$0.30"),
        (1.199, "$1.20"),
        (1234.5, "$1,234.50"),
    ],
)
def test_money_is_shown_with_two_decimals(dollars: float, words: str) -> None:
    assert money(dollars) == words


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        (Spent(), "nothing"),
        (Spent(turns=3), NOT_REPORTED),
        (Spent(turns=3, running=1), NOT_REPORTED),
        (Spent(turns=1, running=1), "not known yet"),
        (Spent(turns=2, reported=2, dollars=1.2), "$1.20"),
        (Spent(turns=2, reported=2, dollars=0.0), "$0.00"),
        (Spent(turns=5, reported=3, dollars=1.2), "at least $1.20 (3 of 5 turns reported)"),
    ],
)
def test_what_nobody_reported_is_never_a_number(spent: Spent, words: str) -> None:
    assert spent.cost == words


def test_a_task_is_summed_over_its_days_and_the_dearest_comes_first() -> None:
    def took(task: int, dollars: float) -> TaskSpent:
        spent = Spent(turns=1, reported=1, dollars=dollars)
        return TaskSpent(task=task, title=f"Task {task}", spent=spent)

    days = [
        DaySpent(day=NEW_YEAR, tasks=(took(1, 2.0), took(2, 1.0))),
        DaySpent(day=NEW_YEAR.earlier(1), tasks=(took(2, 3.0),)),
    ]

    assert [(one.task, one.spent.dollars) for one in spent_by_task(days)] == [(2, 4.0), (1, 2.0)]
    assert days[0].total == Spent(turns=2, reported=2, dollars=3.0)


def test_a_halt_names_the_dearest_tasks_and_counts_the_others() -> None:
    tasks = tuple(TaskSpent(task=n, title="", spent=Spent(turns=1)) for n in range(40))
    halt = Halt(
        daemon="code_developer",
        day=NEW_YEAR,
        budget=Budget.TURNS,
        allowed=40,
        more=20,
        until=NEW_YEAR.ends,
    )
    told = halt.went_for(DaySpent(day=NEW_YEAR, tasks=tasks))

    assert (len(told.tasks), told.others, told.total.turns) == (15, 25, 40)
    assert told.name == halt.name == "2026-01-01:code_developer:turns:40"


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 1, 1), 24)],
)
def test_a_day_is_the_hosts_own_from_midnight_to_midnight(day: date, hours: int) -> None:
    found = Day(day)

    assert found.ends - found.begins == timedelta(hours=hours)
    assert found.begins.astimezone().hour == found.ends.astimezone().hour == 0
    assert Day.of(found.begins) == Day.of(found.ends - timedelta(seconds=1)) == found


@pytest.mark.usefixtures("berlin")
def test_the_day_begins_earlier_than_in_utc_east_of_it() -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    assert Day.of(late) == Day(date(2026, 7, 2))
    assert Day.of(late).begins == datetime(2026, 7, 1, 22, tzinfo=UTC)


def test_a_days_limits_are_told_with_what_people_have_added() -> None:
    spent = Spent(turns=3, reported=3, dollars=1.2)
    day = DaySpent(day=NEW_YEAR, tasks=(TaskSpent(task=1, title="", spent=spent),))
    added = {Budget.TURNS: 2.0, Budget.DOLLARS: 5.0}

    assert day.out_of(Limits(turns_per_day=2), added) == "3 of 4 turns"
    limits = Limits(turns_per_day=2, dollars_per_day=5.0)
    assert day.out_of(limits, added) == "3 of 4 turns; of $10.00: $1.20"
