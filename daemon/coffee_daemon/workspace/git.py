"""Running git: by argv, without a shell, a terminal or anything of ours in its environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from coffee_daemon.errors import WorkspaceTrouble

if TYPE_CHECKING:
    from pathlib import Path

#: A checkout of a very large repository takes minutes; a hook that waits for a person, for ever.
TIMEOUT_SECONDS = 600

#: What git prints around the reason.
_NOISE = ("hint:", "Aborting", "Please ", "Preparing worktree", "Updating ", "Merge with strategy")


class GitRefused(WorkspaceTrouble):
    """git refused."""


class Git:
    """git in one folder."""

    def __init__(self, folder: Path, patience: float = TIMEOUT_SECONDS) -> None:
        self.folder = folder
        self.patience = patience

    def run(self, *arguments: str) -> str:
        """Run git and return what it printed, bytes that are not UTF-8 included.

        Raises:
            GitRefused: With git's own reason, shortened.
        """
        done = self._done(arguments)
        if done.returncode:
            raise GitRefused(reason(done.stderr or done.stdout))
        return os.fsdecode(done.stdout)

    def ask(self, *arguments: str) -> str | None:
        """Return the one line that git prints; None when it says no."""
        done = self._done(arguments)
        return None if done.returncode else os.fsdecode(done.stdout).strip()

    def says(self, *arguments: str) -> bool:
        """Whether git ends with success."""
        return self.code(*arguments) == 0

    def code(self, *arguments: str) -> int:
        """The exit code that git ends with."""
        return self._done(arguments).returncode

    def complaint(self, *arguments: str) -> str:
        """Run git and return its complaint; empty when it had none."""
        done = self._done(arguments)
        return os.fsdecode(done.stderr).strip() if done.returncode else ""

    def _done(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        program = shutil.which("git")
        if program is None:
            raise GitRefused("git is not installed.")
        try:
            return subprocess.run(
                [program, "-C", str(self.folder), *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                env=_environment(),
                timeout=self.patience,
            )
        except subprocess.TimeoutExpired:
            minutes = self.patience / 60
            raise GitRefused(f"git {arguments[0]} took more than {minutes:g} minutes.") from None


def reason(output: bytes) -> str:
    """What git said, in one line and without its advice."""
    lines = (line.strip() for line in output.decode("utf-8", "replace").splitlines())
    words = (line for line in lines if line and not line.startswith(_NOISE))
    said = " ".join(word.removeprefix("error: ").removeprefix("fatal: ") for word in words)
    return (said if len(said) <= 400 else f"{said[:400]} ...") or "git gave no reason."


def _environment() -> dict[str, str]:
    """The person's own, so that git finds its settings; hooks get no secrets of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("GIT_", "SLACK_", "COFFEE_"))
    }
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
