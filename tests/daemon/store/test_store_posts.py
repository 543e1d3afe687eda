from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coffee_daemon.errors import IllegalMove, NotFound
from coffee_daemon.notifications import Person, Via
from coffee_daemon.store import Post, PostKind, PostState

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_daemon.clock import ManualClock
    from coffee_daemon.store import Store


def want(store: Store, key: str, **more: Any) -> Post:
    fields: dict[str, Any] = {"kind": "message", "channel": "C1", "text": f"text of {key}"}
    return store.posts.want(key, **(fields | more))


def claim(store: Store) -> str | None:
    post = store.posts.claim(attempt_owner="bot-1")
    return None if post is None else post.key


def send(store: Store, key: str, ts: str, **more: Any) -> Post:
    post = want(store, key, **more)
    assert claim(store) == key
    return store.posts.sent(post.id, ts)


def test_a_wanted_post_is_claimed_once(store: Store, clock: ManualClock) -> None:
    want(store, "question:12", blocks=[{"type": "divider"}])
    post = store.posts.claim(attempt_owner="bot-1")
    assert post is not None
    assert (post.state, post.attempt_at, post.attempts) == (PostState.SENDING, clock.now(), 1)
    assert post.blocks == [{"type": "divider"}]
    assert claim(store) is None


def test_the_same_content_again_changes_nothing(store: Store) -> None:
    first = want(store, "question:12")
    marker = store.change_marker()
    assert want(store, "question:12") == first
    assert store.change_marker() == marker


def test_other_content_before_sending_is_what_is_sent(store: Store) -> None:
    want(store, "card", text="idle")
    want(store, "card", text="working")
    post = store.posts.claim(attempt_owner="bot-1")
    assert post is not None
    assert (post.text, post.wanted_version) == ("working", 2)
    sent = store.posts.sent(post.id, "1.1")
    assert (sent.shown_version, store.posts.claim_edit()) == (2, None)


def test_other_content_after_sending_is_an_edit(store: Store) -> None:
    post = send(store, "card", "1.1", text="idle")
    want(store, "card", text="working")
    edit = store.posts.claim_edit()
    assert edit is not None
    assert (edit.ts, edit.text, edit.shown_version) == ("1.1", "working", 1)
    assert store.posts.claim_edit() is None

    store.posts.shown(post.id, edit.wanted_version)
    assert store.posts.claim_edit() is None
    now = store.posts.get("card")
    assert now is not None
    assert now.shown_version == 2


def test_content_that_changes_while_it_is_being_sent_is_not_forgotten(store: Store) -> None:
    post = want(store, "card", text="idle")
    claim(store)
    want(store, "card", text="working")
    store.posts.sent(post.id, "1.1")
    edit = store.posts.claim_edit()
    assert edit is not None
    assert edit.text == "working"

    want(store, "card", text="waiting")
    store.posts.shown(post.id, edit.wanted_version)
    last = store.posts.claim_edit()
    assert last is not None
    assert last.text == "waiting"


def test_an_edit_that_nobody_finished_is_claimed_again(store: Store, clock: ManualClock) -> None:
    send(store, "card", "1.1", text="idle")
    want(store, "card", text="working")
    assert store.posts.claim_edit() is not None
    clock.advance(59)
    assert store.posts.claim_edit() is None
    clock.advance(1)
    assert store.posts.claim_edit() is not None


def test_an_edit_that_nobody_finished_outlasts_a_clock_that_is_set_back(
    store: Store, clock: ManualClock
) -> None:
    send(store, "card", "1.1", text="idle")
    want(store, "card", text="working")
    assert store.posts.claim_edit() is not None
    clock.at -= timedelta(hours=1)
    assert store.posts.claim_edit() is not None
    assert store.posts.claim_edit() is None
    clock.advance(60)
    assert store.posts.claim_edit() is not None


def test_an_edit_can_be_put_off(store: Store, clock: ManualClock) -> None:
    post = send(store, "card", "1.1", text="idle")
    want(store, "card", text="working")
    store.posts.claim_edit()
    store.posts.pending(post.id, clock.now() + timedelta(seconds=5))
    assert store.posts.claim_edit() is None
    clock.advance(5)
    assert store.posts.claim_edit() is not None


