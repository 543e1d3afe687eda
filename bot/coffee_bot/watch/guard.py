"""The daemon, watched from outside: its restart policy, and the states it cannot tell itself."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from coffee_bot.watch.policy import CRASHES, Restarts, wants_start
from coffee_daemon import (
    CoffeeError,
    DaemonState,
    Vigil,
    daemon_tail,
    read_wish,
    write_wish,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon import Clock, DaemonStatus, ProcessManager, Store
    from coffee_daemon import Config as DaemonConfig

log = logging.getLogger(__name__)

#: What a daemon cannot write into the record itself, being dead, stuck or asleep.
UNTOLD = frozenset(
    {
        DaemonState.CRASHED,
        DaemonState.GAVE_UP,
        DaemonState.UNRESPONSIVE,
        DaemonState.ASLEEP,
        DaemonState.UNKNOWN,
        DaemonState.STOPPED,
    }
)


@dataclass
class Guard:
    """Watches one daemon. `look()` is called by one thread."""

    config: DaemonConfig
    store: Store
    process: ProcessManager
    clock: Clock
    #: Takes what lasts long and runs it elsewhere, one after the other.
    slow: Callable[[Callable[[], None]], None]
    #: Says that there is something to post, and something to look at again.
    wake: Callable[[], object]
    #: What the last look found; None before the first.
    seen: DaemonStatus | None = None
    _restarts: Restarts = field(default_factory=Restarts)
    #: When the dead daemon is to be started, on the monotonic clock.
    _restart_at: float | None = None
    _starting: bool = False
    _told: DaemonState | None = None
    #: So that its end is noticed at once, not at the next look.
    _vigil: Vigil | None = None

    def look(self) -> float | None:
        """Look once, and act.

        Returns:
            Seconds after which it must look again; None when the usual poll will do.
        """
        if self._starting:
            return None
        status = self.seen = self.process.status()
        self._stay_with(status.pid)
        self._tell(status)
        if not wants_start(status):
            self._no_crash(status)
            return None
        return self._mourn(status)

    def close(self) -> None:
        """Look no more."""
        self._stay_with(None)

    def _stay_with(self, pid: int | None) -> None:
        if self._vigil is not None and self._vigil.pid != pid:
            self._vigil.close()
            self._vigil = None
        if self._vigil is None and pid is not None:
            self._vigil = Vigil(pid, self.wake)

    def _tell(self, status: DaemonStatus) -> None:
        """Write what the daemon cannot, and its way back; the rest it writes itself."""
        if self._told is None:
            last = self.store.transitions.last(self.config.name)
            self._told = last.after if last else DaemonState.STOPPED
        if status.state is self._told:
            return
        if status.state in UNTOLD or self._told in UNTOLD:
            crashed = status.state is DaemonState.CRASHED
            why = self._with_last_words(status.evidence) if crashed else status.evidence
            self._observe(status.state, why)
        self._told = status.state

    def _with_last_words(self, why: str) -> str:
        """Why, and below it the last lines of the log: the next start writes over them."""
        return "\n".join((why, *daemon_tail(self.config)))

    def _observe(self, state: DaemonState, why: str) -> None:
        self.store.transitions.observe(self.config.name, state, why)
        self.wake()

    def _no_crash(self, status: DaemonStatus) -> None:
        self._restart_at = None
        if status.running:
            self._restarts.seen_alive(self.clock.monotonic())
        elif status.state is DaemonState.STOPPED:
            self._restarts.forget()

    def _mourn(self, status: DaemonStatus) -> float | None:
        now = self.clock.monotonic()
        if self._restart_at is None:
            wait = self._restarts.crashed(now)
            if wait is None:
                self._give_up(status)
                return None
            log.warning(
                "%s %s; it is started again in %g s.",
                status.name,
                "was ended with its host" if status.ended_with_host else "crashed",
                wait,
                extra={"action": "daemon_crashed"},
            )
            self._restart_at = now + wait
        if now < self._restart_at:
            return self._restart_at - now
        self._restart_at, self._starting = None, True
        if status.ended_with_host:
            # Written before the start: what comes while one runs is taken for a person's.
            self._observe(DaemonState.STARTING, f"{status.evidence}, and is started again")
        self.slow(self._restart)
        return None

    def _restart(self) -> None:
        try:
            if wants_start(self.process.status()):
                # Not `start`: a stop by a person between the two must not be undone.
                self.process.revive()
        except CoffeeError as trouble:
            # The next look finds it dead again and counts that as a crash.
            log.warning("%s", trouble, extra={"action": "restart_failed"})
        finally:
            self._told = None
            self._starting = False
            self.wake()

    def _give_up(self, status: DaemonStatus) -> None:
        """Stop trying, and say so once, with the last words of the daemon's log."""
        why = f"crashed {CRASHES} times within a minute"
        write_wish(self.config, replace(read_wish(self.config), gave_up=why))
        self._restarts.forget()
        self._observe(DaemonState.GAVE_UP, self._with_last_words(why))
        self._told = DaemonState.GAVE_UP
        log.error("%s %s; a person must start it.", status.name, why, extra={"action": "gave_up"})
