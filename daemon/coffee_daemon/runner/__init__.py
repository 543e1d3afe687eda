"""One turn's process tree: it ends when its agent ends, when it is told to, or when we die.

The daemon's side is `Run`; the other side is a small process of its own, `keeper`, which is the
agent's parent. Standard library only, and nothing of the database.
"""

from __future__ import annotations

from coffee_daemon.runner.order import Order, Result
from coffee_daemon.runner.run import Run

__all__ = ["Order", "Result", "Run"]
