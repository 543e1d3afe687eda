"""The headline in small; `make chaos` is the large one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chaos.run import Plan, go
from chaos.weather import ROUGH, Chance

#: Each 429 stops the channel for a second at least.
WEATHER = Chance(replace(ROUGH, ratelimit=0.02))


@pytest.mark.timeout(600)
def test_nothing_is_lost_and_nothing_comes_twice_whoever_is_killed() -> None:
    report = go(Plan(questions=100, kills=20, at_once=20, seed=20, weather=WEATHER))

    assert report.passed, str(report)


@pytest.mark.timeout(600)
def test_nothing_is_lost_when_bot_and_daemon_die_at_the_same_instant() -> None:
    plan = Plan(questions=10, kills=3, together=True, at_once=5, seed=21, weather=WEATHER)

    report = go(plan)

    assert report.passed, str(report)
