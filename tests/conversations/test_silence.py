"""What people see of a question's silence, over the wire, and what their words still change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot_house import settle, words
from waiting import eventually

from coffee_daemon import QuestionState, Silence, TaskState

if TYPE_CHECKING:
    from bot_house import House

    from coffee_daemon import Question

#: Begins what it is told; each word of the task's that names a way to ask is done once.
AGENT = """
import subprocess, sys
prompt = sys.stdin.read()
if "ASSUME" in prompt and "assumed default" not in prompt and "answer to" not in prompt:
    subprocess.run(["coffee", "ask", "Which database?", "--option", "SQLite",
                    "--option", "PostgreSQL", "--assume", "SQLite", "--after", AFTER,
                    "--reversible"], check=True)
    sys.exit(0)
chosen = "PostgreSQL" if "\\nPostgreSQL\\n" in prompt else "SQLite"
print("Built with " + chosen)
"""


def teach(house: House, agent: str = AGENT, after: str = "24h") -> None:
    """Let the agent be this program."""
    program = Path(house.config.daemon.agent.command[1])
    program.write_text(agent.replace("AFTER", repr(after)), encoding="utf-8")


def the_question(house: House) -> Question:
    def asked() -> Question | None:
        return next(iter(house.store.questions.recent()), None)

    return eventually(asked, 60, "a question")


def shown(house: House, question: Question, *parts: str) -> str:
    """Wait until the question's message holds these words; return its ts."""
    return house.message(f"#{question.number}", question.text, *parts).ts


def test_a_default_is_stated_assumed_and_overruled_by_a_later_reply(house: House) -> None:
    # Some seconds, so that the message is seen as it stands before.
    teach(house, after="0.002")
    house.command("tell ASSUME and build it")
    house.command("start")
    question = the_question(house)
    house.message("Built with SQLite")

    ts = shown(house, question, "Assumed: SQLite", "no person decided it", "reply in this thread")
    house.message("Nobody answered, so *SQLite* is assumed", thread=ts)
    assert house.store.questions.get(question.number).state is QuestionState.ASSUMED
    assert house.store.questions.answers(question.number) == ()

    house.say("PostgreSQL", thread=ts)

    house.message("Built with PostgreSQL")
    assert question.task is not None
    settle(lambda: house.store.tasks.get(question.task or 0).state is TaskState.DONE)
    assert house.store.questions.get(question.number).state is QuestionState.ASSUMED


def test_a_person_who_answers_in_time_leaves_nothing_to_assume(house: House) -> None:
    teach(house)
    house.command("tell ASSUME and build it")
    house.command("start")
    question = the_question(house)
    ts = shown(house, question, "If nobody answers until <!date", "assumes *SQLite*")

    house.say("PostgreSQL", thread=ts)

    house.message("Built with PostgreSQL")
    shown(house, question, "Answered by Ada")
    assert house.store.questions.get(question.number).assumed_at is None


def test_what_silence_leads_to_stands_in_the_message(house: House) -> None:
    bob = house.workspace.user("bob")
    silence = Silence(
        escalate=(bob.id,), escalate_after=timedelta(hours=8), expires_after=timedelta(days=1)
    )
    name = house.config.daemon.name
    question = house.store.questions.ask(daemon=name, text="Which port?", silence=silence)
    house.bot.wake()

    ts = shown(house, question, "Asks Bob too <!date", "Closes unanswered <!date")

    assert f"<@{bob.id}>" not in words(house.workspace.message("dev", ts))


def test_an_expired_question_is_told_as_one_that_nobody_answered(house: House) -> None:
    silence = Silence(expires_after=timedelta(seconds=3))
    name = house.config.daemon.name
    question = house.store.questions.ask(daemon=name, text="Which port?", silence=silence)
    house.bot.wake()
    shown(house, question, "Closes unanswered <!date")

    eventually(house.store.questions.close_due, 30)

    house.bot.wake()
    shown(house, question, "Expired", "without an answer")


def test_outside_a_turn_a_reply_after_the_assumption_is_the_answer(house: House) -> None:
    silence = Silence(assume="8080", assume_after=timedelta(seconds=3), reversible=True)
    name = house.config.daemon.name
    question = house.store.questions.ask(daemon=name, text="Which port?", silence=silence)
    house.bot.wake()
    shown(house, question, "assumes *8080*")
    eventually(house.store.questions.close_due, 30)
    house.bot.wake()
    ts = shown(house, question, "Assumed: 8080")

    house.say("8443", thread=ts)

    shown(house, question, "Answered by Ada", "8443")
    settle(lambda: house.store.questions.collect(question.number)[0].state == "picked_up")
