from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coffee_bot.feed.pace import STANDS_SECONDS, ProgressPace

if TYPE_CHECKING:
    from coffee_daemon import ManualClock


@pytest.fixture
def pace(clock: ManualClock) -> ProgressPace:
    return ProgressPace(clock)


def test_the_first_word_is_shown_at_once_and_of_those_soon_after_the_latest(
    pace: ProgressPace, clock: ManualClock
) -> None:
    assert pace.shown("task:1", "one") == "one"
    clock.advance(STANDS_SECONDS - 2)
    assert pace.shown("task:1", "two") == "one"
    clock.advance(1)
    assert pace.shown("task:1", "three") == "one"
    assert pace.due_in() == pytest.approx(1)
    assert not pace.is_due()

    clock.advance(1)

    assert pace.is_due()
    assert pace.shown("task:1", "three") == "three"
    assert pace.due_in() is None


def test_a_word_that_is_taken_back_in_time_waits_no_more(
    pace: ProgressPace, clock: ManualClock
) -> None:
    pace.shown("task:1", "one")
    clock.advance(1)
    pace.shown("task:1", "two")

    assert pace.shown("task:1", "one") == "one"
    assert pace.due_in() is None


def test_each_place_has_its_own_pace(pace: ProgressPace) -> None:
    pace.shown("task:1", "one")

    assert pace.shown("card", "two") == "two"


def test_what_is_forgotten_is_shown_anew_at_once(pace: ProgressPace) -> None:
    pace.shown("task:1", "one")
    pace.shown("task:1", "two")
    pace.forget("task:1")

    assert pace.due_in() is None
    assert pace.shown("task:1", "three") == "three"


def test_a_new_turn_without_a_word_shows_none(pace: ProgressPace) -> None:
    pace.shown("task:1", "one")

    assert pace.shown("task:1", "") == ""
