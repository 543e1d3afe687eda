"""How long words may be."""

from __future__ import annotations

from coffee_daemon.errors import BadInput

#: Characters. Slack cuts a message there, so nothing that a person writes at once is longer.
LONGEST = 40_000


def bounded(text: str) -> str:
    """Return words that are not too long to be kept.

    Raises:
        BadInput: They are longer than `LONGEST`.
    """
    if len(text) > LONGEST:
        raise BadInput(
            f"That is {len(text)} characters long, and {LONGEST} is the most; nothing was stored.",
            hint="Put it into a file of the project and name that file.",
        )
    return text
