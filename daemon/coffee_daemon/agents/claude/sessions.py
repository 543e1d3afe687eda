"""Conversations that Claude Code has kept on this machine.

Each is a file `projects/<folder>/<session>.jsonl` below its settings folder (version 2.1.330, and
all before it that are known).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What can be seen of a conversation."""

    #: Whether it is there; None where that cannot be seen.
    known: bool | None
    #: When something was last said in it.
    touched: datetime | None = None


def look_for(session: str, environment: Mapping[str, str]) -> Kept:
    """Look for a conversation where the program of this user keeps them."""
    told = environment.get("CLAUDE_CONFIG_DIR")
    root = (Path(told).expanduser() if told else Path.home() / ".claude") / "projects"
    try:
        if not root.is_dir():
            return Kept(known=None)
        found = sorted(root.glob(f"*/{session}.jsonl")) if _PLAIN.fullmatch(session) else []
        touched = max((one.stat().st_mtime for one in found), default=None)
    except OSError:
        return Kept(known=None)
    if touched is None:
        return Kept(known=False)
    return Kept(known=True, touched=datetime.fromtimestamp(touched, UTC))
