"""The Slack link's health; the daemon's restart policy; what Slack says if nobody is home."""

from __future__ import annotations

from coffee_bot.watch.checkup import Checkup
from coffee_bot.watch.dead_man import DeadMan
from coffee_bot.watch.guard import Guard
from coffee_bot.watch.line_client import LineClient, LineHandler
from coffee_bot.watch.link import LinkState
from coffee_bot.watch.pauses import Absence, BackOff
from coffee_bot.watch.policy import Restarts
from coffee_bot.watch.report import BotReport
from coffee_bot.watch.rivals import Rivals, Roll
from coffee_bot.watch.socket_link import SocketLink, asked_to_wait
from coffee_bot.watch.watchman import Watchman

__all__ = [
    "Absence",
    "BackOff",
    "BotReport",
    "Checkup",
    "DeadMan",
    "Guard",
    "LineClient",
    "LineHandler",
    "LinkState",
    "Restarts",
    "Rivals",
    "Roll",
    "SocketLink",
    "Watchman",
    "asked_to_wait",
]
