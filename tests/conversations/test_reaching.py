"""People are reached at the right time: the bot's clock is passed in, everything else is real."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from bot_house import key_of, settle, words
from bot_town import NEW_YORK, town_at_work, town_settings
from waiting import eventually

from coffee_daemon import Matter, Silence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot_town import Town

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Sandbox
    from coffee_daemon import Question


@pytest.fixture
def config(config: BotConfig, sandbox: Sandbox) -> BotConfig:
    return town_settings(config, sandbox)


@pytest.fixture
def town(sandbox: Sandbox, config: BotConfig) -> Iterator[Town]:
    with town_at_work(sandbox, config) as town:
        yield town


def submit(town: Town, user: str, view: str, values: dict[str, Any]) -> None:
    def once() -> bool:
        return town.workspace.submit_view(user, view, values).acked

    eventually(once, 30, "the modal is acknowledged")


def answers(town: Town, question: Question) -> list[str]:
    return [one.text for one in town.store.questions.answers(question.number)]


def test_at_night_a_question_mentions_nobody_and_one_message_in_the_morning_does(
    town: Town,
) -> None:
    ada = town.workspace.user("ada").id
    town.clock.set(2, 22)
    first = town.ask("Which database?", "SQLite", "PostgreSQL")
    town.clock.set(2, 23)
    second = town.ask("Which name?")
    for asked in (first, second):
        shown = town.message(f"#{asked.number}", asked.text)
        assert ada not in words(shown)
        assert "🌙" in words(shown)
    town.looked()
    assert town.posts("morning:") == []

    town.clock.set(3, 9, 1)
    told = town.direct("ada", "2 questions are open")

    assert told.text.count(f"<@{ada}>") == 1
    listed = words(told)
    assert listed.index("Which database?") < listed.index("Which name?")
    # Edits, restarts and the rest of the day say it no second time.
    town.restart_bot()
    town.clock.set(3, 11)
    town.looked()
    assert len(town.posts("morning:")) == 1
    assert ada not in words(town.message(f"#{first.number}", first.text))


def test_two_questions_are_answered_together_and_what_is_left_empty_is_no_answer(
    town: Town,
) -> None:
    town.clock.set(2, 22)
    choice = town.ask("Which database?", "SQLite", "PostgreSQL")
    name = town.ask("Which name?")
    push = town.ask("git push --force", approve=True)
    left = town.ask("Which colour?")
    town.clock.set(3, 9, 1)
    told = town.direct("ada", "4 questions are open")
    where = town.workspace.dm("ada")
    assert town.workspace.press("ada", where, told.ts, "together").acked
    (view,) = eventually(lambda: town.workspace.views("ada"), 30, "the modal")

    submit(
        town,
        "ada",
        view.id,
        {
            f"together:{choice.number}": {"together": "2"},
            f"together:{name.number}": {"words": "Grace & <b>"},
            f"together:{push.number}": {"together": "1"},
            f"together:{left.number}": {"words": "  "},
        },
    )

    settle(lambda: answers(town, choice) == ["PostgreSQL"])
    settle(lambda: answers(town, name) == ["Grace & <b>"])
    settle(lambda: answers(town, push) == ["Approve"])
    assert answers(town, left) == []
    assert [one.number for one in town.store.questions.open()] == [left.number]
    (one,) = town.store.questions.answers(name.number)
    assert one.source == f"form:{view.id}:{name.number}"
    said = eventually(lambda: town.workspace.ephemerals("ada", where), 30, "what came of it")
    assert "3 answers are stored" in said[0].text


def test_whoever_may_not_answer_gets_the_modal_back_with_the_reason(town: Town) -> None:
    town.clock.set(2, 22)
    eve = town.workspace.user("eve").id
    town.bot.stop()
    town.config = replace(town.config, ask_first=(eve,))
    town.begin()
    asked = town.ask("Which name?")
    town.clock.set(3, 9, 1)
    told = town.direct("eve", "1 question is open")
    town.workspace.press("eve", town.workspace.dm("eve"), told.ts, "together")
    (view,) = eventually(lambda: town.workspace.views("eve"), 30, "the modal")

    block = f"together:{asked.number}"
    result = town.workspace.submit_view("eve", view.id, {block: {"words": "Eve"}})

    assert "Guests" in result.payload["errors"][block]
    assert answers(town, asked) == []


def test_an_urgent_question_mentions_people_at_night_too(town: Town) -> None:
    ada = town.workspace.user("ada").id
    town.clock.set(7, 23)
    town.store.contacts.choose(ada, Matter.QUESTIONS, on=False)

    asked = town.ask("Is it on fire?", silence=Silence(urgent=True))

    assert f"<@{ada}>" in town.message(f"#{asked.number}").text


def test_a_reminder_comes_after_working_time_is_put_off_and_survives_a_restart(
    town: Town,
) -> None:
    ada = town.workspace.user("ada").id
    asked = town.ask("Which database?")
    question = town.message(f"#{asked.number}", f"<@{ada}>")
    town.clock.set(2, 13, 50)
    town.looked()
    assert town.posts("reminder:") == []

    town.clock.set(2, 14, 1)
    first = town.message("still open", "Which database?", thread=question.ts)
    assert f"<@{ada}>" in first.text
    town.restart_bot()
    town.workspace.press("ada", "dev", first.ts, "snooze")
    said = eventually(lambda: town.workspace.ephemerals("ada", "dev"), 30, "put off")
    assert "not reminded" in said[0].text
    town.clock.set(2, 17, 59)
    town.looked()
    town.clock.set(3, 8, 59)
    town.looked()
    assert len(town.posts("reminder:")) == 1

    town.clock.set(3, 9, 1)
    settle(lambda: len(town.posts("reminder:")) == 2, "tomorrow at nine")
    town.restart_bot()
    town.looked()
    assert [key_of(one) for one in town.posts("reminder:")] == [
        f"reminder:{asked.number}:{ada}:1",
        f"reminder:{asked.number}:{ada}:2",
    ]

    town.say("SQLite", thread=question.ts)

    def nothing_to_put_off() -> bool:
        told = [words(one) for one in town.posts("reminder:")]
        return all("was open" in one and "snooze" not in one for one in told)

    settle(nothing_to_put_off, "reminders of what is answered")
    assert len(town.posts("reminder:")) == 2


def test_a_reminder_comes_at_its_time_although_nothing_else_happens(town: Town) -> None:
    asked = town.ask("Which database?")
    question = town.message(f"#{asked.number}")
    town.bot.stop()
    daemon = replace(town.config.daemon, poll=timedelta(hours=1))
    town.config = replace(town.config, daemon=daemon)
    due = asked.created_at + timedelta(hours=4)
    town.clock.ahead[0] += due - town.clock.now() - timedelta(seconds=3)
    town.begin()
    assert town.posts("reminder:") == []

    # Nobody wakes the bot: it has worked out when to wake.
    town.message("still open", thread=question.ts)
    assert town.clock.now() >= due


def test_what_was_due_while_no_bot_was_there_is_said_once_and_by_day(town: Town) -> None:
    asked = town.ask("Which database?", silence=Silence(remind=timedelta(hours=1)))
    town.bot.stop()
    # Five reminders have become due meanwhile, and it is night.
    town.clock.set(17, 3)
    town.begin()
    town.looked()
    assert town.posts("reminder:") == []

    town.clock.set(17, 9, 1)
    settle(lambda: len(town.posts("reminder:")) == 1, "one of them")
    town.looked()
    assert len(town.posts("reminder:")) == 1
    assert town.store.questions.get(asked.number).state == "open"


def test_an_escalation_mentions_the_named_people_once_in_their_own_hours(town: Town) -> None:
    bob = town.workspace.user("bob").id
    asked = town.ask(
        "Which database?",
        silence=Silence(escalate=(bob,), escalate_after=timedelta(hours=4)),
    )
    question = town.message(f"#{asked.number}", "Which database?")
    # 14:01 in Berlin is 8:01 in New York.
    town.clock.set(2, 14, 1)
    town.looked()
    assert town.posts("escalation:") == []

    town.clock.set(2, 9, 1, NEW_YORK)
    told = town.message("no answer yet", thread=question.ts)
    assert f"<@{bob}>" in told.text
    town.restart_bot()
    town.clock.set(3, 9, 1, NEW_YORK)
    town.looked()
    assert len(town.posts("escalation:")) == 1


def test_everybody_chooses_what_is_sent_to_them(town: Town) -> None:
    ada = town.workspace.user("ada").id
    shown = town.answer_to("notify")
    assert "*questions* on" in shown
    assert "mon-fri 09:00-18:00" in shown
    assert "Europe/Berlin" in shown

    assert "*questions* off" in town.answer_to("notify me questions off")
    assert "*reminders* off" in town.answer_to("notify reminders off")
    asked = town.ask("Which database?")
    assert ada not in words(town.message(f"#{asked.number}"))
    town.clock.set(2, 17)
    town.looked()
    assert town.posts("reminder:") == []
    # What mentions nobody is told of in the morning, unless that is not wanted either.
    town.answer_to("notify morning off")
    town.clock.set(3, 9, 1)
    town.looked()
    assert town.posts("morning:") == []

    town.answer_to("notify questions, reminders, morning on")
    assert "mon-fri 06:00-14:00" in town.answer_to("notify hours mon-fri 6:00-14:00")
    town.clock.set(4, 7)
    early = town.ask("Which colour?")
    assert f"<@{ada}>" in town.message(f"#{early.number}").text
    assert "nothing called" in town.answer_to("notify weather off")
    assert "no hours" in town.answer_to("notify hours 9-5")
    assert "mon-fri 09:00-18:00" in town.answer_to("notify hours usual")


def test_who_may_only_look_chooses_too_and_a_guest_does_not(town: Town) -> None:
    assert "*tasks* off" in town.answer_to("notify tasks off", user="bob")
    assert "Guests" in town.answer_to("notify tasks off", user="eve")
    assert town.store.contacts.get(town.workspace.user("eve").id).off == frozenset()


def test_a_task_mentions_who_handed_it_over_unless_that_is_not_wanted(town: Town) -> None:
    ada = town.workspace.user("ada").id
    town.command("tell build one")
    assert f"<@{ada}>" in town.message("build one", "stored").text
    town.answer_to("notify tasks off")

    town.command("tell build two")

    assert ada not in town.message("build two", "stored").text
