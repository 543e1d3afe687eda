"""What happens in a channel, as a person would read it aloud in a terminal."""

from __future__ import annotations

import re
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click

from coffee_bot.demo.stage import CHANNEL
from coffee_bot.intake.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coffee_bot.sandbox import Message, View, Workspace

_ASIDE_WIDTH = 36
_MENTION = re.compile(r"<@(U[A-Z0-9]+)>")
#: A link or a date: what stands behind the bar is for readers like us.
_LABELLED = re.compile(r"<(?:!date|https?:)[^>|]*\|([^>]*)>")
#: Slack's marks for bold and code; a terminal has its own.
_MARKS = re.compile(r"(?<!\w)[*`]([^*`\n]+)[*`](?!\w)")
#: The emoji whose names the bot uses in reactions.
_EMOJI = {
    "white_check_mark": "✅",
    "inbox_tray": "📥",
    "eyes": "👀",
    "no_entry": "⛔",
    "no_entry_sign": "🚫",
}


class Transcript:
    """Prints each message, reply, private answer and reaction once, when it is first seen."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._seen: set[tuple[str, ...]] = set()

    def narrate(self, text: str) -> None:
        """Print a line of the tour's own."""
        click.echo("\n" + click.style(f"── {text}", dim=True))

    def typed(self, who: str, text: str) -> None:
        """Print what somebody types as a command."""
        click.echo(f"{_name(who)} {click.style(text, bold=True)}")

    def did(self, who: str, what: str) -> None:
        """Print what somebody does that is no message."""
        click.echo(f"{_name(who)} {click.style(what, italic=True)}")

    def looked_at(self, view: View) -> None:
        """Print what a person sees on a Home, without its small print."""
        shown = (block for block in view.body["blocks"] if block["type"] != "context")
        texts = (text for block in shown for text in _texts(block))
        for line in self._split(texts):
            click.echo(f"{'':13}│ {line}")

    def edited(self, message: Message, words: str) -> None:
        """Print the line with these words of a message that was edited."""
        line = next(one for one in self._lines(message) if words in one)
        aside = click.style(f"(edits “{self._title(message)}”)", dim=True)
        click.echo(f"{_name(self._author(message))} {aside} {line}")

    def catch_up(self) -> None:
        """Print what has come since the last call."""
        seen = [
            *self._workspace.messages(CHANNEL, replies=True),
            *self._workspace.ephemerals("ada", CHANNEL),
        ]
        for message in sorted(seen, key=lambda one: one.ts):
            if self._is_new("message", message.ts, message.ephemeral_for or ""):
                self._print(message)
            for reaction in message.reactions:
                if self._is_new("reaction", message.ts, reaction.name):
                    self._print_reaction(message, reaction.name)

    def _is_new(self, *key: str) -> bool:
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _print(self, message: Message) -> None:
        name = self._author(message)
        where = "  ↳ " if message.thread_ts else ""
        aside = click.style(self._aside(message), dim=True)
        lines = list(self._lines(message))
        click.echo(f"{_name(name, where)}{aside} {lines[0]}")
        margin = " " * (len(where) + 15)
        for line in lines[1:]:
            click.echo(margin + line)

    def _aside(self, message: Message) -> str:
        """Who else sees it, or which thread it stands in."""
        if message.ephemeral_for:
            return " (only Ada sees this)"
        if message.thread_ts is None:
            return ""
        parent = self._workspace.message(CHANNEL, message.thread_ts)
        return f" (under “{self._title(parent)}”)"

    def _author(self, message: Message) -> str:
        who = self._workspace.user(message.user)
        return who.name if who.is_bot else who.real_name.split()[0]

    def _title(self, message: Message) -> str:
        return shorten(self._plain(message.text), _ASIDE_WIDTH, placeholder=" …")

    def _print_reaction(self, message: Message, name: str) -> None:
        who = self._workspace.user(message.user).real_name.split()[0]
        emoji = _EMOJI.get(name, f":{name}:")
        click.echo(click.style(f"{'':15}{emoji} on {who}'s message", dim=True))

    def _lines(self, message: Message) -> Iterator[str]:
        texts = [text for block in message.blocks for text in _texts(block)] or [message.text]
        yield from self._split(texts)

    def _split(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            yield from filter(None, (line.strip() for line in self._plain(text).split("\n")))

    def _plain(self, text: str) -> str:
        named = _MENTION.sub(lambda found: "@" + self._workspace.user(found[1]).name, text)
        labelled = _LABELLED.sub(r"\1", named)
        return _MARKS.sub(r"\1", plain(labelled)).replace("```", "")


def _name(name: str, before: str = "") -> str:
    colour = "cyan" if name == "Ada" else "yellow"
    return click.style(f"{before}{name.rjust(14)}", fg=colour)


def _texts(block: dict[str, Any]) -> Iterator[str]:
    """The words of a block, in reading order."""
    if text := block.get("text"):
        yield text["text"]
    if fields := block.get("fields"):
        yield "  ·  ".join(field["text"].replace("\n", " ") for field in fields)
    if block["type"] == "context":
        yield "  ·  ".join(part["text"] for part in block["elements"] if "text" in part)
    if block["type"] == "actions":
        yield " ".join(f"[{part['text']['text']}]" for part in block["elements"] if "text" in part)
