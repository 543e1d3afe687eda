"""Slack in: acknowledge, authorise, parse, call, reply. Nothing is decided here."""

from __future__ import annotations

from coffee_bot.listeners.answering import unhandled
from coffee_bot.listeners.front import ACK_SECONDS, Listeners
from coffee_bot.listeners.press import Action, Press
from coffee_bot.listeners.reaching import Reaching

__all__ = ["ACK_SECONDS", "Action", "Listeners", "Press", "Reaching", "unhandled"]
