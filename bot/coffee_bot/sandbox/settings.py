"""What can be set about the sandbox, with Slack's own values as defaults."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Scopes of the bot token unless set otherwise: everything the offered methods may need.
ALL_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "channels:write.topic",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write.topic",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)

#: Event subscriptions unless set otherwise. Slack sends an app nothing it did not subscribe to.
MESSAGE_EVENTS = frozenset(
    {"app_mention", "message.channels", "message.groups", "message.im", "message.mpim"}
)

#: What happens to channels, public and private.
CHANNEL_EVENTS = frozenset(
    {
        "channel_archive",
        "channel_id_changed",
        "channel_rename",
        "channel_unarchive",
        "group_archive",
        "group_rename",
        "group_unarchive",
    }
)

#: Who is in a user group.
GROUP_EVENTS = frozenset({"subteam_members_changed", "subteam_updated"})

#: People who open the app's Home or its messages.
HOME_EVENTS = frozenset({"app_home_opened"})


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """An entry of the app's in the menu of every message, as the manifest has it."""

    callback_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """Something that the app may show, for the gallery page."""

    name: str
    #: Where it is shown, such as `channel`.
    place: str
    #: Whom Slack notifies of it; `nobody` where that is so.
    notifies: str
    #: When it is shown, in a few words.
    when: str
    blocks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the sandbox behaves. Times are seconds; the defaults are Slack's documented values."""

    #: Loopback port; 0 takes a free one.
    port: int = 0
    #: Makes the choice of socket repeatable; None leaves it to chance.
    seed: int | None = None
    #: Wall clock for message times, expiry, rate limits and scheduled messages.
    now: Callable[[], float] = field(default=time.time)
    #: An envelope must be acknowledged within this.
    ack_seconds: float = 3.0
    #: Pauses before the repetitions of an event that nobody acknowledged.
    retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
    #: WebSocket pings from our side.
    ping_seconds: float = 5.0
    #: Open sockets per app; one more is turned away with `too_many_websockets`.
    max_sockets: int = 10
    #: What the gallery page shows.
    exhibits: tuple[Exhibit, ...] = ()
    #: None switches rate limits off, which most tests want.
    limits: Limits | None = field(default_factory=Limits)
    #: Granted to the bot token; a method that needs another one answers `missing_scope`.
    scopes: frozenset[str] = ALL_SCOPES
    #: Granted to the app-level token.
    app_scopes: frozenset[str] = frozenset({"connections:write"})
    #: Events the app has subscribed to, in the manifest's spelling.
    events: frozenset[str] = MESSAGE_EVENTS | CHANNEL_EVENTS | GROUP_EVENTS | HOME_EVENTS
    #: Slash commands that the app owns; None takes every one.
    commands: frozenset[str] | None = None
    #: Message shortcuts that the app owns.
    shortcuts: tuple[Shortcut, ...] = (
        Shortcut(callback_id="send_to_daemon", name="Send to code_developer"),
    )
    #: What the bot user is called.
    bot_name: str = "code_developer"
    #: Whether the app has its Home tab switched on.
    home_enabled: bool = True
    #: A message can be read in its channel only after this; Slack publishes no figure.
    history_lag: float = 0.0
    #: The message with an uploaded file appears this long after the upload was completed.
    share_lag: float = 0.0
    #: How often messages that are due are looked for.
    tick_seconds: float = 0.5
