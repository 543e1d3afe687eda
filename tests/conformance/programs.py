"""Where the real agents' programs are: on the PATH, or where the build has installed them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def find_program(name: str) -> str | None:
    """The whole path of an agent's program; None where it is not installed."""
    places = [os.environ.get("PATH", os.defpath)]
    if folder := os.environ.get("COFFEE_TEST_AGENTS"):
        places.insert(0, str(Path(folder) / "node_modules" / ".bin"))
    return shutil.which(name, path=os.pathsep.join(places))
