"""Settings of the bot's side, read once at the door."""

from __future__ import annotations

from coffee_bot.config.loading import load_bot_config, load_roles
from coffee_bot.config.nouns import ENVIRONMENT, SLACK_API_URL, BotConfig, FileKind
from coffee_bot.config.reading import is_group

__all__ = [
    "ENVIRONMENT",
    "SLACK_API_URL",
    "BotConfig",
    "FileKind",
    "is_group",
    "load_bot_config",
    "load_roles",
]
