"""One `coffee`: the daemon's commands, and those that speak Slack."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from coffee_daemon.cli import COMMANDS, CommandLine, Entry, run

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

_SLACK = (
    Entry(
        section="Bring it to Slack",
        name="bot",
        summary="Run the Slack bot in the foreground",
        room=__name__,
    ),
    Entry(
        section="Bring it to Slack",
        name="roles",
        summary="Who may do what in Slack, by the settings",
        room=f"{__name__}.roles",
    ),
    Entry(
        section="Bring it to Slack",
        name="demo",
        summary="Take the tour in a sandbox: no Slack, no tokens",
        room=__name__,
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `coffee` command."""
    given = None if arguments is None else list(arguments)
    return run(CommandLine((*_SLACK[2:], *COMMANDS, *_SLACK[:2])), given)


@click.command("bot")
def bot_command() -> int:
    """Run the Slack bot in the foreground, until Ctrl-C.

    Needs SLACK_BOT_TOKEN, SLACK_APP_TOKEN, COFFEE_CHANNEL and COFFEE_ADMINS. It restarts
    the daemon when it crashes, and waits by itself while Slack cannot be reached.
    """
    from coffee_bot.app import run_bot  # noqa: PLC0415 - Slack's libraries take their time

    return run_bot(taken_from(os.environ))


@click.command("demo")
@click.option("--port", default=0, metavar="PORT", help="The page's port; 0 takes a free one.")
@click.option("--no-pause", is_flag=True, help="End after the tour, even with a terminal.")
@click.option(
    "--agent",
    type=click.Choice(["claude"]),
    metavar="claude",
    help="Play with the real Claude Code and its model.",
)
@click.option("--gallery", is_flag=True, help="Show every message on one page instead.")
def demo_command(*, port: int, no_pause: bool, agent: str | None, gallery: bool) -> int:
    """Take the tour: a sandbox of Slack, the bot, the daemon and a small repository.

    Everything lives in a temporary folder and is gone afterwards.
    """
    from coffee_bot.demo import run_demo, show_gallery  # noqa: PLC0415 - Slack's libraries take their time

    if gallery:
        return show_gallery(port=port)
    return run_demo(port=port, pause=not no_pause, agent=agent)


def taken_from(environment: MutableMapping[str, str]) -> dict[str, str]:
    """Return the environment's settings, and take Slack's out of it.

    Slack's libraries would read them by themselves and mix them with ours; daemons that the
    bot starts have no use for a token.
    """
    taken = dict(environment)
    for name in taken:
        if name.startswith("SLACK_"):
            del environment[name]
    return taken
