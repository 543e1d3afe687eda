"""Commands about what turns cost, and about the limits of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.notifications import Via
from coffee_daemon.spending import DaySpent, Spent, TaskSpent, spent_by_task, total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from coffee_daemon.config import Config
    from coffee_daemon.spending import GoneOn


@click.command("cost")
@screen.days_option(366)
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
def cost_command(*, days: int, as_json: bool) -> None:
    """Tell what turns have cost, by day and by task, as far as the agent reports it.

    A turn counts for the day on which it began, by this machine's time.
    """
    config = door.config()
    with door.store(config) as store:
        today = store.today()
        spent = store.spending.by_day(config.name, [today.earlier(n) for n in range(days)])
        granted = store.halts.granted(config.name, today)
    if as_json:
        screen.show_json(_plain(config, spent))
    elif any(one.tasks for one in spent):
        _show(spent)
        click.echo(f"\nToday: {spent[0].out_of(config.limits, granted)}")
    else:
        click.echo(f"No turn has begun in the last {days} days.")


def _show(spent: Sequence[DaySpent]) -> None:
    everything = total(one for day in spent for one in day.tasks)
    days = [(f"{one.day.on:%a %d %b}", one.total) for one in spent if one.tasks]
    together = [("Together", everything)] if len(days) > 1 else []
    screen.table(("Day", "Turns", "Cost"), [_row(*one) for one in (*days, *together)])
    click.echo()
    rows = [(str(one.task), *_row(one.title, one.spent)) for one in spent_by_task(spent)]
    screen.table(("#", "Task", "Turns", "Cost"), rows)


def _row(name: str, spent: Spent) -> tuple[str, str, str]:
    return screen.one_line(name, 48), str(spent.turns), spent.cost


def _plain(config: Config, spent: Sequence[DaySpent]) -> dict[str, Any]:
    return {
        "daemon": config.name,
        "days": [
            {"day": str(day.day), **_numbers(day.total), "tasks": _tasks(day.tasks)}
            for day in spent
        ],
        "tasks": _tasks(spent_by_task(spent)),
    }


def _tasks(tasks: Sequence[TaskSpent]) -> list[dict[str, Any]]:
    return [{"task": one.task, "title": one.title, **_numbers(one.spent)} for one in tasks]


def _numbers(spent: Spent) -> dict[str, Any]:
    return {"turns": spent.turns, "reported": spent.reported, "dollars": spent.known}


@click.command("continue")
def continue_command() -> None:
    """Let the daemon go on today, from a limit of the day that is used up.

    It may use as much again until midnight. An agent at its own usage limit is tried again.
    """
    config = door.config()
    with door.store(config) as store:
        gone_on = store.halts.go_on_today(config.name, door.somebody(), Via.CLI)
    door.tell_both(config)
    for line in _said(config.name, gone_on):
        click.echo(screen.clean(line))


def _said(name: str, gone_on: GoneOn) -> Iterator[str]:
    for halt in gone_on.halts:
        yield f"{name} may go on today: {halt.offer}."
    for limit in gone_on.lifted:
        yield f"The agent is tried again, though it said {_time(limit.until)}."
    if gone_on.changed:
        return
    before = gone_on.before.continued if gone_on.before else None
    if before is not None:
        yield f"{before.who.name} let it go on at {_time(before.at)} already."
    yield f"{name} is at no limit now. What it has used: coffee cost"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M}"
