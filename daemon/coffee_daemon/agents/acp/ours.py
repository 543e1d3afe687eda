"""Calls that need nobody's leave: asking and reporting are what the prompt asks of every agent."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Our MCP server's tools, under the names that agents give them in a call's title.
_TOOLS = "ask_human|get_answers|report_progress|list_open_questions|withdraw_question"
_TITLE = re.compile(
    rf"(mcp__coffee__|(Tool: )?coffee[_./:]+)({_TOOLS})"
    rf"|({_TOOLS}) \(coffee MCP Server\)"
    rf"|({_TOOLS})\((?P<given>.*)\) \(coffee MCP Server\)",
    re.DOTALL,
)
#: Kinds whose titles hold words of the model's, such as a command.
_WORDED = frozenset({"execute", "edit", "delete", "move", "read", "fetch", "search"})
_VERBS = frozenset({"ask", "report"})
#: A shell heeds these even between double quotes.
_LIVELY = frozenset("`$\\\n")
_OPERATORS = frozenset("();<>|&{}")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def is_ours(told: Mapping[str, Any]) -> bool:
    """Whether a call only asks people, or tells them something, by our own means."""
    kind = told.get("kind")
    if kind == "execute":
        given = told.get("rawInput")
        return isinstance(given, dict) and _is_command(given)
    named = _TITLE.fullmatch(str(told.get("title")))
    return kind not in _WORDED and named is not None and _is_plain(named["given"])


def _is_plain(given: str | None) -> bool:
    """Whether what stands in a title for a call's input is one, and no command that looks so.

    Gemini CLI gives any other server's tool the title that the model writes as its `command`.
    """
    try:
        return given is None or isinstance(json.loads(given), dict)
    except (ValueError, RecursionError):
        return False


def _is_command(given: Mapping[str, Any]) -> bool:
    command = given.get("command")
    if isinstance(command, list):
        # As Codex runs it: a shell, its flags, and one line.
        is_line = len(command) == 3 and str(command[1]) in {"-c", "-lc"}
        command = str(command[2]) if is_line else ""
    return isinstance(command, str) and _only_ours(command)


def _only_ours(line: str) -> bool:
    """Whether a shell's line is one plain call of ours and nothing else."""
    if _LIVELY & set(line) or _OPERATORS & set(_QUOTED.sub("", line)):
        return False
    try:
        words = shlex.split(line)
    except ValueError:
        return False
    return len(words) > 2 and words[0] == "coffee" and words[1] in _VERBS
