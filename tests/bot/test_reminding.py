"""When people are reached: a table of zones, weekends, changed clocks, nights and snoozes.

Each row says what a person sees on the wall: where, the hours, the moment, and what follows.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee_bot.reminding import (
    ALWAYS,
    MOST_REMINDERS,
    USUAL,
    Asked,
    Hours,
    next_reminder,
    quiet,
    read_hours,
    said,
    tomorrow,
    zone_of,
)

NIGHT = "quiet 20:00-8:00"
WEEK = "mon-fri 9:00-18:00"
HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
)


def hours_of(words: str) -> Hours:
    """`quiet ...` as the setting says it, else the hours themselves."""
    found = read_hours(words.removeprefix("quiet "))
    assert found is not None
    return quiet(found) if words.startswith("quiet ") else found


def wall(words: str, zone: str) -> datetime:
    """`2026-03-02 9:30`, in a zone; with `(second)` the later of two equal times."""
    text = words.removesuffix(" (second)")
    day, clock = text.split()
    hour, minute = clock.split(":")
    at = datetime.combine(
        datetime.fromisoformat(day).date(), time(int(hour), int(minute)), ZoneInfo(zone)
    )
    return at.replace(fold=int(text != words))


def minute_of(day: int) -> time:
    """The time of day after so many minutes."""
    return time(day // 60 % 24, day % 60)


def shown(moment: datetime | None, zone: str) -> str:
    """A moment as that person's wall shows it."""
    if moment is None:
        return "never"
    at = moment.astimezone(ZoneInfo(zone))
    return f"{at:%Y-%m-%d} {at.hour}:{at:%M}" + (" (second)" if at.fold else "")


