from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import StatementError
from store_scene import ADA, BOB, DAEMON

from coffee_daemon.errors import BadInput, IllegalMove, NotFound
from coffee_daemon.notifications import NotificationState, NotificationType, Priority, Via
from coffee_daemon.status import DaemonState
from coffee_daemon.store import InboxState, RequestState

if TYPE_CHECKING:
    from coffee_daemon.clock import ManualClock
    from coffee_daemon.store import Store

HOUR = timedelta(hours=1)


def test_the_specifications_verbs_store_and_list(store: Store) -> None:
    number = store.create_notification(
        "warning", "Disk", "It is nearly full.", priority="high", context={"free": "2 %"}
    )
    (told,) = store.get_pending_notifications("warning")
    assert (told.number, told.type, told.priority) == (
        number,
        NotificationType.WARNING,
        Priority.HIGH,
    )
    assert told.context == {"free": "2 %"}
    assert store.get_pending_notifications("error") == []


def test_a_seen_notification_is_no_longer_pending(store: Store) -> None:
    number = store.create_notification("info", "Hello", "there")
    assert store.notifications.mark_seen(number).state is NotificationState.SEEN
    assert store.notifications.mark_seen(number).state is NotificationState.SEEN
    assert store.get_pending_notifications() == []
    with pytest.raises(NotFound):
        store.notifications.mark_seen(99)


@pytest.mark.parametrize(("kind", "priority"), [("shout", "normal"), ("info", "extreme")])
def test_an_unknown_word_is_refused_with_the_known_ones(
    store: Store, kind: str, priority: str
) -> None:
    with pytest.raises(BadInput, match="Use one of"):
        store.create_notification(kind, "Hello", "there", priority=priority)


def test_notifications_are_paged(store: Store) -> None:
    numbers = [store.create_notification("info", str(n), "") for n in range(3)]
    first = store.notifications.list(limit=2)
    rest = store.notifications.list(before=first[-1].number)
    assert [one.number for one in [*first, *rest]] == numbers[::-1]


def test_a_naive_time_is_refused(store: Store) -> None:
    naive = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="has no time zone"):
        store.inbox.blank_before(naive)


def test_a_request_is_settled_once(store: Store) -> None:
    first = store.requests.add(DAEMON, "host-1", "stop", ADA, Via.SLACK)
    second = store.requests.add(DAEMON, None, "pause", BOB, Via.CLI)
    store.requests.add("other", None, "stop", BOB, Via.CLI)
    assert [first, second] == [one.id for one in store.requests.pending(DAEMON)]
    assert store.requests.pending(DAEMON)[0].state is RequestState.NEW

    store.requests.apply(first)
    store.requests.refuse(second, "It is already paused.")
    assert store.requests.pending(DAEMON) == []
    with pytest.raises(IllegalMove):
        store.requests.apply(second)


def test_only_a_change_of_state_is_a_transition(store: Store, clock: ManualClock) -> None:
    first = store.transitions.observe(DAEMON, DaemonState.IDLE, "it began")
    assert first is not None
    assert (first.before, first.after, first.at) == (None, DaemonState.IDLE, clock.now())
    assert store.transitions.observe(DAEMON, DaemonState.IDLE, "still") is None
    assert store.transitions.observe("other", DaemonState.IDLE, "it began") is not None

    at = clock.now() - HOUR
    last = store.transitions.observe(DAEMON, DaemonState.CRASHED, "no process", at=at)
    assert last is not None
    assert (last.before, last.after, last.at) == (DaemonState.IDLE, DaemonState.CRASHED, at)
    assert store.transitions.last(DAEMON) == last
    assert store.transitions.last("nobody") is None


def test_a_transition_is_found_by_its_id(store: Store) -> None:
    change = store.transitions.observe("code_developer", DaemonState.CRASHED, "gone")
    assert change is not None

    assert store.transitions.get(change.id) == change
    assert store.transitions.get(change.id + 1) is None


def test_transitions_are_read_on_from_a_cursor(store: Store) -> None:
    assert store.transitions.latest_id() == 0
    states = [DaemonState.IDLE, DaemonState.WORKING, DaemonState.WAITING]
    made = [store.transitions.observe(DAEMON, state, "") for state in states]
    ids = [one.id for one in made if one is not None]
    assert [ids[1]] == [one.id for one in store.transitions.after(ids[0], limit=1)]
    assert store.transitions.after(ids[-1]) == []
    assert store.transitions.latest_id() == ids[-1]


