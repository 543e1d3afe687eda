"""Store rows -> posts: what should be said."""

from __future__ import annotations

from coffee_bot.feed.board import Board
from coffee_bot.feed.digest import DailyDigest
from coffee_bot.feed.feed import Feed

__all__ = ["Board", "DailyDigest", "Feed"]