#: Zone, hours, a moment, and the first moment from then on at which the person may be mentioned.
REACHED = [
    # The same moment of the day is day here and night there.
    ("UTC", WEEK, "2026-03-03 10:00", "2026-03-03 10:00"),
    ("Europe/Berlin", WEEK, "2026-03-03 10:00", "2026-03-03 10:00"),
    ("America/New_York", WEEK, "2026-03-03 5:00", "2026-03-03 9:00"),
    ("Asia/Kolkata", WEEK, "2026-03-03 15:30", "2026-03-03 15:30"),
    ("Pacific/Auckland", WEEK, "2026-03-03 23:00", "2026-03-04 9:00"),
    ("Australia/Lord_Howe", WEEK, "2026-03-03 21:00", "2026-03-04 9:00"),
    # The edges: the first minute belongs to the hours, the last moment does not.
    ("Europe/Berlin", WEEK, "2026-03-03 8:59", "2026-03-03 9:00"),
    ("Europe/Berlin", WEEK, "2026-03-03 9:00", "2026-03-03 9:00"),
    ("Europe/Berlin", WEEK, "2026-03-03 17:59", "2026-03-03 17:59"),
    ("Europe/Berlin", WEEK, "2026-03-03 18:00", "2026-03-04 9:00"),
    # Weekends: what comes on Friday evening waits for Monday.
    ("UTC", WEEK, "2026-03-06 18:00", "2026-03-09 9:00"),
    ("Asia/Kolkata", WEEK, "2026-03-07 12:00", "2026-03-09 9:00"),
    ("Pacific/Auckland", WEEK, "2026-03-08 23:59", "2026-03-09 9:00"),
    ("Asia/Kolkata", "sun-thu 9:00-17:00", "2026-03-05 17:00", "2026-03-08 9:00"),
    ("Asia/Kolkata", "mon, wed, sat 9:00-17:00", "2026-03-05 9:00", "2026-03-07 9:00"),
    ("UTC", "sat 9:00-17:00", "2026-03-07 17:00", "2026-03-14 9:00"),
    # Quiet hours that span midnight; they know no weekend.
    ("Europe/Berlin", NIGHT, "2026-03-03 19:59", "2026-03-03 19:59"),
    ("Europe/Berlin", NIGHT, "2026-03-03 20:00", "2026-03-04 8:00"),
    ("Europe/Berlin", NIGHT, "2026-03-04 0:00", "2026-03-04 8:00"),
    ("Europe/Berlin", NIGHT, "2026-03-04 7:59", "2026-03-04 8:00"),
    ("Europe/Berlin", NIGHT, "2026-03-07 10:00", "2026-03-07 10:00"),
    ("America/New_York", NIGHT, "2026-12-31 23:00", "2027-01-01 8:00"),
    # A quiet noon, and a night shift: Friday's lasts into Saturday.
    ("Europe/Berlin", "quiet 12:00-14:00", "2026-03-03 13:00", "2026-03-03 14:00"),
    ("Europe/Berlin", "quiet 12:00-14:00", "2026-03-03 23:59", "2026-03-03 23:59"),
    ("Europe/Berlin", "mon-fri 22:00-6:00", "2026-03-07 5:59", "2026-03-07 5:59"),
    ("Europe/Berlin", "mon-fri 22:00-6:00", "2026-03-07 6:00", "2026-03-09 22:00"),
    ("Europe/Berlin", "mon-fri 22:00-6:00", "2026-03-09 3:00", "2026-03-09 22:00"),
    # Always, and whole days.
    ("UTC", "0:00-24:00", "2026-03-08 3:00", "2026-03-08 3:00"),
    ("UTC", "mon-fri 0:00-24:00", "2026-03-08 3:00", "2026-03-09 0:00"),
    # The clock is set forward: Berlin and New York skip 2:00-3:00, Lord Howe 2:00-2:30.
    ("Europe/Berlin", NIGHT, "2026-03-29 1:59", "2026-03-29 8:00"),
    ("Europe/Berlin", "3:00-18:00", "2026-03-29 1:59", "2026-03-29 3:00"),
    ("Europe/Berlin", "2:30-18:00", "2026-03-29 1:00", "2026-03-29 3:30"),
    ("America/New_York", "2:30-18:00", "2026-03-08 1:00", "2026-03-08 3:30"),
    ("America/New_York", NIGHT, "2026-03-07 21:00", "2026-03-08 8:00"),
    ("Pacific/Auckland", NIGHT, "2026-09-26 21:00", "2026-09-27 8:00"),
    ("Australia/Lord_Howe", "2:15-18:00", "2026-10-04 1:59", "2026-10-04 2:45"),
    ("Australia/Lord_Howe", NIGHT, "2026-10-03 21:00", "2026-10-04 8:00"),
    # The clock is set back: hours begin at the first of two equal times and last to the second.
    ("Europe/Berlin", "2:30-18:00", "2026-10-25 2:29", "2026-10-25 2:30"),
    ("Europe/Berlin", "2:30-18:00", "2026-10-25 2:10 (second)", "2026-10-25 2:10 (second)"),
    ("Europe/Berlin", "9:00-2:30", "2026-10-25 2:29 (second)", "2026-10-25 2:29 (second)"),
    ("Europe/Berlin", "9:00-2:30", "2026-10-25 2:30 (second)", "2026-10-25 9:00"),
    ("America/New_York", "1:30-18:00", "2026-11-01 0:30", "2026-11-01 1:30"),
    ("Pacific/Auckland", NIGHT, "2026-04-04 21:00", "2026-04-05 8:00"),
    ("Australia/Lord_Howe", "1:45-18:00", "2026-04-05 1:30", "2026-04-05 1:45"),
    ("Australia/Lord_Howe", NIGHT, "2026-04-05 1:45 (second)", "2026-04-05 8:00"),
]


@pytest.mark.parametrize(("zone", "hours", "moment", "expected"), REACHED)
def test_a_person_is_reached_at_the_first_moment_of_their_hours(
    zone: str, hours: str, moment: str, expected: str
) -> None:
    found = hours_of(hours).next_from(wall(moment, zone), ZoneInfo(zone))

    assert shown(found, zone) == expected
    assert hours_of(hours).holds(found, ZoneInfo(zone))
    assert hours_of(hours).holds(wall(moment, zone), ZoneInfo(zone)) == (moment == expected)


