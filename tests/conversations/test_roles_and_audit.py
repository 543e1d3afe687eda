"""Whoever is refused is told why, in private, and is in the audit, however it was tried."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bot_house import settle, words
from waiting import eventually

from coffee_daemon.journal import Act, acts_folder, write_act

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.config import BotConfig
    from coffee_daemon import AuditEntry


@pytest.fixture
def config(config: BotConfig) -> BotConfig:
    """Bob may do nothing but look."""
    return replace(config, members=frozenset())


def refused(house: House, verb: str) -> AuditEntry:
    """The newest refusal of a verb."""

    def look() -> list[AuditEntry]:
        found = house.store.audit.list()
        return [one for one in found if (one.verb, one.outcome) == (verb, "refused")]

    return eventually(look, 30, f"{verb} refused")[0]


def whispers(house: House, user: str = "bob") -> str:
    return " ".join(words(one) for one in house.workspace.ephemerals(user, "dev"))


def asked(house: House) -> tuple[int, str]:
    """A question with buttons: its number and its message."""
    number = house.store.questions.ask(
        daemon="code_developer", text="Which roast?", options=("dark", "light")
    ).number
    return number, house.message("Which roast?", "Other…").ts


def test_a_command(house: House) -> None:
    said = house.answer_to("tell build it", user="bob")

    bob = house.workspace.user("bob").id
    assert f"add `{bob}` to `COFFEE_MEMBERS`" in said
    entry = refused(house, "tell")
    assert (entry.who.id, entry.who.name, entry.via) == (bob, "Bob", "slack")
    assert "COFFEE_MEMBERS" in entry.detail
    assert house.store.tasks.list() == []


def test_a_mention(house: House) -> None:
    house.say("@code_developer stop", user="bob")

    settle(lambda: "COFFEE_OPERATORS" in whispers(house), "told in private")
    assert refused(house, "stop").who.id == house.workspace.user("bob").id


def test_a_button(house: House) -> None:
    number, ts = asked(house)

    house.workspace.press("bob", "dev", ts, "choose:1")

    settle(lambda: "COFFEE_MEMBERS" in whispers(house), "told in private")
    assert refused(house, "answer").target == f"#{number}"
    assert not house.store.questions.answers(number)


def test_a_window(house: House) -> None:
    number, ts = asked(house)
    house.workspace.press("bob", "dev", ts, "other")
    view = eventually(lambda: house.workspace.views("bob"))[-1]

    result = house.workspace.submit_view("bob", view.id, {"answer": {"words": "medium"}})

    assert "COFFEE_MEMBERS" in str(result.payload)
    assert refused(house, "answer").target == f"#{number}"
    assert not house.store.questions.answers(number)


def test_a_reply_in_a_questions_thread(house: House) -> None:
    number, ts = asked(house)

    reply = house.say("dark", thread=ts, user="bob")

    settle(lambda: "COFFEE_MEMBERS" in whispers(house), "told in private")
    settle(lambda: house.reactions(reply) == ["no_entry_sign"], "marked")
    entry = refused(house, "answer")
    assert (entry.target, entry.who.id) == (f"#{number}", house.workspace.user("bob").id)
    assert not house.store.questions.answers(number)


def test_a_reply_in_a_tasks_thread(house: House) -> None:
    house.answer_to("tell build it")
    task = house.message("build it", "#1")

    house.say("and test it", thread=task.ts, user="bob")

    settle(lambda: "COFFEE_MEMBERS" in whispers(house), "told in private")
    assert refused(house, "tell").target == "#1"


def test_what_is_said_in_a_thread_is_in_the_audit_with_its_changes(house: House) -> None:
    number, ts = asked(house)

    reply = house.say("dark", thread=ts)
    acts = eventually(house.store.audit.list, 30, "the answer is in the audit")
    house.workspace.edit("ada", "dev", reply, "light")
    house.workspace.delete("ada", "dev", reply)

    settle(lambda: house.store.audit.list()[0].outcome == "taken back", "taken back")
    assert [(one.verb, one.target, one.outcome) for one in acts] == [
        ("answer", f"#{number}", "stored")
    ]
    assert {one.who.name for one in house.store.audit.list()} == {"Ada"}
    assert house.store.audit.verify().intact


def test_roles_tell_everybody_who_may_do_what_and_why_they_may(house: House) -> None:
    ada, bob = house.workspace.user("ada").id, house.workspace.user("bob").id

    to_ada, to_bob = house.answer_to("roles"), house.answer_to("roles", user="bob")

    assert f"You are an admin, because <@{ada}> is in `COFFEE_ADMINS`" in to_ada
    assert "You are a viewer" in to_bob
    for said in (to_ada, to_bob):
        assert f"`COFFEE_ADMINS`: <@{ada}>" in said
        assert "`COFFEE_OPERATORS`: nobody" in said
        assert "nowhere else" in said
    assert bob not in to_bob


def test_the_audit_is_shown_to_admins_alone(house: House) -> None:
    assert "COFFEE_ADMINS" in house.answer_to("audit", user="bob")
    assert "Nothing was done yet" in house.answer_to("audit")
    house.answer_to("tell build it")
    house.answer_to("stop", user="bob")

    said = house.answer_to("audit")

    assert "tell #1" in said
    assert "stop code_developer · refused" in said
    assert house.count("Who did what") == 0


def test_what_was_done_at_the_machine_is_taken_in_by_the_bot(house: House) -> None:
    write_act(
        acts_folder(house.config.daemon),
        Act(
            who_id="local:eve",
            who_name="eve",
            verb="stop",
            target="code_developer",
            outcome="graceful",
            at=house.store.now(),
        ),
    )

    assert "eve · stop code_developer" in house.answer_to("audit")
