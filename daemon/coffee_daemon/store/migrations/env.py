"""Alembic runs this file for every command; the connection and its transaction are the caller's."""

from __future__ import annotations

from alembic import context

from coffee_daemon.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
