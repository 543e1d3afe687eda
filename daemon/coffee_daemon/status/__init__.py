"""What state the daemon is in: computed, never remembered."""

from __future__ import annotations

from coffee_daemon.status.observe import Life, Moment, Proof, observe, span
from coffee_daemon.status.record import Damage, StatusRecord, read_record
from coffee_daemon.status.state import ALIVE, DaemonState, DaemonStatus
from coffee_daemon.status.wish import Wish, read_wish, wish_file, write_wish

__all__ = [
    "ALIVE",
    "DaemonState",
    "DaemonStatus",
    "Damage",
    "Life",
    "Moment",
    "Proof",
    "StatusRecord",
    "Wish",
    "observe",
    "read_record",
    "read_wish",
    "span",
    "wish_file",
    "write_wish",
]
