"""Waiting for a condition with a deadline, instead of sleeping and hoping."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def eventually(probe: Callable[[], T | None], seconds: float = 20.0, what: str = "") -> T:
    """Call `probe` until it returns something true, and return that.

    Raises:
        AssertionError: When `seconds` have passed without it.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            message = f"not within {seconds:g} s: {what or probe}"
            raise AssertionError(message)
        time.sleep(0.01)
