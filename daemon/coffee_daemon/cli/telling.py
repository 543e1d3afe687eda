"""The story of one task or question on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coffee_daemon.cli import door, screen

if TYPE_CHECKING:
    from coffee_daemon.story import Event, Story

#: Of somebody's words; `--full` shows all of them.
_SHOWN_LINES = 6


@click.command("show")
@click.argument("number")
@click.option("--full", is_flag=True, help="All words, however long.")
@click.option("--json", "as_json", is_flag=True, help="Print the story as JSON.")
def show_command(*, number: str, full: bool, as_json: bool) -> None:
    """Tell all that happened to one task or question, oldest first."""
    with door.store(door.config()) as store:
        story = store.story(door.number(number))
    if as_json:
        screen.show_json(story)
        return
    click.echo(_head(story))
    for event in story.events:
        _show(event, None if full else _SHOWN_LINES)
    if story.branch:
        click.echo(f"The work is on branch {screen.clean(story.branch)}.")


def _head(story: Story) -> str:
    number = click.style(f"#{story.number}", bold=True)
    task = f", of task #{story.task}" if story.task is not None else ""
    state = story.state.replace("_", " ")
    return f"{number} {screen.one_line(story.title)} ({state}{task})"


def _show(event: Event, lines: int | None) -> None:
    at = click.style(f"{event.at.astimezone():%a %d %b %H:%M}", dim=True)
    click.echo(f"  {at}  {screen.clean(event.says)}")
    said = screen.clean(event.words).strip().splitlines()
    for line in said[:lines]:
        click.echo(f"      {line}")
    if lines is not None and len(said) > lines:
        click.echo(click.style(f"      ... {len(said) - lines} more lines: --full", dim=True))
