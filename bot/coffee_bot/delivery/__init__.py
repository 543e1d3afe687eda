"""Posts -> Slack, exactly once."""

from __future__ import annotations

from coffee_bot.delivery.alarm import cannot_post
from coffee_bot.delivery.line import Line
from coffee_bot.delivery.outcomes import Fate, Verdict, judge
from coffee_bot.delivery.sender import Delivery

__all__ = ["Delivery", "Fate", "Line", "Verdict", "cannot_post", "judge"]
