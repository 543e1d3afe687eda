"""How long workers may sleep."""

from __future__ import annotations


def soonest(*seconds: float | None) -> float | None:
    """The shortest of some waits; None when nothing is waited for."""
    return min((one for one in seconds if one is not None), default=None)
