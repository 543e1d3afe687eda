"""Clocks that go on while the host sleeps, and the name of the present boot."""

from __future__ import annotations

import sys
import time
from functools import cache
from pathlib import Path

from coffee_daemon.clock import SystemClock


def boot_seconds() -> float:
    """Seconds since boot or another fixed point, time asleep included.

    Linux: CLOCK_BOOTTIME. macOS: CLOCK_MONOTONIC, which by clock_gettime(3) goes on asleep.
    Windows: GetTickCount64, which by Microsoft's documentation counts sleep. The last two have
    not been run here.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only Windows needs it

        return float(ctypes.windll.kernel32.GetTickCount64()) / 1000
    return time.clock_gettime(time.CLOCK_MONOTONIC)


@cache
def boot_id() -> str:
    """A name that changes with each boot; empty where the system has none (Windows)."""
    if sys.platform == "linux":
        return _read_text(Path("/proc/sys/kernel/random/boot_id"))
    if sys.platform == "darwin":
        return _mac_boot_session()
    return ""


def system_clock() -> SystemClock:
    """The host's clocks, with the best source there is for time asleep."""
    return SystemClock(boot_source=boot_seconds)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _mac_boot_session() -> str:
    """Ask sysctl for `kern.bootsessionuuid`. Not run here."""
    import ctypes  # noqa: PLC0415 - only macOS needs it

    size = ctypes.c_size_t(64)
    answer = ctypes.create_string_buffer(size.value)
    failed = ctypes.CDLL(None).sysctlbyname(
        b"kern.bootsessionuuid", answer, ctypes.byref(size), None, ctypes.c_size_t(0)
    )
    return "" if failed else answer.value.decode("ascii", "replace")
