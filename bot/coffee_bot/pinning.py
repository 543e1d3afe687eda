"""The status card among the channel's pinned messages, for as long as people want it there."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from coffee_bot import blocks
from coffee_bot.calling import CALL_ERRORS
from coffee_bot.intent import Reply
from coffee_daemon import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_sdk import WebClient

    from coffee_bot.channel import Channel
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, Store, Via

log = logging.getLogger(__name__)

#: It is so already, when a pin is wanted and when none is.
_DONE = {
    True: frozenset({"already_pinned"}),
    False: frozenset({"no_pin", "not_pinned", "message_not_found"}),
}
#: What Slack's word for a refusal means, and what to do.
_WHY = {
    "missing_scope": (
        "The app lacks the scope pins:write.",
        "Add it to the app's bot token, install the app again, and repeat this.",
    ),
    "permission_denied": (
        "This workspace does not let the bot pin messages.",
        "Pin the card yourself: it is in the menu of its message.",
    ),
    "is_archived": ("The channel is archived.", "Unarchive it, and repeat this."),
    "not_in_channel": ("I am not in the channel any more.", "Invite me, and repeat this."),
}


@dataclass
class Pins:
    """Pins the card and takes the pin away, and lets the pin go along with a feed that moves."""

    store: Store
    channel: Channel
    client: WebClient
    daemon: str
    _marker: int | None = None

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"pin": self.pin, "unpin": self.unpin}

    def pin(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        """Pin the card.

        Raises:
            Refused: It cannot be pinned; says why and what to do.
        """
        place = self._card()
        if place is None:
            raise Refused("The status card is not in the channel yet.", hint="Try it in a moment.")
        news = self._asked(place, pinned=True)
        self.store.facts.keep(self._fact, json.dumps(place))
        self.store.audit.add(who, "pin", self.daemon, via, "pinned" if news else "was pinned")
        public = blocks.did_pin(who, self.daemon) if news else None
        return Reply(message=blocks.pinned(self.daemon, news=news), public=public)

    def unpin(self, _intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        """Take the pin away.

        Raises:
            Refused: It cannot be taken away; says why and what to do.
        """
        place = self._pinned() or self._card()
        news = place is not None and self._asked(place, pinned=False)
        self.store.facts.forget(self._fact)
        self.store.audit.add(who, "unpin", self.daemon, via, "unpinned" if news else "no pin")
        public = blocks.did_unpin(who, self.daemon) if news else None
        return Reply(message=blocks.unpinned(self.daemon, news=news), public=public)

    def follow(self) -> None:
        """Pin the card where it is now, if it was pinned where it was before.

        Hardly any work while nobody has written to the record.
        """
        marker = self.store.change_marker()
        if marker == self._marker:
            return
        old, new = self._pinned(), self._card()
        if old is not None and new is not None and old != new:
            self._move(old, new)
        self._marker = marker

    def _move(self, old: tuple[str, str], new: tuple[str, str]) -> None:
        """Let the pin go along. A refusal is told in the log, and not tried again and again."""
        for place, pinned in ((new, True), (old, False)):
            try:
                self._call(place, pinned=pinned)
            except SlackApiError as error:
                log.warning("The card's pin stays behind: %s", _code(error), extra=_ACTION)
            except CALL_ERRORS as error:
                log.info("The card's pin waits: %s", error, extra=_ACTION)
                return
        self.store.facts.keep(self._fact, json.dumps(new))

    def _asked(self, place: tuple[str, str], *, pinned: bool) -> bool:
        """Do what a person has asked for; false when it was so already."""
        try:
            return self._call(place, pinned=pinned)
        except SlackApiError as error:
            code = _code(error)
            why = (f"Slack said no: {code}.", "Do it by hand: it is in the menu of the message.")
            message, hint = _WHY.get(code, why)
            raise Refused(message, hint=hint) from error
        except CALL_ERRORS as error:
            log.warning("No answer about a pin: %s", error, extra=_ACTION)
            raise Refused("Slack did not answer.", hint="Try it again in a minute.") from error

    def _call(self, place: tuple[str, str], *, pinned: bool) -> bool:
        channel, ts = place
        client = self.client
        try:
            if pinned:
                client.pins_add(channel=channel, timestamp=ts)
            else:
                client.pins_remove(channel=channel, timestamp=ts)
        except SlackApiError as error:
            if _code(error) not in _DONE[pinned]:
                raise
            return False
        return True

    def _card(self) -> tuple[str, str] | None:
        """Where the card is now: its channel and ts; None while it is not shown."""
        post = self.store.posts.get(self.channel.key(f"card:{self.daemon}"))
        return (post.channel, post.ts) if post and post.ts else None

    def _pinned(self) -> tuple[str, str] | None:
        """Where it is pinned, as far as we know; None when nobody wants it pinned."""
        known = self.store.facts.get(self._fact)
        return None if known is None else tuple(json.loads(known))

    @property
    def _fact(self) -> str:
        return f"pin:{self.daemon}"


_ACTION = {"action": "pin"}


def _code(error: SlackApiError) -> str:
    return str(error.response.get("error") or "")
