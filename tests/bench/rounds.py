"""Rounds in alternation, so that whatever else the machine does falls on everybody alike."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from bench.nouns import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


def alternate(
    candidates: Mapping[str, Callable[[], float]], *, rounds: int, warm_up: int = 2
) -> dict[str, Series]:
    """Let each candidate run once per round, and return what each took."""
    took: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(rounds + warm_up):
        for name, run in candidates.items():
            seconds = run()
            if turn >= warm_up:
                took[name].append(seconds)
    return {name: Series(values=tuple(values)) for name, values in took.items()}


def timed(
    argv: Sequence[str | Path], env: Mapping[str, str], *, codes: Sequence[int] = (0,)
) -> float:
    """Run a command from cold to its end, and return the seconds that it took."""
    began = time.perf_counter()
    done = subprocess.run(
        list(map(str, argv)), check=False, capture_output=True, text=True, env=dict(env)
    )
    seconds = time.perf_counter() - began
    if done.returncode not in codes:
        sys.exit(f"{argv} ended with {done.returncode}: {done.stdout} {done.stderr}")
    return seconds


def plain_environment(**more: str) -> dict[str, str]:
    """What a program needs to find its way, and nothing of ours."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")
    return {**{name: os.environ[name] for name in names if name in os.environ}, **more}
