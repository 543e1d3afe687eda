"""`history`: the last days as a picture in the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.history.album import Album
from coffee_bot.history.drawing import Painter
from coffee_bot.history.posting import Picture, Posted, Poster

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk import WebClient

    from coffee_bot.channel import Channel
    from coffee_bot.config import BotConfig
    from coffee_daemon import Store

__all__ = ["Album", "Painter", "Picture", "Posted", "Poster", "build_album"]


def build_album(
    config: BotConfig,
    store: Store,
    client: WebClient,
    channel: Channel,
    stopping: Callable[[], bool],
) -> Album:
    """Put the room together."""
    return Album(
        config=config,
        store=store,
        painter=Painter(config, stopping),
        poster=Poster(client),
        channel=channel,
    )
