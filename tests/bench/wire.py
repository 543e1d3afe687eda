"""Rows about the way to Slack and back, on the sandbox."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bench.nouns import Row, Series
from waiting import eventually

from coffee_daemon import (
    NotFound,
    Person,
    QuestionState,
    TaskState,
    Via,
    bot_bell,
    daemon_bell,
    ring,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.town import Town

    from coffee_daemon import Question

_ADA = Person(id="U0ADA00001", name="Ada")
_COMMAND_MOST_MS = 2.0
_QUESTION_MOST_MS = 50.0
_ANSWER_MOST_MS = 20.0
#: Between two samples, so that each finds everybody at rest.
_PAUSE = 0.1


def measure(town: Town, samples: int) -> Iterator[Row]:
    """Slash command, question and answer, `samples` times each."""
    yield from _both("slash command answered", _commands(town, samples), _COMMAND_MOST_MS)
    yield from _both("question until on the wire", _questions(town, samples), _QUESTION_MOST_MS)
    yield from _both("answer until the daemon has it", _answers(town, samples), _ANSWER_MOST_MS)


def _both(name: str, series: Series, most: float) -> Iterator[Row]:
    median, spread = series.median * 1e3, series.spread
    yield Row(name=f"{name}, p50", ours=median, unit="ms", spread=spread, most=most)
    yield Row(name=f"{name}, p99", ours=series.quantile(0.99) * 1e3, unit="ms")


def _commands(town: Town, samples: int) -> Series:
    took = []
    for _ in range(samples + 5):
        took.append(town.sandbox.workspace.command("ada", "dev", "/coffee", "status").seconds)
        time.sleep(_PAUSE / 4)
    return Series(values=tuple(took[5:]))


def _questions(town: Town, samples: int) -> Series:
    """Slack's own ts says when the message came in."""
    took = []
    for number in range(samples + 5):
        text, began = f"Which database, number {number}?", time.time()
        question = town.store.questions.ask(daemon=town.config.name, text=text)
        ring(bot_bell(town.config))
        took.append(float(_message(town, text)) - began)
        town.store.questions.withdraw(question.number, who=_ADA)
        ring(bot_bell(town.config))
        time.sleep(_PAUSE)
    return Series(values=tuple(took[5:]))


def _message(town: Town, text: str) -> str:
    def look() -> str | None:
        found = reversed(town.sandbox.workspace.messages("dev"))
        return next((one.ts for one in found if text in one.text), None)

    return eventually(look, 30, text)


def _answers(town: Town, samples: int) -> Series:
    """From the answer's commit until the daemon has picked it up, by the record's own times."""
    took = []
    for number in range(samples + 3):
        question = _asked(town, number)
        town.store.questions.reply(
            question.number,
            text="SQLite",
            who=_ADA,
            via=Via.CLI,
            source=f"bench:{number}",
            quiet=timedelta(0),
        )
        answered = datetime.now(UTC)
        ring(daemon_bell(town.config))
        picked = eventually(partial(_picked_up, town, question.number), 30, "pick-up")
        took.append((picked - answered).total_seconds())
        _ended(town, question.task or 0)
    return Series(values=tuple(max(0.0, one) for one in took[3:]))


def _asked(town: Town, number: int) -> Question:
    task = town.store.tasks.tell(
        daemon=town.config.name, text=f"ASK about {number}", who=_ADA, via=Via.CLI
    )
    ring(daemon_bell(town.config))

    def look() -> Question | None:
        waits = town.store.tasks.get(task.number).state is TaskState.WAITING
        return town.store.questions.of_task(task.number)[0] if waits else None

    return eventually(look, 30, "the question")


def _picked_up(town: Town, number: int) -> datetime | None:
    found = town.store.questions.get(number)
    return found.picked_up_at if found.state is QuestionState.PICKED_UP else None


def _ended(town: Town, task: int) -> None:
    """Cancel what is left of the task: its agent would ask again."""
    try:
        town.store.tasks.cancel(task, who=_ADA, via=Via.CLI)
    except NotFound:
        return
    ring(daemon_bell(town.config))
    done = {TaskState.CANCELLED, TaskState.DONE, TaskState.FAILED}
    eventually(lambda: town.store.tasks.get(task).state in done, 30, "its end")
