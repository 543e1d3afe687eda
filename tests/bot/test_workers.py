"""A worker outlives what goes wrong in its work."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from waiting import eventually

from coffee_bot.app.workers import Worker
from coffee_daemon import StoreTrouble

if TYPE_CHECKING:
    import pytest

FULL = "notifications.db cannot be written: the disk is full."


def test_a_record_that_cannot_be_written_is_told_once_in_one_line_until_it_can_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    troubles = [True, True, True, False, True]
    done: list[bool] = []

    def work() -> None:
        full = troubles[len(done)]
        done.append(full)
        if full:
            raise StoreTrouble(FULL)

    worker = Worker("posts", work)
    with caplog.at_level(logging.INFO, logger="coffee_bot"):
        worker.start()
        for count in range(1, len(troubles) + 1):
            eventually(partial(_reached, done, count))
            if count < len(troubles):
                worker.wake()
        worker.stop()

    assert [one.getMessage() for one in caplog.records] == [f"posts waits: {FULL}"] * 2
    assert [one.exc_info for one in caplog.records] == [None, None]


def _reached(done: list[bool], count: int) -> bool:
    return len(done) == count
