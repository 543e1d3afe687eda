"""Where the feed lives: moved by a person, renamed, archived, given another id by Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bot_house import key_of, settle, words
from waiting import eventually

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.sandbox import Message


def shown(house: House, channel: str, *parts: str) -> list[Message]:
    found = house.workspace.messages(channel, replies=True)
    ours = [one for one in found if one.user == house.sandbox.bot_user_id]
    # The card names what has a message of its own.
    ours = [one for one in ours if not key_of(one).startswith("card:")]
    return [one for one in ours if all(part in words(one) for part in parts)]


def wait_for(house: House, channel: str, *parts: str) -> Message:
    return eventually(lambda: shown(house, channel, *parts), 30, f"{parts} in {channel}")[0]


def ask(house: House, text: str = "Which colour?") -> int:
    asked = house.store.questions.ask(daemon=house.config.daemon.name, text=text)
    house.bot.wake()
    return asked.number


def answers(house: House, number: int) -> list[str]:
    return [one.text for one in house.store.questions.answers(number)]


@pytest.fixture
def ops(house: House) -> str:
    return house.workspace.add_channel("ops", members=("ada", "bob", "code_developer"))


def told(house: House, channel: str, user: str = "ada") -> str:
    return " ".join(words(one) for one in house.workspace.ephemerals(user, channel))


def test_an_admin_moves_the_feed_and_an_old_thread_still_counts(house: House, ops: str) -> None:
    number = ask(house)
    old = wait_for(house, "dev", "Which colour?")

    house.workspace.command("ada", ops, "/coffee", "here")

    new = wait_for(house, ops, "Which colour?")
    assert key_of(new) == f"question:{number}@1"
    wait_for(house, ops, "Ada moved the feed here")
    wait_for(house, "dev", "The feed goes on in", ops)
    settle(
        lambda: "goes on in" in words(house.workspace.message("dev", old.ts)),
        "the old message says where it goes on",
    )
    assert new.ts.replace(".", "") in words(house.workspace.message("dev", old.ts))
    house.say("Blue", thread=old.ts, user="bob")
    settle(lambda: answers(house, number) == ["Blue"], "the reply in the old thread counts")
    house.workspace.say("ada", ops, "or green", thread_ts=new.ts)
    settle(lambda: answers(house, number) == ["Blue", "or green"], "the new thread counts too")


def test_a_moved_feed_stays_where_it_is_over_a_restart_and_says_nothing_twice(
    house: House, ops: str
) -> None:
    ask(house)
    wait_for(house, "dev", "Which colour?")
    house.workspace.say("ada", ops, "@code_developer here")
    wait_for(house, ops, "Which colour?")

    house.restart_bot()
    ask(house, "Which shape?")
    wait_for(house, ops, "Which shape?")

    assert shown(house, "dev", "Which shape?") == []
    for once in ("Which colour?", "What code_developer is doing", "The feed goes on in"):
        found = shown(house, ops, once) + shown(house, "dev", once)
        assert len({one.ts for one in found}) <= 2
        assert len(shown(house, ops, once)) <= 1


def test_the_feed_goes_neither_into_a_direct_message_nor_where_the_bot_is_not(
    house: House,
) -> None:
    direct = house.workspace.dm("ada")
    private = house.workspace.add_channel("cellar", members=("ada",), is_private=True)

    house.workspace.command("ada", direct, "/coffee", "here")
    house.workspace.command("ada", private, "/coffee", "here")
    house.workspace.command("bob", "dev", "/coffee", "here")

    settle(lambda: "direct conversation" in told(house, direct), "refused in private")
    settle(lambda: "Invite me first" in told(house, private), "invite me first")
    settle(lambda: "COFFEE_ADMINS" in told(house, "dev", "bob"), "for admins only")
    assert house.bot.channel.id == house.workspace.channel("dev").id


def test_an_archived_channel_holds_its_posts_and_gets_them_when_it_is_back(house: House) -> None:
    direct = house.workspace.dm("ada")
    house.workspace.archive("dev")
    eventually(lambda: house.workspace.messages(direct), 45, "Ada is told in person")
    ask(house)
    eventually(house.store.posts.troubles, 45, "the question is held")

    house.workspace.say("ada", direct, "notifications")
    said = wait_for(house, direct, "held back")
    assert "unarchive it" in words(said)
    (note,) = eventually(lambda: house.process.status().bot_notes, 45, "a note of the bot")
    assert "is_archived" in note

    house.workspace.unarchive("dev")
    wait_for(house, "dev", "Which colour?")
    settle(lambda: not house.process.status().bot_notes, "the note is gone")
    assert len(shown(house, direct, "I cannot post")) == 1


def test_a_channel_may_get_another_name_and_another_id(house: House) -> None:
    number = ask(house)
    old = wait_for(house, "dev", "Which colour?")
    house.workspace.rename("dev", "work")
    settle(lambda: house.bot.channel.name == "work", "the name is noted")

    new = house.workspace.change_id("work")
    settle(lambda: house.bot.channel.id == new, "the new id is followed")
    house.workspace.say("bob", new, "Blue", thread_ts=old.ts)

    settle(lambda: answers(house, number) == ["Blue"], "its thread still counts")
    ask(house, "Which shape?")
    wait_for(house, new, "Which shape?")
    assert len(shown(house, new, "Which colour?")) == 1


def test_an_id_that_changed_while_the_bot_was_away_is_found_by_the_name(house: House) -> None:
    house.bot.stop()
    new = house.workspace.change_id("dev")

    house.restart_bot()
    ask(house)

    wait_for(house, new, "Which colour?")


def test_what_was_said_to_the_bot_while_it_was_away_is_answered_once(house: House) -> None:
    direct = house.workspace.dm("ada")
    house.workspace.say("ada", direct, "status")
    wait_for(house, direct, "code_developer")
    house.bot.stop()
    before = len(shown(house, direct))
    mention = house.say("@code_developer tell fix the login")
    house.say("lunch?", user="bob")
    house.workspace.say("ada", direct, "questions")

    house.restart_bot()

    settle(lambda: bool(house.store.tasks.list()), "the work is handed over")
    eventually(lambda: len(shown(house, direct)) > before, 45, "the question is answered")
    house.restart_bot()
    wait_for(house, "dev", "fix the login")
    assert [one.title for one in house.store.tasks.list()] == ["fix the login"]
    assert len(shown(house, direct)) == before + 1
    team = house.sandbox.team_id
    row = house.store.inbox.get(f"msg:{team}:{house.bot.channel.id}:{mention}")
    assert row is not None
    assert row.state == "applied"
