"""What is looked at between Slack and us, in one thread."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.watch.checkup import Checkup
    from coffee_bot.watch.dead_man import DeadMan
    from coffee_bot.watch.pauses import Absence
    from coffee_bot.watch.rivals import Rivals, Roll
    from coffee_bot.watch.socket_link import SocketLink
    from coffee_daemon import Clock

log = logging.getLogger(__name__)

#: How often it is looked whether a task runs, a question is open, the token is good.
OTHERS_SECONDS = 15.0
#: How often threads are read back while Slack may give their replies to somebody else.
READ_BACK_SECONDS = 60.0
#: How long Slack may go on keeping events from us after it said so. It says so each minute.
RATIONED_SECONDS = 150.0


@dataclass(kw_only=True)
class Watchman:
    """Looks after the line, the token, rivals and the dead man's message."""

    link: SocketLink
    checkup: Checkup
    roll: Roll
    rivals: Rivals
    dead_man: DeadMan
    absence: Absence
    clock: Clock
    #: Says that events may have been missed.
    missed: Callable[[], object]
    #: Says that the line's state is another one.
    changed: Callable[[], object]
    _hellos: SimpleQueue[int] = field(default_factory=SimpleQueue)
    _read_at: float | None = None
    _rationed_until: float = 0.0
    #: When to look at the others, on the boot clock.
    _others_at: float = 0.0

    def __post_init__(self) -> None:
        self.link.on_hello = self.hello

    def hello(self, connections: int) -> None:
        """Take a hello of Slack; safe from any thread."""
        self._hellos.put(connections)
        self.missed()

    def rationed(self) -> None:
        """Read threads back for some minutes: Slack sends us too many events; safe as `hello`."""
        self._rationed_until = self.clock.boot() + RATIONED_SECONDS
        self.missed()

    def work(self) -> float:
        """Look at everything once; return the seconds until the next look."""
        if self.absence.look():
            log.warning(
                "Time has jumped or stood still; what was missed is read back.",
                extra={"action": "absence"},
            )
            self.checkup.now()
            self._others_at = 0.0
            self.missed()
        # The line first: the others may have to wait for Slack.
        wait = self._look_at_line()
        self._judge_hellos()
        if self.clock.boot() >= self._others_at:
            self._others_at = self.clock.boot() + self._look_at_others()
        return max(0.0, min(wait, self._others_at - self.clock.boot()))

    def _look_at_others(self) -> float:
        """Look after what is not pressing; return the seconds until the next time."""
        waits = [self.roll.sign()]
        others = (self.rivals.look(), self._read_back(), self.dead_man.work(), self.checkup.look())
        waits += [one for one in others if one is not None]
        return max(0.0, min(OTHERS_SECONDS, *waits))

    def notes(self) -> tuple[str, ...]:
        """What a person should know, in sentences."""
        shared = "Another program uses this app's connections." if self.rivals.there else ""
        return tuple(one for one in (self.checkup.trouble, self.link.trouble, shared) if one)

    def close(self) -> None:
        """End in order: nobody is to miss us, or to count us."""
        self.dead_man.close()
        self.roll.leave()

    def _look_at_line(self) -> float:
        before = self.link.state
        wait = self.link.look()
        if self.link.state is not before:
            self.changed()
        return wait

    def _judge_hellos(self) -> None:
        while not self._hellos.empty():
            self.rivals.hello(self._hellos.get())
            self._others_at = 0.0
            self.changed()

    def _read_back(self) -> float | None:
        now = self.clock.boot()
        if not self.rivals.suspicious and now >= self._rationed_until:
            self._read_at = None
            return None
        if self._read_at is None:
            self._read_at = now + READ_BACK_SECONDS
        elif now >= self._read_at:
            self._read_at = now + READ_BACK_SECONDS
            self.missed()
        return self._read_at - now
