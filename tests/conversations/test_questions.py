from __future__ import annotations

from typing import TYPE_CHECKING

from bot_house import key_of, settle, words
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, Moment
from coffee_daemon import TaskState

if TYPE_CHECKING:
    from bot_house import House


def ask(house: House) -> str:
    """Have the daemon ask for a task that Ada told; return the question's ts."""
    house.command("tell ASK and build it")
    house.command("start")
    return house.message("Which database?", "2. PostgreSQL").ts


def test_from_a_question_to_a_finished_task(house: House) -> None:
    question = ask(house)
    (first, *_) = house.workspace.thread("dev", question)
    assert first.text.startswith("Which database?")
    ada = house.workspace.user("ada").id
    assert f"<@{ada}>" in first.text

    reply = house.say("PostgreSQL", thread=question)

    eventually(lambda: house.reactions(reply) == ["white_check_mark"])
    house.message("Picked up", thread=question)
    house.message("done", "Built with PostgreSQL")
    settle(lambda: house.count("Which database?", "picked up by") == 1)


def test_a_questions_thread_and_its_tasks_thread_link_to_each_other(house: House) -> None:
    question = ask(house)
    task = house.message("ASK and build it", "#")

    asked = house.message("Asks", thread=task.ts)

    assert f"p{question.replace('.', '')}" in asked.text
    settle(
        lambda: f"p{task.ts.replace('.', '')}" in words(house.workspace.message("dev", question)),
        "the question links to its task",
    )


def test_a_reply_sent_while_the_bot_was_away_is_found(house: House) -> None:
    question = ask(house)
    house.bot.stop()
    reply = house.say("PostgreSQL", thread=question)

    house.restart_bot()

    eventually(lambda: house.reactions(reply) == ["white_check_mark"])
    house.message("Built with PostgreSQL")


def test_a_bot_that_comes_back_says_nothing_twice(house: House) -> None:
    question = ask(house)
    house.say("PostgreSQL", thread=question)
    house.message("Built with PostgreSQL")
    settle(lambda: house.count("Which database?", "picked up by") == 1)

    house.restart_bot()
    house.command("tell go on")
    house.message("Built with nothing")

    keys = [key_of(one) for one in house.workspace.messages("dev", replies=True)]
    ours = [key for key in keys if key]
    assert len(ours) == len(set(ours))


def test_what_was_said_while_the_line_was_down_is_read_back(house: House) -> None:
    question = ask(house)
    house.workspace.close_sockets()
    house.sandbox.faults.add(
        Fault(moment=Moment.EVENT, effect=Effect.LOSE_EVENT, of="message", times=10)
    )
    reply = house.say("PostgreSQL", thread=question)

    eventually(lambda: house.reactions(reply) == ["white_check_mark"], 45)


def test_a_guest_and_an_outsider_are_refused_and_the_question_stays_open(house: House) -> None:
    question = ask(house)
    reply = house.say("SQLite", thread=question, user="eve")

    eventually(lambda: house.reactions(reply) == ["no_entry_sign"])
    said = eventually(lambda: house.workspace.ephemerals("eve", "dev"))

    assert "Guests" in said[0].text
    assert [one.state for one in house.store.questions.recent()] == ["open"]


def test_an_answer_by_command_reaches_the_daemon(house: House) -> None:
    ask(house)
    (question,) = house.store.questions.open()

    assert "stored" in house.answer_to(f"answer {question.number} PostgreSQL", "bob")

    house.message("Built with PostgreSQL")


def test_a_follow_up_in_a_tasks_thread_starts_it_again(house: House) -> None:
    house.command("tell build it")
    house.command("start")
    task = house.message("build it", "#")
    house.message("Built with nothing", thread=task.ts)

    house.say("use PostgreSQL after all", thread=task.ts)

    house.message("Built with PostgreSQL", thread=task.ts)
    settle(lambda: house.store.tasks.list()[0].state is TaskState.DONE)


def test_a_reply_edited_in_time_counts_as_edited(house: House) -> None:
    question = ask(house)
    reply = house.say("SQLite", thread=question)
    house.workspace.edit("ada", "dev", reply, "PostgreSQL")

    house.message("Built with PostgreSQL")


def test_a_channel_that_refuses_us_shows_at_the_machine_and_gets_its_posts_when_it_is_mended(
    house: House,
) -> None:
    house.workspace.remove_member(house.sandbox.bot_user_id, "dev")
    house.store.questions.ask(daemon=house.config.daemon.name, text="Which colour?")
    house.bot.wake()

    (note,) = eventually(lambda: house.process.status().bot_notes, 45, "a note of the bot")
    assert "cannot post in the channel" in note
    assert "not_in_channel" in note
    direct = house.workspace.dm("ada")
    eventually(lambda: house.workspace.messages(direct), what="Ada is told in person")

    house.workspace.add_member(house.sandbox.bot_user_id, "dev")
    house.restart_bot()
    house.message("Which colour?")
    settle(lambda: not house.process.status().bot_notes, "the note is gone")


def test_a_reply_to_a_question_of_unclear_outcome_is_read_back_with_it(house: House) -> None:
    faults = house.sandbox.faults
    for moment, effect, of in (
        (Moment.STORED, Effect.SERVER_ERROR, "chat.postMessage"),
        (Moment.BEFORE, Effect.INTERNAL_ERROR, "conversations.history"),
        (Moment.EVENT, Effect.LOSE_EVENT, "message"),
    ):
        faults.add(Fault(moment=moment, effect=effect, of=of, times=None))
    question = house.store.questions.ask(daemon=house.config.daemon.name, text="Which database?")
    house.bot.wake()
    # The bot does not know yet that it stands there, and whatever is said there gets lost.
    reply = house.say("SQLite", thread=house.message("Which database?").ts)
    house.restart_bot()
    post = house.store.posts.get(f"question:{question.number}")
    assert post is not None
    assert post.ts is None
    faults.clear()

    eventually(lambda: house.reactions(reply) == ["white_check_mark"], 60)

    answers = house.store.questions.answers(question.number)
    assert [one.text for one in answers] == ["SQLite"]