def test_presence_is_the_owners_last_word(store: Store, clock: ManualClock) -> None:
    facts = {"host": "h", "name": DAEMON, "process_start": 1.5, "boot_id": "b", "nonce": "n"}
    store.presence.daemon(**facts, pid=1, state="idle")
    clock.advance(5)
    store.presence.daemon(**facts, pid=2, state="working")
    store.presence.bot(**{**facts, "name": "bot"}, pid=3, state="connected")

    (daemon,) = store.presence.list_daemons()
    assert (daemon.pid, daemon.state, daemon.heartbeat) == (2, "working", clock.now())
    assert [one.name for one in store.presence.list_bots()] == ["bot"]


def receive(store: Store, key: str, ts: str = "1.1") -> bool:
    return store.inbox.add(
        key,
        kind="message",
        channel="C1",
        ts=ts,
        thread_ts="1.0",
        user="U1",
        payload={"text": "SQLite"},
    )


def test_an_event_is_kept_once_by_its_key(store: Store) -> None:
    assert receive(store, "msg:T1:C1:1.1")
    assert not receive(store, "msg:T1:C1:1.1")
    (row,) = store.inbox.received()
    assert (row.key, row.payload, row.user) == ("msg:T1:C1:1.1", {"text": "SQLite"}, "U1")


def test_received_events_are_read_oldest_first_and_in_pages(store: Store) -> None:
    keys = [f"msg:{n}" for n in range(4)]
    for key in keys:
        receive(store, key)
    first = store.inbox.received(limit=2)
    rest = store.inbox.received(after=first[-1].id)
    assert [one.key for one in [*first, *rest]] == keys


def test_an_event_is_settled_once(store: Store) -> None:
    receive(store, "one")
    receive(store, "two")
    store.inbox.apply("one")
    store.inbox.refuse("two", "a guest")
    assert store.inbox.received() == []
    refused = store.inbox.get("two")
    assert refused is not None
    assert (refused.state, refused.reason) == (InboxState.REFUSED, "a guest")
    with pytest.raises(IllegalMove):
        store.inbox.apply("two")
    assert store.inbox.get("three") is None


def test_old_payloads_are_blanked_but_never_unread_ones(store: Store, clock: ManualClock) -> None:
    receive(store, "settled")
    receive(store, "unread")
    store.inbox.apply("settled")
    clock.advance(days=8)
    receive(store, "young")
    store.inbox.apply("young")

    assert store.inbox.blank_before(clock.now() - timedelta(days=7)) == 1
    assert store.inbox.blank_before(clock.now() - timedelta(days=7)) == 0
    payloads = [
        row.payload for key in ("settled", "unread", "young") if (row := store.inbox.get(key))
    ]
    assert payloads == [{}, {"text": "SQLite"}, {"text": "SQLite"}]
    assert not receive(store, "settled")  # its key stays known


def test_a_deleted_messages_text_is_blanked_everywhere(store: Store) -> None:
    receive(store, "msg:1", ts="1.1")
    receive(store, "edit:1", ts="1.1")
    receive(store, "msg:2", ts="2.2")
    for key in ("msg:1", "edit:1", "msg:2"):
        store.inbox.apply(key)
    assert store.inbox.blank_message("C1", "1.1") == 2


def test_a_cursor_only_goes_forward(store: Store) -> None:
    assert store.cursors.get("feed") is None
    for place in (5, 9, 7):
        store.cursors.move("feed", place)
    assert store.cursors.get("feed") == 9


def test_a_lease_has_one_owner_at_a_time(store: Store, clock: ManualClock) -> None:
    assert store.cursors.lease("delivery", "bot-1", HOUR)
    assert not store.cursors.lease("delivery", "bot-2", HOUR)
    assert store.cursors.lease("delivery", "bot-1", HOUR)
    assert store.cursors.epoch("delivery") == 1
    clock.advance(hours=1)
    assert store.cursors.lease("delivery", "bot-2", HOUR)
    assert not store.cursors.lease("delivery", "bot-1", HOUR)
    assert store.cursors.epoch("delivery") == 2


def test_the_audit_is_paged_newest_first(store: Store) -> None:
    for outcome in ("applied", "refused", "applied"):
        store.audit.add(ADA, "stop", DAEMON, Via.SLACK, outcome, "from a phone")
    first = store.audit.list(limit=2)
    rest = store.audit.list(before=first[-1].id)
    assert [one.outcome for one in [*first, *rest]] == ["applied", "refused", "applied"]
    assert (rest[0].who, rest[0].via, rest[0].detail) == (ADA, Via.SLACK, "from a phone")


def test_the_change_marker_tells_of_every_commit(store: Store, shared_url: str) -> None:
    before = store.change_marker()
    assert store.change_marker() == before
    store.create_notification("info", "", "")
    after = store.change_marker()
    assert after != before
    with type(store).open(shared_url, clock=store.doors.clock) as another:
        another.create_notification("info", "", "")
    assert store.change_marker() != after
