"""The bot's life: sign in, work until stopped, leave nothing behind."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Self

from coffee_bot.app.bells import Bells
from coffee_bot.app.build import Builder
from coffee_bot.app.clocks import Clocks
from coffee_bot.app.glance import Glance
from coffee_bot.app.signin import SignIn, called
from coffee_bot.app.slack import web_client
from coffee_bot.app.workers import Worker
from coffee_bot.channel import Channel
from coffee_bot.hook import Hook
from coffee_bot.waits import soonest
from coffee_daemon import Lock, Refused, private_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from coffee_bot.app.rooms import Rooms
    from coffee_bot.app.workers import SlowLane
    from coffee_bot.config import BotConfig
    from coffee_daemon import Clock, ProcessManager, Store

log = logging.getLogger(__name__)

#: A signal that comes just when the process was frozen may be given to another thread, and is
#: then heeded only when the main thread wakes by itself.
_SIGNAL_SECONDS = 2.0


class Bot:
    """Speaks Slack for one state folder.

    `start` and `stop` may be used in any thread; `run` belongs to the main thread.
    """

    def __init__(
        self, config: BotConfig, *, store: Store, process: ProcessManager, clock: Clock
    ) -> None:
        self.config = config
        self._store, self._process, self._clock = store, process, clock
        self._stopping = threading.Event()
        self._missed = threading.Event()
        self._takedown = ExitStack()
        #: By what they do. Never changed, only replaced: other threads go through it.
        self._workers: dict[str, Worker] = {}
        self._rooms: Rooms | None = None
        self._glance = Glance(store)
        #: Where the feed is.
        self.channel = Channel(store, config.channel)

    def run(self) -> None:
        """Work until a signal asks to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        with self:
            while not self._stopping.wait(_SIGNAL_SECONDS):
                pass

    def start(self) -> None:
        """Sign in and begin to work; returns once Slack's events can come.

        Raises:
            BadConfig: Slack refuses a token or the channel; says what to do.
            Refused: Another bot works for this state folder.
        """
        try:
            self._begin()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all work; what was begun is finished or will be read back by the next bot."""
        self._stopping.set()
        # All at once, so that they end side by side.
        for worker in self._workers.values():
            worker.ask_to_stop()
        self._takedown.close()

    def wake(self) -> None:
        """Say that there may be something to take in or to post; safe from any thread."""
        for name in ("intake", "posts", "home"):
            self._wake(name)

    def look(self) -> None:
        """Look at everything again: the line, the daemon and the record."""
        for worker in self._workers.values():
            worker.wake()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _begin(self) -> None:
        private_folder(self.config.daemon.home)
        self._lock_folder()
        sign_in = SignIn(
            config=self.config, client=web_client(self.config), stopping=self._stopping
        )
        me = sign_in.me()
        fine = sign_in.channel(self.channel)
        rooms = self._rooms = Builder(
            config=self.config,
            me=me,
            store=self._store,
            process=self._process,
            clock=self._clock,
            bells=Bells(
                wake=self.wake,
                look=self.look,
                missed=self._may_have_missed,
                changed=self._link_changed,
                home=self._wake_home,
                stopping=self._stopping.is_set,
            ),
        ).rooms()
        if fine:
            rooms.delivery.mended(self.channel.id)
        self._start_workers(rooms)
        self._takedown.callback(rooms.pool.shutdown, cancel_futures=True)
        self._takedown.callback(rooms.watchman.link.close)
        sign_in.ask(rooms.handler.connect, "SLACK_APP_TOKEN")
        self._start_line(rooms)
        self._start_clocks(rooms)
        self._say_where()

    def _say_where(self) -> None:
        config = self.config
        if not config.admins | config.operators:
            log.warning(
                "COFFEE_ADMINS and COFFEE_OPERATORS are empty: "
                "nobody may start, stop or cancel from Slack."
            )
        log.info(
            "At work for %s in the channel %s: type %s help there.",
            config.daemon.name,
            called(self.channel),
            config.command,
        )

    def _lock_folder(self) -> None:
        lock = Lock(self.config.daemon.home / "bot.lock")
        if not lock.acquire(1.0):
            raise Refused(
                f"Another bot works for {self.config.daemon.home} already.",
                hint="Stop that one first, or set COFFEE_HOME to another folder.",
            )
        self._takedown.callback(lock.release)

    def _start_workers(self, rooms: Rooms) -> None:
        self._takedown.callback(rooms.report.remove)
        work: dict[str, Callable[[], float | None]] = {
            "intake": self._take_in,
            "posts": self._put_out,
            "home": rooms.homes.work,
            "watch": self._look_around,
            "files": rooms.fetcher.work,
        }
        if self.config.daemon.on_event:
            work["hook"] = Hook(self.config, self._store, self._stopping.is_set).work
        self._workers = {name: Worker(name, one) for name, one in work.items()}
        self._takedown.callback(rooms.guard.close)
        parts: tuple[SlowLane | Worker, ...] = (rooms.lane, *self._workers.values())
        for part in parts:
            part.start()
            self._takedown.callback(part.stop)

    def _start_line(self, rooms: Rooms) -> None:
        """Look after the line, from the first connection on."""
        self._takedown.callback(rooms.watchman.close)
        line = Worker("line", rooms.watchman.work)
        rooms.watchman.link.wake = line.wake
        self._workers = {**self._workers, "line": line}
        line.start()
        self._takedown.callback(line.stop)

    def _start_clocks(self, rooms: Rooms) -> None:
        clocks = Clocks(self.config.daemon, self.look, partial(self._wake, "watch"))
        self._takedown.callback(clocks.stop)
        clocks.start(rooms.chores, self._clock.now())

    def _wake(self, name: str) -> None:
        if name in self._workers:
            self._workers[name].wake()

    def _may_have_missed(self) -> None:
        """A new connection: Slack may have given up on what came while there was none."""
        self._missed.set()
        self.look()

    def _link_changed(self) -> None:
        """Have the line's new state written down and shown on the card."""
        self._wake("watch")

    def _wake_home(self) -> None:
        """Have the Home shown to somebody who has just opened it."""
        self._wake("home")

    def _take_in(self) -> float | None:
        rooms = self._there()
        if rooms.door.mended():
            self._missed.set()
        if self._missed.is_set():
            self._missed.clear()
            rooms.catch_up.begin()
        # One thread at a time: what people say meanwhile does not wait for the reading.
        wait = rooms.catch_up.work()
        if rooms.intake.work():
            self._wake("posts")
            self._wake("files")
        if not self._store.inbox.received(limit=1):
            return wait
        # One whose parent is not known yet, or whose sender Slack could not name, is tried again.
        again = self.config.daemon.poll.total_seconds()
        return soonest(wait, again)

    def _put_out(self) -> float | None:
        rooms = self._there()
        rooms.feed.derive()
        wait = rooms.delivery.work()
        found = rooms.delivery.found()
        rooms.pins.follow()
        rooms.catch_up.read_soon(found)
        if found or self._store.inbox.received(limit=1):
            # A reply may wait for its parent, whose outcome may be known by now.
            self._wake("intake")
        # What was posted now has an address, which other posts may want to link to.
        if rooms.feed.derive_record():
            return 0.0
        return soonest(wait, rooms.feed.due_in())

    def _look_around(self) -> float | None:
        rooms = self._there()
        wait = rooms.guard.look()
        watchman = rooms.watchman
        rooms.report.write(
            link=watchman.link.state,
            since=watchman.link.since,
            silence=watchman.link.silence,
            # Another thread changes it.
            troubles=dict(rooms.delivery.troubles),
            shared=watchman.rivals.there,
            notes=watchman.notes(),
        )
        if self._glance.news(rooms.guard.seen, watchman.link.state):
            # All but this one, or a turn that works, which is always news, would keep it awake.
            for name in self._workers.keys() - {"watch"}:
                self._wake(name)
        return wait

    def _there(self) -> Rooms:
        if self._rooms is None:
            raise RuntimeError("work before the start")
        return self._rooms
