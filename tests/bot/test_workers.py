from __future__ import annotations

import threading
from datetime import timedelta

from coffee_bot.app.workers import SlowLane
from coffee_daemon import ManualClock


def test_what_a_job_sets_off_a_moment_after_its_end_counts_as_its_own() -> None:
    clock, done = ManualClock(), threading.Event()
    lane = SlowLane(clock)
    lane.start()
    lane.add(done.set)
    lane.stop()

    assert done.is_set()
    ended = clock.now()
    assert not lane.busy_at(ended - timedelta(seconds=1))
    assert lane.busy_at(ended)
    assert lane.busy_at(ended + timedelta(seconds=1))
    assert not lane.busy_at(ended + timedelta(seconds=30))
