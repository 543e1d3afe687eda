"""What a turn's agent is told of the turns before, by whether it was there."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from workshop import ADA, Workshop

from coffee_daemon import TaskState, TurnEnd, Via
from coffee_daemon.loop import build_daemon
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coffee_daemon.agents import Desk, Job


@dataclass
class Listener:
    """Ends each turn at once, and keeps what it was told."""

    name: str
    #: What it calls its conversation; None: it remembers nothing.
    session: str | None = None
    jobs: list[Job] = field(default_factory=list)

    def run(self, job: Job, desk: Desk) -> Outcome:
        self.jobs.append(job)
        if self.session:
            desk.session(self.session)
        return Outcome(end=TurnEnd.OK)


@contextmanager
def running(house: Workshop, agent: Listener) -> Iterator[None]:
    with build_daemon(house.config, clock=house.clock, agent=agent) as daemon:
        thread = threading.Thread(target=daemon.run)
        thread.start()
        try:
            yield
        finally:
            daemon.stop()
            thread.join()


def add(house: Workshop, number: int, words: str) -> None:
    with house.store() as store:
        store.tasks.follow_up(
            number, text=words, who=ADA, via=Via.CLI, source=words, quiet=timedelta(0)
        )


def test_an_agent_that_missed_a_turn_is_told_everything(tmp_path: Path) -> None:
    house = Workshop.build(tmp_path)
    first, second = Listener("claude", "s-1"), Listener("command")
    number = house.tell("work")
    for count, agent in enumerate((first, first, second, first)):
        if count:
            add(house, number, f"And number {count}")
        with running(house, agent):
            house.until(number, TaskState.DONE)

    assert [job.session for job in first.jobs] == [None, "s-1", "s-1"]
    begun, resumed, back = (job.news for job in first.jobs)
    assert begun is None
    assert resumed is not None
    assert back is None
    assert all(f"And number {count}" in first.jobs[-1].prompt for count in (1, 2, 3))
