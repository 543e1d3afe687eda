"""Claude Code's tool calls in the words of an approval: what it wants, and what a yes covers."""

from __future__ import annotations

import difflib
import os
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from coffee_daemon.agents.approvals import Call
from coffee_daemon.runner.output import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: How the model words or times a call does not make it another one.
_BY_THE_WAY = frozenset({"description", "timeout"})

#: Arguments that name a file.
_PATHS = ("file_path", "notebook_path", "path")

#: Characters and lines of a call that its question shows.
_SHOWN_CHARS = 2_000
_SHOWN_LINES = 40

#: With any of these a command may hold more than its first words say.
_SHELL = frozenset(";&|<>$`()\n\\{}*?[]~!#")
#: Programs whose second word says what they do.
_WITH_VERBS = frozenset(
    {"git", "gh", "npm", "pnpm", "yarn", "pip", "uv", "poetry", "cargo", "go", "docker", "make"}
    | {"kubectl", "terraform", "dotnet", "mvn", "gradle", "bundle", "composer", "helm", "just"}
)
#: Programs that do whatever their arguments say: a yes to one call says nothing about the next.
_ANYTHING = frozenset(
    {"sh", "bash", "zsh", "fish", "dash", "ksh", "env", "sudo", "su", "doas", "xargs", "find"}
    | {"command", "builtin", "source", "nice", "setsid", "stdbuf", "busybox", "parallel", "script"}
    | {"eval", "exec", "nohup", "timeout", "time", "watch", "ssh", "scp", "rsync", "curl", "wget"}
    | {"rm", "dd", "mv", "cp", "ln", "chmod", "chown", "tee", "kill", "pkill", "killall"}
    | {"python", "python3", "node", "deno", "bun", "ruby", "perl", "php", "awk", "sed", "osascript"}
    | {"powershell", "pwsh", "cmd", "npx", "uvx", "pipx", "nc", "socat", "crontab", "at"}
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A tool call, as people are asked about it."""

    call: Call
    #: The question: what the agent wants to do, and no word of the agent's about it.
    text: str
    #: Why, in the agent's words.
    reason: str = ""


def wanted(tool: str, arguments: Mapping[str, Any], folder: str) -> Wanted:
    """Put a tool call into words.

    Args:
        tool: The tool's name.
        arguments: What it is to be called with.
        folder: Where the agent works.
    """
    essential = {name: value for name, value in arguments.items() if name not in _BY_THE_WAY}
    asked, shown, scope = _READERS.get(tool, _other)(tool, essential, folder)
    # What is shown counts too: the same path may lead elsewhere by the time it is used.
    call = Call(tool=tool, arguments={"given": essential, "shown": shown}, scope=scope)
    return Wanted(
        call=call,
        text=f"{asked}\n{_cut(printable(shown), call)}".strip(),
        reason=" ".join(printable(str(arguments.get("description") or "")).split())[:300],
    )


_Said = tuple[str, str, str]


def _command(tool: str, arguments: Mapping[str, Any], _folder: str) -> _Said:
    command = str(arguments.get("command", ""))
    notes = _notes(arguments, "command")
    return (
        "May I run this command?",
        command + notes,
        "" if notes or tool != "Bash" else _program(command),
    )


def _notes(arguments: Mapping[str, Any], *shown: str) -> str:
    """The arguments that are not shown otherwise, a line each."""
    more = (name for name in sorted(arguments) if name not in shown and arguments[name])
    return "".join(f"\n({name}: {arguments[name]})" for name in more)


def _program(command: str) -> str:
    """The first words of a plain command that say what kind it is; empty if they do not."""
    if _SHELL & set(command):
        return ""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    if not words or words[0] in _ANYTHING or not words[0].replace("-", "").isalnum():
        return ""
    if words[0] not in _WITH_VERBS:
        return words[0]
    verb = words[1] if len(words) > 1 else ""
    return f"{words[0]} {verb}" if verb.replace("-", "").isalnum() and verb[0] != "-" else ""


def _edit(_tool: str, arguments: Mapping[str, Any], folder: str) -> _Said:
    path = _path(arguments, folder)
    old, new = (str(arguments.get(name, "")).splitlines() for name in ("old_string", "new_string"))
    changed = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    notes = _notes(arguments, *_PATHS, "old_string", "new_string")
    return "May I edit this file?", "\n".join([path, *changed]) + notes, _files(path)


def _write(_tool: str, arguments: Mapping[str, Any], folder: str) -> _Said:
    path = _path(arguments, folder)
    content = arguments.get("content", arguments.get("new_source", ""))
    notes = _notes(arguments, *_PATHS, "content", "new_source")
    return "May I write this file?", f"{path}{notes}\n{content}", _files(path)


def _read(_tool: str, arguments: Mapping[str, Any], folder: str) -> _Said:
    path = _path(arguments, folder)
    return "May I read this?", path, _files(path)


def _search(_tool: str, arguments: Mapping[str, Any], folder: str) -> _Said:
    path, pattern = _path(arguments, folder), str(arguments.get("pattern", ""))
    # A pattern of names may lead out of the folder that it is looked for in.
    leaves = pattern.startswith(("/", "~", "\\")) or ".." in pattern or ":" in pattern
    return "May I search this?", path + _notes(arguments, *_PATHS), "" if leaves else path


def _fetch(_tool: str, arguments: Mapping[str, Any], _folder: str) -> _Said:
    url = str(arguments.get("url", ""))
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return "May I fetch this page?", url, host


def _plan(_tool: str, arguments: Mapping[str, Any], _folder: str) -> _Said:
    return "May I carry out this plan?", str(arguments.get("plan", "")), ""


def _other(tool: str, arguments: Mapping[str, Any], _folder: str) -> _Said:
    shown = "\n".join(f"{name}: {arguments[name]}" for name in sorted(arguments))
    # A tool of an MCP server does one kind of thing.
    return f"May I use the tool {tool}?", shown, tool if tool.startswith("mcp__") else ""


_READERS: dict[str, Callable[[str, Mapping[str, Any], str], _Said]] = {
    "Bash": _command,
    "PowerShell": _command,
    "Monitor": _command,
    "Edit": _edit,
    "Write": _write,
    "NotebookEdit": _write,
    "Read": _read,
    "Glob": _search,
    "Grep": _search,
    "WebFetch": _fetch,
    "ExitPlanMode": _plan,
}


def covers(call: Call) -> str:
    """Say what "Allow for this task" covers besides the call itself; empty where it is nothing."""
    if not call.scope:
        return ""
    if call.tool == "Bash":
        return f"every command of this task that begins with “{call.scope}”"
    if call.tool == "WebFetch":
        return f"every page of {call.scope} in this task"
    if call.scope == call.tool:
        return "every call of this tool in this task"
    return f"every such call of this task for files in {call.scope}"


def _path(arguments: Mapping[str, Any], folder: str) -> str:
    """The file itself, wherever links lead: that is what is read or changed."""
    told = next((str(arguments[one]) for one in _PATHS if arguments.get(one)), ".")
    return os.path.realpath(os.path.join(folder, told))  # noqa: PTH118 - a model's text


def _files(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - a model's text


def _cut(text: str, call: Call) -> str:
    """The beginning of a long call; its mark keeps two long calls from being one question."""
    lines = text.split("\n")
    kept = "\n".join(lines[:_SHOWN_LINES])[:_SHOWN_CHARS]
    if kept == text:
        return text
    return f"{kept}\n[cut: {len(text) - len(kept)} more characters, call {call.digest[:8]}]"
