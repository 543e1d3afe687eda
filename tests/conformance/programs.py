"""Where the real agents' programs are: on the PATH, or where the build has installed them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def find_program(name: str) -> str | None:
    """The whole path of an agent's program; None where it is not installed."""
    places = [os.environ.get("PATH", os.defpath)]
    if folder := os.environ.get("COFFEE_TEST_AGENTS"):
        places.insert(0, str(Path(folder) / "node_modules" / ".bin"))
    return shutil.which(name, path=os.pathsep.join(places))


def find_bubblewrap() -> Path | None:
    """The folder of the `bwrap` that comes with Codex, for a program that looks for it."""
    codex = find_program("codex")
    top = Path(codex).resolve().parents[2] if codex else Path()
    return next((one.parent for one in top.glob("codex-*/vendor/*/*/bwrap")), None)


def sandbox_trouble(folder: Path) -> str:
    """Why Codex's sandbox cannot be tried here; empty where it can.

    Args:
        folder: For whatever it leaves behind.
    """
    codex = find_program("codex")
    if codex is None:
        return "codex is not installed; `make agents` does it"
    homes = dict.fromkeys(("HOME", "CODEX_HOME", "TMPDIR"), str(folder))
    argv, env = [codex, "sandbox", "--", "true"], {**os.environ, **homes}
    done = subprocess.run(argv, env=env, capture_output=True, check=False)
    return "" if done.returncode == 0 else "Codex's sandbox does not work on this machine"
