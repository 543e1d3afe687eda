"""The tool that Claude Code asks for leave, as its `--permission-prompt-tool`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcp.types import CallToolResult, TextContent

from coffee_daemon.agents.claude.permission import leave, refused
from coffee_daemon.errors import CoffeeError

if TYPE_CHECKING:
    from coffee_daemon.asking import Asker


@dataclass(frozen=True)
class Permission:
    """Who may say yes to a tool call: the people, through the record."""

    asker: Asker

    # Its argument is called `input` by the program that calls it.
    def permission(self, tool_name: str, input: dict[str, Any]) -> CallToolResult:  # noqa: A002
        """Say whether a tool call may be made; people are asked where nobody has decided."""
        try:
            said = leave(self.asker, tool_name, input, str(Path.cwd()))
        except CoffeeError as error:
            said = refused(str(error))
        # One text and nothing else: version 2.1.330 refuses an answer with data beside it.
        return CallToolResult(content=[TextContent(type="text", text=said)])
