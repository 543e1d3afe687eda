"""Migrations of the record, run by Alembic and only when a database is behind.

They only add, so that an older daemon that still runs goes on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run what is missing, within the transaction that the caller began."""
    command.upgrade(settings(connection), revision)


def settings(connection: Connection) -> Config:
    """Return what Alembic needs to know; there is no alembic.ini."""
    config = Config()
    # A percent sign would begin an interpolation.
    folder = str(Path(__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
