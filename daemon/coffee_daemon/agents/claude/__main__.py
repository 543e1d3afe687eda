"""The driver of one turn: `python -m coffee_daemon.agents.claude RUN_FOLDER`."""

from __future__ import annotations

import sys

from coffee_daemon.agents.claude.turn import take_turn
from coffee_daemon.agents.driver import drive

if __name__ == "__main__":
    sys.exit(drive(take_turn))
