"""What the daemon and its agents know of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from coffee_daemon.config import Limits
    from coffee_daemon.tasks import Outcome, Task, Turn

#: How much of an agent's last words is kept as a turn's result.
SUMMARY_CHARS = 3_000
#: An answer in full, up to a dozen messages of it.
ANSWER_CHARS = 30_000


@dataclass(frozen=True, kw_only=True)
class Job:
    """One turn, as an agent gets it."""

    task: Task
    turn: Turn
    #: The agent's own name for the conversation to go on with; None begins one.
    session: str | None
    prompt: str
    #: What is new since the turn before, enough for an agent that remembers that one; None where
    #: it needs the whole prompt.
    news: str | None = None
    #: Where the agent works.
    folder: Path
    #: Of git's own folders, those that a commit there writes to.
    git_folders: tuple[Path, ...] = ()
    #: Where the turn's prompt, output and result lie; made when it is missing.
    run_folder: Path
    limits: Limits


class Desk(Protocol):
    """Where an agent reports while it works. Every method may be called from any thread."""

    @property
    def stopping(self) -> threading.Event:
        """Set when the agent shall end now."""
        ...

    def session(self, token: str) -> None:
        """Keep the agent's own name for its conversation, as soon as it is known.

        An empty one says that there is none to go on with.
        """
        ...

    def progress(self, text: str) -> None:
        """Keep the agent's last word on how far it has come."""
        ...


class Agent(Protocol):
    """Something that does the coding."""

    @property
    def name(self) -> str:
        """What it is called in the record; a conversation is gone on with by its own agent only."""
        ...

    def run(self, job: Job, desk: Desk) -> Outcome:
        """Work until the turn is over, and tell how it ended; nothing of it runs on after that.

        Raises:
            AgentTrouble: It could not even begin.
        """
        ...
