"""What whoever asked is told: what to do next, and what stands in for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_END_YOUR_TURN = (
    "End your turn now. The task waits, and goes on with the answer, however long it takes. "
    "Do not assume an answer."
)
_GO_ON = "Go on with other work, and fetch the answer later. Do not assume an answer."
_ASSUMES = " If nobody answers until {until}, your stated default is assumed, and you are told so."
_OFFERED = (
    " People answered the same question before, as #{number}, and are offered that answer; "
    "it decides nothing until one of them takes it."
)
_ASSUMED = (
    "nobody answered until {until}, so your stated default is assumed: {default}. "
    "That is no person's answer; a person may still overrule it"
)


def next_step(*, in_turn: bool, same_as: int | None, assume_at: datetime | None) -> str:
    """Say what an asker does next.

    Args:
        in_turn: A turn asks, which ends; whoever else asks goes on.
        same_as: The earlier question whose answer people are offered.
        assume_at: When its stated default is assumed.
    """
    said = _END_YOUR_TURN if in_turn else _GO_ON
    if same_as is not None:
        said += _OFFERED.format(number=same_as)
    if assume_at is not None:
        said += _ASSUMES.format(until=f"{assume_at:%Y-%m-%d %H:%M} UTC")
    return said


def stands_in(default: str, until: datetime | None) -> str:
    """Say that a stated default stands in for an answer."""
    return _ASSUMED.format(until=f"{until:%Y-%m-%d %H:%M} UTC", default=default)
