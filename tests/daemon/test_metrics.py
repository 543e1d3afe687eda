from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from coffee_daemon import DaemonState, Day, Metrics
from coffee_daemon.metrics import spans_of

#: In whatever zone this machine is; a day without a change of the clocks in most of them.
MIDNIGHT = datetime(2026, 1, 5).astimezone()
HOUR = timedelta(hours=1)
DAY = Day.of(MIDNIGHT)


def figures(*changes: tuple[float, DaemonState], until: float = 24, **more: Any) -> Metrics:
    told = [(MIDNIGHT + hours * HOUR, state) for hours, state in changes]
    ends = MIDNIGHT + until * HOUR
    return Metrics(begins=MIDNIGHT, ends=ends, spans=spans_of(told, ends), **more)


def test_uptime_is_the_share_of_the_known_time_in_which_it_lived() -> None:
    found = figures((12, DaemonState.IDLE), (18, DaemonState.CRASHED), (21, DaemonState.WORKING))

    assert found.uptime == 0.75
    assert found.share(DaemonState.WORKING) == 0.25


def test_what_cannot_be_told_is_no_known_time() -> None:
    found = figures((0, DaemonState.WORKING), (6, DaemonState.UNKNOWN), (12, DaemonState.STOPPED))

    assert found.uptime == 6 / 18


def test_of_no_record_nothing_is_known() -> None:
    found = figures()

    assert found.uptime is None
    assert found.median_answer is None
    assert set(found.hours(DAY)) == {None}


def test_an_hour_shows_what_took_most_of_it() -> None:
    found = figures((1, DaemonState.IDLE), (2.2, DaemonState.WORKING), (3.8, DaemonState.WAITING))

    hours = found.hours(DAY)

    assert len(hours) == 24
    assert hours[:5] == (
        None,
        DaemonState.IDLE,
        DaemonState.WORKING,
        DaemonState.WORKING,
        DaemonState.WAITING,
    )


def test_tasks_count_for_the_day_on_which_they_were_done() -> None:
    found = figures(done=(MIDNIGHT, MIDNIGHT + 23 * HOUR, MIDNIGHT + 25 * HOUR))

    assert (found.done_on(DAY), found.done_on(DAY.earlier(-1))) == (2, 1)


def test_how_long_people_took_is_told_by_the_middle_one() -> None:
    found = figures(answered_after=(HOUR, 2 * HOUR, 99 * HOUR), picked_up_after=(HOUR, 2 * HOUR))

    assert (found.median_answer, found.median_pick_up) == (2 * HOUR, 1.5 * HOUR)
