"""How Claude Code is started: its arguments, and the server that it asks people through."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from coffee_daemon.system import write_private

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon.agents.driver import DriveOrder, Driver

#: What the server needs of the turn's environment; the program may hand on none of it.
_HANDED_ON = ("PATH", "HOME", "LANG", "TZ", "SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA")

#: What the prompt asks of every agent must not need a person's leave.
_ALLOWED = (
    "mcp__coffee__ask_human",
    "mcp__coffee__get_answers",
    "mcp__coffee__report_progress",
    "mcp__coffee__list_open_questions",
    "mcp__coffee__withdraw_question",
    "Bash(coffee ask:*)",
    "Bash(coffee report:*)",
    "Bash(git add:*)",
    "Bash(git commit:*)",
)
#: The daemon wakes it, and gives it a folder; it must do neither for itself.
_DISALLOWED = ("ScheduleWakeup", "CronCreate", "EnterWorktree")

_SYSTEM = (
    "You work in turns, and nobody watches. To ask people, prefer the tool "
    "mcp__coffee__ask_human to `coffee ask`, and mcp__coffee__report_progress to `coffee report`. "
    "To end your turn, stop calling tools: your last words are what people read as the result. "
    "When a tool call is refused because people are asked about it, end your turn at once."
)


def argv(order: DriveOrder, program: str, servers: Path, session: str | None) -> list[str]:
    """The whole command; what people and agents wrote is not in it, the prompt comes by a pipe."""
    given = order.command[1:]
    mode = () if _chooses_mode(given) else ("--permission-mode", "acceptEdits")
    resume = ("--resume", session) if session and is_name(session) else ()
    return [
        program,
        *given,
        "-p",
        *("--output-format", "stream-json", "--verbose"),
        *("--mcp-config", str(servers)),
        *("--permission-prompt-tool", "mcp__coffee__permission"),
        *("--allowedTools", *_ALLOWED, *order.allowed_tools),
        *("--disallowedTools", *_DISALLOWED),
        *("--append-system-prompt", _SYSTEM),
        *mode,
        *resume,
    ]


def is_name(session: str) -> bool:
    """Whether it can be a conversation's name: an agent's word must not become an option."""
    return session.isprintable() and not session.startswith("-")


def write_servers(driver: Driver) -> Path:
    """Lay down the configuration of our server; it holds the turn's marks, so it is private."""
    server = {
        "type": "stdio",
        "command": shutil.which("coffee") or "coffee",
        "args": ["mcp", "--permissions"],
        "env": {name: value for name, value in os.environ.items() if _is_handed_on(name)},
        # Else the model has to look for the tool before it can ask.
        "alwaysLoad": True,
    }
    path = driver.run_folder / "mcp.json"
    write_private(path, json.dumps({"mcpServers": {"coffee": server}}), durable=False)
    return path


def _is_handed_on(name: str) -> bool:
    return name.startswith("COFFEE_") or name.upper() in _HANDED_ON


def _chooses_mode(given: tuple[str, ...]) -> bool:
    names = {one.partition("=")[0] for one in given}
    return bool(names & {"--permission-mode", "--dangerously-skip-permissions"})