#: Zone, hours, from when on, so many hours of them, and when these have passed.
PASSED = [
    ("UTC", WEEK, "2026-03-03 10:00", 4, "2026-03-03 14:00"),
    ("UTC", WEEK, "2026-03-03 16:00", 4, "2026-03-04 11:00"),
    ("UTC", WEEK, "2026-03-03 3:00", 4, "2026-03-03 13:00"),
    # To the very end of a day, and a moment more.
    ("UTC", WEEK, "2026-03-03 14:00", 4, "2026-03-03 18:00"),
    ("UTC", WEEK, "2026-03-03 14:30", 4, "2026-03-04 9:30"),
    # Over a weekend, from within one, and over two.
    ("Asia/Kolkata", WEEK, "2026-03-06 16:00", 4, "2026-03-09 11:00"),
    ("Pacific/Auckland", WEEK, "2026-03-07 12:00", 4, "2026-03-09 13:00"),
    ("America/New_York", WEEK, "2026-03-06 17:00", 54, "2026-03-16 17:00"),
    # Through a night.
    ("Europe/Berlin", NIGHT, "2026-03-03 18:00", 4, "2026-03-04 10:00"),
    ("Europe/Berlin", "mon-fri 22:00-6:00", "2026-03-06 23:00", 8, "2026-03-09 23:00"),
    # A changed clock: four hours are four hours, whatever the wall says.
    ("Europe/Berlin", "0:00-12:00", "2026-03-29 1:00", 4, "2026-03-29 6:00"),
    ("Europe/Berlin", "0:00-12:00", "2026-10-25 1:00", 4, "2026-10-25 4:00"),
    ("America/New_York", "0:00-24:00", "2026-03-08 0:00", 4, "2026-03-08 5:00"),
    ("America/New_York", "0:00-24:00", "2026-11-01 0:00", 4, "2026-11-01 3:00"),
    ("Pacific/Auckland", "0:00-24:00", "2026-09-27 0:00", 4, "2026-09-27 5:00"),
    ("Pacific/Auckland", "0:00-24:00", "2026-04-05 0:00", 4, "2026-04-05 3:00"),
    ("Australia/Lord_Howe", "0:00-24:00", "2026-10-04 0:00", 4, "2026-10-04 4:30"),
    ("Australia/Lord_Howe", "0:00-24:00", "2026-04-05 0:00", 4, "2026-04-05 3:30"),
    # A night shift in which the clock is changed has an hour less, or one more.
    ("Europe/Berlin", "22:00-6:00", "2026-03-28 22:00", 8, "2026-03-29 23:00"),
    ("Europe/Berlin", "22:00-6:00", "2026-10-24 22:00", 8, "2026-10-25 5:00"),
    # Hours that begin within what is skipped, or end within what comes twice.
    ("Europe/Berlin", "2:30-4:30", "2026-03-29 0:00", 1, "2026-03-29 4:30"),
    ("Europe/Berlin", "1:30-2:30", "2026-10-25 0:00", 2, "2026-10-25 2:30 (second)"),
]


@pytest.mark.parametrize(("zone", "hours", "moment", "span", "expected"), PASSED)
def test_only_a_persons_own_hours_count(
    zone: str, hours: str, moment: str, span: int, expected: str
) -> None:
    found = hours_of(hours).later(wall(moment, zone), span * HOUR, ZoneInfo(zone))

    assert shown(found, zone) == expected


@pytest.mark.parametrize("zone", ZONES)
@given(
    moment=st.timedeltas(timedelta(0), timedelta(days=730)).map(BEGIN.__add__),
    span=st.timedeltas(timedelta(0), timedelta(days=2)),
    begin=st.integers(0, 23 * 60),
    length=st.integers(60, 24 * 60),
    days=st.frozensets(st.integers(0, 6), min_size=1),
)
def test_no_moment_is_ever_found_outside_the_hours_or_in_the_past(
    zone: str, moment: datetime, span: timedelta, begin: int, length: int, days: frozenset[int]
) -> None:
    where = ZoneInfo(zone)
    hours = Hours(begin=minute_of(begin), end=minute_of(begin + length), days=days)
    first, later = hours.next_from(moment, where), hours.later(moment, span, where)

    assert hours.holds(first, where)
    assert moment <= first <= later
    assert later >= moment + span
    # What ends a stretch is no part of it, but the moment just before is.
    assert hours.holds(later, where) or hours.holds(later - timedelta(microseconds=1), where)


