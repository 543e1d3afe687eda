"""Which journal? Two processes claim and send posts through the store, once per journal mode.

Not a test: run it by hand, `python tests/bench_journal.py [ROUNDS]`, in a folder on the disk in
question, and put what it prints into docs/why/database.md.
"""

from __future__ import annotations

import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from coffee_daemon.clock import SystemClock
from coffee_daemon.store import Store
from coffee_daemon.store.engine import open_doors
from coffee_daemon.store.upgrade import bring_up

JOURNALS = ("TRUNCATE", "DELETE", "WAL")
WRITERS = 2
#: Seconds between two posts of one process: as fast as it goes, and a busy day.
PAUSES = (0.0, 0.02)
SECONDS = 3.0
#: More than two writers can use up.
POSTS = 20_000


def opened(path: str, journal: str) -> Store:
    doors = open_doors(f"sqlite:///{path}", SystemClock(), journal=journal)
    bring_up(doors)
    return Store(doors)


def fill(store: Store) -> None:
    rows = ((f"post:{n}", "2026-01-01 00:00:00.000000") for n in range(POSTS))
    with store.writing() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.executemany(
            "INSERT INTO posts (key, kind, channel, text, state, wanted_version, sending_version,"
            " shown_version, edit_due, attempts, reason, created_at)"
            " VALUES (?, 'message', 'C1', 'Which database?', 'pending', 1, 0, 0, 0, 0, '', ?)",
            rows,
        )


def write(path: str, journal: str, seconds: float, pause: float) -> None:
    """One writer: each post is two commits; prints how long each claim took, in seconds."""
    with opened(path, journal) as store:
        store.posts.get("post:0")
        sys.stdin.readline()
        took, end = [], time.monotonic() + seconds
        while (began := time.monotonic()) < end:
            post = store.posts.claim(attempt_owner=path)
            took.append(time.monotonic() - began)
            assert post is not None
            store.posts.sent(post.id, f"{post.id}.0")
            time.sleep(pause)
    print(*took)  # noqa: T201 - for the parent


def measure(journal: str, seconds: float, pause: float) -> list[float]:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = str(Path(folder) / "notifications.db")
        with opened(path, journal) as store:
            fill(store)
        argv = [sys.executable, __file__, path, journal, str(seconds), str(pause)]
        pipe = subprocess.PIPE
        writers = [
            subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True) for _ in range(WRITERS)
        ]
        # Their imports are no part of it.
        time.sleep(2.0)
        said = []
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("\n")
            writer.stdin.flush()
        for writer in writers:
            said.append(writer.communicate()[0])
            assert writer.returncode == 0
    return sorted(float(one) for line in said for one in line.split())


def report(rounds: int) -> None:
    machine = f"{platform.system()} {platform.release()}, {platform.machine()}"
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {versions}, {Path.cwd()}")  # noqa: T201
    for pause in PAUSES:
        took: dict[str, list[float]] = {journal: [] for journal in JOURNALS}
        # In turn, so that what else the machine does falls on all of them alike.
        for _ in range(rounds):
            for journal in JOURNALS:
                took[journal] += measure(journal, SECONDS, pause)
        for journal, each in took.items():
            tell(journal, pause, sorted(each), rounds)


def tell(journal: str, pause: float, took: list[float], rounds: int) -> None:
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
    rate = 2 * len(took) / (SECONDS * rounds)
    line = f"{journal:9} pause {pause * 1000:2.0f} ms: {rate:6.0f} commits/s,"
    line += f" claim p50 {p50 * 1000:6.2f} ms, p99 {p99 * 1000:6.2f} ms,"
    print(f"{line} longest {took[-1] * 1000:6.0f} ms", flush=True)  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) > 2:
        write(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
    else:
        report(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
