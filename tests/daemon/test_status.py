from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coffee_daemon.clock import ManualClock
from coffee_daemon.config import Config
from coffee_daemon.status import (
    ALIVE,
    DaemonState,
    DaemonStatus,
    Damage,
    Life,
    Moment,
    Proof,
    StatusRecord,
    Wish,
    observe,
    plain,
    read_record,
    read_wish,
    span,
    wish_file,
    write_wish,
)

if TYPE_CHECKING:
    from pathlib import Path

ALIVE_AND_OURS = Life(proof=Proof.OURS, pid=12, why="process 12 is alive")
GONE = Life(proof=Proof.GONE, pid=12, why="process 12 is gone")
WANTED = Wish(wanted=True, by="Ada")
HEARTBEAT_SECONDS = 5.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def beating(clock: ManualClock, **changes: Any) -> StatusRecord:
    """A record written this moment by a daemon that began an hour ago."""
    record = StatusRecord(
        name="code_developer",
        state="idle",
        pid=12,
        process_start=100.0,
        boot_id="b",
        nonce="n",
        spawned=True,
        started_at=clock.now() - timedelta(hours=1),
        last_updated=clock.now(),
        monotonic=clock.monotonic(),
        boot_started=clock.boot() - 3600,
        boot=clock.boot(),
        heartbeat=HEARTBEAT_SECONDS,
    )
    return replace(record, **changes)


def look(
    clock: ManualClock,
    record: StatusRecord | None,
    *,
    life: Life = ALIVE_AND_OURS,
    wish: Wish = WANTED,
) -> DaemonStatus:
    return observe(
        name="code_developer", life=life, record=record, wish=wish, moment=Moment.of(clock)
    )


@pytest.mark.parametrize("state", ["starting", "idle", "working", "waiting", "resting", "limited"])
def test_a_beating_daemon_is_believed(clock: ManualClock, state: str) -> None:
    record = beating(clock, state=state)
    clock.advance(4)
    status = look(clock, record)

    assert status.state == state
    assert status.evidence == "last heartbeat 4 s ago"
    assert (status.running, status.pid, status.uptime) == (True, 12, 3604)


def test_the_daemons_own_reason_is_part_of_the_evidence(clock: ManualClock) -> None:
    status = look(clock, beating(clock, state="resting", reason="outside its working hours"))

    assert status.evidence == "outside its working hours; last heartbeat 0 s ago"


def test_a_focus_is_part_of_the_evidence_until_it_is_over(clock: ManualClock) -> None:
    until = clock.now() + timedelta(seconds=10)
    reason = {"state": "waiting", "reason": "waits for answers and has nothing else to do"}
    record = beating(clock, **reason, focus_until=until, focus_task=12, focus_by="Ada")

    found = look(clock, record)
    assert (found.focus_until, found.focus_task, found.focus_by) == (until, 12, "Ada")
    assert "has nothing else to do; in focus on #12, by Ada; last heartbeat" in found.evidence
    clock.advance(seconds=11)

    over = look(clock, record)
    assert (over.focus_until, over.focus_task, over.focus_by) == (None, None, "")
    assert "focus" not in over.evidence


def test_a_heart_that_stopped_beating_means_unresponsive_after_thirty_seconds(
    clock: ManualClock,
) -> None:
    record = beating(clock, state="working")
    clock.advance(30)
    assert look(clock, record).state is DaemonState.WORKING
    clock.advance(12)
    status = look(clock, record)

    assert status.state is DaemonState.UNRESPONSIVE
    assert status.evidence == "no heartbeat for 42 s, process alive"
    assert status.running


def test_a_host_that_slept_is_not_a_daemon_that_hangs(clock: ManualClock) -> None:
    record = beating(clock)
    clock.sleep(9 * 3600)
    status = look(clock, record)

    assert status.state is DaemonState.ASLEEP
    assert status.evidence == "the host slept for 9 h; no heartbeat since it woke"
    clock.advance(31)
    assert look(clock, record).state is DaemonState.UNRESPONSIVE


@pytest.mark.parametrize("hours", [1, -1])
def test_a_wall_clock_that_is_set_changes_nothing(clock: ManualClock, hours: int) -> None:
    record = beating(clock, state="working")
    clock.at += timedelta(hours=hours)
    status = look(clock, record)

    assert (status.state, status.uptime) == (DaemonState.WORKING, 3600)


def test_a_wanted_daemon_that_is_dead_has_crashed(clock: ManualClock) -> None:
    record = beating(clock)
    clock.advance(42)
    status = look(clock, record, life=GONE)

    assert status.state is DaemonState.CRASHED
    assert status.evidence == "wanted, but process 12 is gone; last heartbeat 42 s ago"
    assert (status.running, status.pid, status.wanted) == (False, None, True)


