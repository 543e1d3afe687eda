"""The modal in which somebody makes a task of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_bot.blocks.kit import context, message, plain, section
from coffee_bot.blocks.places import place
from coffee_bot.blocks.words import bare, link, mention

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.blocks.kit import Block
    from coffee_bot.intent import Message

#: The entry in the menu of a message, the modal behind it, and what is written there.
SEND, SEND_NOTE, SEND_WORDS = "send_to_daemon", "note", "message"
#: What Slack takes in one box.
_MOST = 3_000
_TITLE = 24


def send_form(
    *,
    daemon: str,
    words: str,
    author: str,
    channel: str,
    url: str,
    feed: str,
    again: int = 0,
    about: str = "",
) -> Mapping[str, Any]:
    """Show the words of a message, to be handed over as they are or changed.

    Args:
        daemon: Who is to get them.
        words: What the message says.
        author: The id of whoever wrote it; empty where that is not known.
        channel: Where it stands.
        url: Its address.
        feed: The channel where the task is going to be shown.
        again: The task that this person has made of it already; 0 for none.
        about: What the modal brings back.
    """
    blocks = (
        section(_again(again)) if again else None,
        _box(SEND_NOTE, "What is to be done?", "", "Empty: the message itself is the task."),
        _box(SEND_WORDS, "The message", words, "What does not belong there may be taken out."),
        context(_whence(author, channel), link(url, "the message")),
        context(f"👀 The task and these words are shown in {place(feed)}."),
    )
    return {
        "type": "modal",
        "callback_id": SEND,
        "private_metadata": about,
        "title": plain(bare(f"Send to {daemon}", _TITLE)),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": [block for block in blocks if block],
    }


def not_opened_to_send() -> Message:
    """Tell that the modal did not open, and what does the same."""
    said = "⏳ Slack did not open the window in time. Choose it again from the message's menu."
    return message(said, section(said))


def _again(number: int) -> str:
    return f"♻️ You have made #{number} of this message. Sending it again makes another task."


def _whence(author: str, channel: str) -> str:
    where = f"in {place(channel)}"
    return f"By {mention(author)} {where}" if author else f"From a message {where}"


def _box(name: str, label: str, words: str, hint: str) -> Block:
    entry: Block = {"type": "plain_text_input", "action_id": name, "multiline": True}
    shown = {"initial_value": _bounded(words)} if words else {}
    return {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": plain(label),
        "hint": plain(hint),
        "element": {**entry, **shown, "max_length": _MOST},
    }


def _bounded(words: str) -> str:
    """As much of a message as one box holds; the link leads to the rest."""
    return words if len(words) <= _MOST else f"{words[: _MOST - 1]}…"
