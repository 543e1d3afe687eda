"""Nouns -> what Slack shows. Everything here is pure; everything from outside is escaped.

`escape` and `split` are in `words`; the limits they keep are Slack's own.
"""

from __future__ import annotations

from coffee_bot.blocks.general import (
    backlog,
    help_page,
    not_understood,
    notice,
    notifications,
    refusal,
    trouble,
    usage,
)
from coffee_bot.blocks.questions import (
    answered,
    edit_too_late,
    picked_up,
    question,
    questions,
    too_late,
)
from coffee_bot.blocks.status import (
    FACES,
    START,
    already_running,
    did,
    not_running,
    process_failure,
    restarted,
    sentence,
    started,
    status,
    status_card,
    stopped,
    transition,
)
from coffee_bot.blocks.tasks import (
    cancelled,
    did_cancel,
    ended,
    stored,
    task,
    tasks,
    withdrawn,
)
from coffee_bot.blocks.words import (
    ago,
    code,
    escape,
    line,
    mention,
    permalink,
    split,
    when,
)

__all__ = [
    "FACES",
    "START",
    "ago",
    "already_running",
    "answered",
    "backlog",
    "cancelled",
    "code",
    "did",
    "did_cancel",
    "edit_too_late",
    "ended",
    "escape",
    "help_page",
    "line",
    "mention",
    "not_running",
    "not_understood",
    "notice",
    "notifications",
    "permalink",
    "picked_up",
    "process_failure",
    "question",
    "questions",
    "refusal",
    "restarted",
    "sentence",
    "split",
    "started",
    "status",
    "status_card",
    "stopped",
    "stored",
    "task",
    "tasks",
    "too_late",
    "transition",
    "trouble",
    "usage",
    "when",
    "withdrawn",
]
