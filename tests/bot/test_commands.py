from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_bot.commands import Commands
from coffee_bot.config import BotConfig
from coffee_bot.intent import VERBS, Intent, Reply, parse_command
from coffee_daemon import (
    Config,
    DaemonState,
    ManualClock,
    NotificationType,
    Person,
    ProcessManager,
    QuestionState,
    Store,
    TaskState,
    Via,
    read_wish,
    system_clock,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADA = Person(id="U0ADA00001", name="Ada")
DAEMON = "code_developer"


class Bell:
    """Counts how often it was rung."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1


@pytest.fixture
def clock() -> ManualClock:
    # Of today: a real daemon forgets what ended long ago.
    return ManualClock(at=datetime.now(UTC))


@pytest.fixture
def config(tmp_path: Path) -> BotConfig:
    return BotConfig(
        daemon=Config(home=tmp_path / "home", project=tmp_path),
        bot_token="xoxb-12345678",
        app_token="xapp-12345678",
        channel="C0DEV00001",
        command="/brew",
    )


@pytest.fixture
def store(config: BotConfig, clock: ManualClock) -> Iterator[Store]:
    with Store.open(config.daemon.database, clock=clock) as opened:
        yield opened


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def commands(config: BotConfig, store: Store, bell: Bell) -> Commands:
    process = ProcessManager(config.daemon, clock=system_clock())
    return Commands(config=config, store=store, process=process, ring=bell)


def say(commands: Commands, typed: str, *, source: str | None = None) -> Reply:
    return commands.run(parse_command(typed), ADA, Via.SLACK, source=source)


def shown(reply: Reply) -> str:
    return f"{reply.message.text}\n{reply.message.blocks}"


def audited(store: Store) -> list[tuple[str, str, str]]:
    return [(one.verb, one.target, one.outcome) for one in reversed(store.audit.list())]


def ask(store: Store, text: str = "Which database?") -> int:
    return store.questions.ask(daemon=DAEMON, text=text, options=("SQLite", "PostgreSQL")).number


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in {"start", "restart"}])
def test_every_verb_gets_a_reply(verb: str, commands: Commands) -> None:
    reply = commands.run(Intent(verb=verb, number=99, text="words"), ADA, Via.SLACK)

    assert reply.message.text


def test_what_is_no_command_gets_its_usage(commands: Commands, store: Store) -> None:
    assert "Usage: `/brew answer &lt;number&gt; &lt;text&gt;`" in shown(say(commands, "answer"))
    assert "Did you mean `/brew status`?" in shown(say(commands, "statsu"))
    assert audited(store) == []


def test_what_is_not_understood_changes_nothing(commands: Commands, store: Store) -> None:
    reply = commands.run(None, ADA, Via.SLACK)

    assert "I did nothing" in reply.message.text
    assert store.tasks.list() == []


# Looking


def test_status_of_a_stopped_daemon_says_how_to_start_it(commands: Commands) -> None:
    found = shown(say(commands, "status"))

    assert "Daemon Status: STOPPED" in found
    assert "`/brew start`" in found


def test_status_shows_the_first_five_questions(commands: Commands, store: Store) -> None:
    for at in range(7):
        ask(store, f"Question {at}?")

    found = shown(say(commands, "status"))

    assert "Question 4?" in found
    assert "Question 5?" not in found
    assert "…and 2 more" in found


def test_status_needs_no_record(commands: Commands, store: Store, config: BotConfig) -> None:
    store.close()
    (config.daemon.home / "notifications.db").write_bytes(b"this is no database at all" * 100)

    assert "Daemon Status: STOPPED" in shown(say(commands, "status"))
    assert "❌" in say(commands, "tasks").message.text


def test_tasks_show_what_is_open_before_what_has_ended(commands: Commands, store: Store) -> None:
    for words in ("old", "cancelled", "new"):
        say(commands, f"tell {words}")
    _, ended, _ = reversed(store.tasks.list())
    store.tasks.cancel(ended.number, who=ADA, via=Via.CLI)

    found = shown(say(commands, "tasks"))

    assert found.index("* old") < found.index("* new") < found.index("* cancelled")


def test_metrics_tell_of_seven_days(commands: Commands, store: Store) -> None:
    store.transitions.observe("code_developer", DaemonState.IDLE, "")

    reply = say(commands, "metrics")

    assert reply.message.text.startswith("📈 The last 7 days: 0 tasks done")
    assert shown(reply).count("· 0 done") == 7
    assert "not known" in shown(reply)


def test_a_pause_is_shown_in_the_channel_and_ended_once(
    commands: Commands, store: Store, config: BotConfig
) -> None:
    paused = say(commands, "pause 2h")
    assert paused.public is not None
    assert "paused" in paused.public.text
    wish = read_wish(config.daemon)
    assert wish.paused_until == store.now() + timedelta(hours=2)

    resumed, again = say(commands, "resume"), say(commands, "resume")

    assert resumed.public is not None
    assert again.public is None
    assert read_wish(config.daemon).paused_until is None
    assert [one.verb for one in store.audit.list()] == ["resume", "resume", "pause"]


def test_a_time_that_is_none_pauses_nothing(commands: Commands, config: BotConfig) -> None:
    assert "no time" in shown(say(commands, "pause 99 days"))
    assert read_wish(config.daemon).paused_until is None


def test_show_tells_what_happened_and_where_all_of_it_can_be_read(commands: Commands) -> None:
    say(commands, "tell mend the tests")

    found = shown(say(commands, "show 1"))

    assert "told by" in found
    assert "“mend the tests”" in found
    assert "coffee show 1 --full" in found
    assert "no task and no question #9" in shown(say(commands, "show 9"))


def test_a_long_list_of_tasks_says_that_there_are_more(commands: Commands) -> None:
    for at in range(21):
        say(commands, f"tell task {at}")

    found = shown(say(commands, "tasks"))

    assert "task 19" in found
    assert "task 20" not in found
    assert "There are more" in found


def test_questions_are_listed_oldest_first(commands: Commands, store: Store) -> None:
    ask(store, "First?")
    ask(store, "Second?")

    reply = say(commands, "questions")

    assert reply.message.text == "📋 2 open questions"
    assert shown(reply).index("First?") < shown(reply).index("Second?")


def test_notifications_are_listed_newest_first(commands: Commands, store: Store) -> None:
    for at in range(12):
        store.create_notification(NotificationType.INFO, f"News {at}", "All is well.")

    found = shown(say(commands, "notifications"))

    assert found.index("News 11") < found.index("News 2*")
    assert "News 1*" not in found
    assert "Older ones" in found


def test_looking_leaves_no_trace(commands: Commands, store: Store, bell: Bell) -> None:
    looking = [verb.name for verb in VERBS.values() if not verb.changes]

    replies = [say(commands, verb) for verb in looking]

    assert [None] * len(looking) == [reply.public for reply in replies]
    assert audited(store) == []
    assert bell.rung == 0


# Handing over and answering


def test_what_is_told_is_kept_word_for_word_and_the_daemon_is_woken(
    commands: Commands, store: Store, bell: Bell
) -> None:
    reply = say(commands, 'tell fix the "login" <page> & co.\n\nPlease.')

    (task,) = store.tasks.list()
    assert task.prompt == 'fix the "login" <page> & co.\n\nPlease.'
    assert (task.author, task.daemon, task.state) == (ADA, DAEMON, TaskState.QUEUED)
    assert f"Stored as #{task.number}; code_developer is stopped" == reply.message.text
    assert "'action_id': 'start'" in shown(reply)
    assert bell.rung == 1
    assert [("tell", f"#{task.number}", "stored")] == audited(store)


def test_a_question_to_the_daemon_wants_an_answer(commands: Commands, store: Store) -> None:
    say(commands, "tell do the tests pass?")

    (task,) = store.tasks.list()
    assert task.wants_answer


def test_the_same_message_hands_over_one_task(commands: Commands, store: Store) -> None:
    first = say(commands, "tell fix it", source="msg:T1:C1:1.2")
    again = say(commands, "tell fix it", source="msg:T1:C1:1.2")

    assert first == again
    assert len(store.tasks.list()) == 1


def test_two_commands_of_the_same_words_are_two_tasks(commands: Commands, store: Store) -> None:
    say(commands, "tell fix it")
    say(commands, "tell fix it")

    assert len(store.tasks.list()) == 2


def test_an_answer_is_stored_and_may_be_picked_up_at_once(
    commands: Commands, store: Store, clock: ManualClock, bell: Bell
) -> None:
    number = ask(store)

    reply = say(commands, f"answer #{number} neither, use DuckDB")

    question = store.questions.get(number)
    (answer,) = store.questions.answers(number)
    assert f"✅ Your answer to #{number} is stored." == reply.message.text
    assert QuestionState.ANSWERED is question.state
    assert question.closes_at is not None
    assert question.closes_at - clock.now() <= timedelta(0)
    assert (answer.text, answer.option, answer.who) == ("neither, use DuckDB", None, ADA)
    assert bell.rung == 1
    assert [("answer", f"#{number}", "stored")] == audited(store)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("2", "PostgreSQL"), ("#2", "PostgreSQL"), ("postgresql", "postgresql")],
)
def test_an_option_is_chosen_by_its_number_or_its_words(
    said: str, kept: str, commands: Commands, store: Store
) -> None:
    number = ask(store)

    say(commands, f"answer {number} {said}")

    (answer,) = store.questions.answers(number)
    assert (answer.option, answer.text) == ("2", kept)


def test_the_same_message_answers_once(commands: Commands, store: Store) -> None:
    number = ask(store)

    say(commands, f"answer {number} SQLite", source="msg:T1:C1:1.2")
    again = say(commands, f"answer {number} SQLite", source="msg:T1:C1:1.2")

    assert "had been stored already" in again.message.text
    assert len(store.questions.answers(number)) == 1


def test_an_answer_to_nothing_is_told(commands: Commands, store: Store, bell: Bell) -> None:
    reply = say(commands, "answer 99 yes")

    assert reply.message.text.startswith("❌")
    assert bell.rung == 0
    assert audited(store) == [("answer", "#99", "failed")]


def test_an_answer_to_a_withdrawn_question_is_told(commands: Commands, store: Store) -> None:
    number = ask(store)
    say(commands, f"cancel {number}")

    reply = say(commands, f"answer {number} SQLite")

    assert f"⌛ #{number} was withdrawn by Ada, so nothing was stored." == reply.message.text


# Cancelling


def test_cancelling_a_task_is_shown_in_the_channel(
    commands: Commands, store: Store, bell: Bell
) -> None:
    say(commands, "tell fix it")
    (task,) = store.tasks.list()

    reply = say(commands, f"cancel {task.number}")

    assert TaskState.CANCELLED is store.tasks.get(task.number).state
    assert reply.public is not None
    assert f"🚫 Ada cancelled #{task.number}: fix it" == reply.public.text
    assert bell.rung == 2
    assert ("cancel", f"#{task.number}", "cancelled") == audited(store)[-1]


def test_cancelling_a_running_task_asks_the_daemon_to(commands: Commands, store: Store) -> None:
    say(commands, "tell fix it")
    assignment = store.turns.pick_up(DAEMON, nonce="n1")
    assert assignment is not None

    reply = say(commands, f"cancel {assignment.task.number}")

    assert "is being stopped" in reply.message.text
    assert [one.verb for one in store.requests.pending(DAEMON)] == ["cancel"]


def test_cancelling_twice_is_told(commands: Commands, store: Store) -> None:
    say(commands, "tell fix it")
    (task,) = store.tasks.list()
    say(commands, f"cancel {task.number}")

    reply = say(commands, f"cancel {task.number}")

    assert reply.message.text.startswith("❌")
    assert reply.public is None


def test_cancelling_a_question_withdraws_it(commands: Commands, store: Store) -> None:
    number = ask(store)

    reply = say(commands, f"cancel {number}")

    assert QuestionState.CANCELLED is store.questions.get(number).state
    assert reply.public is not None
    assert f"🚫 Ada withdrew question #{number}: Which database?" == reply.public.text


def test_cancelling_what_is_not_there_says_where_to_look(commands: Commands) -> None:
    reply = say(commands, "cancel 99")

    assert "There is no task and no question #99." in shown(reply)
    assert "`/brew tasks`" in shown(reply)


# Controlling the process


def test_a_daemon_is_started_restarted_and_stopped(commands: Commands, store: Store) -> None:
    started = say(commands, "start")
    try:
        assert "Daemon Started Successfully!" in started.message.text
        assert started.public is not None
        assert started.public.text == "▶️ Ada started code_developer."
        assert "Daemon Status: RUNNING" in shown(say(commands, "status"))

        again = say(commands, "start")
        assert "already running" in again.message.text
        assert again.public is None

        restarted = say(commands, "restart")
        assert "restarted successfully" in restarted.message.text
        assert restarted.public is not None

        told = say(commands, "tell fix it")
        assert "Command Sent to Daemon" in told.message.text
    finally:
        stopped = say(commands, "stop")
    assert "Daemon Stopped Successfully" in stopped.message.text
    assert stopped.public is not None
    assert stopped.public.text == "⏹️ Ada stopped code_developer."
    verbs = [verb for verb, _, _ in audited(store)]
    assert verbs == ["start", "start", "restart", "tell", "stop"]


def test_stopping_what_does_not_run_is_told(commands: Commands, store: Store) -> None:
    reply = say(commands, "stop")

    assert reply.message.text == "⚠️ Daemon is not running."
    assert reply.public is None
    assert audited(store) == [("stop", DAEMON, "not running")]


def test_a_start_that_fails_shows_the_end_of_the_log(
    config: BotConfig, store: Store, clock: ManualClock, bell: Bell
) -> None:
    process = ProcessManager(
        config.daemon, argv=[sys.executable, "-c", "raise SystemExit('no coffee beans')"]
    )
    commands = Commands(config=config, store=store, process=process, ring=bell)

    reply = say(commands, "start")

    assert "❌ Failed to Start Daemon" in reply.message.text
    assert "no coffee beans" in shown(reply)
    assert reply.public is None
    assert audited(store) == [("start", DAEMON, "failed")]
