"""The server: which tools it offers, and how it is run."""

from __future__ import annotations

import logging
from importlib.metadata import version
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations

from coffee_daemon.logs import begin_log
from coffee_daemon.mcp.permission import Permission
from coffee_daemon.mcp.tools import Tools

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon.asking import Asker

_INSTRUCTIONS = """\
Humans answer here, but not at once: ask_human stores a question and returns its number.
Never wait for an answer and never take silence for one."""

_LOOKS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_CHANGES = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def build_server(asker: Asker, *, permissions: bool = False) -> MCPServer[Any]:
    """Make a server whose tools act for `asker`.

    Args:
        asker: Who asks.
        permissions: Offer the tool that Claude Code asks for leave as well.
    """
    # Before the SDK sets up logging of its own, which would leave secrets in.
    begin_log(logging.WARNING, "%(levelname)s %(name)s: %(message)s")
    server: MCPServer[Any] = MCPServer(
        "coffee",
        title="Ask a human",
        instructions=_INSTRUCTIONS,
        version=version("coffee-developer"),
        log_level="WARNING",
    )
    tools = Tools(asker)
    add_tool(server, tools.ask_human, "Ask a human", _CHANGES)
    add_tool(server, tools.get_answers, "Fetch answers", _CHANGES)
    add_tool(server, tools.report_progress, "Report progress", _CHANGES)
    add_tool(server, tools.list_open_questions, "List open questions", _LOOKS)
    add_tool(server, tools.withdraw_question, "Withdraw a question", _CHANGES)
    if permissions:
        add_tool(server, Permission(asker).permission, "Leave for a tool call", _CHANGES)
    return server


def add_tool(
    server: MCPServer[Any], tool: Callable[..., Any], title: str, annotations: ToolAnnotations
) -> None:
    """Offer one more tool, under its function's name; its docstring is what a model reads."""
    said = cleandoc(tool.__doc__ or "")
    server.add_tool(tool, title=title, description=said, annotations=annotations)


def serve(asker: Asker, *, permissions: bool = False) -> None:
    """Serve on standard input and output until the client closes them."""
    build_server(asker, permissions=permissions).run("stdio")
