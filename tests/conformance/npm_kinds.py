"""Real agents from npm, by their presets, each with a script for its model.

Everything but the model is their own: tools, rules, sessions. They ask as their users' would: by
the daemon's MCP server where they offer its tools to their model, else in their shell.
"""

from __future__ import annotations

import json
import os
import shlex
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conformance.dialects import Chat, Gemini, Responses, served
from conformance.kinds import Ready
from conformance.messages_api import Reply, ToolUse
from conformance.programs import find_bubblewrap, find_program
from conformance.steps import (
    Ask,
    AskOn,
    End,
    Insist,
    Limit,
    Need,
    Say,
    Script,
    Shell,
    Step,
    kept_prompts,
    next_turn,
)

from coffee_daemon import AgentSettings

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping

    from conformance.dialects import Dialect, Heard

#: In each of the daemon's prompts, the whole and the news.
_PROMPT_MARK = "that carry the code"
_ASK = "ask_human"


@dataclass
class ScriptedModel:
    """Does the steps of a script, one turn after the other."""

    place: Path
    script: Script
    #: How it runs a command in its shell.
    shell: Callable[[str], ToolUse]
    _prompt: str = ""
    _steps: list[Step] = field(default_factory=list)

    def answer(self, heard: Heard, _gone: threading.Event) -> Reply | Limit:
        """Do the next step."""
        prompt = [one for one in heard.texts if _PROMPT_MARK in one][-1]
        if prompt != self._prompt:
            self._prompt = prompt
            self._begin(heard)
        if self._steps and isinstance(limit := self._steps[0], Limit):
            # Those that try again by themselves meet it again.
            return limit
        step = self._steps.pop(0) if self._steps else End("I have asked.")
        if isinstance(step, Say | End):
            return Reply(text=step.text)
        if isinstance(step, Ask | AskOn):
            return Reply(tool=self._ask(step, heard.tools))
        if isinstance(step, Shell):
            return Reply(tool=self.shell(step.line))
        if isinstance(step, Need):
            return Reply(tool=self.shell("echo yes > allowed"))
        raise TypeError(step)

    def _begin(self, heard: Heard) -> None:
        number = next_turn(self.place, self._prompt)
        self._steps = list(self.script[number - 1])
        # Whether it remembers what was said before.
        told = [one for one in heard.texts if _PROMPT_MARK in one]
        (self.place / f"memory-{number}").write_text(json.dumps(told), encoding="utf-8")

    def _ask(self, step: Ask | AskOn, tools: Any) -> ToolUse:
        if found := [name for name in tools if name.endswith(_ASK)]:
            asked = {"question": step.question, "options": list(step.options)}
            return ToolUse(name=found[0], arguments=asked)
        options = [part for option in step.options for part in ("--option", option)]
        return self.shell(shlex.join(["coffee", "ask", step.question, *options]))


def memory(place: Path, turn: int) -> list[str]:
    """The prompts that the conversation held when a turn began, its own the last of them."""
    found: list[str] = json.loads((place / f"memory-{turn}").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, kw_only=True)
class NpmKind:
    """A program from npm, run by its preset."""

    name: str
    program: str
    dialect: Dialect
    shell: Callable[[str], ToolUse]
    #: From a folder of its own and the model's address: its environment and its own settings.
    prepared: Callable[[Path, str], Mapping[str, str]]
    arguments: tuple[str, ...] = ()
    #: Whether it knows a conversation again that was begun in the same minute.
    resumes: bool = True
    #: Whether a command in its shell needs a person's leave.
    needs_leave: bool = False
    #: Whether it ends its turn at a call that is denied, instead of going on without.
    stops_when_denied: bool = False
    marks: tuple[pytest.MarkDecorator, ...] = (pytest.mark.real_agent,)

    @property
    def can(self) -> frozenset[type[Step]]:
        """What the scripts of its model may hold."""
        asked = {Need} if self.needs_leave else set()
        denied = {Insist} if self.needs_leave and not self.stops_when_denied else set()
        return frozenset({Say, Ask, AskOn, Shell, Limit, End, *asked, *denied})

    @property
    def missing(self) -> str:
        """Why it cannot be tried here."""
        why = f"{self.program} is not installed; `make agents` does it"
        return "" if find_program(self.program) else why

    @contextmanager
    def ready(self, place: Path, script: Script) -> Iterator[Ready]:
        """Serve its model, and give it an empty home."""
        model = ScriptedModel(place, script, self.shell)
        with served(self.dialect, model.answer) as url:
            environment = {
                "PATH": self._path(),
                "HOME": str(place),
                # Some leave pieces of themselves there.
                "TMPDIR": str(made(place / "tmp")),
                **self.prepared(place, url),
            }
            settings = AgentSettings(
                preset=self.name,
                environment=tuple(environment),
                arguments=self.arguments,
                # A permission is asked, and the turn ends.
                hold=timedelta(0),
            )
            yield Ready(settings=settings, environment=environment)

    def prompts(self, place: Path) -> list[str]:
        """What its model was given."""
        return kept_prompts(place)

    def _path(self) -> str:
        """A search path on which the preset's program is found, and what its sandbox needs."""
        found = find_program(self.program)
        places = [Path(found or ".").parent, os.environ["PATH"], find_bubblewrap() or ""]
        return os.pathsep.join(str(one) for one in places if one)


