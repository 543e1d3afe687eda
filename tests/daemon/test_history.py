from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from coffee_daemon import DaemonState, Day, Metrics
from coffee_daemon.history import PICTURE_SLOT, TEXT_SLOT, History, Phase, phases, runs
from coffee_daemon.metrics import spans_of

#: In whatever zone this machine is; a day without a change of the clocks in most of them.
MIDNIGHT = datetime(2026, 1, 5).astimezone()
HOUR = timedelta(hours=1)
DAY = Day.of(MIDNIGHT)


def past(*changes: tuple[float, DaemonState], until: float = 24, **more: Any) -> History:
    told = [(MIDNIGHT + hours * HOUR, state) for hours, state in changes]
    ends = MIDNIGHT + until * HOUR
    figures = Metrics(begins=MIDNIGHT, ends=ends, spans=spans_of(told, ends), **more)
    return History(figures=figures, days=(DAY,))


def test_a_day_is_laid_out_by_what_took_most_of_each_slot() -> None:
    (day,) = past((1, DaemonState.WORKING), (2, DaemonState.PAUSED), until=3).rows(TEXT_SLOT)

    assert day.slots == "  wwzz" + " " * 42
    assert day.name == "Mon 05 Jan"


def test_states_that_look_alike_share_a_letter_and_others_have_one_of_their_own() -> None:
    shown = past((0, DaemonState.CRASHED), (1, DaemonState.UNRESPONSIVE), (2, DaemonState.ASLEEP))

    assert phases(shown.rows()) == (Phase.ASLEEP, Phase.CRASHED)
    assert len({phase.letter for phase in Phase}) == len(Phase)


def test_every_state_that_is_known_is_drawn() -> None:
    for state in set(DaemonState) - {DaemonState.UNKNOWN}:
        assert phases(past((0, state)).rows()) != (), state


def test_a_picture_has_ten_minutes_to_a_slot_and_runs_to_draw() -> None:
    (day,) = past((0, DaemonState.IDLE), (12, DaemonState.WORKING)).rows(PICTURE_SLOT)

    assert list(runs(day.slots)) == [("-", 0, 72), ("w", 72, 72)]
    assert list(runs("")) == []


def test_waits_belong_to_the_day_of_the_answer() -> None:
    figures = past(
        answered_after=(HOUR, 30 * HOUR), answered_at=(MIDNIGHT + HOUR, MIDNIGHT + 25 * HOUR)
    ).figures

    assert figures.waits_on(DAY) == (HOUR,)
    assert figures.waits_on(DAY.earlier(-1)) == (30 * HOUR,)


def test_the_text_has_a_line_for_each_day_and_says_what_its_letters_mean() -> None:
    shown = past(
        (0, DaemonState.WORKING),
        (6, DaemonState.WAITING),
        done=(MIDNIGHT + HOUR,),
        answered_after=(3 * HOUR,),
        answered_at=(MIDNIGHT + HOUR,),
    )

    head, day, _, legend = shown.text()

    assert head.index("06") == day.index("?")
    assert day.endswith("1 done  answers after 3 h")
    assert legend == "w working   ? waiting for you"
    assert "1 task done" in shown.sums
    assert "answers after 3 h (median)" in shown.sums


def test_of_unknown_days_it_says_so() -> None:
    assert list(past().text())[-1] == "Nothing is known of these days."


def test_a_month_of_a_thousand_changes_a_day_is_laid_out_in_a_moment() -> None:
    states = (DaemonState.IDLE, DaemonState.WORKING)
    changes = [(n * 0.024, states[n % 2]) for n in range(31_000)]
    shown = past(*changes, until=31 * 24)
    days = tuple(DAY.earlier(-n) for n in range(31))

    rows = History(figures=shown.figures, days=days).rows()

    assert sum(len(row.slots) for row in rows) >= 31 * 23 * 6
