"""What a driver says of its turn's end: believed as far as its exit code would be."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from workshop import Workshop

from coffee_daemon.agents.driver import read_outcome, write_outcome
from coffee_daemon.config import AgentSettings, Limits
from coffee_daemon.tasks import Outcome, TaskState, TurnEnd

if TYPE_CHECKING:
    from pathlib import Path


def told(run_folder: Path, **more: Any) -> Outcome | None:
    plain: dict[str, Any] = {
        "end": "ok",
        "summary": "Done.",
        "links": [],
        "cost": None,
        "until": None,
    }
    (run_folder / "outcome.json").write_text(json.dumps(plain | more))
    return read_outcome(run_folder)


def test_an_outcome_is_read_as_it_was_written(tmp_path: Path) -> None:
    outcome = Outcome(
        end=TurnEnd.LIMITED,
        summary="So far.",
        links=("https://forge.example/pull/1",),
        cost=0.25,
        until=datetime(2026, 3, 3, 12, tzinfo=UTC),
    )

    write_outcome(tmp_path, outcome)

    assert read_outcome(tmp_path) == outcome


@pytest.mark.parametrize("cost", [-5.0, float("nan"), float("inf"), -float("inf")])
def test_a_cost_that_cannot_be_true_is_not_known(tmp_path: Path, cost: float) -> None:
    outcome = told(tmp_path, cost=cost)

    assert outcome is not None
    assert outcome.cost is None


@pytest.mark.parametrize(
    "forged",
    [
        {"end": "cancelled"},
        {"end": "promoted"},
        {"end": "limited", "until": "2099-01-01T00:00:00"},
        {"end": "limited", "until": "9999-12-31T23:59:59-12:00"},
        {"end": "limited", "until": 7},
        {"cost": 10**400},
        {"links": 7},
    ],
)
def test_an_outcome_that_no_driver_writes_is_none(tmp_path: Path, forged: dict[str, Any]) -> None:
    assert told(tmp_path, **forged) is None


def test_an_outcome_that_is_nested_without_end_is_none(tmp_path: Path) -> None:
    (tmp_path / "outcome.json").write_text("[" * 200_000)

    assert read_outcome(tmp_path) is None


def test_words_of_an_outcome_are_fit_for_the_record_and_bounded(tmp_path: Path) -> None:
    outcome = told(tmp_path, summary="a\ud83d\0\x1b[31m" + "b" * 100_000, links=["\ud83d"] * 99)

    assert outcome is not None
    assert outcome.summary.startswith("a?bb")
    assert len(outcome.summary) == 30_000
    assert outcome.links == ("?",) * 50


#: Ends its driver by the signal of an orderly stop.
KILLS_ITS_DRIVER = "import os, signal, time; os.kill(os.getppid(), signal.SIGTERM); time.sleep(0.2)"


def test_an_agent_that_stops_its_own_driver_gets_no_turn_for_free(tmp_path: Path) -> None:
    agent = AgentSettings(kind="acp", command=(sys.executable, "-c", KILLS_ITS_DRIVER))
    house = Workshop.build(tmp_path).with_settings(agent=agent, limits=Limits(attempts=1))
    with house.running():
        number = house.tell("work")
        house.until(number, TaskState.FAILED)

    with house.store() as store:
        assert [one.end for one in store.turns.of_task(number)] == [TurnEnd.CRASHED]


def test_a_program_that_cannot_be_run_is_told_in_a_sentence(tmp_path: Path) -> None:
    program = tmp_path / "claude"
    program.write_bytes(b"\x7fELF, but not really")
    program.chmod(0o700)
    agent = AgentSettings(kind="claude", command=(str(program),))
    house = Workshop.build(tmp_path).with_settings(agent=agent, limits=Limits(attempts=1))
    with house.running():
        task = house.until(house.tell("work"), TaskState.FAILED)

    assert task.result.startswith("The agent could not go on: ")
    assert "Traceback" not in task.result
