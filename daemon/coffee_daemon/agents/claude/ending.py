"""What the end of a run means for the turn."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coffee_daemon.agents.limits import (
    TROUBLE_BACK_OFF,
    Limit,
    guessed,
    limit_from_moment,
    limit_from_words,
    speaks_of_limit,
)
from coffee_daemon.agents.protocol import ANSWER_CHARS, SUMMARY_CHARS
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_daemon.agents.claude.events import Ending, Told

_NO_SESSION = re.compile(
    r"(Error: )?(No conversation found with session ID|--resume requires a valid session)"
)
_TOO_LONG = re.compile(r"prompt is too long|context (window|limit)", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>()\[\]\"'`|]+/(?:pull|pulls|merge_requests|pull-requests)/\d+")

#: In its own words too, for versions that do not name the trouble.
_WANTS_LOGIN = "Please run /login"
_LOG_IN = (
    "Claude Code is not logged in for this daemon ({words}). Run `claude` once as the user that "
    "the daemon runs as and log in, or set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN where the "
    "daemon is started; then retry the task."
)


def outcome_of(told: Told, *, wants_answer: bool, now: datetime) -> Outcome:
    """Read a turn's outcome from what the program has told; it must have told its ending.

    Args:
        told: What it has told.
        wants_answer: The task is a question, and its answer is kept in full.
        now: The present, for times of day.
    """
    ending = told.ending
    if ending is None:
        raise ValueError(told)
    if ending.ok:
        said = _shortened(ending.words, ANSWER_CHARS if wants_answer else SUMMARY_CHARS)
        return Outcome(end=TurnEnd.OK, summary=said, links=_links(ending.words), cost=ending.cost)
    limit = _limit(told, ending, now)
    if limit is not None:
        words = _waits(ending, limit)
        return Outcome(end=TurnEnd.LIMITED, summary=words, until=limit.until, cost=ending.cost)
    if ending.trouble == "authentication_failed" or _WANTS_LOGIN in ending.words:
        words = _LOG_IN.format(words=_line(ending.words))
        return Outcome(end=TurnEnd.CRASHED, summary=words, cost=ending.cost)
    return Outcome(
        end=TurnEnd.FAILED, summary=_shortened(ending.words, SUMMARY_CHARS), cost=ending.cost
    )


def without_ending(code: int, errors: Sequence[str]) -> Outcome:
    """The outcome of a run that ended without telling how.

    Args:
        code: Its exit code; below zero: the signal that ended it.
        errors: The last lines it printed as errors.
    """
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    said = "\n".join(errors)
    return Outcome(
        end=TurnEnd.CRASHED, summary=f"Claude Code ended {how}, without a result.\n{said}".strip()
    )


def is_forgotten(words: str) -> bool:
    """Whether the program says that it has no such conversation."""
    return _NO_SESSION.match(words) is not None


def is_full(told: Told) -> bool:
    """Whether the conversation has become too long to go on with."""
    ending = told.ending
    return ending is not None and not ending.ok and _TOO_LONG.search(ending.words) is not None


def _limit(told: Told, ending: Ending, now: datetime) -> Limit | None:
    if ending.trouble == "rate_limit" or ending.status == 429 or speaks_of_limit(ending.words):
        return limit_from_moment(told.limited_until, now) or limit_from_words(ending.words, now)
    if ending.trouble == "billing_error":
        return guessed(now)
    if ending.trouble in {"server_error", "overloaded"} or (ending.status or 0) >= 500:
        return guessed(now, TROUBLE_BACK_OFF)
    return None


def _waits(ending: Ending, limit: Limit) -> str:
    until = f"{limit.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    said = _line(ending.words)
    if limit.told:
        return f"{said} It goes on by itself at {until}."
    return f"{said} It does not say until when, so it is tried again at {until}."


def _line(words: str) -> str:
    line = " ".join(words.split())[:300]
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _shortened(words: str, most: int) -> str:
    said = words.strip()
    return said if len(said) <= most else f"{said[:most].rstrip()} […]"


def _links(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_LINK.findall(words)))
