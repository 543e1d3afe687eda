"""Block Kit's pieces. What goes in is escaped already; limits are from Slack's reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_bot.blocks.words import SECTION_LIMIT, size
from coffee_bot.intent import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Block = dict[str, Any]


def message(text: str, *blocks: Block | None) -> Message:
    """Put a message together; a block that is None is left out."""
    return Message(text=text, blocks=tuple(block for block in blocks if block))


def section(text: str) -> Block | None:
    """A paragraph; at most 3,000 characters. None of nothing, which Slack would refuse."""
    return {"type": "section", "text": _mrkdwn(text)} if text.strip() else None


def header(text: str) -> Block:
    """A headline in which Slack reads no markup; at most 150 characters."""
    return {"type": "header", "text": plain(text)}


def sections(lines: Iterable[str]) -> Iterator[Block | None]:
    """As many paragraphs as these lines need."""
    held = ""
    for line in lines:
        if held and size(held) + size(line) + 1 > SECTION_LIMIT:
            yield section(held)
            held = ""
        held = f"{held}\n{line}" if held else line
    yield section(held)


def facts(*pairs: tuple[str, str]) -> Block:
    """Two columns of names and values; at most 10 of 2,000 characters."""
    return {"type": "section", "fields": [_mrkdwn(f"*{name}*\n{value}") for name, value in pairs]}


def context(*texts: str) -> Block | None:
    """Small print; at most 10 texts. None of nothing."""
    kept = [_mrkdwn(text) for text in texts if text]
    return {"type": "context", "elements": kept} if kept else None


def actions(*buttons: Block) -> Block:
    """A row of buttons; at most 25."""
    return {"type": "actions", "elements": list(buttons)}


def button(
    label: str,
    *,
    action: str,
    value: str,
    style: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """A button. `value` is an id of ours and never holds words of people."""
    found: Block = {"type": "button", "action_id": action, "value": value, "text": plain(label)}
    return found | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def menu(label: str, *, action: str, options: Iterable[tuple[str, str]]) -> Block:
    """A menu of at most 100 choices. `options` are labels with ids of ours."""
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(label),
        "options": [option(words, value) for words, value in options],
    }


def option(words: str, value: str) -> Block:
    """One choice: 75 characters, with an id of ours."""
    return {"text": plain(words), "value": value}


def sure(title: str, text: str, *, confirm: str, deny: str) -> Block:
    """What a button asks before it does anything: 100, 300, 30 and 30 characters."""
    return {
        "title": plain(title),
        "text": plain(text),
        "confirm": plain(confirm),
        "deny": plain(deny),
        "style": "danger",
    }


def plain(text: str) -> Block:
    """Words that Slack shows as they are."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}
