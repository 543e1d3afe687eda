"""A bot under way with everything real but Slack, and the people who talk with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waiting import eventually

from coffee_bot.app import build_app
from coffee_daemon import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.app import Bot
    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import CommandResult, Message, Sandbox, Workspace
    from coffee_daemon import ProcessManager, Question, Store

#: Writes what it is told to; asks when the task's words hold "ask"; ends well.
AGENT = """
import subprocess, sys
prompt = sys.stdin.read()
if "ASK" in prompt and "PostgreSQL" not in prompt:
    subprocess.run(["coffee", "ask", "Which database?", "--option", "SQLite",
                    "--option", "PostgreSQL"], check=True)
    sys.exit(0)
print("Built with " + ("PostgreSQL" if "PostgreSQL" in prompt else "nothing"))
"""


PROGRAM = Person(id="local:agent", name="agent")


@dataclass
class House:
    """A bot under way, and the people who talk with it."""

    sandbox: Sandbox
    config: BotConfig
    store: Store
    process: ProcessManager
    bot: Bot

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.workspace

    def restart_bot(self) -> None:
        self.bot.stop()
        self.bot = build_app(self.config, store=self.store, process=self.process)
        self.bot.start()

    def ask(self, text: str, *options: str, approve: bool = False) -> Question:
        """Ask something outside of any task, as a program may."""
        name = self.config.daemon.name
        question = self.store.questions.ask(
            daemon=name, text=text, options=options, approve=approve, who=PROGRAM
        )
        self.bot.wake()
        return question

    def answered(self, question: Question, text: str) -> None:
        """Wait until that is what the question was answered with."""

        def told() -> bool:
            return [one.text for one in self.store.questions.answers(question.number)] == [text]

        settle(told, f"the answer {text}")

    def command(self, text: str, user: str = "ada") -> CommandResult:
        return self.workspace.command(user, "dev", "/coffee", text)

    def answer_to(self, text: str, user: str = "ada") -> str:
        """Type a command and return the private answer, however it comes."""
        before = len(self.workspace.ephemerals(user, "dev"))
        self.command(text, user)
        found = eventually(
            lambda: self.workspace.ephemerals(user, "dev")[before:], what=f"answer to {text}"
        )
        return words(found[0])

    def message(self, *parts: str, thread: str | None = None, seconds: float = 45) -> Message:
        """Wait for a message of the bot that holds all these words."""

        def look() -> Message | None:
            for one in self.workspace.messages("dev", replies=True):
                ours = one.user == self.sandbox.bot_user_id and thread in {None, one.thread_ts}
                if ours and all(part in own_words(one) for part in parts):
                    return one
            return None

        return eventually(look, seconds, f"{parts}")

    def count(self, *parts: str) -> int:
        found = self.workspace.messages("dev", replies=True)
        return sum(all(part in words(one) for part in parts) for one in found)

    def say(self, text: str, thread: str | None = None, user: str = "ada") -> str:
        return self.workspace.say(user, "dev", text, thread_ts=thread)

    def reactions(self, ts: str) -> list[str]:
        return [one.name for one in self.workspace.reactions("dev", ts)]


def words(message: Message) -> str:
    return f"{message.text} {message.blocks}"


def own_words(message: Message) -> str:
    """What a message says; of the card without what has a message of its own."""
    said = words(message)
    return re.sub(r"#\d+ [^\\'\"]*", "", said) if key_of(message).startswith("card:") else said


def key_of(message: Message) -> str:
    """The key of a post of ours; empty for anything else."""
    payload = (message.metadata or {}).get("event_payload") or {}
    return str(payload.get("key", ""))


def settle(predicate: Callable[[], bool], what: str = "") -> None:
    eventually(predicate, 45, what)