def test_a_reaction_is_never_edited(store: Store) -> None:
    send(store, "mark", "1.1", kind=PostKind.REACTION, text="eyes", target_ts="1.0")
    want(store, "mark", kind="reaction", text="tada")
    assert store.posts.claim_edit() is None


def test_posts_are_claimed_oldest_first(store: Store) -> None:
    for key in ("first", "second", "third"):
        want(store, key)
    assert [claim(store), claim(store), claim(store)] == ["first", "second", "third"]


def test_a_reply_waits_for_its_parent_and_gets_its_thread(store: Store) -> None:
    want(store, "receipt:12:1", parent="question:12")
    assert claim(store) is None
    parent = want(store, "question:12")
    assert claim(store) == "question:12"
    assert claim(store) is None

    store.posts.sent(parent.id, "17.5")
    reply = store.posts.claim(attempt_owner="bot-1")
    assert reply is not None
    assert (reply.key, reply.thread_ts) == ("receipt:12:1", "17.5")


def test_a_thread_keeps_its_order_and_holds_back_no_other(store: Store) -> None:
    send(store, "question:1", "1.1")
    send(store, "question:2", "2.2")
    first = want(store, "receipt:1:1", parent="question:1")
    want(store, "receipt:1:2", parent="question:1")
    want(store, "receipt:2:1", parent="question:2")

    assert [claim(store), claim(store), claim(store)] == ["receipt:1:1", "receipt:2:1", None]
    store.posts.sent(first.id, "1.2")
    assert claim(store) == "receipt:1:2"


def test_a_thread_named_by_its_ts_is_the_same_thread(store: Store) -> None:
    send(store, "task:1", "1.1")
    want(store, "note:1", parent="task:1")
    second = want(store, "note:2", thread_ts="1.1")
    assert second.parent == "task:1"
    assert [claim(store), claim(store)] == ["note:1", None]


def test_a_strange_thread_keeps_its_order_too(store: Store) -> None:
    want(store, "note:1", thread_ts="9.9")
    want(store, "note:2", thread_ts="9.9")
    assert [claim(store), claim(store)] == ["note:1", None]


def test_a_refused_attempt_is_made_again_when_slack_says(store: Store, clock: ManualClock) -> None:
    send(store, "question:1", "1.1")
    post = want(store, "receipt:1", parent="question:1")
    want(store, "receipt:2", parent="question:1")
    claim(store)
    store.posts.pending(post.id, clock.now() + timedelta(seconds=30))
    assert claim(store) is None  # the second one must not overtake it
    clock.advance(30)
    assert claim(store) == "receipt:1"


def test_an_unclear_attempt_stays_until_somebody_settles_it(
    store: Store, clock: ManualClock
) -> None:
    post = want(store, "question:12")
    claim(store)
    clock.advance(60)
    settled = clock.now() - timedelta(seconds=60)
    assert [post.id] == [one.id for one in store.posts.unclear(settled)]
    assert store.posts.unclear(settled - timedelta(seconds=1)) == []
    assert store.posts.sending_in("C1")
    assert not store.posts.sending_in("C2")

    store.posts.sent(post.id, "1.1")
    assert not store.posts.sending_in("C1")
    found = store.posts.by_ts("C1", "1.1")
    assert found is not None
    assert (found.key, store.posts.by_ts("C2", "1.1")) == ("question:12", None)


def test_held_posts_go_on_when_the_cause_is_gone(store: Store) -> None:
    first, second = want(store, "one"), want(store, "two")
    want(store, "elsewhere", channel="C2")
    claim(store)
    store.posts.hold(first.id, "the channel is archived")
    store.posts.hold(second.id, "the channel is archived")
    assert [one.reason for one in store.posts.held("C1")] == ["the channel is archived"] * 2
    assert [claim(store), claim(store)] == ["elsewhere", None]

    assert store.posts.release_held("C1") == 2
    assert [claim(store), claim(store)] == ["one", "two"]


