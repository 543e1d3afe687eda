"""The daily digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.blocks.kit import context, message, section, sections
from coffee_bot.blocks.words import duration, line, when
from coffee_daemon import TaskState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coffee_bot.intent import Message
    from coffee_daemon import Digest, Question, Task

#: Lines of each list.
_SHOWN = 10
_FACES = {
    TaskState.DONE: "✅",
    TaskState.FAILED: "❌",
    TaskState.CANCELLED: "🚫",
    TaskState.RUNNING: "⚙️",
    TaskState.QUEUED: "📋",
    TaskState.WAITING: "❓",
}
_WORDS = {
    TaskState.DONE: "done",
    TaskState.FAILED: "failed",
    TaskState.CANCELLED: "cancelled",
    TaskState.RUNNING: "running",
    TaskState.QUEUED: "queued",
    TaskState.WAITING: "waiting for an answer",
}


def digest(told: Digest, *, command: str = "/coffee") -> Message:
    """Tell a day: what ended, what is in progress, and the open questions by their age."""
    head = f"☀️ {line(told.daemon, 80)}: {_sums(told)}"
    return message(
        head,
        section(f"☀️ *{line(told.daemon, 80)}* since {when(told.since)}: {_sums(told)}"),
        *sections(_listed("Ended", told.ended, command)),
        *sections(_listed("In progress", told.in_progress, command)),
        *sections(_asked(told, command)),
        context(f"🔗 The audit ends at `{line(told.audit, 100)}`." if told.audit else ""),
    )


def _sums(told: Digest) -> str:
    counts = {
        _WORDS[state]: sum(one.state is state for one in told.ended)
        for state in (TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)
    }
    counts["in progress"] = len(told.in_progress)
    parts = [f"{count} {words}" for words, count in counts.items() if count]
    if open_ := len(told.questions):
        parts.append(f"{open_} question{'s' * (open_ != 1)} open")
    return ", ".join(parts) or "nothing ended"


def _listed(title: str, tasks: Sequence[Task], command: str) -> Iterator[str]:
    if not tasks:
        return
    yield f"*{title}*"
    for one in tasks[:_SHOWN]:
        words = _WORDS[one.state]
        yield f"{_FACES[one.state]} #{one.number} {line(one.title, 120)} · {words}"
    if len(tasks) > _SHOWN:
        yield f"and {len(tasks) - _SHOWN} more: `{command} tasks`"


def _asked(told: Digest, command: str) -> Iterator[str]:
    if not told.questions:
        return
    yield "*Open questions, the oldest first*"
    for one in told.questions[:_SHOWN]:
        yield f"❓ #{one.number} {line(one.text, 120)} · {_age(one, told)}"
    if len(told.questions) > _SHOWN:
        yield f"and {len(told.questions) - _SHOWN} more: `{command} questions`"


def _age(one: Question, told: Digest) -> str:
    return f"waiting for {duration(max(0.0, (told.until - one.created_at).total_seconds()))}"
