"""Words about the feed's channel: that it moved, where things go on, what a channel refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section
from coffee_bot.blocks.words import ago, clip, line, link, name_of, when

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message
    from coffee_daemon import Held, Person, Question

_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,30}")


def place(channel: str) -> str:
    """A channel that can be clicked, by its id; what is no id is shown as it is."""
    return f"<#{channel}>" if _CHANNEL.fullmatch(channel) else line(channel, 80)


def moved_here(before: str) -> Message:
    """Tell the admin who moved the feed what follows from it."""
    said = f"✅ The feed goes on in this channel. It was in {place(before)}."
    return message(
        said,
        section(
            f"{said}\nOpen questions are asked here again. "
            "Replies in their old threads still count."
        ),
    )


def here_already() -> Message:
    """Tell that there was nothing to move."""
    said = "✅ The feed is in this channel already."
    return message(said, section(said))


def did_move(who: Person, before: str) -> Message:
    """Show the new channel who moved the feed here."""
    said = f"📍 {name_of(who)} moved the feed here from {place(before)}."
    return message(said, section(said))


def moved_away(channel: str) -> Message:
    """Tell the channel that was left where the feed goes on."""
    said = f"📍 The feed goes on in {place(channel)}."
    return message(said, section(f"{said} Replies in the threads here still count."))


def moved_card(daemon: str, channel: str) -> Message:
    """What stands in place of the status card that was left behind."""
    said = f"📍 What {line(daemon, 80)} is doing is shown in {place(channel)}."
    return message(said, section(said))


def moved_question(asked: Question, url: str, channel: str) -> Message:
    """What stands in place of a question that goes on in another channel."""
    words = clip(asked.text, 600) or "…"
    there = link(url, "this message")
    return message(
        words,
        section(words),
        section(f"📍 *It goes on in {place(channel)}*, with {there}. A reply here still counts."),
        context(f"#{asked.number}"),
    )


def too_old(verb: str, sent_at: datetime) -> Message:
    """Tell that a command was found too late to be obeyed."""
    said = f"⌛ You sent this {when(sent_at)}, so I did not {line(verb, 40)} anything now."
    return message(said, section(f"{said} Say it again if you still want it."))


def held_posts(held: Sequence[Held]) -> tuple[Block | None, ...]:
    """What channels do not take, why, and since when."""
    return tuple(section(f"⚠️ {_held(one)}") for one in held)


def _held(one: Held) -> str:
    count = "1 post is" if one.posts == 1 else f"{one.posts} posts are"
    return (
        f"*{count} held back* for {place(one.channel)}, the oldest from {ago(one.since)}: "
        f"{clip(one.reason, 500)}. Nothing of it is lost."
    )
