"""The command that lets the daemon work on one task alone. It needs the record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from coffee_daemon.cli import door
from coffee_daemon.errors import BadInput
from coffee_daemon.moments import read_moment
from coffee_daemon.notifications import Via
from coffee_daemon.process import focus, unfocus

if TYPE_CHECKING:
    from coffee_daemon.config import Config


@click.command("focus")
@click.argument("words", nargs=-1, required=True, metavar="TIME... [on NUMBER]")
def focus_command(*, words: tuple[str, ...]) -> None:
    """Let the daemon work on one task alone until a time: `2h`, `until 14:00`, `2h on 12`.

    Without a number it is the task that runs. Nothing else begins meanwhile, and what is
    told is kept. It ends with its task, at its time, or with `coffee focus off`.
    """
    config = door.config()
    said, _, on = " ".join(words).partition(" on ")
    if said.lower() == "off" and not on:
        _end(config)
        return
    until = read_moment(said, datetime.now(UTC))
    if until is None:
        raise BadInput(
            "That is no time within the next 31 days.",
            hint="Try: coffee focus 2h, coffee focus until 14:00, coffee focus off",
        )
    number = door.number(on) if on else None
    running = door.process(config).status().task_number
    who = door.somebody()
    with door.store(config) as store:
        task = focus(config, store, until=until, who=who, on=number, running=running)
        target = f"#{task.number}" if task else "what it begins next"
        store.audit.add(who, "focus", config.name, Via.CLI, f"on {target} until {_time(until)}")
    door.tell_both(config)
    click.echo(f"{config.name} is in focus on {target} until {_time(until)}: nothing else begins.")


def _end(config: Config) -> None:
    ended = unfocus(config, datetime.now(UTC))
    door.note(config, "focus", "ended" if ended else "no focus")
    door.tell_both(config)
    click.echo(f"The focus is over; {config.name} goes on." if ended else "There was no focus.")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%a %d %b %H:%M}"
