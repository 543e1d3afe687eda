"""Asking people from any program: the question is stored and the asker goes on.

The same few verbs stand behind `coffee ask`, the MCP server, the agents' adapters and the
functions that a Python program may call.
"""

from __future__ import annotations

from coffee_daemon.asking.asker import Asker
from coffee_daemon.asking.verbs import ask, fetch, report, withdraw

__all__ = ["Asker", "ask", "fetch", "report", "withdraw"]
