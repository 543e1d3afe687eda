"""Commands that look after the record: copy it while everybody works, bring a copy back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from coffee_daemon.cli import door

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace an earlier file.")
def backup_command(*, file: Path, force: bool) -> None:
    """Copy the record into a file, while everybody goes on working.

    The copy is as private as the record: it holds what people wrote.
    """
    from coffee_daemon.store.backup import back_up  # noqa: PLC0415 - SQLAlchemy takes its time

    config = door.config()
    back_up(config.database, file, force=force)
    door.note(config, "backup", "copied", str(file))
    click.echo(f"Backed up to {file} ({file.stat().st_size / 1024:.0f} KB).")


@click.command("restore")
@click.argument("file", type=_FILE)
def restore_command(*, file: Path) -> None:
    """Put a backup in the place of the record; daemon and bot must be stopped.

    The replaced record stays beside it, under a name that says when.
    """
    from coffee_daemon.process.vacancy import vacant  # noqa: PLC0415 - only where it is needed
    from coffee_daemon.store.backup import restore  # noqa: PLC0415 - SQLAlchemy takes its time

    config = door.config()
    with vacant(config):
        replaced = restore(config.database, file, now=datetime.now(UTC))
    door.note(config, "restore", "restored", str(file))
    click.echo(f"Restored from {file}.")
    if replaced is not None:
        click.echo(f"The record before it is kept as {replaced}.")