def test_what_is_held_is_told_for_each_channel_and_reason(store: Store, clock: ManualClock) -> None:
    since = clock.now()
    for key, channel, reason in (("1", "C1", "gone"), ("2", "C1", "gone"), ("3", "C2", "closed")):
        post = want(store, key, channel=channel)
        clock.advance(10)
        store.posts.hold(post.id, reason)

    first, second = store.posts.troubles()

    assert (first.channel, first.reason, first.posts, first.since) == ("C1", "gone", 2, since)
    assert (second.channel, second.posts) == ("C2", 1)


def test_what_a_channel_never_showed_goes_with_its_thread_where_the_feed_goes(
    store: Store,
) -> None:
    send(store, "shown", "1.1")
    held = want(store, "held")
    store.posts.hold(held.id, "is_archived")
    want(store, "below held", parent="held")
    want(store, "below shown", parent="shown")
    want(store, "to a person", thread_ts="9.9")
    want(store, "mark", kind="reaction", target_ts="9.9")
    want(store, "stay: put")

    assert store.posts.rehome("C2", ["C1"], "stay:") == 2

    moved = {post.key: post.channel for key in KEYS if (post := store.posts.get(key))}
    assert {key for key, channel in moved.items() if channel == "C2"} == {"held", "below held"}
    assert len(moved) == len(KEYS)


KEYS = ("shown", "held", "below held", "below shown", "to a person", "mark", "stay: put")


def test_an_edit_in_a_channel_that_is_skipped_holds_back_no_other(store: Store) -> None:
    send(store, "card", "1.1")
    send(store, "other", "2.1", channel="C2")
    want(store, "card", text="new")
    want(store, "other", channel="C2", text="new")

    found = store.posts.claim_edit(["C1"])

    assert found is not None
    assert found.key == "other"
    assert store.posts.claim_edit(["C1"]) is None


def test_everything_follows_a_channel_to_its_new_id(store: Store) -> None:
    send(store, "question:1", "1.1", channel="C1")
    want(store, "reply", channel="C1", thread_ts="5.5")
    for key in ("msg:T1:C1:2.1", "msg:T1:C1:3.1", "msg:T1:C9:3.1"):
        channel = key.split(":")[2]
        store.inbox.add(
            key, kind="reply", channel=channel, ts="2.1", thread_ts=None, user="U1", payload={}
        )

    store.follow_channel("C1", "C9")

    post = store.posts.by_ts("C9", "1.1")
    assert post is not None
    assert post.key == "question:1"
    assert store.posts.by_ts("C1", "1.1") is None
    assert store.inbox.get("msg:T1:C9:2.1") is not None
    assert store.inbox.get("msg:T1:C1:3.1") is not None, "known under the new id already"
    assert [row.channel for row in store.inbox.received()] == ["C9"] * 3


def test_an_answer_may_still_be_changed_after_its_channel_got_another_id(
    store: Store, clock: ManualClock
) -> None:
    question = store.questions.ask(daemon="code_developer", text="Which?")
    minute = timedelta(minutes=1)
    store.questions.reply(
        question.number,
        text="SQLite",
        who=Person(id="U1", name="Ada"),
        via=Via.SLACK,
        source="msg:T1:C1:2.1",
        quiet=minute,
    )

    store.follow_channel("C1", "C9")

    assert store.questions.edit_reply("msg:T1:C9:2.1", text="PostgreSQL", quiet=minute)
    assert [one.text for one in store.questions.answers(question.number)] == ["PostgreSQL"]


def test_all_that_waits_for_a_channel_can_be_held_at_once(store: Store) -> None:
    want(store, "one")
    want(store, "mark", kind="reaction", target_ts="9.9")
    want(store, "elsewhere", channel="C2")

    assert store.posts.hold_waiting("C1", "is_archived") == 1

    (held,) = store.posts.troubles()
    assert (held.channel, held.reason, held.posts) == ("C1", "is_archived", 1)


