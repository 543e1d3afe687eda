"""The harness fails where it must: each wrong strategy shows, and the right one does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chaos.mutants import STRATEGIES
from chaos.run import Plan, go

if TYPE_CHECKING:
    from chaos.report import Report

pytestmark = pytest.mark.timeout(300)


def try_out(name: str, patience: float) -> Report:
    strategy = STRATEGIES[name]
    return go(
        Plan(
            questions=6,
            at_once=6,
            kills=0,
            strikes=strategy.kills,
            seed=7,
            weather=strategy.weather,
            patience=patience,
            bot=name,
        )
    )


@pytest.mark.parametrize(
    ("name", "promise"),
    [
        ("post_then_commit", "questions posted: TWICE"),
        ("commit_then_post", "questions posted: LOST"),
        ("no_settle_window", "questions posted: TWICE"),
        ("no_dedupe_key", "answers recorded: TWICE"),
        ("ack_first", "answers recorded: LOST"),
    ],
)
def test_a_wrong_strategy_is_found_out(name: str, promise: str) -> None:
    report = try_out(name, patience=5)

    broken = {one.promise: one.found for one in report.findings if not one.kept}
    assert promise in broken, str(report)
    assert not report.passed


def test_the_right_strategy_keeps_every_promise_in_all_that_trouble() -> None:
    report = try_out("right", patience=60)

    # A database that is busy is an error that the bot's log tells in full.
    broken = {one.promise for one in report.findings if not one.kept} - {"tracebacks"}
    assert broken == set(), str(report)
