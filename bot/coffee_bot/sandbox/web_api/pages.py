"""Long answers in pages: `limit`, `cursor`, `next_cursor`.

https://docs.slack.dev/apis/web-api/pagination
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, TypeVar

from coffee_bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.sandbox.web_api.args import Args

T = TypeVar("T")


def encode(word: str, value: int) -> str:
    """Return an opaque cursor."""
    return base64.b64encode(f"{word}:{value}".encode()).decode()


def decode(cursor: str, word: str) -> int:
    """Read a cursor.

    Raises:
        SlackError: `invalid_cursor` when we did not write it.
    """
    try:
        found, _, value = base64.b64decode(cursor, validate=True).decode().partition(":")
        if found == word:
            return int(value)
    except (binascii.Error, ValueError) as error:
        raise SlackError("invalid_cursor") from error
    raise SlackError("invalid_cursor")


def page(args: Args, items: Sequence[T], *, default: int) -> tuple[list[T], str]:
    """Cut one page out of `items`; return it with the next cursor (`""` at the end)."""
    cursor = args.text("cursor")
    start = decode(cursor, "offset") if cursor else 0
    end = start + args.number("limit", default, most=1000)
    following = encode("offset", end) if end < len(items) else ""
    return list(items[start:end]), following
