"""A disk on which writing fails in the middle, though there is room."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

WORKER = Path(__file__).with_name("bad_disk_worker.py")
#: How often it tells something before, during and after the trouble.
TIMES = 20


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of that kind there")
@pytest.mark.parametrize("room", [2 * 4096, 2**20], ids=["changes fail", "growing fails"])
def test_a_disk_that_fails_in_the_middle_takes_nothing_half_and_all_goes_on_afterwards(
    tmp_path: Path, room: int
) -> None:
    database = tmp_path / "home" / "notifications.db"
    argv = [sys.executable, str(WORKER), str(database), str(room)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=120)
    told = json.loads(done.stdout)
    before, during, after = told[:TIMES], told[TIMES:-TIMES], told[-TIMES:]

    assert {*before, *after} == {""}
    refused = [said for said in during if said]
    assert refused
    assert all("the disk reports an error (disk I/O error)" in said for said in refused)
    with closing(sqlite3.connect(database)) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        stored = dict(
            kept.execute("SELECT substr(message, 1, 5), count(*) FROM notifications GROUP BY 1")
        )
    expected = {"befor": TIMES, "durin": TIMES - len(refused), "after": TIMES}
    assert {word: count for word, count in expected.items() if count} == stored
