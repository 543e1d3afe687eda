"""Where the command line reads its environment: the one place below which nothing does."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from coffee_daemon.config import Config, load_config
from coffee_daemon.errors import BadConfig, BadInput, StoreTrouble
from coffee_daemon.system import system_clock

if TYPE_CHECKING:
    from coffee_daemon.notifications import Person
    from coffee_daemon.process import ProcessManager
    from coffee_daemon.store import Store

#: The record holds no longer numbers.
_MOST_DIGITS = 18


def config() -> Config:
    """The settings in force for this call."""
    return load_config(os.environ)


def config_here() -> Config:
    """The same for whoever starts a daemon: without a set project it is the current folder."""
    return load_config(os.environ, here=True)


def process(settings: Config) -> ProcessManager:
    """The daemon's process, without touching the database."""
    from coffee_daemon.process import ProcessManager  # noqa: PLC0415 - only where it is needed

    return ProcessManager(settings)


def store(settings: Config, *, migrate: bool = True) -> Store:
    """The durable record; close it, or use it as a context manager."""
    from coffee_daemon.store import Store  # noqa: PLC0415 - SQLAlchemy takes its time to load

    return Store.open(settings.database, clock=system_clock(), migrate=migrate)


def somebody() -> Person:
    """Who sits at the machine."""
    from coffee_daemon.notifications import local_person  # noqa: PLC0415 - only for who acts

    return local_person()


def current_turn() -> str | None:
    """The nonce of the turn that this process belongs to, if it belongs to one."""
    return os.environ.get("COFFEE_TURN") or None


def start_nonce() -> str:
    """What proves this process to whoever started it; empty when started by hand."""
    return os.environ.get("COFFEE_START_NONCE", "")


def tell_both(settings: Config) -> None:
    """Wake the daemon and the bot: there is news in the record."""
    from coffee_daemon.doorbell import bot_bell, daemon_bell, ring  # noqa: PLC0415 - only for news

    ring(daemon_bell(settings))
    ring(bot_bell(settings))


def note(settings: Config, verb: str, outcome: str, target: str = "") -> None:
    """Write down what was done without the database; the record takes it in later."""
    from coffee_daemon.journal import Act, acts_folder, write_act  # noqa: PLC0415 - only for acts

    who = somebody()
    act = Act(
        who_id=who.id,
        who_name=who.name,
        verb=verb,
        target=target or settings.name,
        outcome=outcome,
        at=datetime.now(UTC),
    )
    try:
        write_act(acts_folder(settings), act)
    except (OSError, BadConfig) as error:
        # What was done stays done.
        click.echo(f"This is not in the audit: {error}", err=True)


def write_down(store: Store, verb: str, target: str, outcome: str, detail: str = "") -> None:
    """Write down what was done in the record."""
    from coffee_daemon.notifications import Via  # noqa: PLC0415 - only for who acts

    try:
        store.audit.add(somebody(), verb, target, Via.CLI, outcome, detail)
    except StoreTrouble as error:
        # What was done stays done.
        click.echo(f"This is not in the audit: {error.message}", err=True)


def number(text: str) -> int:
    """Read `12` or `#12`.

    Raises:
        BadInput: It is not a number of ours.
    """
    digits = text.removeprefix("#")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise BadInput(
            f"{text!r} is not a number of ours.", hint="See `coffee tasks` or `coffee questions`."
        )
    return int(digits)
