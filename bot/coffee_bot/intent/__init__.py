"""What a person wants: the table of verbs, and how commands and sentences become intents."""

from __future__ import annotations

from coffee_bot.intent.command import parse_command
from coffee_bot.intent.kinds import Role, Takes, Verb
from coffee_bot.intent.language import read_exact, read_language
from coffee_bot.intent.nouns import Intent, Message, Misunderstood, Reply
from coffee_bot.intent.verbs import VERBS

__all__ = [
    "VERBS",
    "Intent",
    "Message",
    "Misunderstood",
    "Reply",
    "Role",
    "Takes",
    "Verb",
    "parse_command",
    "read_exact",
    "read_language",
]
