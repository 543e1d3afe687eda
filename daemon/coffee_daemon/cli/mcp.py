"""The command that MCP clients start."""

from __future__ import annotations

import os
import sys

import click

from coffee_daemon.asking import Asker
from coffee_daemon.asking.kin import elders, with_marks
from coffee_daemon.errors import BadConfig


@click.command("mcp")
@click.option(
    "--permissions", is_flag=True, help="Offer Claude Code's permission prompt tool as well."
)
def mcp_command(*, permissions: bool) -> None:
    """Serve `ask_human` and its kin to an MCP client, on standard input and output.

    A client starts this itself; see the how-to "Ask from any agent". Inside an agent's
    turn it asks for that turn's task. It needs no daemon.
    """
    asker = Asker.here(with_marks(os.environ, elders()))
    if sys.stdin.isatty():
        click.echo(
            "An MCP client starts this itself and talks to it here. Ctrl-C ends it.", err=True
        )
    try:
        from coffee_daemon.mcp import serve  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing.startswith("coffee_"):
            raise
        raise BadConfig(
            f"`coffee mcp` needs the package of the Model Context Protocol ({missing}).",
            hint=f"Install it: {sys.executable} -m pip install 'coffee-developer[mcp]'",
        ) from error
    serve(asker, permissions=permissions)
