"""Settings of the bot's side, read once at the door."""

from __future__ import annotations

from coffee_bot.config.loading import load_bot_config
from coffee_bot.config.nouns import ENVIRONMENT, SLACK_API_URL, BotConfig, FileKind

__all__ = ["ENVIRONMENT", "SLACK_API_URL", "BotConfig", "FileKind", "load_bot_config"]
