"""Rows about the daemon's process: seeing it, starting it, stopping it, from a cold command."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bench.nouns import Row, Series
from bench.peers import all_peers
from bench.rounds import alternate, plain_environment, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


#: As many times the peer's, at most; from the design.
_STATUS_MOST = 0.9
_START_MOST = 1.0
_STOP_MOST = 0.5

FLOOR = "an empty click command"


class Someone(Protocol):
    """Whoever is measured."""

    def command(self, verb: str, /) -> float:
        """Run a cold command to its end; return its seconds."""


class Floor:
    """A command of a line that loads `click` and does nothing: less no `click` command can cost."""

    _PROGRAM = "import click; click.command()(lambda: None)(standalone_mode=False)"

    def command(self, _verb: str) -> float:
        return timed([sys.executable, "-c", self._PROGRAM], plain_environment())


class Coffee:
    """Our command line, with a daemon of its own that has nothing to do."""

    def __init__(self, folder: Path) -> None:
        project = folder / "project"
        project.mkdir()
        self._env = plain_environment(COFFEE_HOME=str(folder / "home"), COFFEE_WORKDIR=str(project))
        self._program = shutil.which("coffee", path=str(Path(sys.executable).parent)) or "coffee"

    def command(self, verb: str) -> float:
        # 3: the daemon does not run, which is what is asked.
        return timed([self._program, verb], self._env, codes=(0, 3))


def measure(tools: Path, folder: Path, rounds: int) -> Iterator[Row]:
    """Cold commands against those of the peers that are installed."""
    with all_peers(tools, folder) as peers:
        everybody: dict[str, Someone] = {"coffee": Coffee(folder), **peers, FLOOR: Floor()}
        for one in everybody.values():
            one.command("start")
        status = alternate(
            {name: _of(one, "status") for name, one in everybody.items()}, rounds=rounds
        )
        stops, starts = _stops_and_starts(everybody, rounds)
        for one in everybody.values():
            one.command("stop")
    yield _row("cold `status`", status, _STATUS_MOST)
    yield _row("`start` until ready", starts, _START_MOST)
    yield _row("`stop` of an idle one", stops, _STOP_MOST)


def _of(one: Someone, verb: str) -> Callable[[], float]:
    return lambda: one.command(verb)


def _stops_and_starts(
    everybody: Mapping[str, Someone], rounds: int
) -> tuple[dict[str, Series], dict[str, Series]]:
    stops: dict[str, list[float]] = {name: [] for name in everybody}
    starts: dict[str, list[float]] = {name: [] for name in everybody}
    for turn in range(max(5, rounds // 2) + 1):
        for name, one in everybody.items():
            stopped, started = one.command("stop"), one.command("start")
            if turn:
                stops[name].append(stopped)
                starts[name].append(started)
    return _series(stops), _series(starts)


def _series(took: Mapping[str, list[float]]) -> dict[str, Series]:
    return {name: Series(values=tuple(values)) for name, values in took.items()}


def _row(name: str, found: dict[str, Series], most: float) -> Row:
    ours = found.pop("coffee")
    return Row(
        name=name,
        ours=ours.median * 1e3,
        unit="ms",
        spread=ours.spread,
        peers={peer: series.median * 1e3 for peer, series in found.items()},
        against="supervisor",
        most=most,
    )
