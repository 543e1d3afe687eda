"""What a verb is made of: who may do it, what follows it, and plain sentences for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class Role(IntEnum):
    """Who may do what; each role may do what the ones below it may."""

    NOBODY = 0  # guests, strangers, bots, whoever cannot be looked up
    VIEWER = 1  # full members of the workspace: may look
    ANSWERER = 2  # COFFEE_MEMBERS: may hand over work and answer
    OPERATOR = 3  # COFFEE_OPERATORS: may control the process and end tasks
    ADMIN = 4  # COFFEE_ADMINS: may raise limits of money and move the feed


class Takes(Enum):
    """What follows a verb."""

    NOTHING = ""
    PERHAPS = "[<text>]"
    TEXT = "<text>"
    TIME = "<time>"
    TIME_AND_TASK = "<time> [on <number>]"  # or `off`
    DAYS = "[days]"  # or nothing
    NUMBER = "<number>"
    NUMBER_AND_TEXT = "<number> <text>"
    TWO_NUMBERS = "<number> before <number>"  # or after it


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing that a person may ask for."""

    name: str
    takes: Takes = Takes.NOTHING
    #: One line for the help.
    summary: str
    role: Role
    #: Whether it changes anything; if so, the channel sees who did it.
    changes: bool = False
    #: Plain sentences that mean it, lower case. `{who}` stands for the daemon in the third
    #: person, `{show}` for show, list and their like, `{number}` for a task's number.
    phrases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """The verb and what follows it, such as `answer <number> <text>`."""
        return f"{self.name} {self.takes.value}".strip()
