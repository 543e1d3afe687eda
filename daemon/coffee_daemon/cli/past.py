"""The daemon's last days as bands on a terminal."""

from __future__ import annotations

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.history import MOST_DAYS, History, Phase

_COLOURS = {
    Phase.WORKING: "green",
    Phase.WAITING: "yellow",
    Phase.RESTING: "cyan",
    Phase.ASLEEP: "blue",
    Phase.CRASHED: "red",
}
_COLOUR_OF = {phase.letter: colour for phase, colour in _COLOURS.items()}


@click.command("history")
@screen.days_option(MOST_DAYS)
def history_command(*, days: int) -> None:
    """Draw the last days: its states as bands, tasks done, how long answers took."""
    config = door.config()
    with door.store(config) as store:
        shown = tuple(store.today().earlier(days - 1 - n) for n in range(days))
        past = History(figures=store.metrics(config.name, shown[0].begins), days=shown)
    for line in past.text(_painted):
        click.echo(f"  {line}".rstrip())
    click.echo(f"\n  {past.sums}")


def _painted(letter: str, words: str) -> str:
    colour = _COLOUR_OF.get(letter)
    return click.style(words, fg=colour) if colour else words
