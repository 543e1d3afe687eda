"""The daily digest over the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

from bot_house import settle
from sqlalchemy import text

from coffee_daemon import AuditHead, Day, system_clock

if TYPE_CHECKING:
    from bot_house import House


def test_what_was_missed_today_is_told_once_by_a_bot_that_comes_back(house: House) -> None:
    house.command("tell build it")
    house.command("start")
    house.message("Built with nothing")
    house.bot.stop()
    house.store.facts.keep(f"digest:{house.config.daemon.name}", str(yesterday()))
    house.config = replace(house.config, digest=time(0))

    house.restart_bot()
    digest = house.message("1 done", "code_developer")
    house.restart_bot()
    house.command("tell go on")
    house.message("go on", "#")

    assert "The audit ends at" in str(digest.blocks)
    settle(lambda: house.count("1 done", "code_developer", "The audit ends at") == 1)


def test_its_last_line_proves_the_audit_later(house: House) -> None:
    house.command("tell build it")
    house.command("start")
    house.message("Built with nothing")
    house.bot.stop()
    house.store.facts.keep(f"digest:{house.config.daemon.name}", str(yesterday()))
    house.config = replace(house.config, digest=time(0))
    house.restart_bot()
    told = str(house.message("1 done", "The audit ends at").blocks)

    head = AuditHead.read(told.partition("The audit ends at `")[2].partition("`")[0])

    assert house.store.audit.verify(head).intact
    with house.store.writing() as connection:
        connection.execute(text("UPDATE audit SET who_name = 'Eve' WHERE verb = 'tell'"))
    assert not house.store.audit.verify(head).intact


def yesterday() -> Day:
    return Day.of(system_clock().now()).earlier(1)
