"""Where a story is played: a home, a project, a daemon, and an agent that knows its script."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psutil
from waiting import eventually
from workshop import ADA, Workshop

from coffee_daemon import (
    AgentSettings,
    Limits,
    ProcessManager,
    TaskState,
    TurnState,
    private_folder,
)
from coffee_daemon.config import Isolation
from coffee_daemon.status import StatusRecord, read_record
from coffee_daemon.system import environment_of
from coffee_daemon.system.trees import all_pids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.kinds import Kind
    from conformance.steps import Script

    from coffee_daemon import Question, Task, Turn

#: Agents and their servers take their time to start, the more so on a busy machine.
PATIENCE_SECONDS = 90.0
#: Small enough for a flood to be quick, large enough for whatever an agent says besides.
LIMITS = Limits(turn_output_bytes=200_000)


@dataclass
class Stage(Workshop):
    """A workshop with an agent of some kind in it."""

    kind: Kind | None = None
    place: Path | None = None

    def until(self, number: int, state: TaskState, seconds: float = PATIENCE_SECONDS) -> Task:
        """Wait until the task is in that state."""
        return super().until(number, state, seconds)

    def open_question(self, number: int, seconds: float = PATIENCE_SECONDS) -> Question:
        """Wait for the task's open question."""
        return super().open_question(number, seconds)

    def start(self) -> int:
        """Hand over the one task there is; the script says what the agent makes of it."""
        return self.tell("follow the script")

    def seen(self) -> list[str]:
        """What the agent was given, turn by turn."""
        assert self.kind is not None
        assert self.place is not None
        return self.kind.prompts(self.place)

    def left(self, name: str) -> bool:
        """Whether the agent left a file of that name where it works."""
        return (self.config.project / name).exists()

    def turns(self, number: int) -> list[Turn]:
        """A task's turns, oldest first."""
        with self.store() as store:
            return store.turns.of_task(number)

    def until_told(self, number: int, words: str) -> None:
        """Wait until the running turn has reported these words."""

        def told() -> bool:
            turns = self.turns(number)
            return bool(turns) and turns[-1].progress == words

        eventually(told, PATIENCE_SECONDS, f"a report of {words!r}")

    def until_ended(self, number: int, turns: int) -> None:
        """Wait until so many turns of the task are over."""

        def ended() -> bool:
            return [one.state for one in self.turns(number)] == [TurnState.ENDED] * turns

        eventually(ended, PATIENCE_SECONDS, f"{turns} ended turns")

    def state(self) -> str | None:
        """What the daemon says that it is doing."""
        found = read_record(self.config.state / "daemon_status.json")
        return found.state if isinstance(found, StatusRecord) else None

    def inhabitants(self) -> list[Mapping[str, str]]:
        """The environment of every process that belongs to a turn of this house."""
        found = [environment_of(pid) or {} for pid in all_pids()]
        home = str(self.config.home)
        return [one for one in found if one.get("COFFEE_HOME") == home and "COFFEE_TURN" in one]

    def output_bytes(self, number: int) -> int:
        """How much of the first turn's output is kept."""
        folder = self.config.state / "turns" / f"{number}-1"
        return sum(one.stat().st_size for one in folder.glob("output*"))

    def confide(self, **secrets: str) -> None:
        """Let the daemon's own environment hold secrets."""
        self.environment = {**(self.environment or {}), **secrets}

    def kill(self, manager: ProcessManager) -> None:
        """Kill the daemon's process, and wait until it is gone."""
        pid = manager.status().pid
        assert pid is not None
        psutil.Process(pid).kill()
        eventually(lambda: not manager.is_daemon_running(), what="the daemon is dead")

    def pass_time(self, **step: float) -> None:
        """Let time pass for the daemon, and let it notice."""
        self.clock.advance(**step)
        self.ring()

    @contextmanager
    def process(self) -> Iterator[ProcessManager]:
        """Run the daemon as a process of its own, with every setting of the agent from a file."""
        private_folder(self.config.home)
        text = f"[daemon]\nworkdir = '{self.config.project}'\nisolation = 'none'\n"
        (self.config.home / "config.toml").write_text(text + as_toml(self.config.agent))
        manager = ProcessManager(self.config, environment=self.environment or os.environ)
        manager.start(who=ADA)
        try:
            yield manager
        finally:
            manager.stop()


@contextmanager
def stage(kind: Kind, folder: Path, script: Script) -> Iterator[Stage]:
    """Prepare the stage for an agent of that kind."""
    place = folder / "agent"
    place.mkdir()
    with kind.ready(place, script) as ready:
        house = Workshop.build(folder)
        # The project's folder itself, so that a story knows where to look.
        config = replace(
            house.config, agent=ready.settings, isolation=Isolation.NONE, limits=LIMITS
        )
        yield Stage(config, environment={**os.environ, **ready.environment}, kind=kind, place=place)


def as_toml(settings: AgentSettings) -> str:
    """The settings of an agent as they stand in the file."""
    usual = AgentSettings()
    told = {one.name: getattr(settings, one.name) for one in fields(settings)}
    lines = [_line(name, value) for name, value in told.items() if value != getattr(usual, name)]
    return "\n".join(["[agent]", *lines, ""])


def _line(name: str, value: Any) -> str:
    if isinstance(value, timedelta):
        return f"{name}_seconds = {int(value.total_seconds())}"
    if isinstance(value, tuple):
        return f"{name} = [{', '.join(repr(str(part)) for part in value)}]"
    return f"{name} = {str(value)!r}"
