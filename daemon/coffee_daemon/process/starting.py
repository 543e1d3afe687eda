"""Starting the daemon's process and waiting until it is ready."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING

from coffee_daemon.errors import AlreadyRuns, StartFailed
from coffee_daemon.logs import redact
from coffee_daemon.process.files import StateFiles
from coffee_daemon.process.finding import NONCE, find
from coffee_daemon.runner.output import printable
from coffee_daemon.status import DaemonState, StatusRecord
from coffee_daemon.system import private_folder, spawn_detached

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from coffee_daemon.config import Config

#: The daemon itself. `-P`, or a file of the project could stand in for a library of ours.
DAEMON_ARGV = (sys.executable, "-P", "-m", "coffee_daemon")
_LOOK_SECONDS = 0.01
#: A log that has grown larger is put aside at the next start.
_LARGE_LOG_BYTES = 5_000_000
_TOLD_LINES = 20
#: How long a daemon that did not get ready may take to go.
_FAREWELL_SECONDS = 3.0
#: Not the daemon's business: the turn a start may come from, and the bot's secrets.
_KEPT_BACK = ("COFFEE_TURN", "COFFEE_TASK_ID", "SLACK_")


def spawn_and_wait(
    config: Config, *, argv: Sequence[str], environment: Mapping[str, str], timeout: float
) -> None:
    """Start the daemon and wait until it, or one that was quicker, is ready.

    Raises:
        StartFailed: It ended or did not get ready; with the last lines of its log.
    """
    files = StateFiles.of(config)
    nonce = token_hex(16)
    try:
        log_start = _open_log(files.log)
        child = spawn_detached(
            argv,
            cwd=config.project,
            env={**daemon_environment(config, environment), NONCE: nonce},
            log=files.log,
        )
    except OSError as error:
        raise StartFailed(f"{config.name} cannot be started: {error}.") from error
    # Whoever starts it reaps it, at whatever time it ends: no zombies in a bot that lives on.
    threading.Thread(target=child.wait, name=f"reaper-{child.pid}", daemon=True).start()
    try:
        _wait_ready(config, child, timeout)
    except StartFailed as failure:
        failure.log_tail = _log_tail(files.log, log_start)
        raise


def run_in_foreground(
    config: Config, *, argv: Sequence[str], environment: Mapping[str, str]
) -> None:
    """Run the daemon in our place, with our terminal, until it ends.

    Raises:
        StartFailed: It ended with an error.
    """
    env = daemon_environment(config, environment)
    code = subprocess.run(list(argv), cwd=config.project, env=env, check=False).returncode
    if code:
        raise StartFailed(f"{config.name} ended with {code}.")


def daemon_environment(config: Config, environment: Mapping[str, str]) -> dict[str, str]:
    """What the daemon's process gets to see."""
    kept = {name: value for name, value in environment.items() if not name.startswith(_KEPT_BACK)}
    kept |= {
        "COFFEE_HOME": str(config.home),
        "COFFEE_DAEMON": config.name,
        "COFFEE_WORKDIR": str(config.project),
    }
    if config.database_url:
        kept["COFFEE_DATABASE_URL"] = config.database_url
    return kept


def _wait_ready(config: Config, child: subprocess.Popen[bytes], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        code = child.poll()
        if _is_ready(find(config).ours):
            return
        # The one that was quicker may need a moment more.
        if code not in {None, AlreadyRuns.exit_code}:
            raise StartFailed(f"{config.name} ended at once, with {_ending(code)}.")
        time.sleep(_LOOK_SECONDS)
    _give_up(child)
    raise StartFailed(f"{config.name} was not ready within {timeout:g} s.")


def _is_ready(record: StatusRecord | None) -> bool:
    return record is not None and record.state != DaemonState.STARTING


def _give_up(child: subprocess.Popen[bytes]) -> None:
    """End what did not get ready; it is our own child, so its number is still its own."""
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(_FAREWELL_SECONDS)
    child.kill()


def _ending(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _open_log(log: Path) -> int:
    """Make room for a new start's lines; return where they will begin."""
    private_folder(log.parent)
    try:
        size = log.stat().st_size
    except FileNotFoundError:
        return 0
    if size < _LARGE_LOG_BYTES:
        return size
    log.replace(log.with_name(log.name + ".1"))
    return 0


def _log_tail(log: Path, start: int) -> tuple[str, ...]:
    """The last lines that this start wrote, without secrets."""
    try:
        with log.open("rb") as file:
            file.seek(start)
            said = file.read(_LARGE_LOG_BYTES)
    except OSError:
        return ()
    shown = redact(printable(said.decode("utf-8", errors="replace")))
    return tuple(shown.splitlines()[-_TOLD_LINES:])
