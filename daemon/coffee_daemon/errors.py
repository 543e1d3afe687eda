"""Every error that a person may meet, in one place.

    CoffeeError
    ├── BadInput              what was typed or configured cannot be used
    │   ├── BadConfig
    │   └── NotFound
    ├── IllegalMove           a state machine was asked for a move it does not have
    ├── Refused               allowed in general, but not now, not here or not to you
    │   ├── TooManyQuestions
    │   ├── TurnOver
    │   └── InsideTurn
    ├── ProcessTrouble        starting or stopping did not reach the wanted state
    │   ├── StartFailed
    │   │   └── AlreadyRuns   told by a daemon that found another one
    │   ├── StopFailed
    │   └── Unproven
    ├── StoreTrouble          the database cannot be used
    │   ├── StoreBusy
    │   └── SchemaMismatch
    ├── WorkspaceTrouble      git or a folder refused
    ├── RoadmapTrouble        the roadmap's file cannot be read or written
    └── AgentTrouble          the agent program cannot be run

A class's docstring is its default message.
"""

from __future__ import annotations


class CoffeeError(Exception):
    """Something went wrong."""

    #: The exit code of the `coffee` command for this error.
    exit_code = 1

    def __init__(self, message: str | None = None, *, hint: str = "") -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        #: What the person can do next; may be empty.
        self.hint = hint
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadInput(CoffeeError):
    """That cannot be used as it is."""

    exit_code = 2


class BadConfig(BadInput):
    """A setting cannot be used."""


class NotFound(BadInput):
    """There is no such task or question."""

    exit_code = 1


class IllegalMove(CoffeeError):
    """That is not possible in the present state."""


class Refused(CoffeeError):
    """Not allowed."""


class TooManyQuestions(Refused):
    """The task has as many open questions as it may have."""

    def __init__(self, task: int, open_now: tuple[tuple[int, str], ...]) -> None:
        asked = "; ".join(f"#{number} {_first_words(text)}" for number, text in open_now)
        one = "1 question" if len(open_now) == 1 else f"{len(open_now)} questions"
        super().__init__(
            f"Task #{task} has {one} open already, and may have no more: {asked}.",
            hint="Put what belongs together into one question. Withdraw what nobody needs to "
            "answer, or end the turn and ask the rest when these are answered.",
        )


class TurnOver(Refused):
    """This turn has ended, so it can no longer ask or report."""


class InsideTurn(Refused):
    """This command is for people: an agent's turn may only ask, report and look."""


class ProcessTrouble(CoffeeError):
    """The daemon's process could not be brought to the wanted state."""

    def __init__(
        self, message: str | None = None, *, hint: str = "", log_tail: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        #: The last lines of the daemon's log, oldest first.
        self.log_tail = log_tail


class StartFailed(ProcessTrouble):
    """The daemon did not start."""


class AlreadyRuns(StartFailed):
    """Another daemon already runs in this folder."""

    #: Its starter knows by it that somebody else was quicker.
    exit_code = 4


class StopFailed(ProcessTrouble):
    """The daemon did not stop."""


class Unproven(ProcessTrouble):
    """It cannot be told whether the daemon runs, so nothing was done to it."""


class StoreTrouble(CoffeeError):
    """The database cannot be used."""


class StoreBusy(StoreTrouble):
    """The database was busy for too long; nothing was changed."""


class SchemaMismatch(StoreTrouble):
    """The database was written by a newer version of this program."""


class WorkspaceTrouble(CoffeeError):
    """The task's folder could not be prepared."""


class RoadmapTrouble(CoffeeError):
    """The roadmap cannot be read or written."""


class AgentTrouble(CoffeeError):
    """The agent program cannot be run."""


def _first_words(text: str, most: int = 80) -> str:
    # What could command a terminal stays out.
    words = "".join(filter(str.isprintable, " ".join(text.split())))
    return words if len(words) <= most else words[: most - 1].rstrip() + "\u2026"
