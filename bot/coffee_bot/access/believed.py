"""What Slack has said, believed for a while."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon import Clock

#: How long Slack's word on a person or a user group is believed.
BELIEVED_FOR = timedelta(minutes=5)

Word = TypeVar("Word")


@dataclass(frozen=True)
class Believed(Generic[Word]):
    """Asks, and remembers the answer; what could not be asked is not remembered."""

    ask: Callable[[str], Word]
    #: Its boot clock ages the answers, so that sleep counts.
    clock: Clock
    _known: dict[str, tuple[float, Word]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def about(self, name: str) -> Word:
        """Return Slack's word of the last five minutes.

        Raises:
            Exception: Whatever asking raises.
        """
        now = self.clock.boot()
        with self._lock:
            known = self._known.get(name)
        if known and 0 <= now - known[0] < BELIEVED_FOR.total_seconds():
            return known[1]
        word = self.ask(name)
        with self._lock:
            self._known[name] = (now, word)
        return word

    def forget(self, name: str) -> None:
        """Ask anew at the next time."""
        with self._lock:
            self._known.pop(name, None)
