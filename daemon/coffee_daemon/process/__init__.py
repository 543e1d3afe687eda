"""Finding, starting and stopping the daemon; and the daemon's own side of the same files."""

from __future__ import annotations

from coffee_daemon.process.files import StateFiles, StopRequest
from coffee_daemon.process.register import Register
from coffee_daemon.status import Wish, read_wish, write_wish

__all__ = [
    "Register",
    "StateFiles",
    "StopRequest",
    "Wish",
    "read_wish",
    "write_wish",
]
