from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coffee_daemon import read_moment

BERLIN = ZoneInfo("Europe/Berlin")
#: A Wednesday, 10:00 in Berlin.
NOW = datetime(2026, 3, 25, 9, tzinfo=UTC)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2h", timedelta(hours=2)),
        ("90m", timedelta(minutes=90)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("1 hour 30 minutes", timedelta(hours=1, minutes=30)),
        ("for 45 min", timedelta(minutes=45)),
        ("2 days", timedelta(days=2)),
        (" 2H ", timedelta(hours=2)),
    ],
)
def test_a_span_begins_now(text: str, after: timedelta) -> None:
    assert read_moment(text, NOW, BERLIN) == NOW + after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("until 14:00", local(25, 14)),
        ("14:00", local(25, 14)),
        ("9:30", local(26, 9, 30)),
        ("until 10:00", local(26, 10)),
        ("tomorrow", local(26, 9)),
        ("until tomorrow at 8:15", local(26, 8, 15)),
        ("monday", local(30, 9)),
        ("wed 11:00", datetime(2026, 4, 1, 11, tzinfo=BERLIN)),
        ("Thursday 7:00", local(26, 7)),
    ],
)
def test_a_time_of_day_is_the_next_one_on_that_wall(text: str, expected: datetime) -> None:
    assert read_moment(text, NOW, BERLIN) == expected


def test_the_wall_keeps_its_time_when_the_clocks_are_put_forward() -> None:
    """In Berlin the 29th of March 2026 has 23 hours."""
    found = read_moment("monday 9:00", NOW, BERLIN)

    assert found is not None
    assert found.astimezone(UTC) == datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "0m", "until", "25:00", "12:60", "the deploy", "2", "2h please", "40 days", "-1h"],
)
def test_what_is_no_time_to_come_is_none(text: str) -> None:
    assert read_moment(text, NOW, BERLIN) is None


def test_the_clock_on_the_wall_is_this_machines_unless_told() -> None:
    found = read_moment("tomorrow", NOW)

    assert found is not None
    assert (found.hour, found.utcoffset()) == (9, found.astimezone().utcoffset())
