"""How somebody is reached, and what that person wants to be told of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Matter(StrEnum):
    """What people are told of by a mention or a direct message, unless they do not want it."""

    QUESTIONS = "questions"  # new questions that are theirs to answer
    REMINDERS = "reminders"  # such questions that wait for long
    MORNING = "morning"  # one message in the morning, of what came in quiet hours
    TASKS = "tasks"  # tasks that they have handed over
    CRASHES = "crashes"  # crashes and limits, for admins


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What is known of one person on Slack."""

    id: str
    #: The name of the time zone and the seconds east of Greenwich, as Slack says them.
    zone: str = ""
    offset: int | None = None
    #: When Slack said so; None: never.
    located_at: datetime | None = None
    #: The direct conversation with this person; empty: not known yet.
    direct: str = ""
    #: Hours of this person's own, as they were typed; empty: the team's.
    hours: str = ""
    #: What this person does not want to be told of.
    off: frozenset[Matter] = frozenset()
    #: When the latest morning message was written.
    morning_at: datetime | None = None

    def wants(self, matter: Matter) -> bool:
        """Whether this person is to be told of such a thing."""
        return matter not in self.off


@dataclass(frozen=True, kw_only=True)
class Snooze:
    """A question that somebody has put off."""

    question: int
    person: str
    until: datetime
    said_at: datetime
