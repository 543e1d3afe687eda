from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from bot_house import settle, words
from waiting import eventually

from coffee_bot.app import build_app
from coffee_daemon import Answer, Person, QuestionState

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.sandbox import CommandResult
    from coffee_daemon import Question

AGENT = Person(id="local:agent", name="agent")


@pytest.fixture
def slow(house: House) -> House:
    """The same house, with a quiet time that nobody waits for."""
    return with_quiet(house, timedelta(minutes=5))


def with_quiet(house: House, quiet: timedelta) -> House:
    house.bot.stop()
    house.config = replace(house.config, quiet=quiet)
    house.bot = build_app(house.config, store=house.store, process=house.process)
    house.bot.start()
    return house


def asked(house: House, *options: str, text: str = "Which database?", **more: Any) -> Question:
    """A question of no task, as any program may ask one, shown in the channel."""
    name = house.config.daemon.name
    question = house.store.questions.ask(daemon=name, text=text, options=options, who=AGENT, **more)
    house.bot.wake()
    shown(house, question)
    return question


def shown(house: House, question: Question, *parts: str) -> str:
    """Wait until the question's message holds these words; return its ts."""
    return house.message(f"#{question.number}", *(parts or (question.text,))).ts


def press(house: House, question: Question, action: str, user: str = "ada") -> CommandResult:
    return house.workspace.press(user, "dev", shown(house, question), action)


def send(house: House, user: str, view: str, text: str) -> CommandResult:
    """Send a modal; again, as people do, when Slack says that it took too long."""

    def once() -> CommandResult | None:
        result = house.workspace.submit_view(user, view, {"answer": {"words": text}})
        return result if result.acked else None

    return eventually(once, 45, "the modal is acknowledged")


def actions(house: House, question: Question) -> list[str]:
    message = house.workspace.message("dev", shown(house, question))
    rows = (block["elements"] for block in message.blocks if block["type"] == "actions")
    return [one["action_id"] for row in rows for one in row]


def answers(house: House, question: Question) -> list[Answer]:
    return list(house.store.questions.answers(question.number))


def whispered(house: House, part: str, user: str = "ada") -> str:
    """Wait for a private word to somebody."""

    def look() -> str | None:
        told = (words(one) for one in house.workspace.ephemerals(user, "dev"))
        return next((one for one in told if part in one), None)

    return eventually(look, 45, part)


def collected(house: House, question: Question) -> Question:
    """Have the asker fetch the answer, once its quiet time is over."""

    def fetch() -> Question | None:
        found, _ = house.store.questions.collect(question.number)
        return found if found.state is QuestionState.PICKED_UP else None

    found = eventually(fetch, 45, "the answer is fetched")
    house.bot.wake()
    return found


def test_a_pressed_button_is_an_answer_that_reaches_the_task(house: House) -> None:
    house.command("tell ASK and build it")
    house.command("start")
    ts = house.message("Which database?", "2. PostgreSQL").ts

    result = house.workspace.press("ada", "dev", ts, "choose:2")

    assert result.acked
    house.message("done", "Built with PostgreSQL")
    (question,) = house.store.questions.recent()
    (answer,) = answers(house, question)
    assert (answer.option, answer.text, answer.via) == ("2", "PostgreSQL", "slack")
    shown(house, question, "Answered by Ada", "picked up by", "used: its turn ended")
    settle(lambda: not actions(house, question), "the buttons are gone")


def test_a_double_click_is_one_answer_and_another_option_takes_its_place(slow: House) -> None:
    question = asked(slow, "SQLite", "PostgreSQL")
    for action in ("choose:1", "choose:1", "choose:2"):
        assert press(slow, question, action).acked

    settle(lambda: [one.option for one in answers(slow, question)] == ["2"])
    shown(slow, question, "✓ 2. PostgreSQL", "Answered by Ada", "Waiting to be fetched")


def test_a_late_click_is_told_privately_who_answered_and_when(house: House) -> None:
    question = asked(house, "SQLite", "PostgreSQL")
    ts = shown(house, question)
    before = house.workspace.message("dev", ts)
    press(house, question, "choose:1")
    settle(lambda: bool(answers(house, question)))
    collected(house, question)

    # Bob's screen still shows the buttons.
    late = house.workspace.press("bob", "dev", ts, "choose:2", seen=before)

    assert late.acked
    said = whispered(house, "already answered by Ada", "bob")
    assert "<!date^" in said
    assert [one.option for one in answers(house, question)] == ["1"]


