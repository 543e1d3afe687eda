"""The people behind questions: where they are, and whether they may be mentioned."""

from __future__ import annotations

from coffee_bot.reaching.reach import Reach
from coffee_bot.reaching.whereabouts import Whereabouts

__all__ = ["Reach", "Whereabouts"]
