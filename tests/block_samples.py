"""Nouns for blocks to show, and what Slack and we demand of the blocks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from coffee_bot.blocks import words
from coffee_daemon import (
    Answer,
    DaemonState,
    DaemonStatus,
    Notification,
    NotificationType,
    Option,
    Person,
    Question,
    QuestionState,
    Task,
    TaskState,
    Via,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coffee_bot.intent import Message

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ADA = Person(id="U0ADA00001", name="Ada")
#: What outsiders may try to smuggle in.
HOSTILE = "<!channel> <@U0VICTIM01> <!subteam^S1> <https://evil.example|click> & ``` *bold* \u202e"


def a_task(**changes: Any) -> Task:
    usual = Task(
        number=12,
        daemon="code_developer",
        source="command:12",
        title="Fix the login",
        prompt="Fix the login page, please.",
        priority=0,
        state=TaskState.QUEUED,
        author=ADA,
        created_at=AT,
        updated_at=AT,
    )
    return replace(usual, **changes)


def a_question(**changes: Any) -> Question:
    usual = Question(
        number=13,
        daemon="code_developer",
        text="Which database?",
        why="The schema depends on it.",
        options=(Option(id="1", label="SQLite"), Option(id="2", label="PostgreSQL")),
        state=QuestionState.OPEN,
        task=12,
        created_at=AT,
    )
    return replace(usual, **changes)


def an_answer(**changes: Any) -> Answer:
    usual = Answer(
        id=1,
        question=13,
        task=12,
        text="SQLite",
        who=ADA,
        via=Via.SLACK,
        source="slack:1",
        created_at=AT,
        said_at=AT,
    )
    return replace(usual, **changes)


def a_status(**changes: Any) -> DaemonStatus:
    usual = DaemonStatus(
        name="code_developer",
        state=DaemonState.WORKING,
        evidence="heartbeat 2 s ago",
        pid=4711,
        current_task="PRIORITY 2.6 - CI Testing",
        task_number=12,
        started_at=AT,
        task_started_at=AT,
        uptime=7_500.0,
        output_age=180.0,
        progress="running the tests",
        cpu_percent=12.34,
        memory_mb=123.45,
    )
    return replace(usual, **changes)


def a_notification(**changes: Any) -> Notification:
    usual = Notification(
        number=14,
        type=NotificationType.INFO,
        title="News",
        message="All is well.",
        created_at=AT,
    )
    return replace(usual, **changes)


#: Where blocks hold words, or what holds words.
WORDY = frozenset(
    {"text", "fields", "elements", "element", "options", "placeholder", "label"}
    | {"confirm", "deny", "title"}
)


def every_text(thing: Any, *, live: bool = False) -> Iterator[str]:
    """All words of some blocks; `live`: only those in which Slack reads tokens."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict) and not (live and thing.get("type") == "plain_text"):
        for key, value in thing.items():
            if key in WORDY:
                yield from every_text(value, live=live)
    elif isinstance(thing, list | tuple):
        for one in thing:
            yield from every_text(one, live=live)


def shown(message: Message) -> str:
    return "\n".join(every_text(message.blocks))


def of(message: Message, kind: str) -> list[Mapping[str, Any]]:
    return [block for block in message.blocks if block["type"] == kind]


#: The only tokens that ours ever holds.
OUR_TOKEN = re.compile(
    r"<@[UW][A-Z0-9]+>|<!subteam\^S0BARISTA1>|<#[CDG][A-Z0-9]+>"
    r"|<!date\^-?\d+\^[^<>|]+\|[^<>|]+>|<https://team\.example/[^<>|]*\|[^<>|]*>"
)


def assert_fit(message: Message) -> None:
    """Hold a message against Slack's limits and against what may never leave."""
    json.dumps(message.blocks).encode()
    message.text.encode()
    assert message.text.strip()
    assert words.size(message.text) <= words.TEXT_LIMIT
    assert 1 <= len(message.blocks) <= 50
    assert sum(words.size(text) for text in every_text(message.blocks)) < 12_000
    for block in message.blocks:
        assert_block(block)
    for text in (message.text, *every_text(message.blocks, live=True)):
        bare = OUR_TOKEN.sub("", text)
        assert not set(bare) & {"<", ">"}
        assert not re.search(r"&(?!(?:amp|lt|gt);)", bare)


def assert_block(block: Mapping[str, Any]) -> None:
    if block["type"] == "section" and "text" in block:
        assert 1 <= words.size(block["text"]["text"]) <= 3_000
    elif block["type"] == "section":
        assert 1 <= len(block["fields"]) <= 10
        assert all(1 <= words.size(one["text"]) <= 2_000 for one in block["fields"])
    elif block["type"] == "context":
        assert 1 <= len(block["elements"]) <= 10
        assert all(1 <= words.size(one["text"]) <= 3_000 for one in block["elements"])
    elif block["type"] == "header":
        assert 1 <= words.size(block["text"]["text"]) <= 150
    else:
        assert block["type"] == "actions"
        assert 1 <= len(block["elements"]) <= 25
        for one in block["elements"]:
            assert_element(one)


def assert_element(element: Mapping[str, Any]) -> None:
    assert len(element["action_id"]) <= 255
    if element["type"] == "static_select":
        assert 1 <= len(element["options"]) <= 100
        assert all(1 <= words.size(one["text"]["text"]) <= 75 for one in element["options"])
        assert all(re.fullmatch(r"\d+:\d+", one["value"]) for one in element["options"])
        return
    assert re.fullmatch(r"[\w.:-]{0,150}", element["value"])
    assert 1 <= words.size(element["text"]["text"]) <= 75
    if sure := element.get("confirm"):
        assert 1 <= words.size(sure["title"]["text"]) <= 100
        assert 1 <= words.size(sure["text"]["text"]) <= 300
        assert all(1 <= words.size(sure[name]["text"]) <= 30 for name in ("confirm", "deny"))
