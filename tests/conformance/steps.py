"""What an agent of the stories does, step by step, whatever kind of agent it is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Say:
    """Prints some words."""

    text: str


@dataclass(frozen=True)
class Ask:
    """Asks a person, and ends the turn as it is told to."""

    question: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskOn:
    """Asks a person, ignores the instruction and goes on working."""

    question: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """Tells how far it is."""

    text: str


@dataclass(frozen=True)
class Need:
    """Needs a person's leave to call a tool.

    Where nobody has decided yet, it ends the turn. Allowed, it leaves a file `allowed` in the
    folder where it works. Decided either way, it goes on to the next step.
    """

    tool: str
    what: str


@dataclass(frozen=True)
class Insist(Need):
    """Tries a call again although it was told that it is denied, and then does without."""


@dataclass(frozen=True)
class Shell:
    """Runs a line in its own shell, under its own rules."""

    line: str


@dataclass(frozen=True)
class Flood:
    """Prints that many bytes."""

    size: int


@dataclass(frozen=True)
class Work:
    """Is busy for that long, saying nothing."""

    seconds: float


@dataclass(frozen=True)
class Crash:
    """Dies in mid turn, without a word."""


@dataclass(frozen=True)
class Limit:
    """Meets a usage limit that ends in that many seconds."""

    seconds: int


@dataclass(frozen=True)
class End:
    """Ends the turn well, with these last words."""

    text: str


Step = Say | Ask | AskOn | Report | Need | Insist | Shell | Flood | Work | Crash | Limit | End

#: The n-th turn of the task does the n-th tuple of steps.
Script = tuple[tuple[Step, ...], ...]

STEPS: dict[str, type[Step]] = {
    kind.__name__: kind
    for kind in (Say, Ask, AskOn, Report, Need, Insist, Shell, Flood, Work, Crash, Limit, End)
}


def needs(script: Script) -> frozenset[type[Step]]:
    """The kinds of steps that a script is made of."""
    return frozenset(type(step) for turn in script for step in turn)


def write_script(path: Path, script: Script) -> None:
    """Write a script as JSON: a list of turns, each a list of `[name, fields]`."""
    told = [[[type(step).__name__, asdict(step)] for step in turn] for turn in script]
    path.write_text(json.dumps(told), encoding="utf-8")


def read_script(path: Path) -> Script:
    """Read a script that `write_script` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return tuple(tuple(_step(*step) for step in turn) for turn in told)


def _step(name: str, fields: dict[str, Any]) -> Step:
    return STEPS[name](**{key: _plain(value) for key, value in fields.items()})


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def next_turn(place: Path, prompt: str) -> int:
    """Keep what the agent was given as `prompts/<n>`, and return n: 1 for the first turn."""
    folder = place / "prompts"
    folder.mkdir(exist_ok=True)
    number = len(list(folder.iterdir())) + 1
    (folder / str(number)).write_text(prompt, encoding="utf-8")
    return number


def kept_prompts(place: Path) -> list[str]:
    """What `next_turn` has kept, in order."""
    folder = place / "prompts"
    found: Sequence[Path] = sorted(folder.iterdir(), key=lambda one: int(one.name))
    return [one.read_text(encoding="utf-8") for one in found]