def made(folder: Path) -> Path:
    """The folder, which is there now."""
    folder.mkdir(exist_ok=True)
    return folder


def prepare_codex(place: Path, url: str) -> dict[str, str]:
    """A provider of models in Codex's own settings."""
    home = made(place / "codex")
    provider = f"""\
model = "scripted"
model_provider = "script"
[model_providers.script]
name = "Script"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
"""
    (home / "config.toml").write_text(provider, encoding="utf-8")
    return {"CODEX_HOME": str(home), "OPENAI_API_KEY": "none"}


def prepare_login(variable: str) -> Callable[[Path, str], dict[str, str]]:
    """Codex's usual provider, which wants a login; its key is in a variable."""

    def prepare(place: Path, url: str) -> dict[str, str]:
        home = made(place / "codex")
        settings = f'model = "scripted"\nopenai_base_url = "{url}/v1"\n'
        (home / "config.toml").write_text(settings, encoding="utf-8")
        return {"CODEX_HOME": str(home), variable: "none"}

    return prepare


def prepare_opencode(place: Path, url: str) -> dict[str, str]:
    """A provider of models in opencode's own settings, and nothing fetched from elsewhere."""
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "Script",
        "options": {"baseURL": f"{url}/v1", "apiKey": "none"},
        "models": {"scripted": {"name": "Scripted"}},
    }
    model = "script/scripted"
    settings = {
        "model": model,
        "small_model": model,
        "provider": {"script": provider},
        "permission": {"bash": "ask"},
    }
    (place / "opencode.json").write_text(json.dumps(settings), encoding="utf-8")
    off = ("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS")
    switches = {f"OPENCODE_DISABLE_{name}": "1" for name in off}
    return {"OPENCODE_CONFIG": str(place / "opencode.json"), **switches}


def prepare_gemini(place: Path, url: str) -> dict[str, str]:
    """A key of no worth, and nothing told to anybody."""
    settings = {
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "privacy": {"usageStatisticsEnabled": False},
        "general": {"enableAutoUpdate": False},
    }
    (made(place / ".gemini") / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    return {"GEMINI_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": url}


def _exec_command(command: str) -> ToolUse:
    return ToolUse(name="exec_command", arguments={"cmd": command})


def escalated(command: str) -> ToolUse:
    """A command of Codex's for which its model asks to leave the sandbox."""
    why = {"sandbox_permissions": "require_escalated", "justification": "May I?"}
    return ToolUse(name="exec_command", arguments={"cmd": command, **why})


def _bash(command: str) -> ToolUse:
    return ToolUse(name="bash", arguments={"command": command, "description": "Asks a person"})


def _run_shell_command(command: str) -> ToolUse:
    return ToolUse(name="run_shell_command", arguments={"command": command})


NPM_KINDS = (
    NpmKind(
        name="codex",
        program="codex-acp",
        dialect=Responses(),
        shell=_exec_command,
        prepared=prepare_codex,
        # Its sandbox needs another program, which is not everywhere.
        arguments=(
            "--config",
            'sandbox_mode="danger-full-access"',
            "--config",
            'approval_policy="untrusted"',
        ),
        needs_leave=True,
        stops_when_denied=True,
    ),
    NpmKind(
        name="codex-exec",
        program="codex",
        dialect=Responses(),
        shell=_exec_command,
        prepared=prepare_codex,
    ),
    NpmKind(
        name="gemini",
        program="gemini",
        dialect=Gemini(),
        shell=_run_shell_command,
        prepared=prepare_gemini,
        # With "auto", a model chooses the model.
        arguments=("--model", "gemini-2.5-pro"),
        # Loading a conversation in the minute of its beginning erases it (gemini-cli issue 28775).
        resumes=False,
        needs_leave=True,
    ),
    NpmKind(
        name="opencode",
        program="opencode",
        dialect=Chat(),
        shell=_bash,
        prepared=prepare_opencode,
        needs_leave=True,
        stops_when_denied=True,
    ),
)
