"""A home, a git project and a real daemon in it, with a scripted agent, on a thread."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waiting import eventually

from coffee_daemon import (
    AgentSettings,
    Config,
    ManualClock,
    NotFound,
    Person,
    ProcessManager,
    QuestionState,
    Store,
    Task,
    TaskState,
    Via,
    daemon_bell,
    private_folder,
    ring,
)
from coffee_daemon.agents import agent_for
from coffee_daemon.loop import Daemon, build_daemon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_daemon import Question, Receipt

ADA = Person(id="U0ADA00001", name="Ada")
AGENT = Path(__file__).with_name("scripted_agent.py")
_NO_QUIET = timedelta(0)


def git(folder: Path, *arguments: str) -> str:
    """Run git as Ada, whatever the machine's own settings are."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    argv = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, env=environment)
    return done.stdout.strip()


def make_project(folder: Path, roadmap: str = "# Roadmap\n") -> Path:
    """Make a git repository with a roadmap and one commit."""
    folder.mkdir()
    (folder / "ROADMAP.md").write_text(roadmap, encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name, value in (("user.name", "Ada"), ("user.email", "ada@coffee.example")):
        git(folder, "config", name, value)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Begin")
    return folder


@dataclass
class Workshop:
    """Where a daemon works, and short ways to talk with it."""

    config: Config
    clock: ManualClock = field(default_factory=lambda: ManualClock(at=datetime.now(UTC)))
    #: What the agent's own environment is picked from; ours unless given.
    environment: dict[str, str] | None = None

    @classmethod
    def build(cls, folder: Path, roadmap: str = "# Roadmap\n") -> Workshop:
        """Build a home, a git project and the settings for the scripted agent."""
        agent = AgentSettings(command=(sys.executable, str(AGENT)))
        project = make_project(folder / "project", roadmap)
        return cls(Config(home=folder / "home", project=project, agent=agent))

    def with_settings(self, **changes: Any) -> Workshop:
        """The same place with other settings."""
        return replace(self, config=replace(self.config, **changes))

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the record as another process would."""
        with Store.open(self.config.database, clock=self.clock) as opened:
            yield opened

    @contextmanager
    def running(self) -> Iterator[Daemon]:
        """Run the daemon on a thread, and stop it in order afterwards."""
        agent = agent_for(self.config, self.environment)
        with build_daemon(self.config, clock=self.clock, agent=agent) as daemon:
            thread = threading.Thread(target=daemon.run)
            thread.start()
            try:
                yield daemon
            finally:
                daemon.stop()
                thread.join(timeout=20)
                assert not thread.is_alive()

    @contextmanager
    def process(self) -> Iterator[ProcessManager]:
        """Start the daemon as a process of its own, with settings from a file."""
        private_folder(self.config.home)
        command = ", ".join(f"'{part}'" for part in self.config.agent.command)
        (self.config.home / "config.toml").write_text(
            f"[daemon]\nworkdir = '{self.config.project}'\n[agent]\ncommand = [{command}]\n"
        )
        manager = ProcessManager(self.config)
        manager.start(who=ADA)
        try:
            yield manager
        finally:
            manager.stop()

    def ring(self) -> None:
        """Wake the daemon."""
        ring(daemon_bell(self.config))

    def tell(self, *steps: str) -> int:
        """Hand over a task made of steps for the scripted agent; return its number."""
        text = "\n".join(f"step: {step}" for step in steps)
        with self.store() as store:
            task = store.tasks.tell(daemon=self.config.name, text=text, who=ADA, via=Via.CLI)
        self.ring()
        return task.number

    def answer(self, number: int, text: str, quiet: timedelta = _NO_QUIET) -> Receipt:
        """Answer a question as Ada."""
        source = f"test:{number}:{text}"
        with self.store() as store:
            receipt = store.questions.reply(
                number, text=text, who=ADA, via=Via.CLI, source=source, quiet=quiet
            )
        self.ring()
        return receipt

    def follow_up(self, number: int, text: str) -> None:
        """Add words to a task as Ada."""
        source = f"test:{number}:{text}"
        with self.store() as store:
            store.tasks.follow_up(
                number, text=text, who=ADA, via=Via.CLI, source=source, quiet=_NO_QUIET
            )
        self.ring()

    def interrupt(self, number: int) -> None:
        """Have a task's turn end, and its next one begin, as Ada."""
        with self.store() as store:
            store.requests.interrupt(number, who=ADA, via=Via.CLI)
        self.ring()

    def cancel(self, number: int) -> None:
        """Cancel a task as Ada."""
        with self.store() as store:
            store.tasks.cancel(number, who=ADA, via=Via.CLI)
        self.ring()

    def task(self, number: int) -> Task:
        """The task as it stands."""
        with self.store() as store:
            return store.tasks.get(number)

    def until(self, number: int, state: TaskState, seconds: float = 20.0) -> Task:
        """Wait until the task is in that state."""
        with self.store() as store:
            what = f"#{number} {state}"
            eventually(lambda: _state(store, number) is state, seconds, what)
            return store.tasks.get(number)

    def questions(self, number: int) -> tuple[Question, ...]:
        """All questions of a task, oldest first."""
        with self.store() as store:
            return tuple(store.questions.of_task(number))

    def open_question(self, number: int, seconds: float = 20.0) -> Question:
        """Wait for the task's open question."""

        def found() -> Question | None:
            asked = self.questions(number)
            return next((one for one in asked if one.state is QuestionState.OPEN), None)

        return eventually(found, seconds, f"an open question of #{number}")

    def prompts(self, number: int) -> list[str]:
        """What the agent was given, turn by turn."""
        folders = (self.config.state / "turns").glob(f"{number}-*")
        ordered = sorted(folders, key=lambda folder: int(folder.name.split("-")[1]))
        return [(folder / "prompt").read_text(encoding="utf-8") for folder in ordered]

    def has(self, name: str) -> Path:
        """Wait until the agent has created a file of that name in the home."""
        path = self.config.home / name
        eventually(path.exists, 20.0, f"{name} of the agent")
        return path


def _state(store: Store, number: int) -> TaskState | None:
    """A task's state; None while the daemon has not made it yet."""
    try:
        return store.tasks.get(number).state
    except NotFound:
        return None
