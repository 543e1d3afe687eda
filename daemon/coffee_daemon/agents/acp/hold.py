"""How long the agent's requests to a person may stay pending within a turn.

A person who answers in that time is heard at once. When the first request is overdue they all
are: the turn is cancelled, the questions stay open in the record, and nobody waits.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from coffee_daemon.errors import CoffeeError
from coffee_daemon.notifications import QuestionState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from coffee_daemon.agents.acp.voice import Voice
    from coffee_daemon.asking import Asker
    from coffee_daemon.tasks import Exchange

#: How often the record is looked at: a person's click is heard within about this time.
_LOOK_SECONDS = 0.25


class Hold:
    """The time that pending requests of one turn have."""

    def __init__(self, asker: Asker, seconds: float, voice: Voice) -> None:
        self.over = asyncio.Event()
        #: The numbers of questions that nobody answered in time.
        self.unanswered: set[int] = set()
        #: Tells the agent that its turn is cancelled; before the requests are.
        self.cancel: Callable[[], Awaitable[None]] | None = None
        self._asker = asker
        self._seconds = seconds
        self._voice = voice

    async def wait(self, number: int) -> Exchange | None:
        """Wait until a question is answered or withdrawn; None when the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds
        self.unanswered.add(number)
        while not self.over.is_set():
            found = await self._look(number)
            if found is None or found.question.closed:
                self.unanswered.discard(number)
                return found
            # Somebody has answered and may still change it: that is worth a little more time.
            answered = found.question.state is QuestionState.ANSWERED
            if loop.time() >= deadline and not answered:
                await self.end()
                break
            await self._pause()
        return None

    async def end(self) -> None:
        """End the time of every pending request."""
        if self.over.is_set():
            return
        try:
            if self.cancel is not None:
                await self.cancel()
        finally:
            self.over.set()

    async def _look(self, number: int) -> Exchange | None:
        try:
            return await asyncio.to_thread(self._asker.look, number)
        except CoffeeError as error:
            # Such as a turn that is over: then there is no answer for it either.
            self._voice.line(f"- {error}")
            return None

    async def _pause(self) -> None:
        waiting = asyncio.ensure_future(self.over.wait())
        await asyncio.wait({waiting}, timeout=_LOOK_SECONDS)
        waiting.cancel()