@pytest.mark.parametrize(
    ("zone", "said_at", "expected"),
    [
        ("UTC", "2026-03-03 14:00", "2026-03-04 9:00"),
        ("Europe/Berlin", "2026-03-03 0:01", "2026-03-04 9:00"),
        ("America/New_York", "2026-12-31 23:59", "2027-01-01 9:00"),
        ("Asia/Kolkata", "2026-03-06 17:00", "2026-03-07 9:00"),
        # Over both changes of the clock it is nine on the wall.
        ("Europe/Berlin", "2026-03-28 17:00", "2026-03-29 9:00"),
        ("Europe/Berlin", "2026-10-24 17:00", "2026-10-25 9:00"),
        ("Pacific/Auckland", "2026-09-26 17:00", "2026-09-27 9:00"),
        ("Australia/Lord_Howe", "2026-04-04 17:00", "2026-04-05 9:00"),
        ("Australia/Lord_Howe", "2026-10-03 17:00", "2026-10-04 9:00"),
    ],
)
def test_tomorrow_is_nine_on_the_persons_wall(zone: str, said_at: str, expected: str) -> None:
    assert shown(tomorrow(wall(said_at, zone), ZoneInfo(zone)), zone) == expected


#: Zone, hours, when it was asked, working hours between reminders, those that came, and the next.
REMINDED = [
    ("Europe/Berlin", WEEK, "2026-03-02 10:00", 4, [], "2026-03-02 14:00"),
    ("Europe/Berlin", WEEK, "2026-03-02 22:00", 4, [], "2026-03-03 13:00"),
    ("America/New_York", WEEK, "2026-03-06 16:00", 4, [], "2026-03-09 11:00"),
    ("Asia/Kolkata", NIGHT, "2026-03-07 18:00", 4, [], "2026-03-08 10:00"),
    # Twice as long after each one: 8, 16, 32, 64 working hours.
    ("UTC", WEEK, "2026-03-02 10:00", 4, ["2026-03-02 14:00"], "2026-03-03 13:00"),
    (
        "UTC",
        WEEK,
        "2026-03-02 10:00",
        4,
        ["2026-03-02 14:00", "2026-03-03 13:00"],
        "2026-03-05 11:00",
    ),
    # Short intervals: two on the first day, and then one on another day each.
    ("UTC", WEEK, "2026-03-02 10:00", 1, ["2026-03-02 11:00"], "2026-03-02 13:00"),
    (
        "UTC",
        WEEK,
        "2026-03-02 10:00",
        1,
        ["2026-03-02 11:00", "2026-03-02 13:00"],
        "2026-03-03 9:00",
    ),
    (
        "UTC",
        WEEK,
        "2026-03-06 10:00",
        1,
        ["2026-03-06 11:00", "2026-03-06 13:00"],
        "2026-03-09 9:00",
    ),
    # After five of them nobody is reminded any more, and with zero never.
    ("UTC", WEEK, "2026-03-02 10:00", 1, ["2026-03-09 9:00"] * MOST_REMINDERS, "never"),
    ("UTC", WEEK, "2026-03-02 10:00", 0, [], "never"),
    # Over a changed clock the working hours stay what they are.
    ("Europe/Berlin", "0:00-12:00", "2026-03-29 1:00", 4, [], "2026-03-29 6:00"),
    ("Europe/Berlin", WEEK, "2026-03-27 16:00", 4, [], "2026-03-30 11:00"),
    ("Australia/Lord_Howe", WEEK, "2026-04-03 16:00", 4, [], "2026-04-06 11:00"),
]


@pytest.mark.parametrize(("zone", "hours", "at", "every", "reminded", "expected"), REMINDED)
def test_a_reminder_comes_after_working_time_and_less_and_less_often(
    zone: str, hours: str, at: str, every: int, reminded: list[str], expected: str
) -> None:
    asked = Asked(
        at=wall(at, zone),
        every=every * HOUR,
        reminded=tuple(wall(one, zone) for one in reminded),
    )

    assert shown(next_reminder(asked, hours_of(hours), ZoneInfo(zone)), zone) == expected


