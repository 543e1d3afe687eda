"""What wakes a bot by itself: its doorbell, and APScheduler's clocks.

They only set workers going or run what is short; the truth is in the record.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler

from coffee_daemon import Doorbell, StoreTrouble, bot_bell

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from coffee_daemon import Config

log = logging.getLogger(__name__)

#: How long the doorbell's thread waits at a time; it is woken to stop.
_BELL_SECONDS = 3600.0


@dataclass(frozen=True, kw_only=True)
class Chore:
    """Short work that comes round by itself."""

    #: Its name in the scheduler, and in the log when it fails.
    name: str
    every: timedelta
    work: Callable[[], object]


class Clocks:
    """Rings when the doorbell does, and does chores in their time."""

    def __init__(
        self, config: Config, look: Callable[[], object], poll: Callable[[], object]
    ) -> None:
        """Prepare them.

        Args:
            config: Says where the doorbell is and how often to look without it.
            look: Looks at everything again.
            poll: Looks whether there is anything to look at.
        """
        self._look = look
        self._stopping = threading.Event()
        self._bell = Doorbell(bot_bell(config))
        self._listener = threading.Thread(target=self._heed_bell, name="doorbell", daemon=True)
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None}
        )
        seconds = config.poll.total_seconds()
        self._scheduler.add_job(poll, "interval", seconds=seconds, id="poll")

    def start(self, chores: tuple[Chore, ...], now: datetime) -> None:
        """Begin, with each chore once at once."""
        for chore in chores:
            self._scheduler.add_job(
                _guarded,
                "interval",
                seconds=chore.every.total_seconds(),
                args=(chore,),
                id=chore.name,
                next_run_time=now,
            )
        self._listener.start()
        self._scheduler.start()

    def stop(self) -> None:
        """End both."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown()
        self._bell.ring()
        if self._listener.is_alive():
            self._listener.join(5.0)
        self._bell.close()

    def _heed_bell(self) -> None:
        while not self._stopping.is_set():
            if self._bell.wait(_BELL_SECONDS):
                self._look()


def _guarded(chore: Chore) -> None:
    try:
        chore.work()
    except StoreTrouble as error:
        log.warning("%s waits: %s", chore.name, error, extra={"action": chore.name})