def test_a_click_on_a_withdrawn_question_is_told_so(house: House) -> None:
    question = asked(house, "SQLite", "PostgreSQL")
    before = house.workspace.message("dev", shown(house, question))
    house.command(f"cancel {question.number}")
    house.message(f"Ada withdrew question #{question.number}")

    house.workspace.press("bob", "dev", before.ts, "choose:2", seen=before)

    whispered(house, "was withdrawn by Ada", "bob")
    assert answers(house, question) == []
    shown(house, question, "Withdrawn by Ada")
    settle(lambda: not actions(house, question), "the buttons are gone")


def test_a_question_of_a_cancelled_task_is_withdrawn_with_it(slow: House) -> None:
    slow.command("tell ASK and build it")
    slow.command("start")
    ts = slow.message("Which database?", "2. PostgreSQL").ts
    (question,) = slow.store.questions.recent()
    press(slow, question, "choose:2", "bob")
    shown(slow, question, "Answered by Bob")

    slow.answer_to(f"cancel {question.task}")

    said = words(slow.workspace.message("dev", shown(slow, question, "Withdrawn with its task")))
    assert "Bob" not in said
    settle(lambda: not actions(slow, question), "the buttons are gone")
    slow.say("PostgreSQL after all", thread=ts)
    whispered(slow, "was withdrawn, so nothing was stored")


def test_a_guest_who_presses_is_refused_and_it_is_in_the_audit(house: House) -> None:
    question = asked(house, "SQLite", "PostgreSQL")
    press(house, question, "choose:1", "eve")

    whispered(house, "Guests", "eve")
    assert answers(house, question) == []
    assert [(one.verb, one.outcome) for one in house.store.audit.list()] == [("answer", "refused")]


def test_own_words_go_through_a_modal(house: House) -> None:
    question = asked(house, "SQLite", "PostgreSQL")
    press(house, question, "other")
    (view,) = eventually(lambda: house.workspace.views("ada"), 45, "the modal")
    assert question.text in words_of(view.body)

    empty = send(house, "ada", view.id, "  \n ")
    assert empty.payload["errors"] == {"answer": "Write at least a word."}
    assert answers(house, question) == []

    said = "Use <b>MariaDB</b> & keep the old one"
    send(house, "ada", view.id, said)

    settle(lambda: [one.text for one in answers(house, question)] == [said])
    assert not house.workspace.views("ada")
    shown(house, question, "MariaDB", "Answered by Ada")


def test_a_stranger_to_the_team_learns_in_the_modal_why_not(house: House) -> None:
    question = asked(house, "SQLite", "PostgreSQL")
    press(house, question, "other", "eve")
    (view,) = eventually(lambda: house.workspace.views("eve"), 45, "the modal")

    refused = send(house, "eve", view.id, "Oracle")

    assert "Guests" in refused.payload["errors"]["answer"]
    assert answers(house, question) == []


def test_words_sent_after_pick_up_are_told_to_be_too_late(house: House) -> None:
    question = asked(house, "SQLite", "PostgreSQL")
    press(house, question, "other")
    (view,) = eventually(lambda: house.workspace.views("ada"), 45, "the modal")
    press(house, question, "choose:1", "bob")
    settle(lambda: bool(answers(house, question)))
    collected(house, question)

    late = send(house, "ada", view.id, "MariaDB")

    said = late.payload["errors"]["answer"]
    assert "already answered by Bob" in said
    assert "<" not in said, "Slack reads no markup there"


def test_many_options_are_a_menu_and_the_last_of_them_can_be_chosen(house: House) -> None:
    labels = [f"Region number {number}" for number in range(1, 13)]
    question = asked(house, *labels)
    ts = shown(house, question)

    house.workspace.press("ada", "dev", ts, "choose", value=f"{question.number}:12")

    settle(lambda: [one.text for one in answers(house, question)] == ["Region number 12"])


def test_an_approval_is_decided_by_its_exact_words_alone(house: House) -> None:
    question = asked(house, text="rm -rf <build> & ```rm```", approve=True)
    ts = shown(house, question, "asks for approval")
    shown_as = house.workspace.message("dev", ts)
    assert "other" not in actions(house, question)
    assert "confirm" in str(shown_as.blocks)
    assert "rm -rf &lt;build&gt; &amp;" in words(shown_as)

    reply = house.say("yes, go ahead", thread=ts)

    said = whispered(house, "decides nothing")
    assert "*Approve* or *Reject*" in said
    assert house.reactions(reply) == []
    assert answers(house, question) == []

    house.say("approve", thread=ts)
    settle(lambda: [one.option for one in answers(house, question)] == ["1"])
    shown(house, question, "Decided by Ada")


