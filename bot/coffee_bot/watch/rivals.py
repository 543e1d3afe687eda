"""Other programs on our app's connections: Slack gives each event to only one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot.watch import words
from coffee_daemon import Identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.channel import Channel
    from coffee_bot.intent import Message
    from coffee_daemon import Clock, Store
    from coffee_daemon import Config as DaemonConfig

#: A bot whose row is older than this lives no more.
ALIVE = timedelta(minutes=11)
#: How often a bot writes its row, in seconds. Each time all that read the record look again.
ROW_SECONDS = 300.0
#: After a suspicious hello another one is asked for: Slack may have counted a connection of
#: ours that was about to end.
CONFIRM_SECONDS = 120.0
#: While the alarm lasts: how often it is asked whether it is over.
OVER_SECONDS = 600.0
#: Odd: told and not over yet. A cursor never goes back, so it counts both.
_TOLD = "watch:rivals"


@dataclass
class Roll:
    """The bots in the record: each writes its row, and counts the living ones."""

    config: DaemonConfig
    store: Store
    clock: Clock
    host: str
    _next: float = 0.0

    def sign(self) -> float:
        """Write our row when it is time; return the seconds until the next time."""
        now = self.clock.boot()
        if now >= self._next:
            self._next = now + ROW_SECONDS
            self._write("at work")
        return self._next - now

    def leave(self) -> None:
        """Say that we are gone, so that nobody counts us."""
        if self._next:
            self._write("stopped")

    def living(self) -> int:
        """How many bots are at work for this record, ourselves included."""
        oldest = self.clock.now() - ALIVE
        rows = self.store.presence.list_bots()
        others = [
            row
            for row in rows
            if (row.host, row.name) != (self.host, str(self.config.home))
            and row.state != "stopped"
            and row.heartbeat > oldest
        ]
        return 1 + len(others)

    def _write(self, state: str) -> None:
        own = Identity.own()
        self.store.presence.bot(
            host=self.host,
            name=str(self.config.home),
            pid=own.pid,
            process_start=own.start,
            boot_id=own.boot_id,
            nonce="",
            state=state,
        )


@dataclass
class Rivals:
    """Judges Slack's hellos; two suspicious ones in a row raise one alarm."""

    store: Store
    roll: Roll
    clock: Clock
    channel: Channel
    #: Has a new connection opened, for its hello.
    ask_again: Callable[[], None]
    #: Says that there is something to post.
    wake: Callable[[], object]
    #: Suspicious hellos in a row.
    suspicious: int = 0
    _counts: tuple[int, int] = (0, 0)
    _ask_at: float | None = None

    @property
    def there(self) -> bool:
        """Whether others use our app's connections, by two hellos in a row."""
        return self.suspicious > 1

    def hello(self, connections: int) -> None:
        """Take Slack's count of this app's connections, ours included."""
        living = self.roll.living()
        self._counts = (connections, living)
        if connections <= living:
            self.suspicious, self._ask_at = 0, None
            self._over()
            return
        self.suspicious += 1
        pause = OVER_SECONDS if self.there else CONFIRM_SECONDS
        self._ask_at = self.clock.boot() + pause
        if self.there:
            self._alarm()

    def look(self) -> float | None:
        """Ask again where that is due; return the seconds until then, None when it is not."""
        if self._ask_at is None:
            return None
        left = self._ask_at - self.clock.boot()
        if left > 0:
            return left
        self._ask_at = self.clock.boot() + OVER_SECONDS
        self.ask_again()
        return OVER_SECONDS

    def _alarm(self) -> None:
        told = self._told()
        if told % 2 == 0:
            self._post(told + 1, words.another_program(*self._counts))

    def _over(self) -> None:
        told = self._told()
        if told % 2:
            self._post(told + 1, words.nobody_else())

    def _post(self, number: int, said: Message) -> None:
        # The post before the cursor: dying in between wants the same post again.
        self.store.posts.want(
            f"rivals:{number}",
            kind="message",
            channel=self.channel.id,
            text=said.text,
            blocks=[dict(block) for block in said.blocks],
        )
        self.store.cursors.move(_TOLD, number)
        self.wake()

    def _told(self) -> int:
        return self.store.cursors.get(_TOLD) or 0
