"""Putting a daemon together, and running it as a process."""

from __future__ import annotations

import logging
import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from coffee_daemon.agents import agent_for
from coffee_daemon.config import remember_project
from coffee_daemon.doorbell import Doorbell, daemon_bell
from coffee_daemon.logs import begin_log
from coffee_daemon.loop.clearing import ClearUp
from coffee_daemon.loop.daemon import Daemon
from coffee_daemon.loop.glance import Glance
from coffee_daemon.loop.planner import Planner
from coffee_daemon.loop.reporter import Reporter
from coffee_daemon.process import Register
from coffee_daemon.store import Store
from coffee_daemon.system import system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from coffee_daemon.agents import Agent
    from coffee_daemon.clock import Clock
    from coffee_daemon.config import Config

log = logging.getLogger(__name__)


@contextmanager
def build_daemon(
    config: Config, *, clock: Clock, agent: Agent | None, nonce: str = ""
) -> Iterator[Daemon]:
    """Become the configured daemon for as long as the context lasts.

    Args:
        config: Its settings.
        clock: Its clock.
        agent: What does the coding; None idles and says so.
        nonce: COFFEE_START_NONCE of the environment, empty when started by hand.

    Raises:
        AlreadyRuns: Another process is this daemon.
        StoreTrouble: The record cannot be used.
    """
    with ExitStack() as stack:
        register = stack.enter_context(Register.open(config, clock=clock, nonce=nonce))
        store = stack.enter_context(Store.open(config.database, clock=clock))
        bell = stack.enter_context(Doorbell(daemon_bell(config)))
        planner = Planner(config, store)
        yield Daemon(
            config=config,
            store=store,
            clock=clock,
            agent=agent,
            bell=bell,
            register=register,
            planner=planner,
            clear_up=ClearUp(config, store, planner),
            glance=Glance(config, store, clock),
            reporter=Reporter(config, store, register),
        )


def run_daemon(config: Config, *, nonce: str = "") -> int:
    """Run the daemon in this process until it is stopped; return the exit code.

    Args:
        config: Its settings.
        nonce: As for `build_daemon`.

    Raises:
        CoffeeError: It cannot begin; the message says why.
    """
    begin_log(logging.INFO, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    clock = system_clock()
    stopping = Stopping()
    # Outermost, so that a signal while it moves in or signs off leaves nothing half done either.
    with (
        on_stop(stopping.ask),
        build_daemon(config, clock=clock, agent=agent_for(config), nonce=nonce) as daemon,
    ):
        stopping.tell(daemon)
        _remember_project(config)
        log.info("%s works in %s.", config.name, config.project, extra={"action": "ready"})
        daemon.run()
    log.info("%s has stopped.", config.name, extra={"action": "stopped"})
    return 0


def _remember_project(config: Config) -> None:
    try:
        remember_project(config)
    except OSError as error:
        log.warning("The project's place cannot be kept: %s", error, extra={"action": "project"})


class Stopping:
    """A wish to stop that may come before there is a daemon to tell."""

    def __init__(self) -> None:
        self._asked = False
        self._daemon: Daemon | None = None

    def ask(self) -> None:
        """Stop the daemon as soon as it is there; safe in a signal handler."""
        self._asked = True
        if self._daemon is not None:
            self._daemon.stop()

    def tell(self, daemon: Daemon) -> None:
        """Here is the daemon."""
        self._daemon = daemon
        if self._asked:
            daemon.stop()


@contextmanager
def on_stop(callback: Callable[[], None]) -> Iterator[None]:
    """Call `callback` at the signals that end a process; what was set before is restored."""

    def heed(_number: int, _frame: FrameType | None) -> None:
        callback()

    names = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, heed) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
