"""The one table of verbs.

Help, usage lines, the role matrix and the manifest are held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    NUMBER = "<number>"
    NUMBER_AND_TEXT = "<number> <text>"


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


_ALL = (
    Verb(
        name="status",
        summary="what it is doing right now",
        role=Role.VIEWER,
        phrases=(
            "{who} status",
            "{who} progress",
            "status of {who}",
            "progress of {who}",
            "what is {who} doing",
            "what is {who} working on",
            "what is {who} up to",
            "how is {who} doing",
            "is {who} working",
            "is {who} running",
            "is {who} alive",
            "is {who} idle",
            "what are you doing",
            "what are you working on",
            "what are you up to",
            "how are you doing",
            "how is it going",
            "are you working",
            "are you running",
            "are you alive",
            "are you there",
            "what is the status",
            "what is your status",
            "{show} status",
            "status report",
            "status update",
            "progress",
        ),
    ),
    Verb(name="start", summary="start the daemon", role=Role.OPERATOR, changes=True),
    Verb(
        name="stop",
        summary="stop it; its task goes on at the next start",
        role=Role.OPERATOR,
        changes=True,
    ),
    Verb(name="restart", summary="stop and start it", role=Role.OPERATOR, changes=True),
    Verb(
        name="pause",
        takes=Takes.TIME,
        summary="let it begin nothing before a time: `2h`, `until 14:00`, `monday 9:00`",
        role=Role.OPERATOR,
        changes=True,
    ),
    Verb(name="resume", summary="end a pause", role=Role.OPERATOR, changes=True),
    Verb(
        name="tell",
        takes=Takes.TEXT,
        summary="hand over work, or ask something",
        role=Role.ANSWERER,
        changes=True,
    ),
    Verb(
        name="tasks",
        summary="what is queued, running, waiting and done",
        role=Role.VIEWER,
        phrases=(
            "{show} tasks",
            "open tasks",
            "what are the tasks",
            "what is next",
            "what is queued",
            "what is in the queue",
            "what is on your list",
        ),
    ),
    Verb(
        name="show",
        takes=Takes.NUMBER,
        summary="all that happened to a task or question",
        role=Role.VIEWER,
    ),
    Verb(
        name="interrupt",
        takes=Takes.NUMBER,
        summary="end a task's turn; the next one reads what you said since",
        role=Role.ANSWERER,
        changes=True,
    ),
    Verb(
        name="cancel",
        takes=Takes.NUMBER,
        summary="cancel a task, or withdraw a question",
        role=Role.OPERATOR,
        changes=True,
    ),
    Verb(
        name="retry",
        takes=Takes.NUMBER,
        summary="queue a task again that has failed, was cancelled or is done",
        role=Role.ANSWERER,
        changes=True,
        phrases=("try {number} again", "try task {number} again", "retry task {number}"),
    ),
    Verb(
        name="cost",
        summary="what its turns have cost",
        role=Role.VIEWER,
        phrases=(
            "{show} cost",
            "{show} costs",
            "{show} spending",
            "costs",
            "spending",
            "what does it cost",
            "what did it cost",
            "what has it cost",
            "what did {who} cost",
            "what has {who} cost",
            "how much did it cost",
            "how much has it cost",
            "how much did you spend",
            "how much have you spent",
            "what did you spend",
            "what have you spent",
        ),
    ),
    Verb(
        name="metrics",
        summary="its last seven days in figures",
        role=Role.VIEWER,
        phrases=("{show} metrics", "{show} figures", "metrics"),
    ),
    Verb(
        name="continue",
        summary="let it go on today, at a limit of the day",
        role=Role.ADMIN,
        changes=True,
    ),
    Verb(
        name="questions",
        summary="what it needs to know from you",
        role=Role.VIEWER,
        phrases=(
            "{show} questions",
            "{show} open questions",
            "open questions",
            "any questions",
            "any open questions",
            "are there any questions",
            "are there any open questions",
            "do you have any questions",
            "does {who} have any questions",
            "{who} questions",
            "what are the questions",
            "what are the open questions",
        ),
    ),
    Verb(
        name="answer",
        takes=Takes.NUMBER_AND_TEXT,
        summary="answer a question",
        role=Role.ANSWERER,
        changes=True,
    ),
    Verb(
        name="notifications",
        summary="the latest words between it and you",
        role=Role.VIEWER,
        phrases=(
            "{show} notifications",
            "any notifications",
            "any news",
            "what is new",
        ),
    ),
    Verb(
        name="notify",
        takes=Takes.PERHAPS,
        summary="what is sent to you, and when; `notify reminders off` changes it",
        role=Role.VIEWER,
    ),
    Verb(
        name="here",
        summary="let the feed go on in this channel",
        role=Role.ADMIN,
        changes=True,
    ),
    Verb(
        name="pin",
        summary="pin the status card in its channel",
        role=Role.OPERATOR,
        changes=True,
    ),
    Verb(
        name="unpin",
        summary="take that pin away",
        role=Role.OPERATOR,
        changes=True,
    ),
    Verb(
        name="help",
        summary="this list",
        role=Role.VIEWER,
        phrases=(
            "help me",
            "{show} help",
            "{show} commands",
            "commands",
            "what can you do",
            "what can i do",
            "how do you work",
            "how does this work",
        ),
    ),
)

#: Every verb by its name, in the order of the help.
VERBS: Mapping[str, Verb] = {verb.name: verb for verb in _ALL}
