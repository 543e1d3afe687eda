"""Ada: she answers every question in its thread, once, whenever she comes across it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot_house import key_of

if TYPE_CHECKING:
    from random import Random

    from coffee_bot.sandbox import Message, Workspace

_LOOK_SECONDS = 0.05
#: How many of the questions that she sees she answers at a look.
_ANSWERS = 0.2


def answer_to(words: str) -> str:
    """The one right answer to a question."""
    return words.replace("Which", "The").replace("?", ": that one.")


@dataclass
class Ada:
    """Reads the channel and answers. What she said, by the ts of the question's message."""

    workspace: Workspace
    random: Random
    said: dict[str, str] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Answer until stopped."""
        while not self._stopping.wait(_LOOK_SECONDS):
            for message in self.workspace.messages("dev"):
                if self._is_new(message) and self.random.random() < _ANSWERS:
                    self._answer(message)

    def stop(self) -> None:
        """Answer no more."""
        self._stopping.set()

    def _is_new(self, message: Message) -> bool:
        return key_of(message).startswith("question:") and message.ts not in self.said

    def _answer(self, message: Message) -> None:
        words = message.text.split("?")[0] + "?"
        self.said[message.ts] = self.workspace.say(
            "ada", "dev", answer_to(words), thread_ts=message.ts
        )
