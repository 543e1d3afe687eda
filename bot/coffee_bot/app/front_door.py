"""Slack's payloads as they come in: events are stored before Slack is told that they came."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from slack_bolt.response import BoltResponse

from coffee_bot.app.address import turned_away
from coffee_daemon import StoreTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.app.address import Address

log = logging.getLogger(__name__)


class Inbox(Protocol):
    """What events are given to."""

    def keep(self, body: Mapping[str, Any]) -> bool:
        """Store an event; true when it is new and concerns us."""

    def try_to_store(self) -> None:
        """Store something, to see whether that works again."""


@dataclass(frozen=True)
class FrontDoor:
    """Stores events, and remembers that some could not be stored.

    What is not stored is not acknowledged, and Slack repeats it, but only for some minutes. So
    once storing works again, what came meanwhile must be read back.
    """

    home: Address
    inbox: Inbox
    #: Says that there is something to take in, or to look after.
    wake: Callable[[], object]
    #: Says that Slack keeps events from us for a while.
    rationed: Callable[[], object]
    #: Takes the news that somebody looks at us, which is worth nothing later and is not kept.
    opened: Callable[[Mapping[str, Any]], object]
    _turned_away: threading.Event = field(default_factory=threading.Event)

    def take(self, body: Mapping[str, Any]) -> BoltResponse | None:
        """Answer an event, or what is not for us; None for what a person waits for."""
        if elsewhere := self.home.wrong(body):
            return turned_away(body, elsewhere)
        kind = body.get("type")
        if kind == "app_rate_limited":
            log.warning("Slack limits our events; threads are read back.")
            self.rationed()
            return _stored()
        if kind != "event_callback":
            return None
        event = body.get("event") or {}
        if event.get("type") == "app_home_opened":
            self.opened(event)
            return _stored()
        return self._event(body)

    def mended(self) -> bool:
        """Whether events were turned away, and can be stored from now on.

        Raises:
            StoreTrouble: They were, and they cannot be stored yet.
        """
        if not self._turned_away.is_set():
            return False
        # Cleared first: one that is turned away from here on is to be read back as well.
        self._turned_away.clear()
        try:
            self.inbox.try_to_store()
        except StoreTrouble:
            self._turned_away.set()
            raise
        return True

    def _event(self, body: Mapping[str, Any]) -> BoltResponse:
        try:
            if self.inbox.keep(body):
                self.wake()
        except StoreTrouble as trouble:
            log.warning("An event is not stored, so Slack is to repeat it: %s", trouble)
            return self._not_stored()
        except Exception:
            # Bolt's own handling of errors would acknowledge it.
            log.exception("An event cannot be stored.")
            return self._not_stored()
        return _stored()

    def _not_stored(self) -> BoltResponse:
        self._turned_away.set()
        self.wake()
        # Only a status of 200 is sent to Slack, as an acknowledgement.
        return BoltResponse(status=503, body="")


def _stored() -> BoltResponse:
    return BoltResponse(status=200, body="")
