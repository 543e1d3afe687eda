"""The table, and the machine that it was measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.nouns import Row

_MARKS = {True: "met", False: "MISSED", None: ""}
_PACKAGES = ("coffee-developer", "slack-bolt", "sqlalchemy", "apscheduler", "psutil")


def machine() -> dict[str, Any]:
    """Where and with what: a figure without it says little."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "versions": {name: version(name) for name in _PACKAGES},
    }


def line(row: Row) -> str:
    """One row of the table, in Markdown."""
    cells = (row.name, _ours(row), _peers(row), _figure(row), _MARKS[row.met], row.note)
    return "| " + " | ".join(cells) + " |"


def head() -> str:
    """The table's head."""
    names = ("what", "ours (± spread)", "others", "figure and target", "", "note")
    return "| " + " | ".join(names) + " |\n|" + "---|" * len(names)


def missed(rows: Sequence[Row]) -> list[Row]:
    """The rows that miss their target."""
    return [row for row in rows if row.met is False]


def _ours(row: Row) -> str:
    spread = f" ± {row.spread:.0%}" if row.spread else ""
    return f"{_number(row.ours)} {row.unit}{spread}"


def _peers(row: Row) -> str:
    return ", ".join(f"{name} {_number(value)}" for name, value in (row.peers or {}).items())


def _figure(row: Row) -> str:
    if row.figure is None or row.most is None:
        return ""
    times = f" x {row.against}" if row.against else f" {row.unit}"
    return f"{_number(row.figure)}{times}, at most {row.most:g}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
