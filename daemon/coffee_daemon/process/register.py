"""The daemon's own side of the files: it registers when it comes and signs off when it goes."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Self

from coffee_daemon.errors import AlreadyRuns, StartFailed
from coffee_daemon.process.files import StateFiles, read_pid, read_stop_request, write_pid
from coffee_daemon.status import DaemonState, StatusRecord, plain, read_record
from coffee_daemon.system import (
    Identity,
    Lock,
    TreeMeter,
    private_folder,
    sweep,
    write_private,
)

if TYPE_CHECKING:
    from coffee_daemon.clock import Clock
    from coffee_daemon.config import Config
    from coffee_daemon.process.files import StopRequest

log = logging.getLogger(__name__)

#: How long a starting daemon tries for the lock, so that a leaving one can let go.
LOCK_PATIENCE_SECONDS = 1.0


class Register:
    """Holds the daemon's lock for life, and tells everybody who it is and what it does.

    Made by `Register.open`. All methods may be called from any thread.
    """

    def __init__(self, config: Config, clock: Clock, lock: Lock, record: StatusRecord) -> None:
        self._files = StateFiles.of(config)
        self._clock = clock
        self._lock = lock
        self._record = record
        self._writing = threading.Lock()
        self._meter = TreeMeter(record.pid, monotonic=clock.monotonic)
        #: What earlier turns had left running and was ended at the start.
        self.swept: tuple[int, ...] = ()
        self._troubled = False

    @classmethod
    def open(
        cls,
        config: Config,
        *,
        clock: Clock,
        nonce: str = "",
        patience: float = LOCK_PATIENCE_SECONDS,
    ) -> Register:
        """Become this folder's one daemon, in the state `starting`.

        Ends what the turns of an earlier daemon left running. `ready` comes with the first other
        state: call `update(state=...)` when signals are handled and work can begin.

        Args:
            config: Its settings.
            clock: Its clock.
            nonce: COFFEE_START_NONCE of the environment, empty when started by hand.
            patience: Seconds to try for the lock.

        Raises:
            AlreadyRuns: Another daemon holds the lock; end with its `exit_code`.
            StartFailed: The state folder cannot be written.
        """
        private_folder(config.home)
        private_folder(config.state)
        files = StateFiles.of(config)
        lock = Lock(files.lock)
        try:
            if not lock.acquire(patience):
                raise AlreadyRuns(_already(config, files))
            register = cls(config, clock, lock, _first_record(config, clock, nonce))
            register._move_in(config)
        except OSError as error:
            lock.release()
            raise StartFailed(
                f"The state folder {config.state} cannot be written: {error.strerror or error}.",
                hint="Free some space or mend its permissions.",
            ) from error
        return register

    @property
    def record(self) -> StatusRecord:
        """What was told last."""
        return self._record

    def update(self, **changes: Any) -> None:
        """Tell something new now: fields of `StatusRecord` by name.

        A full disk does not end the daemon: the trouble is logged once, and told again later.
        """
        with self._writing:
            self._record = replace(self._record, **changes, **self._stamps())
            self._write()

    def beat(self, **changes: Any) -> None:
        """Tell that it is alive, and how much of the machine its tree uses. See `update`."""
        usage = self._meter.read()
        self.update(cpu_percent=usage.cpu_percent, memory_mb=usage.memory_mb, **changes)

    def stop_request(self) -> StopRequest | None:
        """The request to stop, if one is meant for this very process."""
        request = read_stop_request(self._files.stop)
        if request is None or request.nonce != self._record.nonce:
            return None
        return request

    def close(self, reason: str = "") -> None:
        """Sign off in order: state `stopped`, no PID file, the lock free.

        Args:
            reason: Why it ends, in a few words for people.
        """
        if not self._lock.held:
            return
        self.update(
            state=DaemonState.STOPPED.value,
            reason=reason,
            current_task=None,
            task_number=None,
            until=None,
        )
        try:
            if read_pid(self._files.pid) == self._record.pid:
                self._files.pid.unlink()
            if self.stop_request() is not None:
                self._files.stop.unlink()
        except OSError as error:
            log.warning("Not all files could be removed: %s", error, extra={"action": "sign_off"})
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _move_in(self, config: Config) -> None:
        for leftover in self._files.folder.glob(".daemon*.tmp"):
            leftover.unlink(missing_ok=True)
        self._record = replace(self._record, memory_mb=self._meter.read().memory_mb)
        # The record comes first: it proves whose number the PID file holds.
        write_private(self._files.status, plain.dump(self._record), durable=False)
        write_pid(self._files.pid, self._record.pid)
        self.swept = tuple(sweep(config.home, config.name))
        if self.swept:
            log.warning(
                "Ended %d processes that an earlier turn had left.",
                len(self.swept),
                extra={"action": "swept"},
            )

    def _stamps(self) -> dict[str, Any]:
        return {
            "last_updated": self._clock.now(),
            "monotonic": self._clock.monotonic(),
            "boot": self._clock.boot(),
        }

    def _write(self) -> None:
        try:
            write_private(self._files.status, plain.dump(self._record), durable=False)
            # Somebody may have written another number there, or removed the file.
            if not self._record.ended and read_pid(self._files.pid) != self._record.pid:
                write_pid(self._files.pid, self._record.pid)
        except OSError as error:
            if not self._troubled:
                log.error("The status cannot be written: %s", error, extra={"action": "status"})  # noqa: TRY400 - the sentence says it all
            self._troubled = True
        else:
            self._troubled = False


def _first_record(config: Config, clock: Clock, nonce: str) -> StatusRecord:
    own = Identity.own()
    roadmap = config.roadmap_file()
    now, boot = clock.now(), clock.boot()
    return StatusRecord(
        name=config.name,
        state=DaemonState.STARTING.value,
        pid=own.pid,
        process_start=own.start,
        boot_id=own.boot_id,
        nonce=nonce or token_hex(16),
        spawned=bool(nonce),
        started_at=now,
        last_updated=now,
        monotonic=clock.monotonic(),
        boot_started=boot,
        boot=boot,
        heartbeat=config.heartbeat.total_seconds(),
        roadmap=str(roadmap) if roadmap else None,
    )


def _already(config: Config, files: StateFiles) -> str:
    record = read_record(files.status)
    process = f" (process {record.pid})" if isinstance(record, StatusRecord) else ""
    return f"{config.name} already runs in {config.state}{process}."
