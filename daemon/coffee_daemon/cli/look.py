"""Commands that only look."""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.errors import BadInput, NotFound
from coffee_daemon.status import DaemonState, DaemonStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The exit code of `coffee status` when the daemon is not running.
NOT_RUNNING = 3

_COLOURS = {
    DaemonState.IDLE: "green",
    DaemonState.WORKING: "green",
    DaemonState.STARTING: "yellow",
    DaemonState.WAITING: "yellow",
    DaemonState.RESTING: "yellow",
    DaemonState.PAUSED: "yellow",
    DaemonState.LIMITED: "yellow",
    DaemonState.ASLEEP: "yellow",
}


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print every fact as JSON.")
def status_command(*, as_json: bool) -> int:
    """Tell what the daemon is doing, and how we know.

    Looking never disturbs it. Ends with 3 when the daemon is not running.
    """
    status = door.process(door.config()).status()
    if as_json:
        screen.show_json(status.to_dict())
    else:
        _show(status)
    return 0 if status.running else NOT_RUNNING


def _show(status: DaemonStatus) -> None:
    dot = click.style("●", fg=_COLOURS.get(status.state, "red"))
    state = str(status.state).replace("_", " ")
    click.echo(f"{dot} {click.style(status.name, bold=True)} is {state}")
    screen.facts(_rows(status))
    click.echo(_advice(status))


def _rows(status: DaemonStatus) -> Iterator[tuple[str, str]]:
    yield "Evidence", status.evidence
    if status.current_task:
        yield "Task", status.current_task
    if status.progress:
        yield "Progress", screen.one_line(status.progress)
    if status.running:
        yield "Uptime", screen.span(status.uptime or 0)
        yield "Process", f"pid {status.pid}"
        yield "Load", f"CPU {status.cpu_percent:.1f} %, memory {status.memory_mb:.1f} MB"
    yield from _waits(status)
    yield from _bot_rows(status)
    for missing in status.missing:
        yield "Missing", missing
    for note in status.notes:
        yield "Note", note


def _waits(status: DaemonStatus) -> Iterator[tuple[str, str]]:
    if status.open_questions:
        yield "Questions", f"{status.open_questions} open: coffee questions"
    if status.held_tasks:
        yield "Held", f"{_count(status.held_tasks)}: coffee tasks"
    if status.focus_until:
        on = f"#{status.focus_task}" if status.focus_task else "what it begins next"
        yield "Focus", f"{on}, until {status.focus_until.astimezone():%a %H:%M}"
    if status.until:
        yield "Until", status.until.astimezone().strftime("%a %H:%M")


def _bot_rows(status: DaemonStatus) -> Iterator[tuple[str, str]]:
    if status.bot_link:
        yield "Bot", _bot(status)
    for note in status.bot_notes:
        yield "Bot", note


#: What follows "the bot"; the ages are filled in.
_LINKS = {
    "connected": "connected to Slack",
    "reconnecting": "it has been reconnecting to Slack for {age}",
    "deaf": "it has been deaf for {age}: nothing from Slack arrives",
    "silent": "its process lives, but it has written nothing for {age}",
}


def _bot(status: DaemonStatus) -> str:
    since = status.bot_link_since
    age = (datetime.now(UTC) - since).total_seconds() if since else 0.0
    return _LINKS.get(status.bot_link, "").format(age=screen.span(max(0.0, age)))


def _count(tasks: int) -> str:
    return "1 task" if tasks == 1 else f"{tasks} tasks"


def _advice(status: DaemonStatus) -> str:
    if not status.running:
        return "\nStart it with: coffee start"
    return "\nA reply may take 12 hours or more: like any colleague, it needs focus and rest."


@click.command("logs")
@screen.lines_option(50, "How many of the last lines.")
@click.option("-f", "--follow", is_flag=True, help="Go on printing what is added.")
@click.option("--task", "task", metavar="NUMBER", help="What this task's agent printed.")
@click.option("--json", "as_json", is_flag=True, help="Print the lines as JSON.")
def logs_command(*, lines: int, follow: bool, task: str | None, as_json: bool) -> None:
    """Print the end of the daemon's log, or of what one task's agent printed."""
    if follow and as_json:
        raise BadInput("--json prints a list, which has an end.", hint="Leave out --follow.")
    config = door.config()
    path = config.state / "daemon.log" if task is None else _output(config.state, task)
    if not path.is_file():
        raise NotFound("Nothing has been logged yet.", hint="Start it with: coffee start")
    with path.open(encoding="utf-8", errors="replace") as log:
        found = deque(log, maxlen=lines)
        if as_json:
            screen.show_json([line.rstrip("\n") for line in found])
            return
        for line in found:
            click.echo(screen.clean(line), nl=False)
        while follow:
            line = log.readline()
            click.echo(screen.clean(line), nl=False) if line else time.sleep(0.5)


def _output(state: Path, task: str) -> Path:
    number = door.number(task)
    folders = list((state / "turns").glob(f"{number}-*"))
    if not folders:
        raise NotFound(f"A task #{number} has not run yet.", hint="See: coffee tasks --all")
    latest = max(folders, key=lambda folder: int(folder.name.split("-")[1]))
    return latest / "output"
