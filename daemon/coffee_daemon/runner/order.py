"""What a runner is told to do, and what it tells afterwards: two JSON files in a turn's folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from coffee_daemon.system import read_small, write_private

if TYPE_CHECKING:
    from pathlib import Path

_ORDER = "turn.json"
_RESULT = "result.json"
#: A long argv is still small.
_LARGEST_BYTES = 4_000_000


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to run. The environment is not written down: the runner has it from the daemon."""

    argv: tuple[str, ...]
    cwd: str
    #: Files in the turn's folder.
    prompt_file: str = "prompt"
    output_file: str = "output"
    #: Bytes of output kept: the start and the end, half each.
    output_limit: int = 10_000_000
    #: Seconds of wall time, sleep of the host not counted; None for no limit.
    time_limit: float | None = None
    #: Seconds between asking the tree to end and ending it.
    kill_after: float = 5.0

    def write(self, folder: Path) -> None:
        """Keep it in a turn's folder."""
        write_private(folder / _ORDER, json.dumps(asdict(self)), durable=False)

    @classmethod
    def read(cls, folder: Path) -> Order:
        """Read it from a turn's folder.

        Raises:
            OSError: There is none.
            ValueError: It cannot be understood.
        """
        raw = read_small(folder / _ORDER, limit=_LARGEST_BYTES)
        if raw is None:
            raise FileNotFoundError(folder / _ORDER)
        table = json.loads(raw)
        return cls(**{**table, "argv": tuple(table["argv"])})


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a run ended."""

    #: The agent's exit code; None when a signal ended it or it never ran.
    exit: int | None = None
    #: The signal that ended the agent.
    signal: int | None = None
    #: It was told to end before its time.
    stopped: bool = False
    timed_out: bool = False
    #: All that the tree printed, kept or not.
    output_bytes: int = 0
    #: Not all of it was kept.
    cut: bool = False
    #: Why it could not run, or what went wrong with the runner; a sentence for people.
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the agent ended by itself and said that all is well."""
        return self.exit == 0 and not (self.stopped or self.timed_out or self.error)

    def write(self, folder: Path) -> None:
        """Keep it in a turn's folder."""
        write_private(folder / _RESULT, json.dumps(asdict(self)), durable=False)

    @classmethod
    def read(cls, folder: Path) -> Result | None:
        """Read it from a turn's folder; None when there is none that is whole."""
        try:
            raw = read_small(folder / _RESULT)
            return None if raw is None else cls(**json.loads(raw))
        except (OSError, ValueError, TypeError):
            return None
