"""Asking people from any client of the Model Context Protocol: an MCP server on stdio.

It needs the record and nothing else: no daemon, no Slack.
"""

from __future__ import annotations

from coffee_daemon.mcp.server import build_server, serve

__all__ = ["build_server", "serve"]
