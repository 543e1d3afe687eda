"""The tour itself: what Ada does, and what must come of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

import click

from coffee_bot.demo.project import history
from coffee_bot.demo.stage import CHANNEL
from coffee_daemon import CoffeeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.demo.stage import Stage
    from coffee_bot.demo.transcript import Transcript
    from coffee_bot.sandbox import Message

Found = TypeVar("Found")

_QUESTION = "Which unit"
_ANSWER = "Minutes, please. Nobody counts seconds at the machine."
_ASKED = "Which modules does the coffee corner have?"


class Tour:
    """Plays the story once, from the first look to the last."""

    #: How long something that must happen may take.
    step_seconds = 30.0

    def __init__(self, stage: Stage, transcript: Transcript) -> None:
        self._stage = stage
        self._transcript = transcript
        self._workspace = stage.sandbox.workspace

    def play(self) -> None:
        """Play every scene.

        Raises:
            CoffeeError: Something that must happen did not; says what.
        """
        begun = time.monotonic()
        self._look_and_start()
        question = self._a_question_comes()
        self._answer(question)
        self._ask_it_something()
        self._stop()
        self._look_back(time.monotonic() - begun)

    def _look_and_start(self) -> None:
        self._narrate("Ada looks how the daemon is, and starts it.")
        self._command("status", shows="STOPPED")
        self._command("start", shows="Started Successfully")

    def _a_question_comes(self) -> Message:
        self._narrate("It works on the roadmap. When it needs a decision, it asks.")
        question = self._until(lambda: self._asked(_QUESTION), "the daemon's question")
        self._narrate("Nobody blocks: it goes on with the next priority meanwhile.")
        self._until(lambda: self._message("PRIORITY 2 - A price list", "done"), "priority 2")
        return question

    def _answer(self, question: Message) -> None:
        self._narrate("Ada answers in the thread. It could as well be tomorrow.")
        reply = self._workspace.say("ada", CHANNEL, _ANSWER, thread_ts=question.ts)
        self._until(lambda: self._workspace.reactions(CHANNEL, reply), "a mark on the reply")
        self._until(lambda: self._message("Picked up", thread=question.ts), "the pick-up")
        self._narrate("The answer was picked up, and its task goes on with it.")
        self._until(lambda: self._message("PRIORITY 1 - Brewing times", "done"), "priority 1")

    def _ask_it_something(self) -> None:
        self._narrate("Ada asks it something. The answer comes in a thread of its own.")
        self._command(f"tell {_ASKED}", shows="Command Sent")
        self._until(lambda: self._message("The coffee corner has"), "its answer")

    def _stop(self) -> None:
        self._narrate("Enough for today.")
        self._command("stop", shows="Stopped Successfully")
        self._command("status", shows="STOPPED")

    def _look_back(self, seconds: float) -> None:
        self._narrate("What it left in the repository, tested and committed:")
        for line in history(self._stage.project):
            click.echo(f"{'':15}{line}")
        click.echo(click.style(f"\nThe tour took {seconds:.0f} s.", dim=True))

    def _narrate(self, text: str) -> None:
        self._transcript.catch_up()
        self._transcript.narrate(text)

    def _command(self, text: str, *, shows: str) -> None:
        """Type a slash command and wait for the private answer that shows a certain word."""
        before = len(self._private())
        self._transcript.typed("Ada", f"/coffee {text}")
        self._workspace.command("ada", CHANNEL, "/coffee", text)
        self._until(
            lambda: any(shows in _words(one) for one in self._private()[before:]),
            f"the answer to /coffee {text}",
        )

    def _private(self) -> tuple[Message, ...]:
        return self._workspace.ephemerals("ada", CHANNEL)

    def _message(self, *parts: str, thread: str | None = None) -> Message | None:
        """The first of the bot's messages that holds all these words."""
        bot = self._stage.sandbox.bot_user_id
        for message in self._workspace.messages(CHANNEL, replies=True):
            here = thread in {None, message.thread_ts}
            if message.user == bot and here and all(part in _words(message) for part in parts):
                return message
        return None

    def _asked(self, words: str) -> Message | None:
        """The question with these words: its own message, not one that quotes it."""
        for message in self._workspace.messages(CHANNEL):
            payload = (message.metadata or {}).get("event_payload") or {}
            if payload.get("key", "").startswith("question:") and words in message.text:
                return message
        return None

    def _until(self, found: Callable[[], Found | None], what: str) -> Found:
        deadline = time.monotonic() + self.step_seconds
        while not (result := found()):
            if time.monotonic() > deadline:
                raise CoffeeError(
                    f"The tour waited {self.step_seconds:.0f} s for {what}.",
                    hint=self._stage.bot_log(),
                )
            self._transcript.catch_up()
            time.sleep(0.05)
        self._transcript.catch_up()
        return result


def _words(message: Message) -> str:
    return f"{message.text} {message.blocks}"
