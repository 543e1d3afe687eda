"""Commands that start and stop the daemon. They never need the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.doorbell import bot_bell, ring
from coffee_daemon.errors import BadInput, ProcessTrouble
from coffee_daemon.moments import read_moment
from coffee_daemon.process import pause, resume, unfocus

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon.config import Config

Result = TypeVar("Result")


@click.command("start")
def start_command() -> None:
    """Start the daemon in the background and wait until it is ready."""
    config = door.config_here()
    manager = door.process(config)
    if manager.is_daemon_running():
        door.note(config, "start", "was running")
        click.echo(f"{config.name} is already running.")
        return
    _noted(config, "start", lambda: manager.start(who=door.somebody()))
    door.note(config, "start", "started")
    ring(bot_bell(config))
    status = manager.status()
    click.echo(f"{config.name} is running (pid {status.pid}).")
    for missing in status.missing:
        click.echo(f"Missing: {screen.clean(missing)}")
    if not status.watched:
        click.echo("Nothing restarts it after a crash while no `coffee bot` runs.")


@click.command("stop")
@click.option("--after-turn", is_flag=True, help="Let the current turn end first.")
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long it may take to stop in order before it is killed.",
)
def stop_command(*, after_turn: bool, timeout: float) -> None:
    """Stop the daemon and the agent it runs.

    The current task goes back to the queue with its session; it goes on after a start.
    """
    config = door.config()
    report = _noted(
        config,
        "stop",
        lambda: door.process(config).stop(
            who=door.somebody(), after_turn=after_turn, timeout=timeout
        ),
    )
    door.note(config, "stop", report.how)
    ring(bot_bell(config))
    click.echo(_ended(config, report.how, report.seconds))


def _ended(config: Config, how: str, seconds: float) -> str:
    if how == "not running":
        return f"{config.name} was not running."
    if how == "killed":
        return f"{config.name} did not stop in time and was killed after {seconds:.1f} s."
    if how == "after turn":
        return f"{config.name} stops when its current turn has ended."
    return f"{config.name} has stopped ({seconds:.1f} s)."


@click.command("restart")
def restart_command() -> None:
    """Stop the daemon and start it again."""
    config = door.config()
    manager = door.process(config)
    report = _noted(config, "restart", lambda: manager.restart(who=door.somebody()))
    door.note(config, "restart", f"restarted, {report.how}")
    ring(bot_bell(config))
    click.echo(f"{config.name} has been restarted (pid {manager.status().pid}).")


@click.command("pause")
@click.argument("words", nargs=-1, required=True, metavar="TIME...")
def pause_command(*, words: tuple[str, ...]) -> None:
    """Let the daemon begin nothing before a time, such as `2h`, `until 14:00` or `monday 9:00`.

    The turn that runs goes on to its end. What is told meanwhile is kept.
    """
    until = read_moment(" ".join(words), datetime.now(UTC))
    if until is None:
        raise BadInput(
            "That is no time within the next 31 days.",
            hint="Try: coffee pause 2h, coffee pause until 14:00, coffee pause monday 9:00",
        )
    config = door.config()
    pause(config, until, door.somebody())
    door.note(config, "pause", f"until {until:%Y-%m-%d %H:%M %z}")
    door.tell_both(config)
    click.echo(f"{config.name} begins nothing before {until.astimezone():%a %d %b %H:%M}.")


@click.command("resume")
def resume_command() -> None:
    """End a pause, and a focus."""
    config, now = door.config(), datetime.now(UTC)
    paused, in_focus = resume(config, now), unfocus(config, now)
    door.note(config, "resume", "ended" if paused or in_focus else "no pause")
    door.tell_both(config)
    goes_on = paused or in_focus
    click.echo(f"{config.name} goes on." if goes_on else f"{config.name} was not paused.")


@click.command("daemon")
def daemon_command() -> int:
    """Run the daemon in the foreground, until Ctrl-C."""
    from coffee_daemon.loop import run_daemon  # noqa: PLC0415 - needs the database

    config, nonce = door.config_here(), door.start_nonce()
    if not nonce:
        door.note(config, "start", "in the foreground")
    return run_daemon(config, nonce=nonce)


def _noted(config: Config, verb: str, action: Callable[[], Result]) -> Result:
    """Do it; when it fails, write that down and show the last lines of the log."""
    try:
        return action()
    except ProcessTrouble as trouble:
        door.note(config, verb, "failed")
        for line in trouble.log_tail:
            click.echo(f"  | {screen.clean(line)}", err=True)
        raise
