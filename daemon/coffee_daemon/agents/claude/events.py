"""What Claude Code prints, one JSON object a line, as nouns and as lines that people read.

Its form is that of `--output-format stream-json`, as version 2.1.330 was seen to print it. Whatever
is not known is passed over: the program gains new kinds of events all the time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Arguments of a tool that say best what it is about, the first that is there.
_TELLING = (
    *("command", "file_path", "notebook_path", "path", "pattern", "url", "query", "question"),
    *("text", "description", "prompt"),
)
_LINE = 200

Event = Mapping[str, Any]


def read_event(line: str) -> Event | None:
    """The event of a line; None when the line is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a run of the program ended, in its own words."""

    ok: bool
    #: Its last words, or what it says went wrong.
    words: str
    #: Its name for the trouble, such as `rate_limit`; empty where there is none.
    trouble: str = ""
    #: What the service answered, as far as it was asked.
    status: int | None = None
    #: US dollars that this run cost; None where that is not told.
    cost: float | None = None


@dataclass
class Told:
    """What a run has told so far; `take` reads one event more."""

    session: str = ""
    ending: Ending | None = None
    #: When a limit ends, in seconds since 1970.
    limited_until: float | None = None
    #: The model's last words in the conversation.
    said: str = ""
    #: Names of the tools that the model has called.
    called: set[str] = field(default_factory=set)
    _trouble: str = ""
    _cost: float | None = None

    def take(self, event: Event) -> list[str]:
        """Keep what an event tells, and return the lines that people read."""
        kind = event.get("type")
        if isinstance(event.get("session_id"), str) and kind == "system":
            self.session = event["session_id"]
        if kind == "assistant":
            return self._assistant(event)
        if kind == "user":
            return [_shortened(f"← {one}") for one in _refusals(event)]
        if kind == "rate_limit_event":
            self._limit(_mapping(event.get("rate_limit_info")))
        if kind == "result":
            self._result(event)
        return _retry(event) if event.get("subtype") == "api_retry" else []

    def _assistant(self, event: Event) -> list[str]:
        # A helper of the agent's has a voice of its own, which is nobody's last word.
        own = not event.get("parent_tool_use_id")
        lines = []
        for block in _content(event):
            if block.get("type") == "text" and str(block.get("text", "")).strip():
                self.said = str(block["text"]) if own else self.said
                lines.append(str(block["text"]))
            if block.get("type") == "tool_use":
                self.called.add(str(block.get("name")))
                lines.append(_shortened(_call(block)))
        self._trouble = str(event.get("error") or "")
        return lines

    def _limit(self, told: Event) -> None:
        moment = told.get("resetsAt")
        if told.get("status") == "rejected" and isinstance(moment, int | float):
            self.limited_until = float(moment)

    def _result(self, event: Event) -> None:
        cost = _cost(event)
        if cost is not None:
            self._cost = (self._cost or 0.0) + cost
        status = event.get("api_error_status")
        self.ending = Ending(
            ok=not event.get("is_error"),
            words=_words(event) or self.said,
            trouble=self._trouble,
            status=status if isinstance(status, int) else None,
            cost=self._cost,
        )


def _words(event: Event) -> str:
    if event.get("result"):
        return str(event["result"])
    errors = event.get("errors")
    return "\n".join(str(one) for one in errors) if isinstance(errors, list) else ""


def _cost(event: Event) -> float | None:
    """What this run cost.

    `total_cost_usd` of a resumed conversation holds all its runs before as well (seen with
    2.1.330), so the part of each model since the last result goes before it.
    """
    parts = event.get("model_usage_since_last_result")
    if isinstance(parts, dict):
        costs = [_mapping(one).get("costUSD") for one in parts.values()]
        return float(sum(one for one in costs if isinstance(one, int | float)))
    total = event.get("total_cost_usd")
    return float(total) if isinstance(total, int | float) else None


def _call(block: Event) -> str:
    arguments = _mapping(block.get("input"))
    about = next((str(arguments[one]) for one in _TELLING if arguments.get(one)), "")
    return f"→ {block.get('name')}: {about}" if about else f"→ {block.get('name')}"


def _refusals(event: Event) -> list[str]:
    """What went wrong with the tools that were called."""
    found = (one for one in _content(event) if one.get("type") == "tool_result")
    return [_text(one.get("content")) for one in found if one.get("is_error")]


def _retry(event: Event) -> list[str]:
    attempt, most = event.get("attempt"), event.get("max_retries")
    why = event.get("error_status") or event.get("error") or "no answer"
    return [f"… the model's service said {why}; trying again ({attempt} of {most})"]


def _content(event: Event) -> list[Event]:
    content = _mapping(event.get("message")).get("content")
    return [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []


def _text(content: Any) -> str:
    if isinstance(content, Sequence) and not isinstance(content, str):
        return " ".join(str(_mapping(one).get("text", "")) for one in content)
    return str(content)


def _mapping(value: Any) -> Event:
    return value if isinstance(value, Mapping) else {}


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LINE else line[: _LINE - 2] + " …"
