"""The App Home: read from the record, shown to whoever looks, kept up to date while they look."""

from __future__ import annotations

from coffee_bot.home.homes import Homes
from coffee_bot.home.lookers import Lookers
from coffee_bot.home.reading import Reading

__all__ = ["Homes", "Lookers", "Reading"]