def test_what_is_given_up_takes_its_thread_along(store: Store) -> None:
    post = want(store, "question:12")
    want(store, "receipt:12:1", parent="question:12")
    claim(store)
    store.posts.dead(post.id, "msg_too_long")
    reply = store.posts.get("receipt:12:1")
    assert reply is not None
    assert reply.state is PostState.DEAD


def test_moves_that_are_not_legal_are_refused(store: Store) -> None:
    post = want(store, "question:12")
    with pytest.raises(IllegalMove, match="question:12 is pending"):
        store.posts.sent(post.id, "1.1")
    claim(store)
    store.posts.sent(post.id, "1.1")
    for verb in (store.posts.hold, store.posts.dead, store.posts.sent):
        with pytest.raises(IllegalMove):
            verb(post.id, "again")
    with pytest.raises(NotFound):
        store.posts.dead(99, "?")


def test_an_ephemeral_post_is_for_one_pair_of_eyes(store: Store) -> None:
    post = want(store, "refusal:1", kind="ephemeral", user="U7")
    assert (post.kind, post.user) == (PostKind.EPHEMERAL, "U7")
    claim(store)
    assert store.posts.sent(post.id, None).ts is None


def test_a_second_copy_that_was_never_shown_is_let_go_and_its_thread_follows_the_first(
    store: Store,
) -> None:
    send(store, "task:1", "1.1")
    copy = want(store, "task:1@1", channel="C2")
    store.posts.hold(copy.id, "restricted_action")
    want(store, "turn:1:1", channel="C2", parent="task:1@1")
    want(store, "alone@1", channel="C2")

    assert store.posts.rehome("C3", ["C1", "C2"], "stay:") == 1

    assert store.posts.get("task:1@1") is None
    below, alone = store.posts.get("turn:1:1"), store.posts.get("alone@1")
    assert below is not None
    assert (below.channel, below.parent) == ("C1", "task:1")
    assert alone is not None
    assert alone.channel == "C3"


def test_what_stands_in_the_new_channel_already_is_not_sent_there_again(store: Store) -> None:
    late = want(store, "question:1")
    assert store.posts.claim(attempt_owner="bot") is not None
    send(store, "question:1@1", "2.1", channel="C2")
    store.posts.pending(late.id)
    want(store, "question:2")

    assert store.posts.rehome("C2", ["C1"], "stay:") == 1

    stays = store.posts.get("question:1")
    assert stays is not None
    assert stays.channel == "C1"


ENDS_OF_AN_ATTEMPT: dict[str, Callable[[Store, Post], Post]] = {
    "sent": lambda store, post: store.posts.sent(post.id, "1.1", attempt=post.attempts),
    "pending": lambda store, post: store.posts.pending(post.id, attempt=post.attempts),
    "hold": lambda store, post: store.posts.hold(post.id, "archived", attempt=post.attempts),
    "dead": lambda store, post: store.posts.dead(post.id, "too long", attempt=post.attempts),
}
by_any_end = pytest.mark.parametrize("end", ENDS_OF_AN_ATTEMPT.values(), ids=ENDS_OF_AN_ATTEMPT)


def taken(store: Store, owner: str) -> Post:
    post = store.posts.claim(attempt_owner=owner)
    assert post is not None
    return post


@by_any_end
def test_whoever_was_taken_over_ends_no_claim_of_the_other(
    store: Store, end: Callable[[Store, Post], Post]
) -> None:
    want(store, "question:12")
    paused = taken(store, "bot-1")
    store.posts.pending(paused.id, attempt=paused.attempts)
    other = taken(store, "bot-2")

    with pytest.raises(IllegalMove, match="is sending in attempt 2"):
        end(store, paused)

    assert store.posts.get("question:12") == other
    assert end(store, other).state is not PostState.SENDING


@by_any_end
def test_whoever_was_taken_over_changes_nothing_of_what_came_of_the_post(
    store: Store, end: Callable[[Store, Post], Post]
) -> None:
    for settle in (store.posts.pending, lambda post: store.posts.sent(post, "7.7")):
        want(store, "question:12")
        paused = taken(store, "bot-1")
        settled = settle(paused.id)

        with pytest.raises(IllegalMove):
            end(store, paused)

        assert store.posts.get("question:12") == settled
