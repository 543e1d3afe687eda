"""What becomes of a letter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """Where a letter goes from `received`."""

    APPLIED = "applied"
    REFUSED = "refused"
    STAYS = "stays"  # cannot be decided yet; looked at again later


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What was decided about a letter, and why."""

    fate: Fate
    reason: str = ""
    #: Kept only because it might have been for us: its words must not stay.
    overheard: bool = False


APPLIED = Ruling(fate=Fate.APPLIED)


def refused(reason: str) -> Ruling:
    """Not for us, or not allowed."""
    return Ruling(fate=Fate.REFUSED, reason=reason)


def overheard(reason: str) -> Ruling:
    """People's own talk, which is none of our business."""
    return Ruling(fate=Fate.REFUSED, reason=reason, overheard=True)


def stays(reason: str) -> Ruling:
    """Not decided yet."""
    return Ruling(fate=Fate.STAYS, reason=reason)
