"""Moving the feed to another channel, where an admin wants it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot import blocks
from coffee_bot.calling import CALL_ERRORS
from coffee_bot.intent import Reply
from coffee_daemon import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.channel import Channel
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, Via

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Move:
    """Moves the feed where a person wants it, if it can live there."""

    channel: Channel
    #: Returns the `channel` object of `conversations.info`; may raise.
    about: Callable[[str], Mapping[str, Any]]
    allow_external: bool = False
    #: Called after a move.
    moved: Callable[[], object] = lambda: None

    def here(self, intent: Intent, who: Person, via: Via, _source: str) -> Reply:
        """Carry out `here`. The feed itself sees that it has moved, and what follows.

        Raises:
            Refused: It cannot be there; says why and what to do.
        """
        left = self.to(intent.where)
        if left is None:
            return Reply(message=blocks.here_already())
        outcome, detail = "moved", f"from {left}"
        self.channel.store.audit.add(who, intent.verb, intent.where, via, outcome, detail)
        return Reply(message=blocks.moved_here(left), public=blocks.did_move(who, left))

    def to(self, where: str) -> str | None:
        """Move it; return the channel that is left, None when it is there already.

        Raises:
            Refused: It cannot be there; says why and what to do.
        """
        if not where.startswith(("C", "G")):
            raise _no_channel()
        about = self._look(where)
        if about.get("is_mpim") or about.get("is_im"):
            raise _no_channel()
        if not about.get("is_member"):
            raise _not_there()
        external = about.get("is_ext_shared") or about.get("is_pending_ext_shared")
        if external and not self.allow_external:
            raise _external()
        left = self.channel.move(where, str(about.get("name") or ""))
        self.moved()
        return left

    def _look(self, where: str) -> Mapping[str, Any]:
        try:
            return self.about(where)
        except CALL_ERRORS as error:
            # Slack shows a private channel only to its members.
            if "channel_not_found" in str(error):
                raise _not_there() from None
            log.warning("%s cannot be looked at: %s", where, error, extra={"action": "here"})
            raise Refused(
                "Slack did not say what channel this is, so the feed stays where it is.",
                hint="Try it again in a minute.",
            ) from None


def _no_channel() -> Refused:
    return Refused(
        "The feed lives in a channel, and this is a direct conversation.",
        hint="Type it in the channel where the feed is to go on.",
    )


def _not_there() -> Refused:
    return Refused(
        "I am not in this channel, so I could not post here.",
        hint="Invite me first: type /invite @ and my name, then the same again.",
    )


def _external() -> Refused:
    return Refused(
        "People of another organisation read this channel, so the feed does not go here.",
        hint="Set COFFEE_ALLOW_EXTERNAL=1 if that is intended.",
    )
