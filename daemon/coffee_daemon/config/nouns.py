"""Nouns of the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path

DEFAULT_NAME = "code_developer"
#: Of a daemon, in characters: it names a folder and is the value of buttons.
LONGEST_NAME = 64


class Isolation(StrEnum):
    """Where a task works."""

    WORKTREE = "worktree"  # its own git worktree and branch
    NONE = "none"  # the project's folder itself


class Integrate(StrEnum):
    """What becomes of a finished task's branch."""

    FF = "ff"
    MERGE = "merge"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class WorkingHours:
    """The hours of a day in which new turns begin, in the host's local time."""

    start: time
    end: time

    def contains(self, moment: time) -> bool:
        """Whether `moment` lies within; hours may span midnight."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds that keep a night from running away."""

    #: Turns one task may take.
    turns: int = 10
    #: Failed attempts after which a task has failed.
    attempts: int = 2
    #: Lost turns in a row after which a task has failed.
    lost_turns: int = 3
    #: Questions that one task may have open at a time.
    open_questions: int = 5
    #: Wall time of one turn.
    turn_time: timedelta = timedelta(hours=4)
    #: Bytes of output kept of one turn.
    turn_output_bytes: int = 10_000_000
    #: Turns a daemon may begin in a day.
    turns_per_day: int = 500
    #: US dollars that a daemon's turns of a day may cost, as far as the agent reports it.
    dollars_per_day: float | None = None
    #: US dollars that one task may cost, over all its turns.
    dollars_per_task: float | None = None


@dataclass(frozen=True, kw_only=True)
class AgentSettings:
    """Which program does the coding."""

    #: The kind of agent; empty: the preset's, else "command".
    kind: str = ""
    #: A named set of these settings; what is set here itself goes before it.
    preset: str | None = None
    #: The argv; empty means that no agent is set yet.
    command: tuple[str, ...] = ()
    #: The argv that goes on with a session, holding `{session}`; optional.
    resume: tuple[str, ...] = ()
    #: A regular expression whose first group finds the session in the agent's output.
    session_pattern: str = ""
    #: A regular expression that finds a usage limit in the last lines of a failed run.
    limit_pattern: str = ""
    #: Names of further environment variables that the agent may see.
    environment: tuple[str, ...] = ()
    #: Appended to both commands, such as the choice of a model.
    arguments: tuple[str, ...] = ()
    #: Tools that Claude Code may use without asking, in its own words.
    allowed_tools: tuple[str, ...] = ()
    #: The mode that an ACP agent works in, by its own name for it; None: its usual one.
    mode: str | None = None
    #: How long an ACP agent's request for permission stays pending before its turn ends.
    hold: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything the ground floor needs to know."""

    home: Path
    name: str = DEFAULT_NAME
    #: May hold a password, so it stays out of the repr.
    database_url: str | None = field(default=None, repr=False)
    #: How long what has ended stays in the record.
    keep: timedelta = timedelta(days=90)
    #: The project's main folder.
    project: Path = field(default_factory=Path.cwd)
    #: The roadmap's file; None looks in the usual two places.
    roadmap: Path | None = None
    isolation: Isolation = Isolation.WORKTREE
    integrate: Integrate = Integrate.FF
    working_hours: WorkingHours | None = None
    #: The command that is told of events; empty tells nobody.
    on_event: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    agent: AgentSettings = field(default_factory=AgentSettings)
    heartbeat: timedelta = timedelta(seconds=5)
    poll: timedelta = timedelta(seconds=15)

    @property
    def state(self) -> Path:
        """This daemon's own folder; the default daemon keeps the specification's paths."""
        if self.name == DEFAULT_NAME:
            return self.home
        return self.home / "daemons" / self.name

    def turn_folder(self, task: int, number: int) -> Path:
        """Where the prompt and the output of a task's turn lie."""
        return self.state / "turns" / f"{task}-{number}"

    @property
    def database(self) -> str:
        """The database's URL; the SQLite file of the home folder unless set."""
        # A folder's name may hold what begins something else in a URL.
        file = str(self.home / "notifications.db").replace("%", "%25").replace("?", "%3F")
        return self.database_url or f"sqlite:///{file}"

    def roadmap_file(self) -> Path | None:
        """The roadmap: the set one, else the first of the usual places that exists."""
        if self.roadmap is not None:
            return self.project / self.roadmap
        places = (self.project / "ROADMAP.md", self.project / "docs" / "roadmap" / "ROADMAP.md")
        return next((place for place in places if place.is_file()), None)
