"""Reading what stands in a channel or a thread, no more often than Slack allows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot.calling import CALL_ERRORS
from coffee_bot.delivery.outcomes import Fate, judge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from coffee_bot.delivery.line import Copy, Line
    from coffee_bot.delivery.outcomes import Verdict
    from coffee_bot.delivery.pace import Pace

log = logging.getLogger(__name__)

#: Waited after a reading that failed.
AGAIN_SECONDS = 15.0
#: Names what rests: all reading where Slack asks to wait, else that of one channel.
_READING = "reading"


class Unread(Exception):
    """A place was not read, or not tidied, this time."""

    def __init__(self, wait: float, gone: str = "") -> None:
        super().__init__(gone)
        #: Seconds after which it may be tried again.
        self.wait = wait
        #: Why it never can be; empty when it may.
        self.gone = gone


@dataclass(frozen=True)
class Reader:
    """Looks at places, and leaves them alone for as long as Slack asks."""

    line: Line
    pace: Pace

    def shown_since(
        self, channel: str, thread: str | None, since: datetime
    ) -> Mapping[str, Sequence[Copy]]:
        """Return our messages of a place by their keys.

        Raises:
            Unread: It may not be read yet, or the reading was not complete.
        """
        self._look_at_the_clock(channel)
        try:
            return self.line.shown_since(channel, thread, since)
        except CALL_ERRORS as error:
            raise self._unread(channel, judge(error)) from error

    def remove(self, channel: str, ts: str) -> bool:
        """Delete a message of ours; false when Slack refuses.

        Raises:
            Unread: It must be tried again later.
        """
        self._look_at_the_clock(channel)
        try:
            self.line.remove(channel, ts)
        except CALL_ERRORS as error:
            verdict = judge(error)
            if verdict.fate in {Fate.LATER, Fate.UNCLEAR}:
                raise self._unread(channel, verdict) from error
            log.info("%s in %s cannot be removed: %s", ts, channel, verdict.reason)
            return verdict.fate is Fate.DONE
        return True

    def _look_at_the_clock(self, channel: str) -> None:
        wait = max(self.pace.left(_READING), self.pace.left(f"{_READING}{channel}"))
        if wait > 0:
            raise Unread(wait)

    def _unread(self, channel: str, verdict: Verdict) -> Unread:
        log.info("%s cannot be read: %s", channel, verdict.reason)
        if verdict.fate is Fate.DEAD:
            return Unread(0.0, verdict.reason)
        if verdict.wait:
            # Slack counts the readings of all channels together.
            self.pace.obey(_READING, verdict.wait.total_seconds())
            return Unread(verdict.wait.total_seconds())
        self.pace.rest(f"{_READING}{channel}", AGAIN_SECONDS)
        return Unread(AGAIN_SECONDS)
