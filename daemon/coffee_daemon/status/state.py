"""The daemon's state with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from coffee_daemon.status.plain import to_plain

if TYPE_CHECKING:
    from datetime import datetime


class DaemonState(StrEnum):
    """One word for what the daemon is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    IDLE = "idle"
    WORKING = "working"
    WAITING = "waiting"  # for a person's answer, with nothing else to do
    RESTING = "resting"  # outside its working hours
    PAUSED = "paused"  # by a person, until a time
    LIMITED = "limited"  # by a usage limit, until a time
    UNRESPONSIVE = "unresponsive"  # alive, but its heart does not beat
    CRASHED = "crashed"  # wanted, but dead
    GAVE_UP = "gave_up"  # crashed too often; a person must start it
    ASLEEP = "asleep"  # the host slept
    UNKNOWN = "unknown"  # cannot be told


#: The states in which a daemon process is alive.
ALIVE = frozenset(
    {
        DaemonState.STARTING,
        DaemonState.IDLE,
        DaemonState.WORKING,
        DaemonState.WAITING,
        DaemonState.RESTING,
        DaemonState.PAUSED,
        DaemonState.LIMITED,
        DaemonState.UNRESPONSIVE,
        DaemonState.ASLEEP,
    }
)


@dataclass(frozen=True, kw_only=True)
class DaemonStatus:
    """The daemon's state with its evidence."""

    name: str
    state: DaemonState
    #: Why we say so, in a few words: “no heartbeat for 42 s, process alive”.
    evidence: str
    #: The same without any age, so that it stays as it is while nothing happens.
    reason: str = ""
    #: When its heart last beat, as far as it could write that down.
    last_heartbeat: datetime | None = None
    pid: int | None = None
    current_task: str | None = None
    task_number: int | None = None
    #: When the daemon's process began.
    started_at: datetime | None = None
    #: When the current task's turn began.
    task_started_at: datetime | None = None
    #: Seconds.
    uptime: float | None = None
    #: When the turn last put anything out; None when no turn runs or none came yet.
    last_output_at: datetime | None = None
    #: Seconds since the turn's last output; None when no turn runs or none came yet.
    output_age: float | None = None
    #: The agent's own last word on its progress.
    progress: str = ""
    #: Percent of one core, of the whole tree.
    cpu_percent: float = 0.0
    memory_mb: float = 0.0
    open_questions: int = 0
    #: Tasks that people hold back.
    held_tasks: int = 0
    #: When a resting, paused or limited daemon goes on.
    until: datetime | None = None
    #: Until then one task alone begins turns, or until that has ended; None: it is in no focus.
    focus_until: datetime | None = None
    #: That task; None while it is whichever begins next.
    focus_task: int | None = None
    #: Who wanted that, by name.
    focus_by: str = ""
    #: What keeps it from working: no agent set, no roadmap.
    missing: tuple[str, ...] = ()
    #: What a person should know about the folders it works in.
    notes: tuple[str, ...] = ()
    #: Whether somebody wants it to run.
    wanted: bool = False
    #: It ended in order when its host went down, and is still wanted.
    ended_with_host: bool = False
    #: Whether anything restarts it after a crash.
    watched: bool = False
    #: The bot's line to Slack by the bot's own last word: connected, reconnecting or deaf;
    #: `silent` when the bot lives and has written nothing for a while; empty without a bot.
    bot_link: str = ""
    #: When that began.
    bot_link_since: datetime | None = None
    #: What the bot wants people to know, in sentences.
    bot_notes: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        """Whether its process is alive, and proved to be it.

        One that was asked for a moment ago is `starting` before it has a process.
        """
        return self.state in ALIVE and self.pid is not None

    def to_dict(self) -> dict[str, Any]:
        """The specification's keys and ours, ready for JSON."""
        facts = to_plain(self)
        del facts["state"]
        return {"running": self.running, "status": self.state.value, **facts}
