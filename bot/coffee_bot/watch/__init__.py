"""The Slack link's health; the daemon's restart policy."""

from __future__ import annotations

from coffee_bot.watch.guard import Guard
from coffee_bot.watch.link import LinkState
from coffee_bot.watch.policy import Restarts
from coffee_bot.watch.report import BotReport
from coffee_bot.watch.socket_link import SocketLink

__all__ = ["BotReport", "Guard", "LinkState", "Restarts", "SocketLink"]
