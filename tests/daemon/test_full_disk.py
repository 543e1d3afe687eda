"""A daemon whose record cannot be written: it lives, says why, and goes on by itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from small_disk import small_disk
from sqlalchemy import event
from waiting import eventually
from workshop import ADA, Workshop

from coffee_daemon import (
    Config,
    DaemonState,
    Limits,
    StoreTrouble,
    TaskState,
    TurnEnd,
    TurnState,
    Via,
)
from coffee_daemon.agents import agent_for
from coffee_daemon.loop import build_daemon
from coffee_daemon.status import StatusRecord, read_record
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon.agents import Desk, Job
    from coffee_daemon.loop import Daemon


@pytest.fixture
def house(tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


def record(config: Config) -> StatusRecord:
    found = read_record(config.state / "daemon_status.json")
    assert isinstance(found, StatusRecord)
    return found


class Ban:
    """Keeps a daemon's own connections from something for as long as it is on."""

    #: No page more than there are; SQLite takes a limit below the present size for that size.
    FULL = ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000")
    READ_ONLY = ("PRAGMA query_only = 1", "PRAGMA query_only = 0")

    def __init__(self, daemon: Daemon, kind: tuple[str, str]) -> None:
        self.on = False
        self._kind = kind
        event.listen(daemon._store.doors.engine, "checkout", self._apply)

    def _apply(self, connection: Any, *_: object) -> None:
        connection.execute(self._kind[0] if self.on else self._kind[1]).close()


def test_a_turn_that_ends_while_the_database_is_full_is_settled_once_when_there_is_room(
    house: Workshop,
) -> None:
    with house.running() as daemon:
        quota = Ban(daemon, Ban.FULL)
        # A result of many pages, so that settling needs room.
        number = house.tell("tell begun", "wait-for go", "say " + "much " * 2_000)
        house.has("begun")
        quota.on = True
        (house.config.home / "go").touch()
        noted = eventually(lambda: record(house.config).notes, 20, "a note")
        assert "the disk is full. Free some space" in noted[0]
        with house.store() as store:
            assert store.tasks.get(number).state is TaskState.RUNNING

        quota.on = False
        house.ring()
        house.until(number, TaskState.DONE)
        eventually(lambda: record(house.config).notes == (), 20, "no note any more")
        with house.store() as store:
            assert [turn.state for turn in store.turns.of_task(number)] == [TurnState.ENDED]


def tell_a_lot(house: Workshop) -> None:
    with house.store() as store:
        for _ in range(100):
            store.tasks.tell(daemon=house.config.name, text="x" * 4000, who=ADA, via=Via.CLI)


def test_a_daemon_on_a_full_disk_lives_and_goes_on_when_it_is_freed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "home", 2048) as disk:
        (tmp_path / "elsewhere").mkdir()
        house = Workshop.build(tmp_path / "elsewhere")
        house = house.with_settings(home=disk.folder)
        with house.process() as manager:
            house.until(house.tell("say hello"), TaskState.DONE)
            pid = manager.status().pid
            # Room for the status file, and none for the record.
            disk.fill(leave=8192)
            with pytest.raises(StoreTrouble, match="the disk is full"):
                tell_a_lot(house)
            house.ring()
            assert manager.status().pid == pid
            disk.free()
            house.until(house.tell("say I am back"), TaskState.DONE)
            assert manager.status().pid == pid


def test_a_daemon_that_starts_while_the_record_cannot_be_written_waits_for_it(
    house: Workshop,
) -> None:
    number = house.tell("say hello")
    with house.store() as store:
        lost = store.turns.pick_up(house.config.name, nonce="died")
        assert lost is not None
    agent = agent_for(house.config)
    with build_daemon(house.config, clock=house.clock, agent=agent) as daemon:
        ban = Ban(daemon, Ban.READ_ONLY)
        ban.on = True
        thread = threading.Thread(target=daemon.run)
        thread.start()
        noted = eventually(lambda: record(house.config).notes, 20, "a note")
        assert "it is read-only" in noted[0]
        assert record(house.config).state == DaemonState.IDLE

        ban.on = False
        house.ring()
        house.until(number, TaskState.DONE)
        daemon.stop()
        thread.join()
    with house.store() as store:
        states = [turn.state for turn in store.turns.of_task(number)]
    assert states == [TurnState.LOST, TurnState.ENDED]


class Teller:
    """An agent whose first word on its progress cannot be written down."""

    name = "scripted"

    def __init__(self) -> None:
        self.runs = 0
        self.ban: Ban | None = None

    def run(self, _job: Job, desk: Desk) -> Outcome:
        self.runs += 1
        if self.runs == 1 and self.ban is not None:
            self.ban.on = True
            try:
                desk.progress("half way")
            finally:
                self.ban.on = False
        return Outcome(end=TurnEnd.OK)


def test_a_turn_that_the_record_fails_uses_up_no_attempt(house: Workshop) -> None:
    house = house.with_settings(limits=Limits(attempts=1))
    number, agent = house.tell("say nothing"), Teller()
    with build_daemon(house.config, clock=house.clock, agent=agent) as daemon:
        agent.ban = Ban(daemon, Ban.READ_ONLY)
        thread = threading.Thread(target=daemon.run)
        thread.start()
        house.until(number, TaskState.DONE)
        daemon.stop()
        thread.join()
    with house.store() as store:
        ends = [turn.end for turn in store.turns.of_task(number)]
    assert ends == [TurnEnd.INTERRUPTED, TurnEnd.OK]
