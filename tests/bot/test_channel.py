"""Where the feed is, and what the record knows of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from coffee_bot.channel import Channel, conversation
from coffee_bot.moving import Move
from coffee_daemon import Refused

if TYPE_CHECKING:
    from coffee_daemon import Store


@pytest.fixture
def channel(store: Store) -> Channel:
    settled = Channel(store, "#dev")
    settled.decide("C0DEV00001", "dev")
    return settled


def test_the_setting_counts_until_the_record_knows_better(store: Store) -> None:
    channel = Channel(store, "C0DEV00001")
    assert (channel.id, channel.is_decided, channel.earlier) == ("C0DEV00001", False, ())

    channel.decide("C0DEV00001", "dev")

    assert (channel.is_decided, channel.name) == (True, "dev")


def test_a_move_outranks_the_setting_until_the_setting_changes(
    channel: Channel, store: Store
) -> None:
    assert channel.move("C0OPS00001", "ops") == "C0DEV00001"

    anew = Channel(store, "#dev")
    assert (anew.is_decided, anew.id, anew.earlier) == (True, "C0OPS00001", ("C0DEV00001",))
    other = Channel(store, "#news")
    assert not other.is_decided
    other.decide("C0NEWS0001", "news")
    assert other.id == "C0NEWS0001"
    assert other.earlier == ("C0DEV00001", "C0OPS00001")


def test_whoever_asks_is_told_the_same_at_once(channel: Channel, store: Store) -> None:
    another = Channel(store, "#dev")
    channel.move("C0OPS00001", "ops")

    assert another.id == "C0OPS00001"


def test_a_move_to_where_it_is_moves_nothing(channel: Channel) -> None:
    assert channel.move("C0DEV00001", "dev") is None
    assert channel.left is None


def test_a_post_begun_elsewhere_has_a_second_key_and_its_own_back_home(
    channel: Channel, store: Store
) -> None:
    store.posts.want("question:1", kind="message", channel="C0DEV00001", text="?")
    channel.move("C0OPS00001", "ops")
    assert channel.key("question:1") == "question:1@1"
    assert channel.key("question:2") == "question:2"

    channel.move("C0DEV00001", "dev")

    assert channel.key("question:1") == "question:1"
    assert set(channel.keys("question:1")) == {"question:1", "question:1@0", "question:1@1"}


def test_a_new_id_is_followed_with_all_that_was_said_and_read(
    channel: Channel, store: Store
) -> None:
    store.facts.keep("history:C0DEV00001", "1.5")

    channel.follow("C0DEV00001", "C0NEW00001")
    channel.follow("C0DEV00001", "C0NEW00001")

    assert (channel.id, channel.earlier) == ("C0NEW00001", ())
    assert store.facts.beginning_with("history:") == {"history:C0NEW00001": "1.5"}


def test_another_name_is_only_noted(channel: Channel) -> None:
    channel.rename("C0DEV00001", "work")
    channel.rename("C0OTHER001", "elsewhere")

    assert (channel.id, channel.name) == ("C0DEV00001", "work")


def test_of_two_who_change_it_at_once_neither_is_lost(channel: Channel, store: Store) -> None:
    """Each thread reads and writes in one step; between them nobody else's change goes under."""
    rounds = 20

    def renamed() -> None:
        for number in range(rounds):
            Channel(store, "#dev").rename("C0DEV00001", f"dev-{number}")

    def followed() -> None:
        for number in range(rounds):
            Channel(store, "#dev").follow(f"C0OLD{number:05}", f"C0NEW{number:05}")

    for number in range(rounds):
        channel.move(f"C0OLD{number:05}", "old")
    channel.move("C0DEV00001", "dev")
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(renamed), pool.submit(followed)]:
            done.result()

    assert channel.name == f"dev-{rounds - 1}"
    assert set(channel.earlier) == {f"C0NEW{number:05}" for number in range(rounds)}


def test_a_move_while_an_earlier_one_is_told_is_told_too(channel: Channel) -> None:
    channel.move("C0OPS00001", "ops")
    assert channel.left is not None
    _, key = channel.left
    channel.move("C0NEWS0001", "news")

    channel.told(key)

    assert channel.left == ("C0OPS00001", "moved:2")


@pytest.mark.parametrize(
    ("key", "about"),
    [
        ("question:12", ("question", 12)),
        ("task:3@2", ("task", 3)),
        ("receipt:12:1", None),
        ("question:12@", None),
    ],
)
def test_a_threads_key_says_what_it_is_about(key: str, about: tuple[str, int] | None) -> None:
    assert conversation(key) == about


def api_error(name: str) -> Exception:
    return SlackApiError("no", {"error": name})  # type: ignore[no-untyped-call]  # the SDK's own


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"is_member": False}, "not in this channel"),
        ({"is_member": True, "is_mpim": True}, "direct conversation"),
        ({"is_member": True, "is_ext_shared": True}, "another organisation"),
        (api_error("channel_not_found"), "not in this channel"),
        (TimeoutError("slow"), "did not say"),
    ],
)
def test_the_feed_goes_only_where_it_can_live(channel: Channel, about: Any, words: str) -> None:
    def look(_channel: str) -> dict[str, Any]:
        if isinstance(about, Exception):
            raise about
        found: dict[str, Any] = about
        return found

    with pytest.raises(Refused, match=words):
        Move(channel, look).to("C0OPS00001")

    assert channel.id == "C0DEV00001"


def test_what_slack_cannot_do_is_not_tried_in_a_direct_message(channel: Channel) -> None:
    def look(_channel: str) -> dict[str, Any]:
        raise AssertionError("asked")

    with pytest.raises(Refused, match="direct conversation"):
        Move(channel, look).to("D0ADA00001")
