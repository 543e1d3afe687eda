"""The driver's entry: `python -m coffee_daemon.agents.acp RUN_FOLDER`."""

from __future__ import annotations

from coffee_daemon.agents.acp.turn import work
from coffee_daemon.agents.driver import drive

if __name__ == "__main__":
    raise SystemExit(drive(work))
