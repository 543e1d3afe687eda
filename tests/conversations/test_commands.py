from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from bot_house import settle, words
from waiting import eventually

if TYPE_CHECKING:
    from bot_house import House


def test_status_is_answered_in_the_acknowledgement(house: House) -> None:
    result = house.command("status")

    assert result.acked
    assert "STOPPED" in result.text


def test_what_waits_for_a_process_is_acknowledged_at_once(house: House) -> None:
    result = house.command("start")

    assert result.acked
    assert result.seconds < 0.5
    found = eventually(lambda: house.workspace.ephemerals("ada", "dev"))
    assert "Started Successfully" in found[0].text
    house.message("Ada started")


def test_stopping_is_shown_in_the_channel_with_the_persons_name(house: House) -> None:
    house.command("start")
    house.message("Ada started")

    assert "Stopped Successfully" in house.answer_to("stop")

    house.message("Ada stopped")


def test_an_answerer_may_not_control_and_is_told_what_to_add_where(house: House) -> None:
    said = house.command("start", user="bob").text

    assert "COFFEE_OPERATORS" in said
    assert not house.process.status().running


def test_wrong_usage_gets_a_usage_line(house: House) -> None:
    assert "Usage" in house.command("answer soon").text
    assert "no such command" in house.command("dance").text


def test_tell_to_a_stopped_daemon_is_kept_and_a_button_starts_it(house: House) -> None:
    said = house.answer_to("tell build it")
    assert "Stored as #" in said
    assert "is stopped" in said
    card = house.message("is stopped", "Start")

    assert house.workspace.press("ada", "dev", card.ts, "start").acked

    house.message("Built with nothing")


def test_a_mention_is_answered_in_its_thread(house: House) -> None:
    ts = house.say("@code_developer what is the daemon doing?")

    house.message("Daemon Status", thread=ts)


def test_a_mention_that_is_no_clear_wish_gets_help_and_does_nothing(house: House) -> None:
    ts = house.say("@code_developer the coffee is cold")

    house.message("did not understand", thread=ts)
    assert house.store.tasks.list() == []


def test_a_direct_message_is_answered_there(house: House) -> None:
    direct = house.workspace.dm("ada")
    house.workspace.say("ada", direct, "status")

    eventually(lambda: any("STOPPED" in one.text for one in house.workspace.messages(direct)))


@pytest.mark.parametrize(
    ("said", "prompt", "wants_answer"),
    [
        ("tell the daemon to build it", "build it", False),
        ("Hey, could you ask code_developer whether it is built?", "whether it is built?", True),
        ("ask code_developer whether it is built", "whether it is built", True),
    ],
)
def test_work_and_questions_are_handed_over_in_plain_words(
    house: House, said: str, prompt: str, *, wants_answer: bool
) -> None:
    house.command("start")
    house.message("Ada started")
    here = house.say(f"@code_developer {said}", user="bob")
    house.message("Command Sent to Daemon", thread=here)
    direct = house.workspace.dm("bob")
    house.workspace.say("bob", direct, said)

    settle(lambda: len(house.store.tasks.list()) == 2, "one task for each message")

    told = house.store.tasks.list()
    assert [(one.prompt, one.wants_answer) for one in told] == [(prompt, wants_answer)] * 2
    assert {one.author.name for one in told if one.author} == {"Bob"}
    eventually(lambda: any("Sent" in one.text for one in house.workspace.messages(direct)))
    for one in told:
        end = f"*Answer to #{one.number}*" if wants_answer else f"*#{one.number} done*"
        house.message(end, "Built with nothing")


def test_a_guest_who_hands_over_work_in_plain_words_is_refused_privately(house: House) -> None:
    ts = house.say("@code_developer tell the daemon to build it", user="eve")

    def refused() -> bool:
        return any("Guests" in words(one) for one in house.workspace.ephemerals("eve", "dev"))

    eventually(refused, what="the reason, for Eve alone")
    settle(lambda: house.reactions(ts) == ["no_entry_sign"])
    assert house.store.tasks.list() == []
    assert house.count("Guests") == 0


def test_show_tells_a_tasks_whole_story_to_whoever_may_look(house: House) -> None:
    house.command("tell ASK and build it")
    house.command("start")
    thread = house.message("Which database?", "Choose one").ts
    house.say("PostgreSQL", thread=thread, user="bob")
    house.message("done", "Built with PostgreSQL")
    (task,) = house.store.tasks.list()
    (question,) = house.store.questions.recent()

    story = house.answer_to(f"show {task.number}", "bob")

    for part in ("told by Ada", f"#{question.number} asked", "turn 2 ended"):
        assert part in story
    assert f"Bob answered #{question.number}, picked up by turn 2" in story
    assert "Bob answered, picked up by turn 2" in house.answer_to(f"show {question.number}")

    house.answer_to(f"retry {task.number}", "bob")
    house.message("Bob queued")

    assert "Bob queued it again" in house.answer_to(f"show {task.number}")


def test_a_crash_is_a_post_of_its_own_and_the_daemon_comes_back(house: House) -> None:
    house.command("start")
    pid = eventually(lambda: house.process.status().pid)
    house.message("Ada started")

    os.kill(pid, signal.SIGKILL)

    house.message("crashed")
    settle(lambda: house.process.status().running and house.process.status().pid != pid)


def test_what_nobody_listens_to_is_acknowledged(house: House) -> None:
    house.workspace.react("ada", "dev", house.say("hello"), "wave")
    result = house.workspace.command("ada", "dev", "/another", "thing")

    assert result.acked
    assert house.workspace.unacked == ()
