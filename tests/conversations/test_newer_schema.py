"""A bot that runs on while a newer version of the program has changed the record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot_house import settle

if TYPE_CHECKING:
    from bot_house import House

#: What a later version may do to a table: only additions, and none that must be filled in.
TABLES = ("tasks", "turns", "notifications", "questions", "answers", "inbox", "posts", "audit")


def make_newer(house: House) -> None:
    """Change the record as a later version of this program might."""
    with closing(sqlite3.connect(house.config.daemon.home / "notifications.db", timeout=30)) as one:
        for table in TABLES:
            one.execute(f"ALTER TABLE {table} ADD COLUMN colour VARCHAR")
            one.execute(f"ALTER TABLE {table} ADD COLUMN mood VARCHAR DEFAULT 'fine' NOT NULL")
            one.execute(f"CREATE INDEX ix_{table}_colour ON {table} (colour)")
        one.execute("CREATE TABLE moods (id INTEGER PRIMARY KEY)")
        one.execute("UPDATE alembic_version SET version_num = '9999'")
        one.commit()


def test_a_bot_and_its_daemon_go_on_under_a_newer_schema(house: House) -> None:
    house.command("start")
    house.command("tell ASK and build it")
    ts = house.message("Which database?", "2. PostgreSQL").ts

    make_newer(house)

    reply = house.say("PostgreSQL", thread=ts)
    settle(lambda: "white_check_mark" in house.reactions(reply))
    house.message("done", "Built with PostgreSQL")
    assert "Command Sent to Daemon" in house.answer_to("tell build another")
    house.message("done", "Built with nothing")
    question = house.store.questions.ask(daemon=house.config.daemon.name, text="And now?")
    house.bot.wake()
    house.say("Rest", thread=house.message("And now?").ts)
    settle(lambda: len(house.store.questions.answers(question.number)) == 1)
