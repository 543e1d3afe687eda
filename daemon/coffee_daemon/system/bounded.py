"""Programs that may not last long."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from coffee_daemon.system.spawn import own_session
from coffee_daemon.system.trees import kill_tree

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence

#: How often it is looked whether there is still time.
_LOOK_SECONDS = 0.2


def run_bounded(
    argv: Sequence[str],
    data: bytes,
    *,
    env: Mapping[str, str],
    seconds: float,
    stopping: Callable[[], bool] = lambda: False,
) -> int | None:
    """Run a program to its end, or end it with what it has started; its output goes nowhere.

    Args:
        argv: The program and its arguments; nothing goes through a shell.
        data: Its standard input; at most some 30,000 bytes, which a pipe holds.
        env: Its environment.
        seconds: How long it may take.
        stopping: Whether it should end now, asked often.

    Returns:
        Its exit code; None when it had to be ended.

    Raises:
        OSError: It cannot be run.
    """
    import subprocess  # noqa: PLC0415 - whoever only looks does not pay for it

    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        list(argv),
        stdin=subprocess.PIPE,
        stdout=quiet,
        stderr=quiet,
        env=dict(env),
        **own_session(),
    ) as process:
        try:
            _hand_over(process, data)
            return _waited(process, time.monotonic() + seconds, stopping)
        finally:
            if process.poll() is None:
                _end(process)


def _hand_over(process: subprocess.Popen[bytes], data: bytes) -> None:
    if process.stdin is not None:
        # Whoever does not read it has closed it.
        with suppress(BrokenPipeError):
            process.stdin.write(data)
        with suppress(BrokenPipeError):
            process.stdin.close()


def _waited(
    process: subprocess.Popen[bytes], deadline: float, stopping: Callable[[], bool]
) -> int | None:
    from subprocess import TimeoutExpired  # noqa: PLC0415 - as above

    while time.monotonic() < deadline and not stopping():
        with suppress(TimeoutExpired):
            return process.wait(_LOOK_SECONDS)
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    kill_tree(process.pid)
    # Its session is its own, and with it the group of its number (not on Windows).
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