@pytest.mark.parametrize(
    ("changes", "rebooted", "wish", "evidence", "with_host"),
    [
        ({}, True, WANTED, "it was ended with the host 9 h ago; it is still wanted", True),
        ({}, False, WANTED, "it ended in order (stopped); it is still wanted", False),
        # Somebody ran it in front: with Ctrl-C, or by a service that starts it itself.
        (
            {"spawned": False},
            True,
            WANTED,
            "it ended in order (stopped); it is still wanted",
            False,
        ),
        ({}, True, Wish(wanted=False, by="Ada"), "stopped by Ada", False),
    ],
)
def test_an_end_in_order_is_the_hosts_or_a_persons(
    clock: ManualClock,
    changes: dict[str, Any],
    rebooted: bool,
    wish: Wish,
    evidence: str,
    with_host: bool,
) -> None:
    record = beating(clock, state="stopped", reason="stopped", **changes)
    clock.advance(9 * 3600)
    ended = Life(proof=Proof.GONE, pid=12, why="it ended in order", rebooted=rebooted)

    status = look(clock, record, life=ended, wish=wish)

    assert status.state is DaemonState.STOPPED
    assert (status.evidence, status.ended_with_host) == (evidence, with_host)


def test_a_number_that_belongs_to_another_process_is_a_dead_daemon(clock: ManualClock) -> None:
    other = Life(proof=Proof.OTHER, pid=12, why="its number 12 belongs to another process now")

    assert look(clock, beating(clock), life=other).state is DaemonState.CRASHED
    assert look(clock, beating(clock), life=other, wish=Wish()).state is DaemonState.STOPPED


def test_a_daemon_that_nobody_wants_is_stopped_by_whom(clock: ManualClock) -> None:
    status = look(clock, beating(clock), life=GONE, wish=Wish(wanted=False, by="Ben"))

    assert (status.state, status.evidence) == (DaemonState.STOPPED, "stopped by Ben")


def test_a_stop_long_ago_does_not_explain_the_end_of_a_daemon_started_by_hand(
    clock: ManualClock,
) -> None:
    wish = Wish(wanted=False, by="Ben", at=clock.now())
    clock.advance(hours=1)
    record = beating(clock, started_at=clock.now())

    assert look(clock, record, life=GONE, wish=wish).evidence == "process 12 is gone"


def test_an_end_in_order_is_no_crash_though_it_was_wanted(clock: ManualClock) -> None:
    record = beating(clock, state="stopped", reason="told by SIGTERM")
    status = look(clock, record, life=GONE)

    assert status.state is DaemonState.STOPPED
    assert status.evidence == "it ended in order (told by SIGTERM); it is still wanted"
    assert status.wanted


def test_a_daemon_that_crashed_too_often_waits_for_a_person(clock: ManualClock) -> None:
    wish = replace(WANTED, gave_up="5 crashes in 60 s")
    status = look(clock, beating(clock), life=GONE, wish=wish)

    assert (status.state, status.evidence) == (DaemonState.GAVE_UP, "5 crashes in 60 s")


def test_a_start_that_was_just_asked_for_is_no_crash_yet(clock: ManualClock) -> None:
    earlier = beating(clock)
    clock.advance(60)
    wish = replace(WANTED, at=clock.now())
    clock.advance(2)
    status = look(clock, earlier, life=GONE, wish=wish)

    assert (status.state, status.evidence) == (DaemonState.STARTING, "Ada has just started it")
    clock.advance(20)
    assert look(clock, earlier, life=GONE, wish=wish).state is DaemonState.CRASHED


def test_a_daemon_that_dies_right_after_its_start_has_crashed_at_once(clock: ManualClock) -> None:
    wish = replace(WANTED, at=clock.now())
    clock.advance(1)
    record = beating(clock, started_at=clock.now())
    clock.advance(1)

    assert look(clock, record, life=GONE, wish=wish).state is DaemonState.CRASHED


def test_what_cannot_be_told_is_unknown_and_never_stopped(clock: ManualClock) -> None:
    unclear = Life(proof=Proof.UNCLEAR, pid=12, why="process 12 cannot be looked at")
    for record in (None, beating(clock)):
        for wish in (Wish(), WANTED):
            status = look(clock, record, life=unclear, wish=wish)

            assert status.state is DaemonState.UNKNOWN
            assert status.evidence == unclear.why


