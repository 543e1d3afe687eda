"""A disk of a few kilobytes that can be filled and made read-only: a tmpfs, which needs root."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class SmallDisk:
    folder: Path

    def fill(self, *, leave: int = 0) -> None:
        """Use up all space but `leave` bytes."""
        with (self.folder / "filler").open("ab", buffering=0) as filler:
            for size in (65536, 4096):
                while _free(self.folder) >= size + leave:
                    filler.write(b"\0" * size)

    def free(self) -> None:
        """Give the space back."""
        (self.folder / "filler").unlink()

    def read_only(self) -> None:
        """Let nobody write, not even root."""
        _run("mount", "-o", "remount,ro", str(self.folder))


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[SmallDisk]:
    """Mount one at `folder`; skips the test where that is not allowed."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs Linux and root")
    folder.mkdir()
    options = f"size={kilobytes}k,mode=0700"
    if _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)):
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield SmallDisk(folder)
    finally:
        assert _run("umount", str(folder)) == 0


def _run(*argv: str) -> int:
    return subprocess.run(argv, check=False, capture_output=True).returncode


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
