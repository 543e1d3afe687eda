"""`python -m coffee_daemon.runner FOLDER`: run the turn that is described there."""

from __future__ import annotations

import sys
from pathlib import Path

from coffee_daemon.runner.keeper import keep

if __name__ == "__main__":
    keep(Path(sys.argv[1]))