def test_a_working_daemon_tells_what_a_person_wants_to_know(clock: ManualClock) -> None:
    record = beating(
        clock,
        state="working",
        current_task="PRIORITY 2.6 - CI Testing",
        task_number=7,
        last_output_at=clock.now() - timedelta(minutes=3),
        progress="half of it",
        open_questions=2,
        cpu_percent=12.5,
        memory_mb=80.0,
        missing=("an agent",),
        notes=("works in the project's folder",),
    )
    status = look(clock, record)

    assert status.current_task == "PRIORITY 2.6 - CI Testing"
    assert (status.task_number, status.output_age, status.progress) == (7, 180, "half of it")
    assert (status.open_questions, status.cpu_percent, status.memory_mb) == (2, 12.5, 80.0)
    assert (status.missing, status.notes) == (record.missing, record.notes)


def test_every_state_of_a_dead_daemon_has_no_process(clock: ManualClock) -> None:
    for wish in (Wish(), WANTED, replace(WANTED, gave_up="why")):
        status = look(clock, beating(clock), life=GONE, wish=wish)

        assert status.state not in ALIVE
        assert (status.running, status.pid, status.current_task) == (False, None, None)


def test_the_dict_has_the_specifications_keys_and_is_json(clock: ManualClock) -> None:
    status = look(clock, beating(clock, until=clock.now()))
    table = json.loads(json.dumps(status.to_dict()))

    wanted = {"running", "pid", "status", "current_task", "uptime", "cpu_percent", "memory_mb"}
    assert wanted <= set(table)
    assert table["status"] == "idle"
    assert table["until"] == "2026-01-05T09:00:00+00:00"
    assert set(table) - {"running", "status"} == {one.name for one in fields(status)} - {"state"}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 days")],
)
def test_a_length_of_time_is_told_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words


# The files behind it


def test_a_record_comes_back_as_it_was_written(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "daemon_status.json"
    record = beating(clock, until=clock.now(), missing=("an agent",), progress="ünï \u2028")
    path.write_text(plain.dump(record))

    assert read_record(path) == record


def test_what_a_newer_version_added_is_left_out(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "daemon_status.json"
    path.write_text(json.dumps({**plain.to_plain(beating(clock)), "mood": "sunny"}))

    assert read_record(path) == beating(clock)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "daemon_status.json"
    path.write_bytes(b"\xef\xbb\xbf" + plain.dump(beating(clock)).encode())

    assert read_record(path) == beating(clock)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pid", "12"),
        ("pid", 12.0),
        ("pid", True),
        ("heartbeat", "5"),
        ("heartbeat", float("nan")),
        ("boot", float("inf")),
        ("state", "sunny"),
        ("spawned", 1),
        ("started_at", "yesterday"),
        ("started_at", "2026-01-05T09:00:00"),
        ("started_at", 12),
        ("missing", "an agent"),
        ("missing", [1]),
        ("current_task", 12),
        ("nonce", None),
    ],
)
def test_a_record_with_a_wrong_value_is_broken(
    tmp_path: Path, clock: ManualClock, field: str, value: object
) -> None:
    path = tmp_path / "daemon_status.json"
    path.write_text(json.dumps({**plain.to_plain(beating(clock)), field: value}))

    assert read_record(path) is Damage.BROKEN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe\x00",
        b'\xef\xbb\xbf{"pid": 1}',
        b"[" * 100_000,
        b'{"pid": 1e999}',
    ],
)
def test_whatever_is_no_record_is_broken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "daemon_status.json"
    path.write_bytes(content)

    assert read_record(path) is Damage.BROKEN


def test_a_record_that_may_not_be_trusted_is_unreadable(tmp_path: Path) -> None:
    folder, link, huge = tmp_path / "folder", tmp_path / "link", tmp_path / "huge"
    folder.mkdir()
    link.symlink_to(tmp_path / "nothing")
    huge.write_bytes(b" " * 1_000_001)

    assert {read_record(path) for path in (folder, link, huge)} == {Damage.UNREADABLE}
    assert read_record(tmp_path / "missing") is Damage.MISSING


def test_a_wish_comes_back_as_it_was_written(tmp_path: Path) -> None:
    config = Config(home=tmp_path / "home")
    assert read_wish(config) == Wish()
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    wish = Wish(wanted=True, by="Ada", at=moment, paused_until=moment, gave_up="why")
    write_wish(config, wish)

    assert read_wish(config) == wish
    assert wish_file(config).stat().st_mode & 0o777 == 0o600


def test_a_wish_that_cannot_be_read_is_nobodys(tmp_path: Path) -> None:
    config = Config(home=tmp_path)
    wish_file(config).write_text("{")

    assert read_wish(config) == Wish()
