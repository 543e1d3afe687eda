"""When people are reached: their hours, their zones, and the next moment to remind (pure)."""

from __future__ import annotations

from coffee_bot.reminding.hours import (
    ALWAYS,
    USUAL,
    Hours,
    Stretch,
    quiet,
    read_days,
    read_hours,
    said,
)
from coffee_bot.reminding.plan import MOST_REMINDERS, Asked, next_reminder, tomorrow
from coffee_bot.reminding.zones import zone_of

__all__ = [
    "ALWAYS",
    "MOST_REMINDERS",
    "USUAL",
    "Asked",
    "Hours",
    "Stretch",
    "next_reminder",
    "quiet",
    "read_days",
    "read_hours",
    "said",
    "tomorrow",
    "zone_of",
]
