"""Commands that steer the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from coffee_daemon.cli import door
from coffee_daemon.notifications import Via
from coffee_daemon.tasks import Task, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon.store import Store


@click.command("first")
@click.argument("number")
def first_command(*, number: str) -> None:
    """Let a task be picked before all others.

    One that waits for an answer is picked first as soon as it has one.
    """
    task = _do(lambda store, who: store.queue.first(door.number(number), **who))
    click.echo(f"Task #{task.number} comes first now.")
    _say_what_else(task)


@click.command("last")
@click.argument("number")
def last_command(*, number: str) -> None:
    """Let a task be picked after all that are in the queue now."""
    task = _do(lambda store, who: store.queue.last(door.number(number), **who))
    click.echo(f"Task #{task.number} comes last now.")
    _say_what_else(task)


@click.command("move")
@click.argument("number")
@click.argument("side", type=click.Choice(("before", "after")), metavar="before|after")
@click.argument("other")
def move_command(*, number: str, side: str, other: str) -> None:
    """Let a task be picked just before or after another one."""
    beside = door.number(other)
    task = _do(
        lambda store, who: store.queue.move(
            door.number(number), beside, after=side == "after", **who
        )
    )
    click.echo(f"Task #{task.number} comes just {side} #{beside} now.")
    _say_what_else(task)


@click.command("hold")
@click.argument("number")
def hold_command(*, number: str) -> None:
    """Let a task begin no further turn until it is released.

    The turn that runs goes on to its end. Its questions stay open.
    """
    task = _do(lambda store, who: store.queue.hold(door.number(number), **who))
    turn = " when its turn has ended" if task.state is TaskState.RUNNING else ""
    click.echo(f"Task #{task.number} is held{turn}. Let it go on with: coffee release {number}")


@click.command("release")
@click.argument("number")
def release_command(*, number: str) -> None:
    """Let a held task go on; it keeps its place."""
    task = _do(lambda store, who: store.queue.release(door.number(number), **who))
    click.echo(f"Task #{task.number} goes on, in its old place.")


def _do(change: Callable[[Store, dict[str, Any]], Task]) -> Task:
    """Change the queue as whoever sits here, and wake whom it concerns."""
    config = door.config()
    with door.store(config) as store:
        task = change(store, {"who": door.somebody(), "via": Via.CLI})
    door.tell_both(config)
    return task


def _say_what_else(task: Task) -> None:
    if task.state is TaskState.WAITING:
        click.echo("It waits for an answer; its place counts as soon as it has one.")
    if task.held_at is not None:
        click.echo(f"It is held; let it go on with: coffee release {task.number}")
