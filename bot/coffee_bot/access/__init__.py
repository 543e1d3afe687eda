"""Who may do what. What is not known means no."""

from __future__ import annotations

from coffee_bot.access.askers import Asker
from coffee_bot.access.believed import BELIEVED_FOR
from coffee_bot.access.deciding import Access, Allowed, Denied
from coffee_bot.access.standing import SETTINGS, Standing, given

__all__ = [
    "BELIEVED_FOR",
    "SETTINGS",
    "Access",
    "Allowed",
    "Asker",
    "Denied",
    "Standing",
    "given",
]
