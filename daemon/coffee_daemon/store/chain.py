"""The chain of the audit: each entry is bound to all before it by a hash.

An entry's hash covers the hash before it and the entry's own words, not its number: so an entry
that was slipped in between others is found, though it moved their numbers. Entries of an older
program that still runs have no hash of their own; the next hash that is written covers them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from coffee_daemon.errors import BadInput

if TYPE_CHECKING:
    from coffee_daemon.store.nouns import AuditEntry

_HEAD = re.compile(r"#?([0-9]{1,18}):([0-9a-f]{64})")


class AuditHead(NamedTuple):
    """An entry's number and its hash, which stands for all entries up to it."""

    id: int
    hash: str

    def __str__(self) -> str:
        return f"{self.id}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> AuditHead:
        """Read `57:` and the hash, as the daily digest tells it.

        Raises:
            BadInput: It is no head of an audit.
        """
        found = _HEAD.fullmatch(text.strip().strip("`"))
        if found is None:
            raise BadInput(
                f"{text[:80]!r} is no head of an audit.",
                hint="Copy it from a daily digest: the entry's number, a colon and 64 letters.",
            )
        return cls(int(found[1]), found[2])


#: What the first entry of all is bound to.
START = AuditHead(0, "0" * 64)


def link(before: str, entry: AuditEntry) -> str:
    """Return the hash of an entry that follows the one with the hash `before`."""
    words = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "detail": entry.detail,
        "outcome": entry.outcome,
        "target": entry.target,
        "verb": entry.verb,
        "via": str(entry.via),
        "who_id": entry.who.id,
        "who_name": entry.who.name,
    }
    text = json.dumps([before, words], sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).hexdigest()


def after(head: AuditHead, entry: AuditEntry) -> AuditHead:
    """Return the head when `entry` has come; one that has a hash is taken at its word."""
    return AuditHead(entry.id, entry.hash or link(head.hash, entry))


class Broken(Enum):
    """What was done to entries of the audit."""

    CHANGED = "was changed"
    HASH_CHANGED = "had its hash changed"
    INSERTED = "was put in afterwards"
    REMOVED = "was removed"
    #: Of several in a row it cannot be told which.
    MIXED = "were changed, or put in another order"
    REWRITTEN = "were written anew, with hashes that fit each other"


@dataclass(frozen=True, kw_only=True)
class AuditBreak:
    """Where the chain does not hold, and what was done there as far as that can be told."""

    how: Broken
    #: Numbers of entries, both included. Where some have no hash of their own, it is one of these.
    first: int
    last: int


class Known(Enum):
    """What the record says of a head that was told earlier."""

    NOT_ASKED = "not asked"
    THERE = "there"
    OTHER = "other"  # an entry of that number is there, but not with this past
    GONE = "gone"
    FORGOTTEN = "forgotten"  # so old that it was pruned


@dataclass(frozen=True, kw_only=True)
class AuditVerdict:
    """What a walk along the whole chain has found."""

    entries: int
    #: The chain's end; None when there is no entry.
    head: AuditHead | None
    breaks: tuple[AuditBreak, ...] = ()
    #: Entries that were written without a hash, by numbers, both included.
    unsealed: tuple[tuple[int, int], ...] = ()
    #: Entries up to this number were pruned in good order; 0: none.
    pruned: int = 0
    known: Known = Known.NOT_ASKED

    @property
    def intact(self) -> bool:
        """Whether nothing was changed, and a head that was asked for is there."""
        return not self.breaks and self.known in {Known.NOT_ASKED, Known.THERE}
