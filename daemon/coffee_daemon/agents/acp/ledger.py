"""What a conversation had cost before this turn.

The protocol tells the cost of the whole conversation, and the record wants that of each turn. So
each turn leaves the sum in its folder, for the next one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from coffee_daemon.system import read_small, write_private

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "spent.json"


def spent_before(run_folder: Path, task: int, session: str) -> float:
    """US dollars that a conversation had cost after the task's earlier turns, as far as told."""
    places = run_folder.parent.glob(f"{task}-*/{_FILE}")
    return max((_amount(place, session) for place in places), default=0.0)


def keep_spent(run_folder: Path, session: str, amount: float) -> None:
    """Leave the sum for the next turn."""
    told = {"session": session, "amount": amount}
    write_private(run_folder / _FILE, json.dumps(told), durable=False)


def _amount(place: Path, session: str) -> float:
    try:
        told = json.loads(read_small(place) or b"{}")
        return float(told["amount"]) if told["session"] == session else 0.0
    except (OSError, ValueError, KeyError, TypeError):
        # Not written to its end, or not by us: then it says nothing.
        return 0.0
