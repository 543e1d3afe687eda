"""Finding, starting and stopping the daemon; and the daemon's own side of the same files.

Each name is loaded when it is first asked for: whoever only looks does not pay for starting.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coffee_daemon.process.files import StateFiles, StopRequest
    from coffee_daemon.process.focusing import focus
    from coffee_daemon.process.manager import ProcessManager
    from coffee_daemon.process.pausing import pause, resume, unfocus
    from coffee_daemon.process.register import Register
    from coffee_daemon.process.stopping import StopReport
    from coffee_daemon.status import Wish, read_wish, write_wish

_ROOMS = {
    "ProcessManager": "process.manager",
    "Register": "process.register",
    "StateFiles": "process.files",
    "StopReport": "process.stopping",
    "StopRequest": "process.files",
    "Wish": "status",
    "focus": "process.focusing",
    "pause": "process.pausing",
    "read_wish": "status",
    "resume": "process.pausing",
    "unfocus": "process.pausing",
    "write_wish": "status",
}

__all__ = [
    "ProcessManager",
    "Register",
    "StateFiles",
    "StopReport",
    "StopRequest",
    "Wish",
    "focus",
    "pause",
    "read_wish",
    "resume",
    "unfocus",
    "write_wish",
]


def __getattr__(name: str) -> Any:
    try:
        room = _ROOMS[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(f"coffee_daemon.{room}"), name)
    globals()[name] = value
    return value
