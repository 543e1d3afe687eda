"""The daemon: apply requests, pick a task, run a turn, settle it, and again."""

from __future__ import annotations

from coffee_daemon.loop.daemon import Daemon
from coffee_daemon.loop.wiring import build_daemon, run_daemon

__all__ = ["Daemon", "build_daemon", "run_daemon"]
