"""A request for leave that is pending with an ACP agent, and what may happen meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conformance.acp_kinds import AcpKind
from conformance.kinds import Ready
from conformance.stage import stage
from conformance.steps import End, Need

from coffee_daemon import QuestionState, TaskState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.stage import Stage
    from conformance.steps import Script

    from coffee_daemon import Question

NEED = Need("shell", "touch allowed")
SCRIPT = ((NEED, End("Did it.")), (NEED, End("Did it.")))

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.parametrize(
        "way", [pytest.param(way, marks=pytest.mark.xdist_group(way)) for way in ("load", "none")]
    ),
]


class WaitingKind(AcpKind):
    """Keeps its turn, and the request with it, until somebody answers."""

    @contextmanager
    def ready(self, place: Path, script: Script) -> Iterator[Ready]:
        """The same with longer patience than any test has."""
        with super().ready(place, script) as usual:
            settings = replace(usual.settings, hold=timedelta(minutes=10))
            yield Ready(settings=settings, environment=usual.environment)


@contextmanager
def played(way: str, folder: Path) -> Iterator[Stage]:
    with stage(WaitingKind(name="acp", goes_on_by=way), folder, SCRIPT) as house:
        yield house


def allow(house: Stage, question: Question) -> None:
    house.answer(question.number, question.options[0].label)


def test_an_answer_in_time_is_the_reply_to_the_request(way: str, tmp_path: Path) -> None:
    with played(way, tmp_path) as house, house.process():
        number = house.start()
        allow(house, house.open_question(number))
        house.until(number, TaskState.DONE)

        assert house.left("allowed")
        assert len(house.turns(number)) == 1


@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_an_answer_after_the_daemon_has_gone_reaches_the_next_turn(
    end: str, way: str, tmp_path: Path
) -> None:
    with played(way, tmp_path) as house:
        with house.process() as manager:
            number = house.start()
            question = house.open_question(number)
            if end == "killed":
                house.kill(manager)
        assert not house.left("allowed")
        with house.process():
            house.until(number, TaskState.WAITING)
            assert [one.state for one in house.questions(number)] == [QuestionState.OPEN]

            allow(house, question)
            house.until(number, TaskState.DONE)

        assert house.left("allowed")
        assert [one.state for one in house.questions(number)] == [QuestionState.PICKED_UP]
        assert len(house.turns(number)) == 2
