"""A house by another clock, which tests set to what time of the week they like."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot_house import House, key_of, words
from waiting import eventually

from coffee_bot.app import build_app
from coffee_bot.reminding import USUAL
from coffee_daemon import Person, ProcessManager, Store, SystemClock, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Message, Sandbox
    from coffee_daemon import Question

AGENT = Person(id="local:agent", name="agent")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Wall(SystemClock):
    """The host's clock, set to another time of the week; it goes on by itself."""

    ahead: list[timedelta] = field(default_factory=lambda: [timedelta(0)])
    #: Called after the clock was set: a bot that sleeps until a time would not notice.
    moved: list[Callable[[], object]] = field(default_factory=lambda: [lambda: None])

    def now(self) -> datetime:
        return super().now() + self.ahead[0]

    def set(self, day: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN) -> None:
        """Let it be that time in March 2026, in which the first is a Sunday."""
        wanted = datetime(2026, 3, day, hour, minute, tzinfo=zone)
        self.ahead[0] = wanted - datetime.now(UTC)
        self.moved[0]()


@dataclass
class Town(House):
    """A house by another clock, in which Ada lives in Berlin and Bob in New York."""

    clock: Wall = field(default_factory=Wall)

    def restart_bot(self) -> None:
        self.bot.stop()
        self.begin()

    def begin(self) -> None:
        self.bot = build_app(self.config, store=self.store, process=self.process, clock=self.clock)
        self.bot.start()

    def look(self) -> None:
        """Have the bot that there is now look at everything."""
        self.bot.look()

    def ask(self, text: str, *options: str, **more: Any) -> Question:
        """A question of no task, for the people who are asked first."""
        name = self.config.daemon.name
        asked = self.store.questions.ask(daemon=name, text=text, options=options, who=AGENT, **more)
        self.bot.wake()
        self.message(f"#{asked.number}", text)
        return asked

    def direct(self, user: str, *parts: str) -> Message:
        """Wait for a message in somebody's direct conversation."""
        where = self.workspace.dm(user)

        def look() -> Message | None:
            found = self.workspace.messages(where)
            return next((one for one in found if all(p in words(one) for p in parts)), None)

        return eventually(look, 30, f"{user}: {parts}")

    def posts(self, prefix: str) -> list[Message]:
        """What was posted anywhere under keys that begin so."""
        places = ["dev", *(self.workspace.dm(user) for user in ("ada", "bob"))]
        return [
            one
            for place in places
            for one in self.workspace.messages(place, replies=True)
            if key_of(one).startswith(prefix)
        ]

    def looked(self) -> None:
        """Wait until the bot has surely looked at the time once more."""
        mark = f"mark {self.clock.now().isoformat()}"
        self.store.create_notification("info", "Mark", mark)
        self.bot.look()
        self.message(mark)
        self.bot.look()
        mark = f"{mark} again"
        self.store.create_notification("info", "Mark", mark)
        self.bot.look()
        self.message(mark)


def town_settings(config: BotConfig, sandbox: Sandbox) -> BotConfig:
    """Let people work from nine to six, Ada in Berlin and Bob in New York; Ada is asked first."""
    workspace = sandbox.workspace
    workspace.change_user("ada", tz="Europe/Berlin")
    workspace.change_user("bob", tz="America/New_York")
    return replace(
        config,
        hours=USUAL,
        ask_first=(workspace.user("ada").id,),
        # Slack plans such messages by its own clock, which is the host's.
        away=timedelta(0),
    )


@contextmanager
def town_at_work(sandbox: Sandbox, config: BotConfig) -> Iterator[Town]:
    """Run a bot in it, from Monday at ten on."""
    clock = Wall(system_clock().boot_source)
    clock.set(2, 10)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(config.daemon.home)}
    process = ProcessManager(config.daemon, clock=clock, environment=environment)
    with Store.open(config.daemon.database, clock=clock) as store:
        bot = build_app(config, store=store, process=process, clock=clock)
        town = Town(sandbox, config, store, process, bot, clock)
        try:
            bot.start()
            clock.moved[0] = town.look
            yield town
        finally:
            town.bot.stop()
            process.stop()
