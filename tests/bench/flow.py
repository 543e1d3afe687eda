"""Rows about a flood: how fast posts go out and replies come in, before Slack's limits bind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.nouns import Row
from waiting import eventually

from coffee_daemon import bot_bell, ring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.town import Town

#: Slack's own bound on messages to one channel, in a second.
_LIMIT = 1.0


def measure(town: Town, count: int) -> Iterator[Row]:
    """Post `count` questions as fast as it goes, then take a reply to each."""
    outside = [
        town.store.questions.ask(daemon=town.config.name, text=f"Flood question {number}?")
        for number in range(count)
    ]
    began = time.perf_counter()
    ring(bot_bell(town.config))
    threads = eventually(lambda: _threads(town, count), 120, "the posts")
    posted = count / (time.perf_counter() - began)
    yield Row(name="feed: posts a second", ours=posted, unit="/s", note=f"Slack allows {_LIMIT:g}")
    began = time.perf_counter()
    for ts in threads:
        town.sandbox.workspace.say("ada", "dev", "SQLite", thread_ts=ts)
    eventually(
        lambda: not any(town.store.questions.open(town.config.name, limit=1)), 120, "the replies"
    )
    yield Row(
        name="intake: replies a second",
        ours=len(outside) / (time.perf_counter() - began),
        unit="/s",
    )


def _threads(town: Town, count: int) -> list[str] | None:
    found = [
        one.ts for one in town.sandbox.workspace.messages("dev") if "Flood question" in one.text
    ]
    return found if len(found) == count else None
