"""The driver's side of a turn: its order, its line to the record, and its last word.

Runs in the turn's own tree with the agent's environment, so it knows no secret that the agent
does not. What it prints is what people read in `coffee logs --task`.
"""

from __future__ import annotations

import gc
import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coffee_daemon.agents.environment import placed
from coffee_daemon.agents.filling import filled
from coffee_daemon.agents.protocol import ANSWER_CHARS
from coffee_daemon.asking import Asker
from coffee_daemon.errors import CoffeeError
from coffee_daemon.runner.output import printable
from coffee_daemon.system import read_small, write_private
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon.agents.protocol import Job
    from coffee_daemon.config import AgentSettings

_ORDER = "drive.json"
_OUTCOME = "outcome.json"
#: What a driver may say of a turn's end: a cancelled task is a person's doing.
_ENDS = frozenset(TurnEnd) - {TurnEnd.CANCELLED}
_MOST_LINKS = 50


@dataclass(frozen=True, kw_only=True)
class DriveOrder:
    """What a driver has to know; the prompt comes on its standard input."""

    task: int
    #: The id of the turn in the record.
    turn: int
    folder: str
    #: The conversation to go on with; None begins one.
    session: str | None
    command: tuple[str, ...]
    wants_answer: bool = False
    #: What is new since the turn before, where an agent that remembers it needs no more.
    news: str | None = None
    #: Tools that the agent may use without asking, in its own words.
    allowed_tools: tuple[str, ...] = ()
    #: The agent's own name for the mode it shall work in; None: its usual one.
    mode: str | None = None
    #: How long a request of the agent's protocol may stay pending.
    hold_seconds: float = 60.0

    @classmethod
    def of(cls, job: Job, settings: AgentSettings, project: Path) -> DriveOrder:
        """The order for a turn; a program of the project's is named by its whole path."""
        program, *arguments = filled(settings.command, job)
        return cls(
            task=job.task.number,
            turn=job.turn.id,
            folder=str(job.folder),
            session=job.session or None,
            command=(placed(program, project), *arguments),
            wants_answer=job.task.wants_answer,
            news=job.news,
            allowed_tools=settings.allowed_tools,
            mode=settings.mode,
            hold_seconds=settings.hold.total_seconds(),
        )

    @classmethod
    def read(cls, run_folder: Path) -> DriveOrder:
        """The order that lies in a turn's folder.

        Raises:
            OSError: It cannot be read.
        """
        told = json.loads((run_folder / _ORDER).read_text(encoding="utf-8"))
        lists = {name: tuple(told[name]) for name in ("command", "allowed_tools")}
        return cls(**{**told, **lists})

    def write(self, run_folder: Path) -> None:
        """Lay it into the turn's folder, and clear an earlier outcome away."""
        (run_folder / _OUTCOME).unlink(missing_ok=True)
        write_private(run_folder / _ORDER, json.dumps(asdict(self)), durable=False)


@dataclass(frozen=True)
class Driver:
    """What a driver works with."""

    order: DriveOrder
    prompt: str
    #: Questions, the conversation's name and progress go through it.
    asker: Asker
    run_folder: Path


def drive(work: Callable[[Driver], Outcome]) -> int:
    """Be a driver: read the order, work, leave the outcome; returns the exit code."""
    run_folder = Path(sys.argv[1])
    driver = Driver(
        order=DriveOrder.read(run_folder),
        prompt=sys.stdin.read(),
        asker=Asker.here(),
        run_folder=run_folder,
    )
    try:
        outcome = work(driver)
    except (CoffeeError, OSError) as error:
        outcome = Outcome(end=TurnEnd.CRASHED, summary=f"The agent could not go on: {error}")
    write_outcome(run_folder, outcome)
    # At its end Python searches all that was loaded for cycles; the turn would wait for that.
    gc.freeze()
    return 0


def write_outcome(run_folder: Path, outcome: Outcome) -> None:
    """Leave the outcome where the daemon finds it."""
    told: dict[str, Any] = asdict(outcome)
    told["until"] = outcome.until.isoformat() if outcome.until else None
    write_private(run_folder / _OUTCOME, json.dumps(told), durable=False)


def read_outcome(run_folder: Path) -> Outcome | None:
    """The outcome that a driver left; None when there is none, or none that can be read.

    The agent could have written it as well: it decides no more than its exit code would.
    """
    try:
        raw = read_small(run_folder / _OUTCOME)
        return None if raw is None else _outcome(json.loads(raw))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _outcome(told: dict[str, Any]) -> Outcome:
    end, cost = TurnEnd(told["end"]), told.get("cost")
    until = datetime.fromisoformat(told["until"]) if told.get("until") else None
    if end not in _ENDS or (until is not None and until.tzinfo is None):
        raise ValueError(told)
    return Outcome(
        end=end,
        summary=printable(str(told.get("summary", "")))[:ANSWER_CHARS],
        links=tuple(printable(str(one)) for one in told.get("links", ())[:_MOST_LINKS]),
        cost=None if cost is None else _amount(float(cost)),
        until=until and until.astimezone(UTC),
    )


def _amount(dollars: float) -> float | None:
    """An amount that can be true: a cost below nothing would buy further turns."""
    return dollars if 0 <= dollars < inf else None
