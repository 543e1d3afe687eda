"""The command that hands a conversation of a person's own to the daemon."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coffee_daemon.cli import door, screen
from coffee_daemon.errors import BadConfig, BadInput, Refused
from coffee_daemon.notifications import Via
from coffee_daemon.system import system_clock
from coffee_daemon.tasks import Adopted

if TYPE_CHECKING:
    from coffee_daemon.config import AgentSettings, Config
    from coffee_daemon.store import Store

_GO_ON = "Go on with what we were about to do."
#: A conversation in which something was said so lately may still be going on.
_IN_USE = timedelta(minutes=2)


@click.command("adopt")
@click.argument("words", nargs=-1, metavar="[TEXT]...")
@click.option("--session", required=True, metavar="ID", help="The agent's name for it.")
@click.option("--cwd", metavar="DIR", help="Where it was held; the current folder unless given.")
@click.option("--json", "as_json", is_flag=True, help="Print the task as JSON.")
def adopt_command(*, words: tuple[str, ...], session: str, cwd: str | None, as_json: bool) -> None:
    """Hand the daemon an idle conversation of yours with the agent, as a task.

    It goes on in that very folder, with what both of you know. TEXT says what to do
    next. End the program in which you held it first.
    """
    config = door.config()
    folder = _folder(config, cwd)
    agent = _agent(config)
    name = session.strip()
    _look_at(agent, name)
    with door.store(config) as store:
        _never_two(store, name, folder)
        task = store.tasks.tell(
            daemon=config.name,
            text=" ".join(words).strip() or _GO_ON,
            who=door.somebody(),
            via=Via.CLI,
            adopted=Adopted(session=name, agent=_name(agent), folder=str(folder)),
        )
        door.write_down(store, "adopt", f"#{task.number}", "stored", f"conversation {name}")
    door.tell_both(config)
    if as_json:
        screen.show_json(task)
        return
    click.echo(f"Adopted as #{task.number}; it works in {folder}.")
    if not door.process(config).status().running:
        click.echo(f"{config.name} is stopped. Start it with: coffee start")


def _folder(config: Config, cwd: str | None) -> Path:
    folder = Path(cwd or ".").expanduser().resolve()
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder.", hint="Give the one where you held it: --cwd DIR")
    if folder.is_relative_to((config.state / "worktrees").resolve()):
        raise Refused(
            f"{folder} belongs to a task of {config.name}.", hint="See what it does: coffee tasks"
        )
    return folder


def _agent(config: Config) -> AgentSettings:
    """The daemon's agent, if it can go on with a conversation."""
    from coffee_daemon.agents.presets import settled  # noqa: PLC0415 - only where it is needed

    agent = settled(config.agent)
    if not agent.command or (agent.kind == "command" and not agent.resume):
        raise BadConfig(
            "The agent that is set cannot go on with a conversation.",
            hint='Set [agent] kind = "claude" in config.toml.',
        )
    return agent


def _name(agent: AgentSettings) -> str:
    return agent.preset or agent.kind


def _look_at(agent: AgentSettings, session: str) -> None:
    """Make sure, as far as that can be seen, that the conversation is there and idle."""
    from coffee_daemon.agents.claude.command import is_name  # noqa: PLC0415 - the same
    from coffee_daemon.agents.claude.sessions import look_for  # noqa: PLC0415 - the same

    if not session or not is_name(session):
        raise BadInput(f"{session!r} is no conversation's name.", hint="Give its ID: --session ID")
    if agent.kind != "claude":
        return
    kept = look_for(session, os.environ)
    if kept.known is False:
        raise BadInput(
            f"Claude Code has kept no conversation {session} for this user.",
            hint="Its /status shows the session ID.",
        )
    if kept.touched is not None and system_clock().now() - kept.touched < _IN_USE:
        click.echo(
            "Something was said in it within the last two minutes. If it is still open anywhere, "
            "end it there: two who go on with one conversation lose each other's words.",
            err=True,
        )


def _never_two(store: Store, session: str, folder: Path) -> None:
    for task in store.tasks.open():
        if task.session == session:
            raise Refused(
                f"#{task.number} goes on with this conversation already.",
                hint=f'Add to it: coffee tell --task {task.number} "..."',
            )
        if task.folder == str(folder):
            raise Refused(
                f"#{task.number} works in {folder}, and two tasks never share a folder.",
                hint=f"Wait for it, or end it: coffee cancel {task.number}",
            )
