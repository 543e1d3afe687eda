"""The files of a message, as Slack tells of them (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_bot.files.kinds import is_program
from coffee_daemon import OfferedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Of one reply.
MOST_FILES = 10
#: Further ones are not even named; Slack itself sends fewer.
_MOST_NAMED = 30
#: Slack's words for a file that is not there, not any more or not to be seen.
GONE = frozenset({"tombstone", "hidden_by_limit", "removed"})
_MEGABYTE = 1_000_000
PROGRAM = "It is a program, and programs are never taken."
OUTSIDE = "It lies outside Slack; send the file itself."
NOT_THERE = "It is not in Slack any more."


def offered(message: Mapping[str, Any], most_bytes: int) -> tuple[OfferedFile, ...]:
    """Read what came with a message, with the reason where it is clear that it is not taken."""
    found = [one for one in message.get("files") or () if isinstance(one, dict) and one.get("id")]
    return tuple(
        _offer(one, most_bytes, beyond=place >= MOST_FILES)
        for place, one in enumerate(found[:_MOST_NAMED])
    )


def _offer(one: Mapping[str, Any], most_bytes: int, *, beyond: bool) -> OfferedFile:
    name = str(one.get("name") or one.get("title") or one["id"])
    reason = f"One reply brings {MOST_FILES} files at most." if beyond else ""
    return OfferedFile(
        source=str(one["id"]),
        name=name,
        mimetype=str(one.get("mimetype") or ""),
        size=size_of(one),
        refused=reason or objection({"name": name, **one}, most_bytes),
    )


def objection(one: Mapping[str, Any], most_bytes: int) -> str:
    """Why a file is not taken, as far as that is clear without its bytes; else empty."""
    if one.get("mode") in GONE:
        return NOT_THERE
    if one.get("is_external"):
        return OUTSIDE
    if is_program(str(one.get("name") or "")):
        return PROGRAM
    if size_of(one) > most_bytes:
        return too_large(size_of(one), most_bytes)
    return ""


def too_large(size: int, most_bytes: int) -> str:
    """Say so, with the setting."""
    return (
        f"It has {_megabytes(size)} MB, and {_megabytes(most_bytes)} MB is the most "
        "(`file_megabytes` in `[slack]`)."
    )


def size_of(one: Mapping[str, Any]) -> int:
    """The size that Slack tells; 0 where it tells none."""
    size = one.get("size")
    return size if isinstance(size, int) and size > 0 else 0


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.1f}".removesuffix(".0")