#: Zone, hours, reminders that came, when it was put off, and the next reminder.
PUT_OFF = [
    ("Europe/Berlin", WEEK, ["2026-03-02 14:00"], "2026-03-02 14:05", "2026-03-03 9:00"),
    ("Asia/Kolkata", WEEK, ["2026-03-02 14:00"], "2026-03-02 23:00", "2026-03-03 9:00"),
    # Put off on Friday: Saturday at nine is no working time.
    ("America/New_York", WEEK, ["2026-03-06 14:00"], "2026-03-06 14:05", "2026-03-09 9:00"),
    ("Europe/Berlin", "mon-fri 10:00-18:00", [], "2026-03-02 14:05", "2026-03-03 10:00"),
    # The night in between has 23 hours, or 25.
    ("Europe/Berlin", NIGHT, ["2026-03-28 14:00"], "2026-03-28 14:05", "2026-03-29 9:00"),
    ("Europe/Berlin", NIGHT, ["2026-10-24 14:00"], "2026-10-24 14:05", "2026-10-25 9:00"),
    ("Australia/Lord_Howe", NIGHT, ["2026-10-03 14:00"], "2026-10-03 14:05", "2026-10-04 9:00"),
    # A wish for one more counts, however many there were.
    ("UTC", WEEK, ["2026-03-02 14:00"] * 9, "2026-03-02 14:05", "2026-03-03 9:00"),
    # What was put off before the latest reminder is over.
    ("UTC", WEEK, ["2026-03-02 11:00", "2026-03-03 9:00"], "2026-03-02 12:00", "2026-03-04 16:00"),
]


@pytest.mark.parametrize(("zone", "hours", "reminded", "put_off_at", "expected"), PUT_OFF)
def test_what_is_put_off_comes_back_tomorrow_or_on_the_next_working_day(
    zone: str, hours: str, reminded: list[str], put_off_at: str, expected: str
) -> None:
    where, said_at = ZoneInfo(zone), wall(put_off_at, zone)
    asked = Asked(
        at=wall("2026-03-02 10:00", zone),
        every=4 * HOUR,
        reminded=tuple(wall(one, zone) for one in reminded),
        snoozed=(tomorrow(said_at, where), said_at),
    )

    assert shown(next_reminder(asked, hours_of(hours), where), zone) == expected


@pytest.mark.parametrize("words", ["9:00-18:00", WEEK, "mon, wed, sat 22:00-06:00", "0:00-24:00"])
def test_hours_are_said_as_they_are_read(words: str) -> None:
    hours = hours_of(words)

    assert read_hours(said(hours)) == hours


@pytest.mark.parametrize(
    "words",
    [
        "",
        "9-18",
        "25:00-26:00",
        "9:00-18:60",
        "9:00-24:30",
        "fun-fri 9:00-18:00",
        "mon",
        "9:00",
        "9:00-9:59",
    ],
)
def test_what_are_no_hours_is_nothing(words: str) -> None:
    assert read_hours(words) is None


def test_the_usual_hours_are_those_of_a_week_at_work() -> None:
    assert said(USUAL) == "mon-fri 09:00-18:00"
    assert ALWAYS.never_rest
    assert not USUAL.never_rest
    assert not hours_of("mon-fri 0:00-24:00").never_rest


@pytest.mark.parametrize(
    ("name", "offset", "expected"),
    [
        ("Europe/Berlin", 0, ZoneInfo("Europe/Berlin")),
        ("", 20_700, timezone(timedelta(hours=5, minutes=45))),
        ("Nowhere/Land", -12_600, timezone(timedelta(hours=-3, minutes=-30))),
        ("../../etc/passwd", 3_600, timezone(timedelta(hours=1))),
        ("Europe", None, UTC),
        ("", 10**9, UTC),
    ],
)
def test_a_zone_is_the_name_else_the_offset_else_utc(
    name: str, offset: int | None, expected: object
) -> None:
    assert zone_of(name, offset) == expected
