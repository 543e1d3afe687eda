"""Identifiers and message times as Slack hands them out."""

from __future__ import annotations

import itertools
import secrets

TEAM_ID = "T0COFFEE01"
APP_ID = "A0COFFEE01"
BOT_ID = "B0COFFEE01"
BOT_USER_ID = "U0COFFEE01"
SLACKBOT_ID = "USLACKBOT"


class Mint:
    """Numbers things, each kind for itself: `D0SAND0001`, `D0SAND0002`, ..."""

    def __init__(self) -> None:
        self._counters: dict[str, itertools.count[int]] = {}

    def next(self, letter: str) -> str:
        """Return the next identifier that begins with `letter`."""
        counter = self._counters.setdefault(letter, itertools.count(1))
        return f"{letter}0SAND{next(counter):04d}"


class Stamps:
    """Hands out message times: strings, unique, strictly rising even on a frozen clock."""

    def __init__(self) -> None:
        self._last_micros = 0

    def next(self, now: float) -> str:
        """Return a `ts` for `now` (seconds since 1970), or the next free one after it."""
        self._last_micros = max(self._last_micros + 1, int(now * 1_000_000))
        return from_micros(self._last_micros)


def from_micros(micros: int) -> str:
    """Write microseconds since 1970 as a message time."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def to_micros(ts: str) -> int:
    """Read a message time or a plain number of seconds exactly, never through a float.

    Raises:
        ValueError: When `ts` is neither.
    """
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0") or 0)


def token() -> str:
    """Return something nobody guesses, for tokens, tickets and response addresses."""
    return secrets.token_hex(12)
