"""`make bench`: what seeing costs, side by side with what people would use instead.

Not a test: run it on a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import flow, idle, processes, record, report, wire
from bench.nouns import Row
from bench.town import town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BOT_READY_NOTE = "from its start until Slack has its connection"


def main() -> int:
    """Measure, print the table, write it as JSON; 1 when a target is missed."""
    wanted = _arguments()
    print(report.head(), flush=True)
    rows = []
    with tempfile.TemporaryDirectory(prefix="coffee-bench-") as folder:
        for name, measure in _benches(wanted, Path(folder)).items():
            if wanted.only and name not in wanted.only:
                continue
            for row in measure():
                rows.append(row)
                print(report.line(row), flush=True)
    told = {"machine": report.machine(), "rows": [row.as_json() for row in rows]}
    wanted.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    missed = report.missed(rows)
    for row in missed:
        print(f"Missed: {row.name}", file=sys.stderr)
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench BENCH=", description=__doc__)
    parser.add_argument("--tools", type=Path, default=Path(".bench"), help="where the peers are")
    parser.add_argument("--rounds", type=int, default=20, help="of each cold command")
    parser.add_argument("--samples", type=int, default=100, help="of each way through Slack")
    parser.add_argument("--idle", type=float, default=60, help="seconds to idle")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="the table as JSON")
    parser.add_argument("--only", action="append", help="processes, idle, wire, flow or record")
    return parser.parse_args()


def _benches(wanted: argparse.Namespace, folder: Path) -> dict[str, Callable[[], Iterator[Row]]]:
    places = {name: folder / name for name in ("processes", "idle", "wire", "flow", "record")}
    for place in places.values():
        place.mkdir()
    tools = wanted.tools.absolute()
    return {
        "processes": lambda: processes.measure(tools, places["processes"], wanted.rounds),
        "idle": lambda: idle.measure(tools, places["idle"], wanted.idle),
        "wire": lambda: _on_the_wire(places["wire"], wanted.samples),
        "flow": lambda: _in_a_flood(places["flow"], wanted.samples),
        "record": lambda: record.measure(places["record"], wanted.samples),
    }


def _on_the_wire(folder: Path, samples: int) -> Iterator[Row]:
    with town(folder / "town") as here:
        yield Row(name="bot ready", ours=here.bot_ready * 1e3, unit="ms", note=_BOT_READY_NOTE)
        yield from wire.measure(here, samples)


def _in_a_flood(folder: Path, count: int) -> Iterator[Row]:
    with town(folder / "town") as here:
        yield from flow.measure(here, count)


if __name__ == "__main__":
    sys.exit(main())
