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
    shown(house, question, "Assumed: SQLite", "Changed by Ada", "PostgreSQL")
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


def test_people_say_the_same_as_before_by_a_press_and_not_otherwise(house: House) -> None:
    name = house.config.daemon.name
    first = house.store.questions.ask(daemon=name, text="Which port?", options=("8080", "8443"))
    house.bot.wake()
    house.say("2", thread=shown(house, first))
    settle(lambda: house.store.questions.collect(first.number)[0].state == "picked_up")

    again = house.store.questions.ask(daemon=name, text="which  port?", options=("8443", "9090"))
    house.bot.wake()
    ts = shown(
        house, again, f"Answered before: #{first.number}, Ada", "“8443”", "Same as before: 8443"
    )
    assert house.store.questions.answers(again.number) == ()

    assert house.workspace.press("bob", "dev", ts, "same").acked

    shown(house, again, "Answered by Bob", "✓ 1. 8443")
    (answer,) = house.store.questions.answers(again.number)
    assert (answer.text, answer.option, answer.who.name) == ("8443", "1", "Bob")
    message = house.workspace.message("dev", ts)
    assert "Same as before" not in words(message)


#: Asks six things in one turn, and tells what became of the last; then it is done.
MANY = """
import subprocess, sys
prompt = sys.stdin.read()
if "Outcome of question" not in prompt:
    for number in range(6):
        said = subprocess.run(["coffee", "ask", f"Which colour for part {number}?"],
                              capture_output=True, text=True)
    print(said.stderr)
    sys.exit(0)
print("Painted")
"""


def test_a_sixth_question_is_refused_with_the_five_that_are_open(house: House) -> None:
    teach(house, MANY)
    house.command("tell Paint it")
    house.command("start")
    for number in range(5):
        house.message(f"Which colour for part {number}?")
    (task,) = house.store.tasks.list()
    settle(lambda: house.store.tasks.get(task.number).state is TaskState.WAITING)

    turn = house.store.turns.last(task.number)
    assert turn is not None
    open_now = house.store.questions.open()
    assert [one.text for one in open_now] == [f"Which colour for part {n}?" for n in range(5)]
    assert "has 5 questions open already" in turn.summary
    assert all(f"#{one.number} Which colour" in turn.summary for one in open_now)

    for one in open_now:
        house.say("Blue", thread=shown(house, one))
    house.message("Painted")


#: Asks which database; when the answer asks back, it asks again with what it has found.
BACK = """
import subprocess, sys
prompt = sys.stdin.read()
if "Outcome of question" not in prompt:
    subprocess.run(["coffee", "ask", "Which database?"], check=True)
elif "asks something back" in prompt and "It costs" not in prompt:
    subprocess.run(["coffee", "ask", "It costs 5 a month. Still?"], check=True)
else:
    print("Built")
"""


def test_a_question_that_was_asked_back_is_followed_by_the_next_one(house: House) -> None:
    teach(house, BACK)
    house.command("tell Build it")
    house.command("start")
    first = the_question(house)

    house.say("What does PostgreSQL cost?", thread=shown(house, first))

    ts = house.message("It costs 5 a month.", "Follows", "whose answer asked back").ts
    (second,) = house.store.questions.open()
    assert second.follows == first.number
    before = shown(house, first, "Answered by Ada").replace(".", "")
    settle(lambda: f"/p{before}|#{first.number}>" in words(house.workspace.message("dev", ts)))
    assert f"following #{first.number}" in house.answer_to(f"show {second.number}")

    house.say("Yes, PostgreSQL", thread=ts)
    house.message("Built")
