"""The ProcessManager: is the daemon there, what does it do, start it, stop it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coffee_daemon.config import load_config
from coffee_daemon.errors import Unproven
from coffee_daemon.process.control import alone, unwritable
from coffee_daemon.process.files import StateFiles, StopRequest, read_pid, write_pid
from coffee_daemon.process.finding import Finding, bot_card, find
from coffee_daemon.process.progress import task_in_progress
from coffee_daemon.status import Moment, Proof, observe, read_wish, write_wish
from coffee_daemon.system import private_folder, system_clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from coffee_daemon.clock import Clock
    from coffee_daemon.config import Config
    from coffee_daemon.notifications import Person
    from coffee_daemon.process.stopping import StopReport
    from coffee_daemon.status import DaemonStatus, StatusRecord

#: Seconds in which a started daemon must be ready.
START_TIMEOUT = 10.0
#: Seconds beyond a start's own for which another start or stop waits for its turn.
_CONTROL_SECONDS = 4.0


class ProcessManager:
    """Finds, starts and stops one daemon. It never touches the database.

    A process is signalled only after it has proved to be our daemon, by its number, its start,
    the host's boot and the nonce it was started with.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        clock: Clock | None = None,
        argv: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        start_timeout: float = START_TIMEOUT,
    ) -> None:
        """Look after the configured daemon.

        Args:
            config: Its settings; by default those that the environment names.
            clock: The present time; by default the host's.
            argv: What to start; by default this project's daemon.
            environment: What the daemon inherits; by default our own environment.
            start_timeout: Seconds in which it must be ready.

        Raises:
            BadConfig: The default settings cannot be used.
        """
        self._config = config or load_config(os.environ)
        self._clock = clock or system_clock()
        self._argv = argv
        self._environment = os.environ if environment is None else environment
        self._start_timeout = start_timeout
        self._files = StateFiles.of(self._config)

    @property
    def pid_file(self) -> Path:
        """Where the daemon's process number is."""
        return self._files.pid

    @property
    def status_file(self) -> Path:
        """Where the daemon's status record is."""
        return self._files.status

    # Looking

    def is_daemon_running(self) -> bool:
        """Whether the daemon's process is alive and proved to be ours.

        A PID file that names no daemon of ours is removed.

        Raises:
            Unproven: It cannot be told.
        """
        found = self._found()
        if found.ours is None:
            self._clean_stale_pid()
        return found.ours is not None

    def status(self) -> DaemonStatus:
        """What the daemon is doing, with the evidence. Looking disturbs nothing."""
        found = find(self._config)
        ours = found.ours
        idle = ours is not None and not ours.current_task
        bot = bot_card(self._config)
        moment = Moment.of(self._clock)
        status = observe(
            name=self._config.name,
            life=found.life,
            record=found.record,
            wish=read_wish(self._config),
            moment=moment,
            current_task=self._task_in_roadmap(found) if idle else None,
            watched=bot is not None,
        )
        return status if bot is None else replace(status, **bot.facts(moment.now))

    def get_daemon_status(self) -> dict[str, Any]:
        """`status()` as a dict, with the specification's keys among others."""
        return self.status().to_dict()

    # Starting and stopping

    def start_daemon(self, background: bool = True) -> bool:
        """Start the daemon unless it runs; True when it is ready (or, in front, has ended well).

        Raises:
            StartFailed: With the reason and the last lines of the log.
            Unproven: It cannot be told whether one runs.
        """
        if background:
            return self.start()
        from coffee_daemon.process import starting  # noqa: PLC0415 - looking must stay cheap

        starting.run_in_foreground(
            self._config, argv=self._argv or starting.DAEMON_ARGV, environment=self._environment
        )
        return True

    def stop_daemon(self, timeout: float = 10) -> bool:
        """Stop the daemon if it runs, by force after `timeout` seconds; True when none runs.

        Raises:
            StopFailed: It is still there.
            Unproven: It cannot be told whether one runs.
        """
        return self.stop(timeout=timeout).stopped

    def start(self, who: Person | None = None) -> bool:
        """Start the daemon in the background and wait until it is ready; fine when it runs.

        Args:
            who: Who wants it; None leaves the name of whoever wanted it last.

        Raises:
            StartFailed: With the reason and the last lines of the log.
            Unproven: It cannot be told whether one runs.
        """
        with self._alone():
            self._start(who)
        return True

    def revive(self) -> bool:
        """Start it again if it is still wanted; for the watch, whom a person's stop overrules.

        Raises:
            ProcessTrouble: As `start` does.
        """
        with self._alone():
            wish = read_wish(self._config)
            if wish.wanted and wish.gave_up is None:
                self._start(None)
                return True
        return False

    def stop(
        self, who: Person | None = None, *, after_turn: bool = False, timeout: float = 10
    ) -> StopReport:
        """Stop the daemon with the turn it runs, and keep it stopped.

        Args:
            who: Who wants it.
            after_turn: Let the running turn end first; returns without waiting for that.
            timeout: Seconds for an end in order; after it daemon and turn are killed.

        Raises:
            StopFailed: It is still there.
            Unproven: It cannot be told whether one runs; nothing was signalled.
        """
        self._found()
        with self._alone():
            self._wish(wanted=False, by=who.name if who else "")
            return self._stop(who, after_turn=after_turn, timeout=timeout)

    def restart(self, who: Person | None = None, *, timeout: float = 10) -> StopReport:
        """Stop it if it runs, and start it; tells how the stop went.

        Raises:
            ProcessTrouble: As `start` and `stop` do.
        """
        self._found()
        with self._alone():
            self._wish(wanted=True, by=who.name if who else read_wish(self._config).by)
            report = self._stop(who, timeout=timeout)
            self._start(who)
        return report

    # The specification's own names

    def _get_current_task(self) -> str | None:
        found = find(self._config)
        told = found.record.current_task if found.record else None
        return told or self._task_in_roadmap(found)

    def _read_pid_file(self) -> int | None:
        return read_pid(self.pid_file)

    def _write_pid_file(self, pid: int) -> None:
        private_folder(self._config.state)
        write_pid(self.pid_file, pid)

    def _clean_stale_pid(self) -> None:
        """Remove a PID file that names no daemon of ours; whatever a link points at stays."""
        pid = self._read_pid_file()
        if find(self._config).ours is None and pid == self._read_pid_file():
            if self.pid_file.is_dir() and not self.pid_file.is_symlink():
                return
            self.pid_file.unlink(missing_ok=True)

    # Ours

    def _found(self) -> Finding:
        found = find(self._config)
        if found.life.proof is Proof.UNCLEAR:
            raise Unproven(
                f"It cannot be told whether {self._config.name} runs: {found.life.why}.",
                hint="Nothing was done to it. Try again, or look at that process and file.",
            )
        return found

    def _alone(self) -> AbstractContextManager[None]:
        return alone(self._config, self._start_timeout + _CONTROL_SECONDS)

    def _start(self, who: Person | None) -> None:
        found = self._found()
        before = read_wish(self._config)
        self._wish(wanted=True, by=who.name if who else before.by, gave_up=None)
        if found.ours is not None and self._stays(found.ours):
            return
        self._clean_stale_pid()
        try:
            self._spawn()
        except Exception:
            write_wish(self._config, before)
            raise

    def _spawn(self) -> None:
        from coffee_daemon.process import starting  # noqa: PLC0415 - looking must stay cheap

        starting.spawn_and_wait(
            self._config,
            argv=self._argv or starting.DAEMON_ARGV,
            environment=self._environment,
            timeout=self._start_timeout,
        )

    def _stop(
        self, who: Person | None, *, after_turn: bool = False, timeout: float = 10
    ) -> StopReport:
        from coffee_daemon.process import stopping  # noqa: PLC0415 - looking must stay cheap

        found = self._found()
        if found.ours is None:
            self._clean_stale_pid()
            return stopping.StopReport(how="not running", seconds=0.0)
        request = StopRequest(
            nonce=found.ours.nonce,
            who_id=who.id if who else "",
            who_name=who.name if who else "",
            after_turn=after_turn,
            at=self._clock.now(),
        )
        report = stopping.stop_process(self._config, request, timeout)
        if report.stopped:
            stopping.forget_request(self._config, request.nonce)
            self._clean_stale_pid()
        return report

    def _stays(self, record: StatusRecord) -> bool:
        """Whether a running daemon will go on running; if not, wait until it is gone."""
        from coffee_daemon.process import stopping  # noqa: PLC0415 - looking must stay cheap

        return stopping.settle_request(self._config, record, self._start_timeout)

    def _wish(self, **changes: Any) -> None:
        try:
            wish = replace(read_wish(self._config), at=self._clock.now(), **changes)
            write_wish(self._config, wish)
        except OSError as error:
            raise unwritable(self._config, error) from error

    def _task_in_roadmap(self, found: Finding) -> str | None:
        path = found.record.roadmap if found.record else self._config.roadmap_file()
        return task_in_progress(Path(path)) if path else None