def test_other_words_by_command_decide_no_approval(house: House) -> None:
    question = asked(house, text="Drop the table?", approve=True)

    assert "decides nothing" in house.answer_to(f"answer {question.number} sure")
    assert answers(house, question) == []
    assert "stored" in house.answer_to(f"answer {question.number} reject")


def test_an_approval_edited_to_other_words_loses_its_mark_and_is_open_again(slow: House) -> None:
    question = asked(slow, text="Drop the table?", approve=True)
    reply = slow.say("Approve", thread=shown(slow, question))
    eventually(lambda: slow.reactions(reply) == ["white_check_mark"])

    slow.workspace.edit("ada", "dev", reply, "Approve, but not today")

    whispered(slow, "decides nothing")
    eventually(lambda: slow.reactions(reply) == [], 45, "the mark is gone")
    assert slow.store.questions.get(question.number).state is QuestionState.OPEN


def test_the_quiet_time_is_shown_and_can_be_ended(slow: House) -> None:
    question = asked(slow, "SQLite", "PostgreSQL")
    slow.say("PostgreSQL", thread=shown(slow, question))
    shown(slow, question, "Taken as the answer in 300 s", "Send now", "Not an answer")
    assert slow.store.questions.collect(question.number)[0].state is QuestionState.ANSWERED

    press(slow, question, "send_now", "bob")

    collected(slow, question)
    shown(slow, question, "fetched by whoever asked")
    settle(lambda: not actions(slow, question))


def test_an_answer_past_its_quiet_time_says_no_more_that_it_waits(house: House) -> None:
    with_quiet(house, timedelta(seconds=2))
    question = asked(house, "SQLite", "PostgreSQL")
    ts = shown(house, question)
    press(house, question, "choose:2")
    shown(house, question, "Taken as the answer in 2 s", "Send now")

    settle(lambda: "send_now" not in actions(house, question), "nothing to send sooner")

    said = words(house.workspace.message("dev", ts))
    assert "Waiting to be fetched by whoever asked" in said
    assert "Taken as the answer" not in said
    press(house, question, "not_an_answer")
    settle(lambda: house.store.questions.get(question.number).state is QuestionState.OPEN)


def test_a_reply_that_is_no_answer_is_taken_back_with_its_mark(slow: House) -> None:
    question = asked(slow, "SQLite", "PostgreSQL")
    reply = slow.say("let me ask Carol first", thread=shown(slow, question))
    eventually(lambda: slow.reactions(reply) == ["white_check_mark"])
    shown(slow, question, "Not an answer")

    press(slow, question, "not_an_answer")

    whispered(slow, "no answer to")
    eventually(lambda: slow.reactions(reply) == [], 45, "the mark is gone")
    assert slow.store.questions.get(question.number).state is QuestionState.OPEN
    settle(lambda: "not_an_answer" not in actions(slow, question))
    # An edit does not smuggle it in again.
    slow.workspace.edit("ada", "dev", reply, "SQLite then")
    whispered(slow, "Write a new reply to answer")
    assert answers(slow, question) == []


def test_a_reply_edited_into_talk_loses_its_mark(slow: House) -> None:
    question = asked(slow)
    reply = slow.say("SQLite", thread=shown(slow, question))
    eventually(lambda: slow.reactions(reply) == ["white_check_mark"])

    slow.workspace.edit("ada", "dev", reply, "// SQLite, what do you think?")

    eventually(lambda: slow.reactions(reply) == [], 45, "the mark is gone")
    assert slow.store.questions.get(question.number).state is QuestionState.OPEN


def test_a_number_edited_in_means_the_option(slow: House) -> None:
    question = asked(slow, "SQLite", "PostgreSQL")
    reply = slow.say("1", thread=shown(slow, question))
    settle(lambda: [one.option for one in answers(slow, question)] == ["1"])

    slow.workspace.edit("ada", "dev", reply, "2")

    settle(lambda: [one.text for one in answers(slow, question)] == ["PostgreSQL"])


def words_of(body: Any) -> str:
    return re.sub(r"\s+", " ", str(body))
