"""Rows about doing nothing: processor time and memory of everybody over the same minute."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from bench.nouns import Row
from bench.peers import all_peers, errbot
from bench.town import town

if TYPE_CHECKING:
    from collections.abc import Iterator

#: As many times supervisord's processor time, bot and daemon together; from the design.
_CPU_MOST = 2.0
#: Everybody's start is over by then.
_SETTLE_SECONDS = 20


def measure(tools: Path, folder: Path, seconds: float) -> Iterator[Row]:
    """Let everybody idle side by side, and say what it cost each."""
    with ExitStack() as stack:
        here = stack.enter_context(town(folder / "town"))
        pids = {
            name: peer.pid for name, peer in stack.enter_context(all_peers(tools, folder)).items()
        }
        other = stack.enter_context(errbot(tools, folder))
        if other is not None:
            pids["errbot"] = other
        ours = {"bot": here.bot, "daemon": here.daemon}
        time.sleep(_SETTLE_SECONDS)
        cpu = _cpu_over(seconds, {**pids, **ours})
        memory = {name: _pss(pid) for name, pid in {**pids, **ours}.items()}
    yield _row("idle: processor time a minute", "ms", cpu, list(ours), most=_CPU_MOST)
    yield _row("idle: memory (PSS)", "MB", memory, list(ours))


def _row(
    name: str, unit: str, figures: dict[str, float], ours: list[str], *, most: float | None = None
) -> Row:
    parts = ", ".join(f"{one} {figures[one]:.0f}" for one in ours)
    return Row(
        name=name,
        ours=sum(figures[one] for one in ours),
        unit=unit,
        peers={peer: value for peer, value in figures.items() if peer not in ours},
        against="supervisor",
        most=most,
        note=parts,
    )


def _cpu_over(seconds: float, pids: dict[str, int]) -> dict[str, float]:
    """Milliseconds of processor time that each process used, scaled to a minute."""
    before = {name: _cpu(pid) for name, pid in pids.items()}
    began = time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - began
    return {name: (_cpu(pid) - before[name]) * 60 / passed * 1e3 for name, pid in pids.items()}


def _cpu(pid: int) -> float:
    """Seconds on a processor so far: to the nanosecond on Linux, in ticks elsewhere."""
    tasks = Path(f"/proc/{pid}/task")
    if tasks.is_dir():
        read = (one.joinpath("schedstat").read_text(encoding="ascii") for one in tasks.iterdir())
        return sum(int(text.split()[0]) for text in read) / 1e9
    used = psutil.Process(pid).cpu_times()
    return used.user + used.system


def _pss(pid: int) -> float:
    """Megabytes, shared pages by their share where the system tells it."""
    found = psutil.Process(pid).memory_full_info()
    return float(getattr(found, "pss", found.uss)) / 1e6
