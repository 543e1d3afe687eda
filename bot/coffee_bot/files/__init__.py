"""Files that people send along: what is offered, fetched, refused, and told of."""

from __future__ import annotations

from coffee_bot.files.desk import FileDesk
from coffee_bot.files.downloading import Door, Never, NotNow
from coffee_bot.files.fetching import Fetcher
from coffee_bot.files.kinds import kind_of
from coffee_bot.files.offers import MOST_FILES, offered

__all__ = [
    "MOST_FILES",
    "Door",
    "Fetcher",
    "FileDesk",
    "Never",
    "NotNow",
    "kind_of",
    "offered",
]
