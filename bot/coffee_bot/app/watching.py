"""What looks after the line to Slack, put together."""

from __future__ import annotations

from datetime import timedelta
from socket import gethostname
from typing import TYPE_CHECKING

from coffee_bot.app.slack import SDK_LOG, web_client
from coffee_bot.channel import Channel
from coffee_bot.watch import (
    Absence,
    Checkup,
    DeadMan,
    LineClient,
    Rivals,
    Roll,
    SocketLink,
    Watchman,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.config import BotConfig
    from coffee_daemon import Clock, Store

#: The watch's own calls; a stop of the bot may have to wait for one.
WATCH_SECONDS = 4
#: Half-open sockets show after four of these: 20 s, against 48 s with Bolt's default. Each ping
#: costs two wakes of a thread; what was missed meanwhile is read back.
PING_SECONDS = 5.0


def build_watchman(
    config: BotConfig,
    store: Store,
    clock: Clock,
    *,
    wake: Callable[[], object],
    missed: Callable[[], object],
    changed: Callable[[], object],
) -> Watchman:
    """Put together what looks after the line to Slack."""
    host, client = gethostname(), web_client(config, WATCH_SECONDS)
    channel = Channel(store, config.channel)
    line = LineClient(
        config.app_token, web_client=web_client(config), logger=SDK_LOG, ping_interval=PING_SECONDS
    )
    link = SocketLink(line, clock)
    roll = Roll(config.daemon, store, clock, host)
    return Watchman(
        link=link,
        checkup=Checkup(client, clock),
        roll=roll,
        rivals=Rivals(store, roll, clock, channel, link.ask_again, wake),
        dead_man=DeadMan(
            store,
            client,
            clock,
            channel,
            daemon=config.daemon.name,
            host=host,
            ahead=config.away,
            wake=wake,
        ),
        absence=Absence(clock, max(timedelta(seconds=30), config.daemon.poll * 2)),
        clock=clock,
        missed=missed,
        changed=changed,
    )
