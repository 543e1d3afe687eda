"""The tour itself: what Ada and Bob do, and what must come of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

import click

from coffee_bot.blocks import SEND, SEND_WORDS
from coffee_bot.demo.project import history
from coffee_bot.demo.stage import CHANNEL
from coffee_daemon import CoffeeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.demo.stage import Stage
    from coffee_bot.demo.transcript import Transcript
    from coffee_bot.sandbox import Message, View

Found = TypeVar("Found")

_QUESTION = "Which unit"
_ANSWER = "Minutes, please. Nobody counts seconds at the machine."
_APPROVAL = "Publish the menu"
_APPROVE = "choose:1"
_IDEA = "Could the machine say thank you after each coffee?"


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
        self._the_daemon_dies()
        self._bob_approves()
        self._answer(question)
        self._make_work_of_an_idea()
        self._tell_the_story()
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
        self._until(lambda: self._asked(_APPROVAL), "its request for leave")
        return question

    def _the_daemon_dies(self) -> None:
        self._narrate("A question outlives everything. The daemon is killed: kill -9.")
        self._stage.kill_daemon(self._until(self._stage.daemon_pid, "the daemon to wait"))
        back = self._until(lambda: self._message("crashed", "now waiting"), "its restart")
        self._transcript.edited(back, "waiting")

    def _bob_approves(self) -> None:
        self._narrate("Bob opens the app's Home. It lists what waits for people, and the queue.")
        self._workspace.open_home("bob")
        home = self._until(self._home, "the two questions on Bob's Home")
        self._transcript.looked_at(home)
        asked = self._until(lambda: self._asked(_APPROVAL), "the request for leave")
        self._transcript.did("Bob", "presses [Approve]")
        self._workspace.press_in_home("bob", _APPROVE, f"question:{_number(asked)}:0")
        decided = self._until(lambda: self._decided("Bob"), "his decision on the question")
        self._transcript.edited(decided, "Bob")
        self._until(lambda: self._message("PRIORITY 3 - Publish", "done"), "priority 3")

    def _home(self) -> View | None:
        view = self._workspace.home("bob")
        return view if view and "2 questions" in str(view.body) else None

    def _decided(self, who: str) -> Message | None:
        asked = self._asked(_APPROVAL)
        return asked if asked and who in _words(asked) else None

    def _answer(self, question: Message) -> None:
        self._narrate("Ada answers in the thread. It could as well be tomorrow.")
        reply = self._workspace.say("ada", CHANNEL, _ANSWER, thread_ts=question.ts)
        self._until(lambda: self._workspace.reactions(CHANNEL, reply), "a mark on the reply")
        self._until(lambda: self._message("Picked up", thread=question.ts), "the pick-up")
        self._narrate("The answer was picked up, and its task goes on with it.")
        self._until(lambda: self._message("PRIORITY 1 - Brewing times", "done"), "priority 1")

    def _make_work_of_an_idea(self) -> None:
        self._narrate("Bob has an idea. Ada makes work of it, from the menu of his message.")
        idea = self._workspace.say("bob", CHANNEL, _IDEA)
        self._workspace.run_shortcut("ada", CHANNEL, idea, SEND)
        (form,) = self._until(lambda: self._workspace.views("ada"), "the window")
        self._transcript.did("Ada", "chooses [Send to code_developer] and presses [Send]")
        self._workspace.submit_view("ada", form.id, {SEND_WORDS: {SEND_WORDS: _IDEA}})
        self._until(lambda: self._message(_IDEA, "done"), "the work on it")

    def _tell_the_story(self) -> None:
        self._narrate("Nothing is lost: all that happened to the first task.")
        self._command("show 1", shows="📖")

    def _stop(self) -> None:
        self._narrate("Enough for today.")
        self._command("stop", shows="Stopped Successfully")

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
            if _key(message).startswith("question:") and words in message.text:
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


def _key(message: Message) -> str:
    """The bot's own name of a message."""
    return str(((message.metadata or {}).get("event_payload") or {}).get("key", ""))


def _number(question: Message) -> str:
    return _key(question).partition(":")[2]
