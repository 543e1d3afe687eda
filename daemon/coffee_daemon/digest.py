"""A day in a few lists, for whoever was not there (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.notifications import Question
    from coffee_daemon.tasks import Task


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What happened to a daemon's work since a moment, and what is open."""

    daemon: str
    since: datetime
    until: datetime
    #: Tasks that are done, have failed or were cancelled since, in that order of time.
    ended: tuple[Task, ...] = ()
    #: Running ones first, then in the order of pick-up.
    in_progress: tuple[Task, ...] = ()
    #: Open ones, the oldest first.
    questions: tuple[Question, ...] = ()
    #: Whether a task ended, a turn began or a question was asked since.
    happened: bool = False
    #: The end of the audit's chain, as `coffee audit` takes it; empty before the first entry.
    audit: str = ""
