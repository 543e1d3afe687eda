"""Short-lived rights that an interaction gives: trigger ids and response addresses.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.ids import TEAM_ID, token

if TYPE_CHECKING:
    from collections.abc import Callable

#: A trigger opens one modal within this.
TRIGGER_SECONDS = 3.0
#: A response address lives this long, for so many uses.
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass(kw_only=True)
class _Trigger:
    user: str
    issued: float
    used: bool = False


class Triggers:
    """Trigger ids: three seconds, one use."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._triggers: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        """Return a new trigger id for what `user` just did."""
        trigger_id = f"{len(self._triggers) + 1}.{TEAM_ID}.{token()}"
        self._triggers[trigger_id] = _Trigger(user=user, issued=self._now())
        return trigger_id

    def redeem(self, trigger_id: str) -> str:
        """Use a trigger up; return whose it was.

        Raises:
            SlackError: When it is unknown, too old or used.
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._now() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a response address belongs to."""

    user: str
    channel: str
    #: The message of ours that was clicked; None for slash commands and shortcuts.
    ts: str | None = None


@dataclass(kw_only=True)
class _Address:
    origin: Origin
    issued: float
    uses: int = 0


class ResponseUrls:
    """Response addresses: half an hour, five uses."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._addresses: dict[str, _Address] = {}

    def issue(self, origin: Origin, kind: str = "") -> str:
        """Return the path of a new response address."""
        kind = kind or ("actions" if origin.ts else "commands")
        path = f"{kind}/{TEAM_ID}/{len(self._addresses) + 1}/{token()}"
        self._addresses[path] = _Address(origin=origin, issued=self._now())
        return path

    def use(self, path: str) -> Origin:
        """Use an address once; return what it belongs to.

        Raises:
            SlackError: `used_url` or `expired_url`.
        """
        address = self._addresses.get(path)
        if address is None or self._now() - address.issued > RESPONSE_SECONDS:
            raise SlackError("expired_url")
        if address.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        address.uses += 1
        return address.origin

    def move(self, old: str, new: str) -> None:
        """Let the addresses follow a channel to its new id."""
        for address in self._addresses.values():
            if address.origin.channel == old:
                address.origin = replace(address.origin, channel=new)
