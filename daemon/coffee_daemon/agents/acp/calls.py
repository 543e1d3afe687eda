"""The agent's tool calls: what is known of each, and what a person has to know to decide on one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coffee_daemon.agents.approvals import Call
from coffee_daemon.runner.output import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acp.schema import ToolCallProgress, ToolCallStart, ToolCallUpdate

#: What of a call tells it from another one, by its names in the protocol.
_TELLING = ("title", "kind", "rawInput", "content", "locations")
#: How the model words or times a call does not make it another one.
_BY_THE_WAY = frozenset({"description", "timeout"})
#: Codex puts both into every input, new in each turn, and the others beside them.
_CODEX_MARKS = frozenset({"call_id", "turn_id"})
_CODEX_ADDS = _CODEX_MARKS | {
    "approval_id",
    "available_decisions",
    "parsed_cmd",
    "process_id",
    "proposed_execpolicy_amendment",
    "proposed_network_policy_amendments",
    "reason",
    "started_at_ms",
}
#: What the kinds of the protocol are asked as.
_ASKED = {
    "execute": "May I run this command?",
    "read": "May I read this?",
    "search": "May I search this?",
    "edit": "May I edit this?",
    "delete": "May I delete this?",
    "move": "May I move this?",
    "fetch": "May I fetch this?",
    "switch_mode": "May I go on like this?",
}
#: Characters of one argument and of all that a question shows.
_LONGEST_VALUE = 800
_LONGEST_SHOWN = 2_500
_LONGEST_REASON = 300


@dataclass
class Calls:
    """What the agent has told of its tool calls so far, piece by piece."""

    _known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def learn(self, told: ToolCallStart | ToolCallProgress) -> str:
        """Take in a piece; returns the call's title when it has just been given one."""
        before = self._known.get(told.tool_call_id, {}).get("title")
        self._known[told.tool_call_id] = self._with(told)
        title = self._known[told.tool_call_id].get("title")
        return str(title) if title and title != before else ""

    def title(self, call_id: str) -> str:
        """What a call is called."""
        return str(self._known.get(call_id, {}).get("title") or call_id)

    def asked(self, told: ToolCallUpdate) -> dict[str, Any]:
        """All that is known of a call that the agent asks about, its last word first."""
        return self._with(told)

    def _with(self, told: ToolCallStart | ToolCallProgress | ToolCallUpdate) -> dict[str, Any]:
        said = told.model_dump(mode="json", by_alias=True, exclude_none=True)
        new = {name: said[name] for name in _TELLING if said.get(name)}
        return {**self._known.get(told.tool_call_id, {}), **new}


def call_of(told: Mapping[str, Any]) -> Call:
    """The call as the record knows it: the same for the same doing, in whatever turn.

    The protocol names no tool, so its kind stands for it; and nothing in it says what else an
    option such as "always" covers, so a decision covers this very call only.
    """
    given = told.get("rawInput")
    if isinstance(given, dict):
        given = _doing(given)
    said = {
        "title": told.get("title", ""),
        "input": given or None,
        # With its input a call is told in full.
        "content": None if given else told.get("content"),
        "locations": told.get("locations"),
    }
    return Call(tool=str(told.get("kind") or "other"), arguments=said)


def words_of(told: Mapping[str, Any]) -> str:
    """What a person reads who shall decide on a call."""
    asked = _ASKED.get(str(told.get("kind")), "May I do this?")
    title = str(told.get("title") or "a tool without a name")
    shown = "\n".join(line for line in _details(told) if line != title)
    return printable(f"{asked}\n{_clipped(title, _LONGEST_VALUE)}\n{_clipped(shown)}".strip())


def reason_of(told: Mapping[str, Any]) -> str:
    """Why the agent wants it, in its own words; may be empty."""
    given = told.get("rawInput")
    said = given.get("description") or given.get("reason") if isinstance(given, dict) else None
    words = " ".join(printable(str(said or "")).split())[:_LONGEST_REASON]
    return f"It says: {words}" if words else ""


def _doing(given: Mapping[str, Any]) -> dict[str, Any]:
    """What of an input says what is done; another number of the call is not another call."""
    dropped = _BY_THE_WAY | (_CODEX_ADDS if given.keys() >= _CODEX_MARKS else frozenset())
    return {name: value for name, value in given.items() if name not in dropped}


def _details(told: Mapping[str, Any]) -> list[str]:
    given = told.get("rawInput")
    if isinstance(given, dict):
        shown = _doing(given)
        if _text(shown.get("command")) == told.get("title"):
            del shown["command"]
        return [_argument(name, value) for name, value in shown.items()]
    if given:
        return [_clipped(_text(given), _LONGEST_VALUE)]
    places = [str(one.get("path")) for one in told.get("locations") or () if one.get("path")]
    return [*places, *(_piece(one) for one in told.get("content") or ())]


def _argument(name: str, value: Any) -> str:
    return f"{name}: {_clipped(_text(value), _LONGEST_VALUE)}"


def _piece(content: Mapping[str, Any]) -> str:
    if content.get("type") == "diff":
        return f"{content.get('path')} becomes:\n{_clipped(str(content.get('newText')), 1_500)}"
    block = content.get("content")
    text = block.get("text") if isinstance(block, dict) else None
    return _clipped(str(text), _LONGEST_VALUE) if text else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _clipped(words: str, longest: int = _LONGEST_SHOWN) -> str:
    if len(words) <= longest:
        return words
    return f"{words[:longest]} [... {len(words) - longest} characters more]"
