"""A bot that dies at each named point of its work: nothing is lost and nothing comes twice."""

from __future__ import annotations

import os

import pytest
from chaos.points import Point
from chaos.run import Plan, go
from chaos.weather import Exactly

#: At each point; `make endure` has 20.
DEATHS = int(os.environ.get("COFFEE_TEST_DEATHS", "2"))


@pytest.mark.timeout(300 + 60 * DEATHS)
def test_at_whatever_point_the_bot_dies_nothing_is_lost_and_nothing_comes_twice() -> None:
    deaths = DEATHS * len(Point)

    report = go(
        Plan(questions=2 * deaths, at_once=2, kills=0, deaths=deaths, seed=3, weather=Exactly(()))
    )

    assert report.passed, str(report)
    assert report.troubles["kill -9 of the bot"] == deaths, str(report)
