"""The `coffee` command: the same interface as in Slack, for whoever sits at the machine."""

from __future__ import annotations

from coffee_daemon.cli.group import COMMANDS, INSIDE_A_TURN, CommandLine, Entry, run

__all__ = ["COMMANDS", "INSIDE_A_TURN", "CommandLine", "Entry", "main", "run"]


def main() -> int:
    """Run the daemon's own commands, without those that need the bot."""
    return run(CommandLine(COMMANDS))
