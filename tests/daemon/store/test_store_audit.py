"""The audit's chain: what was done to an entry afterwards shows, and where."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, text, update
from store_scene import ADA, BOB, DAEMON

from coffee_daemon.clock import ManualClock, SystemClock
from coffee_daemon.errors import BadInput
from coffee_daemon.notifications import Via
from coffee_daemon.store import AuditHead, Store
from coffee_daemon.store.chain import Broken, Known, link
from coffee_daemon.store.engine import open_doors
from coffee_daemon.store.migrations import upgrade
from coffee_daemon.store.schema import audit

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon.store.chain import AuditVerdict

COLUMNS = "who_id, who_name, verb, target, via, outcome, detail, at"
WORDS = "'U1', 'Ada', 'tell', '#1', 'cli', 'stored', '', '2026-01-05 09:00:00.000000'"
#: What a daemon of an older version writes, which knows no hash.
OLDER = "INSERT INTO audit (COLUMNS) VALUES (WORDS)".replace("COLUMNS", COLUMNS)
OLDER = OLDER.replace("WORDS", WORDS)
HEAD = "UPDATE facts SET value = :told WHERE name = 'audit:head'"
KEEP = timedelta(days=75)


def act(store: Store, count: int, first: int = 1) -> None:
    for number in range(first, first + count):
        who = BOB if number % 2 else ADA
        store.audit.add(who, "tell", f"#{number}", Via.SLACK, "stored", "Ünïcode, “quoted”")


def tamper(store: Store, *statements: str, **bound: object) -> None:
    """Write into the table past our own code, as whoever owns the file can."""
    with store.writing() as connection:
        for statement in statements:
            connection.execute(text(statement.replace("COLUMNS", COLUMNS)), bound)


def found(verdict: AuditVerdict) -> list[tuple[Broken, int, int]]:
    return [(one.how, one.first, one.last) for one in verdict.breaks]


def head(store: Store) -> AuditHead:
    known = store.audit.head()
    assert known is not None
    return known


def test_an_untouched_chain_is_intact_and_ends_at_its_head(store: Store) -> None:
    assert store.audit.head() is None
    assert store.audit.verify().intact
    act(store, 12)

    verdict = store.audit.verify()

    assert verdict.intact
    assert (verdict.entries, verdict.head) == (12, head(store))
    assert head(store).id == 12
    assert store.audit.list(limit=1)[0].hash == head(store).hash


def test_a_chain_longer_than_a_page_is_walked_to_its_end(store: Store) -> None:
    act(store, 3)
    rows = store.audit.list()
    last = head(store)
    with store.writing() as connection:
        for number in range(4, 1204):
            entry = rows[0].__class__(**{**vars(rows[0]), "id": number})
            last = AuditHead(number, link(last.hash, entry))
            values = {"who_id": entry.who.id, "who_name": entry.who.name, "hash": last.hash}
            words = {name: getattr(entry, name) for name in ("verb", "target", "via", "outcome")}
            more = {"detail": entry.detail, "at": entry.at}
            connection.execute(insert(audit).values(id=number, **values, **words, **more))
        connection.execute(text(HEAD), {"told": str(last)})
    act(store, 1)

    verdict = store.audit.verify(last)

    assert (verdict.intact, verdict.entries, verdict.known) == (True, 1204, Known.THERE)


@pytest.mark.parametrize(
    "change",
    [
        "who_id = 'U0EVE00001'",
        "who_name = 'Eve'",
        "verb = 'stop'",
        "target = ''",
        "via = 'cli'",
        "outcome = 'refused'",
        "detail = detail || ' '",
        "at = '2026-01-05 09:00:00.000001'",
        # What our own code would never write there.
        "via = 'pigeon'",
        "at = 'yesterday'",
        "who_id = NULL",
    ],
)
@pytest.mark.parametrize("number", [1, 5, 10])
def test_an_entry_that_is_changed_in_any_word_is_named(
    change: str, number: int, store: Store
) -> None:
    act(store, 10)

    tamper(store, "UPDATE audit SET this WHERE id = :n".replace("this", change), n=number)

    assert found(store.audit.verify()) == [(Broken.CHANGED, number, number)]
    assert not store.audit.verify().intact
    assert len(store.audit.list()) == 10


def test_an_entry_whose_hash_alone_is_changed_is_named(store: Store) -> None:
    act(store, 10)

    tamper(store, "UPDATE audit SET hash = :told WHERE id = 5", told="0" * 64)

    assert found(store.audit.verify()) == [(Broken.HASH_CHANGED, 5, 5)]


def test_entries_that_are_removed_in_the_middle_are_named(store: Store) -> None:
    act(store, 10)

    tamper(store, "DELETE FROM audit WHERE id IN (3, 6, 7)")

    assert found(store.audit.verify()) == [(Broken.REMOVED, 3, 3), (Broken.REMOVED, 6, 7)]


def test_a_beginning_that_is_removed_without_pruning_is_named(store: Store) -> None:
    act(store, 10)

    tamper(store, "DELETE FROM audit WHERE id < 4")

    assert found(store.audit.verify()) == [(Broken.REMOVED, 1, 3)]


def test_an_end_that_is_cut_off_shows_by_the_head_beside_the_entries(store: Store) -> None:
    act(store, 10)

    tamper(store, "DELETE FROM audit WHERE id > 7")

    assert found(store.audit.verify()) == [(Broken.REMOVED, 8, 10)]
    act(store, 1)
    assert found(store.audit.verify()) == [(Broken.REMOVED, 8, 10)]


def test_an_end_that_is_cut_off_with_care_shows_by_a_head_told_elsewhere(store: Store) -> None:
    act(store, 7)
    earlier = head(store)
    act(store, 3)
    told = head(store)

    tamper(store, "DELETE FROM audit WHERE id > 7")
    tamper(store, HEAD, told=str(earlier))

    assert store.audit.verify().intact
    assert store.audit.verify(earlier).known is Known.THERE
    verdict = store.audit.verify(told)
    assert (verdict.known, verdict.intact) == (Known.GONE, False)
    # What is written from now on takes the numbers, and does not take its place.
    tamper(store, "UPDATE sqlite_sequence SET seq = 7 WHERE name = 'audit'")
    act(store, 5, first=20)
    assert store.audit.verify().intact
    assert store.audit.verify(told).known is Known.OTHER


@pytest.mark.parametrize("sealed", [None, "a" * 64])
def test_an_entry_that_is_put_in_between_is_named(sealed: str | None, store: Store) -> None:
    act(store, 10)

    tamper(store, "UPDATE audit SET id = -id WHERE id > 5")
    tamper(store, "UPDATE audit SET id = 1 - id WHERE id < 0")
    tamper(
        store,
        "INSERT INTO audit (id, hash, COLUMNS) SELECT 6, :told, COLUMNS FROM audit WHERE id = 2",
        told=sealed,
    )

    # It comes after the head that is kept beside the entries, which has not moved.
    assert found(store.audit.verify()) == [(Broken.INSERTED, 6, 6), (Broken.INSERTED, 11, 11)]


def test_an_entry_that_is_put_at_the_end_with_a_fitting_hash_shows_there(store: Store) -> None:
    act(store, 10)
    last = store.audit.list(limit=1)[0]

    tamper(
        store,
        "INSERT INTO audit (hash, COLUMNS) SELECT :told, COLUMNS FROM audit WHERE id = 10",
        told=link(last.hash or "", last),
    )

    assert found(store.audit.verify()) == [(Broken.INSERTED, 11, 11)]


def test_entries_in_another_order_are_named(store: Store) -> None:
    act(store, 10)

    tamper(
        store,
        "UPDATE audit SET id = -5 WHERE id = 5",
        "UPDATE audit SET id = 5 WHERE id = 6",
        "UPDATE audit SET id = 6 WHERE id = -5",
    )

    assert found(store.audit.verify()) == [(Broken.MIXED, 5, 6)]


def rewrite(store: Store) -> AuditHead:
    """Write the whole chain anew, with hashes that fit."""
    last = AuditHead(0, "0" * 64)
    for entry in reversed(store.audit.list()):
        last = AuditHead(entry.id, link(last.hash, entry))
        with store.writing() as connection:
            this = update(audit).where(audit.c.id == entry.id)
            connection.execute(this.values(hash=last.hash))
    return last


def test_a_chain_that_is_written_anew_shows_by_the_head_beside_it_and_by_any_told_elsewhere(
    store: Store,
) -> None:
    act(store, 4)
    early = head(store)
    act(store, 6)
    told = head(store)

    tamper(store, "UPDATE audit SET outcome = 'refused' WHERE id = 5")
    last = rewrite(store)

    assert found(store.audit.verify()) == [(Broken.REWRITTEN, 1, 10)]
    tamper(store, HEAD, told=str(last))
    assert store.audit.verify().intact
    assert store.audit.verify(told).known is Known.OTHER
    assert store.audit.verify(early).known is Known.THERE


def test_a_head_that_was_told_is_there_as_long_as_nothing_before_it_changes(store: Store) -> None:
    act(store, 5)
    told = head(store)
    act(store, 5)

    assert store.audit.verify(told).intact
    tamper(store, "UPDATE audit SET target = '' WHERE id = 2")
    assert store.audit.verify(told).known is Known.OTHER


def test_entries_of_an_older_program_are_told_and_covered_by_the_next_hash(store: Store) -> None:
    tamper(store, *[OLDER] * 2)
    act(store, 2)
    tamper(store, *[OLDER] * 3)

    assert store.audit.verify().unsealed == ((1, 2), (5, 7))
    assert store.audit.verify().intact
    act(store, 1)
    verdict = store.audit.verify()
    assert (verdict.intact, verdict.entries, verdict.unsealed) == (True, 8, ((1, 2), (5, 7)))

    tamper(store, "UPDATE audit SET who_name = 'Eve' WHERE id = 6")
    assert found(store.audit.verify()) == [(Broken.CHANGED, 5, 8)]


def test_a_hash_that_is_taken_from_the_last_entry_shows(store: Store) -> None:
    act(store, 3)

    tamper(store, "UPDATE audit SET hash = NULL WHERE id = 3")

    assert found(store.audit.verify()) == [(Broken.HASH_CHANGED, 3, 3)]


def test_pruning_leaves_the_chain_whole_and_says_how_far_it_went(
    store: Store, clock: ManualClock
) -> None:
    act(store, 250)
    told = head(store)
    clock.advance(days=50)
    act(store, 250)
    later = head(store)
    clock.advance(days=50)
    sum(store.prune(keep=KEEP))

    verdict = store.audit.verify()
    assert (verdict.intact, verdict.entries, verdict.pruned) == (True, 250, 250)
    # The last one that was pruned is still known by its hash, those before it are not.
    assert store.audit.verify(told).known is Known.THERE
    assert store.audit.verify(later).known is Known.THERE
    assert store.audit.verify(AuditHead(7, told.hash)).known is Known.FORGOTTEN
    assert store.audit.verify(AuditHead(250, later.hash)).known is Known.OTHER
    tamper(store, "DELETE FROM audit WHERE id < 300")
    assert found(store.audit.verify()) == [(Broken.REMOVED, 251, 299)]


def test_pruning_stops_at_the_first_entry_that_is_not_old(store: Store, clock: ManualClock) -> None:
    act(store, 2)
    clock.advance(days=200)
    act(store, 1)
    clock.advance(days=-190)
    act(store, 2)
    clock.advance(days=200)
    sum(store.prune(keep=KEEP))

    assert [one.id for one in store.audit.list()] == [5, 4, 3]
    assert store.audit.verify().intact


def test_a_chain_that_is_pruned_to_nothing_goes_on(store: Store, clock: ManualClock) -> None:
    act(store, 3)
    clock.advance(days=100)
    sum(store.prune(keep=KEEP))
    assert store.audit.verify().intact

    act(store, 1)

    verdict = store.audit.verify()
    assert (verdict.intact, verdict.entries, verdict.pruned) == (True, 1, 3)


def test_the_audit_is_filtered_by_person_verb_and_time(store: Store, clock: ManualClock) -> None:
    store.audit.add(ADA, "stop", DAEMON, Via.SLACK, "graceful")
    clock.advance(days=1)
    store.audit.add(BOB, "stop", DAEMON, Via.CLI, "refused")
    store.audit.add(ADA, "tell", "#1", Via.CLI, "stored")

    def ids(**which: object) -> list[int]:
        return [one.id for one in store.audit.list(**which)]  # type: ignore[arg-type]

    assert ids(who="ada") == [3, 1]
    assert ids(who=BOB.id) == [2]
    assert ids(verb="stop") == [2, 1]
    assert ids(since=clock.now(), who="Ada") == [3]
    assert ids(verb="stop", limit=1) == [2]
    assert ids(verb="stop", before=2) == [1]


def test_a_head_is_read_as_it_is_told(store: Store) -> None:
    act(store, 1)

    assert AuditHead.read(f" `{head(store)}` ") == head(store)
    for nonsense in ("", "57", "57:abc", f"57:{'g' * 64}"):
        with pytest.raises(BadInput, match="no head"):
            AuditHead.read(nonsense)


def test_what_was_written_before_the_chain_is_covered_by_its_first_entry(tmp_path: Path) -> None:
    path = tmp_path / "home" / "notifications.db"
    doors = open_doors(f"sqlite:///{path}", ManualClock())
    with doors.writing() as connection:
        upgrade(connection, "0005")
        for _ in range(700):
            connection.exec_driver_sql(OLDER)
    doors.close()

    with Store.open(f"sqlite:///{path}", clock=ManualClock()) as store:
        first = store.audit.list(limit=1)[0]
        verdict = store.audit.verify()
        assert (first.id, first.verb, first.outcome) == (701, "audit", "chain begins")
        assert (verdict.intact, verdict.entries, verdict.unsealed) == (True, 701, ((1, 700),))
        assert head(store).id == 701
        tamper(store, "UPDATE audit SET target = '' WHERE id = 300")
        assert found(store.audit.verify()) == [(Broken.CHANGED, 1, 701)]


def test_a_record_without_any_act_is_brought_up_without_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "home" / "notifications.db"
    doors = open_doors(f"sqlite:///{path}", ManualClock())
    with doors.writing() as connection:
        upgrade(connection, "0005")
    doors.close()

    with Store.open(f"sqlite:///{path}", clock=ManualClock()) as store:
        assert store.audit.list() == []


def test_writing_an_act_down_costs_the_same_behind_a_hundred_thousand(database_url: str) -> None:
    with Store.open(database_url, clock=SystemClock()) as store:
        act(store, 1)
        few = _seconds_each(store)
        with store.writing() as connection:
            rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)"
            one = OLDER.replace("VALUES (", "SELECT ").removesuffix(")")
            connection.exec_driver_sql(f"{rows} {one} FROM n")
        # As if each of them had been bound when it came.
        tamper(store, HEAD, told=f"{store.audit.list(limit=1)[0].id}:{'0' * 64}")
        many = _seconds_each(store)

    # Walking along them would be a thousand times as much; on a busy machine twice is noise.
    assert many < 3 * few + 0.01


def _seconds_each(store: Store) -> float:
    best = []
    for _ in range(5):
        began = time.perf_counter()
        act(store, 5)
        best.append((time.perf_counter() - began) / 5)
    return min(best)
