"""Pieces about the bot's own line to Slack, and whether anybody is at home."""

from __future__ import annotations

from datetime import timedelta

from coffee_bot import blocks
from coffee_bot.delivery import cannot_post
from coffee_bot.gallery.nouns import Heard, Piece, Place, public
from coffee_bot.gallery.samples import AT, DAEMON
from coffee_bot.intent import Message
from coffee_bot.watch import words

_WHO = words.named(DAEMON, "ada-laptop")


def pieces() -> tuple[Piece, ...]:
    """Return them: who is away, who else is there, and what cannot be said."""
    missed = words.not_heard(_WHO, AT)
    return (
        public("notice", "Slack itself says that nobody is home", _plain(missed)),
        public("notice", "the bot is back", words.back(_WHO, AT, AT + timedelta(hours=8))),
        public("notice", "another program has the app's tokens", words.another_program(2, 1)),
        public("notice", "that is over", words.nobody_else()),
        Piece(
            name="notice",
            place=Place.DIRECT,
            heard=Heard.PERSON,
            when="a channel takes no posts, told to admins",
            blocks=cannot_post("C0DEV00001", "is_archived").blocks,
        ),
    )


def _plain(said: str) -> Message:
    """Words that go out without blocks, as Slack draws them."""
    return Message(text=said, blocks=blocks.notice(said[0], said[2:]).blocks)
