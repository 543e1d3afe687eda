"""The pretend company: its memory, its app's tokens, and the parts that act on them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from coffee_bot.sandbox.doors import ResponseUrls, Triggers
from coffee_bot.sandbox.ids import APP_ID, Mint, Stamps, token
from coffee_bot.sandbox.limits import Limiter
from coffee_bot.sandbox.seed import coffee_house
from coffee_bot.sandbox.sockets import Hub

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from coffee_bot.sandbox.plan import FaultPlan
    from coffee_bot.sandbox.settings import Settings


class Slack:
    """Everything of one sandbox. Only the server's thread touches it."""

    def __init__(self, settings: Settings, faults: FaultPlan) -> None:
        self.settings = settings
        self.faults = faults
        self.state = coffee_house(bot_name=settings.bot_name, now=settings.now())
        self.hub = Hub(settings, faults)
        self.limiter = Limiter(settings.limits)
        self.stamps = Stamps()
        self.mint = Mint()
        self.triggers = Triggers(settings.now)
        self.response_urls = ResponseUrls(settings.now)
        self.bot_token = f"xoxb-sandbox-{token()}"
        self.app_token = f"xapp-1-{APP_ID}-{token()}"
        #: Where the server listens, with a slash at the end; known once it has started.
        self.base_url = ""
        #: Set when the server goes down; streams end then.
        self.stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def now(self) -> float:
        """Seconds since 1970, by the clock that was passed in."""
        return self.settings.now()

    def stamp(self) -> str:
        """Return the next message time."""
        return self.stamps.next(self.now())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let `work` go on by itself until the server stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
