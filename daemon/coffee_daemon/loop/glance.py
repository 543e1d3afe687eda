"""Whether there is anything to look at: what lets an idle daemon cost next to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_daemon.status import wish_file

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from coffee_daemon.clock import Clock
    from coffee_daemon.config import Config
    from coffee_daemon.store import Store

Version = tuple[int, ...]


class Glance:
    """Tells whether the record, the roadmap or the wish has changed, or a moment has come.

    A glance costs a hundredth of a look. It backs up the doorbell, and the monotonic clock
    where the host has slept.
    """

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._seen: tuple[object, ...] = ()
        #: On the monotonic clock: when to glance again.
        self.at = 0.0
        #: On the wall clock: when to look again although nothing has changed.
        self.due: datetime | None = None

    def remember(self) -> None:
        """What is there now is about to be looked at."""
        self._seen = self._present()

    def finds_news(self) -> bool:
        """Whether a look is worth its price; asked again at once, it says no.

        Raises:
            StoreTrouble: The record cannot be used.
        """
        now = self._clock.monotonic()
        if now < self.at:
            return False
        self.at = now + self._config.poll.total_seconds()
        come = self.due is not None and self._clock.now() >= self.due
        return come or self._present() != self._seen

    def _present(self) -> tuple[object, ...]:
        roadmap = self._config.roadmap_file()
        return (
            self._store.change_marker(),
            roadmap,
            _version(roadmap) if roadmap else (),
            _version(wish_file(self._config)),
        )


def _version(path: Path) -> Version:
    try:
        facts = path.stat()
    except OSError:
        return ()
    return facts.st_mtime_ns, facts.st_size, facts.st_ino
