"""Ending the daemon's process, and proving it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from coffee_daemon.doorbell import daemon_bell, ring
from coffee_daemon.errors import StopFailed
from coffee_daemon.process.files import (
    StateFiles,
    StopRequest,
    read_stop_request,
    write_stop_request,
)
from coffee_daemon.process.finding import find
from coffee_daemon.system import Handle, Lock, sweep, wait_gone

if TYPE_CHECKING:
    from coffee_daemon.config import Config
    from coffee_daemon.status import StatusRecord

#: How long a killed process may take to vanish.
_KILL_SECONDS = 5.0
#: An idle daemon ends within this, and need not be waited for longer when a turn may end first.
_IDLE_STOP_SECONDS = 1.0
_LOCK_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class StopReport:
    """What a stop has done."""

    how: Literal["graceful", "killed", "not running", "after turn"]
    #: Until the process was gone.
    seconds: float

    @property
    def stopped(self) -> bool:
        """Whether no daemon runs now."""
        return self.how != "after turn"


def stop_process(config: Config, request: StopRequest, timeout: float) -> StopReport:
    """Stop the daemon that `request` names by its nonce, in order if it heeds within `timeout`.

    Raises:
        StopFailed: It may not be signalled, or is still there after being killed.
    """
    began = time.monotonic()
    record = find(config).ours
    if record is None or record.nonce != request.nonce:
        return StopReport(how="not running", seconds=0.0)
    try:
        how = _stop(config, record, request, timeout)
    except PermissionError as error:
        raise StopFailed(
            f"{config.name} (process {record.pid}) may not be stopped by you: {error.strerror}.",
            hint="Stop it as the user that started it.",
        ) from error
    return StopReport(how=how, seconds=round(time.monotonic() - began, 3))


def _stop(
    config: Config, record: StatusRecord, request: StopRequest, timeout: float
) -> Literal["graceful", "killed", "not running", "after turn"]:
    with Handle(record.pid) as handle:
        # Proved once more through the handle: from here on the number cannot change its owner.
        if not _is_same(config, record):
            return "not running"
        _ask(config, request, handle)
        patience = min(timeout, _IDLE_STOP_SECONDS) if request.after_turn else timeout
        if handle.wait(record.process_start, patience):
            return "graceful"
        if request.after_turn:
            return "after turn"
        _kill(config, record, handle)
    _sweep(config)
    return "killed"


def _ask(config: Config, request: StopRequest, handle: Handle) -> None:
    try:
        write_stop_request(StateFiles.of(config).stop, request)
    except OSError as error:
        # Where there are signals, a full disk must not keep a daemon from being stopped.
        if os.name == "nt" or request.after_turn:
            raise StopFailed(f"The request to stop cannot be written: {error}.") from error
    ring(daemon_bell(config))
    if not request.after_turn:
        handle.terminate()


def _kill(config: Config, record: StatusRecord, handle: Handle) -> None:
    if not _is_same(config, record):
        return
    handle.kill()
    if not handle.wait(record.process_start, _KILL_SECONDS):
        raise StopFailed(
            f"{config.name} (process {record.pid}) is still there {_KILL_SECONDS:g} s after it "
            "was killed.",
            hint="The system holds it, perhaps in a read from a disk that is gone.",
        )


def _is_same(config: Config, record: StatusRecord) -> bool:
    """Whether the daemon is still that very process; its record may have gone on."""
    now = find(config).ours
    return now is not None and (now.pid, now.nonce) == (record.pid, record.nonce)


def _sweep(config: Config) -> None:
    """End what the killed daemon's turn left, unless a new daemon has come: then it did so."""
    with Lock(StateFiles.of(config).lock) as lock:
        if lock.acquire(_LOCK_SECONDS):
            sweep(config.home, config.name)


def settle_request(config: Config, record: StatusRecord, patience: float) -> bool:
    """Whether a running daemon will stay when somebody wants it to run.

    A request that waits for the turn's end is taken back. A daemon that has been asked to stop at
    once leaves; its end is awaited for `patience` seconds.
    """
    request = read_stop_request(StateFiles.of(config).stop)
    leaving = request is not None and request.nonce == record.nonce and not request.after_turn
    if leaving:
        wait_gone(record.pid, record.process_start, patience)
    else:
        forget_request(config, record.nonce)
    return not leaving


def forget_request(config: Config, nonce: str) -> None:
    """Take back a request to stop that its daemon has not heeded yet."""
    path = StateFiles.of(config).stop
    request = read_stop_request(path)
    if request is not None and request.nonce == nonce:
        path.unlink(missing_ok=True)
