from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from waiting import eventually
from workshop import Workshop

from coffee_bot.cli import main
from coffee_daemon import (
    Config,
    Day,
    Halt,
    Limits,
    Person,
    QuestionState,
    TaskState,
    TurnEnd,
    Via,
    system_clock,
)
from coffee_daemon.cli import COMMANDS, INSIDE_A_TURN
from coffee_daemon.process import Register
from coffee_daemon.silence import Silence
from coffee_daemon.spending import Budget
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from pathlib import Path

ADA = Person(id="U0ADA00001", name="Ada")
FOR_EVERYBODY = ("bot", "demo", *(entry.name for entry in COMMANDS))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, outside any turn."""
    folder = tmp_path / "home"
    monkeypatch.setenv("COFFEE_HOME", str(folder))
    monkeypatch.delenv("COFFEE_TURN", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


class Terminal:
    """Types `coffee` commands and reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = ""
        self.complaint = ""

    def coffee(self, *arguments: str) -> int:
        code = main(arguments)
        self.said, self.complaint = self._capsys.readouterr()
        return code

    def json(self, *arguments: str) -> Any:
        self.coffee(*arguments, "--json")
        return json.loads(self.said)


@pytest.fixture
def terminal(home: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def workshop(home: Path, tmp_path: Path) -> Workshop:
    return Workshop.build(tmp_path)


def test_status_of_a_stopped_daemon_ends_with_3_and_tells_how_to_start(terminal: Terminal) -> None:
    assert terminal.coffee("status") == 3
    assert "code_developer is stopped" in terminal.said
    assert "coffee start" in terminal.said


def test_status_has_the_specifications_keys(terminal: Terminal) -> None:
    keys = {"running", "pid", "status", "current_task", "uptime", "cpu_percent", "memory_mb"}

    status = terminal.json("status")

    assert keys <= set(status)
    assert status["running"] is False
    assert status["status"] == "stopped"


def test_start_status_stop(terminal: Terminal) -> None:
    try:
        assert terminal.coffee("start") == 0
        assert "is running" in terminal.said
        assert "Nothing restarts it" in terminal.said
        assert terminal.coffee("start") == 0
        assert "already running" in terminal.said
        assert terminal.coffee("status") == 0
        status = terminal.json("status")
        assert status["status"] == "idle"
        assert status["uptime"] < 60
    finally:
        assert terminal.coffee("stop") == 0
    assert "has stopped" in terminal.said
    assert terminal.coffee("stop") == 0
    assert "was not running" in terminal.said


def test_a_task_is_kept_while_the_daemon_is_stopped(terminal: Terminal) -> None:
    assert terminal.coffee("tell", "Add", "a", "README") == 0
    assert "Stored as #1; code_developer is stopped." in terminal.said
    (task,) = terminal.json("tasks")
    assert (task["number"], task["prompt"], task["state"]) == (1, "Add a README", "queued")


def test_a_task_that_is_a_question_wants_an_answer(terminal: Terminal) -> None:
    assert terminal.json("tell", "Which tests are slow?")["wants_answer"] is True
    assert terminal.json("tell", "Make the tests fast")["wants_answer"] is False


def test_a_follow_up_goes_to_its_task(terminal: Terminal, workshop: Workshop) -> None:
    terminal.coffee("tell", "step: say one")

    assert terminal.coffee("tell", "--task", "#1", "and a test, please") == 0

    assert [task["number"] for task in terminal.json("tasks")] == [1]
    with workshop.running():
        workshop.until(1, TaskState.DONE)
    assert "and a test, please" in workshop.prompts(1)[0]


def test_a_question_is_asked_listed_and_answered(terminal: Terminal, workshop: Workshop) -> None:
    assert terminal.coffee("ask", "Which database?", "--option", "SQLite", "--why", "Forever.") == 0
    assert "question #1" in terminal.said
    assert terminal.coffee("questions") == 0
    assert "#1 Which database?" in terminal.said
    assert "1. SQLite" in terminal.said
    assert "Forever." in terminal.said
    assert terminal.coffee("answer", "#1", "1") == 0
    assert "Answer to #1 stored" in terminal.said
    assert terminal.coffee("questions") == 0
    assert "No open questions." in terminal.said
    with workshop.store() as store:
        assert store.questions.get(1).state is QuestionState.ANSWERED
        assert [answer.text for answer in store.questions.answers(1)] == ["SQLite"]


def test_an_answer_after_the_pick_up_says_when_it_is_read_and_a_turn_is_interrupted_for_it(
    terminal: Terminal, workshop: Workshop
) -> None:
    with workshop.running():
        number = workshop.tell("ask Which database?", "tell begun", "sleep 600")
        question = workshop.open_question(number)
        workshop.until(number, TaskState.WAITING)
        workshop.answer(question.number, "SQLite")
        workshop.has("begun")

        assert terminal.coffee("answer", f"{question.number}", "PostgreSQL") == 0
        assert "It reads it when its current turn ends." in terminal.said
        assert f"coffee interrupt {number}" in terminal.said

        assert terminal.coffee("interrupt", f"{number}") == 0
        assert "it reads what you added" in terminal.said
        workshop.until(number, TaskState.DONE)
        assert terminal.coffee("answer", f"{question.number}", "step: say MariaDB") == 0
        assert "It was done, so this brings it back" in terminal.said
        assert terminal.coffee("interrupt", "99") == 1


def test_outside_a_turn_a_script_can_wait_for_the_answer(home: Path, terminal: Terminal) -> None:
    command = [sys.executable, "-m", "coffee_bot", "ask", "Deploy?", "--wait", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as waiting:
        while not (home.exists() and terminal.json("questions")):
            assert waiting.poll() is None
        terminal.coffee("answer", "1", "Not on a Friday")
        said, _ = waiting.communicate(timeout=20)

    assert waiting.returncode == 0
    answered = json.loads(said)
    assert answered["state"] == "picked_up"
    assert [answer["text"] for answer in answered["answers"]] == ["Not on a Friday"]


def test_a_withdrawn_question_ends_the_wait_without_an_answer(
    home: Path, terminal: Terminal
) -> None:
    command = [sys.executable, "-m", "coffee_bot", "ask", "Deploy?", "--wait"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as waiting:
        while not (home.exists() and terminal.json("questions")):
            assert waiting.poll() is None
        assert terminal.coffee("cancel", "1") == 0
        assert "withdrawn" in terminal.said
        _, complaint = waiting.communicate(timeout=20)

    assert waiting.returncode == 1
    assert "without an answer" in complaint


def test_a_queued_task_can_be_cancelled_and_retried(terminal: Terminal) -> None:
    terminal.coffee("tell", "Paint it red")

    assert terminal.coffee("cancel", "1") == 0
    assert "Task #1 is cancelled." in terminal.said
    assert terminal.json("tasks") == []
    assert terminal.json("tasks", "--all")[0]["state"] == "cancelled"
    assert terminal.coffee("cancel", "1") == 1
    assert "already" in terminal.complaint or "cancelled" in terminal.complaint
    assert terminal.coffee("retry", "1") == 0
    assert terminal.json("tasks")[0]["state"] == "queued"


def test_tasks_are_listed_in_the_order_that_people_gave_them(terminal: Terminal) -> None:
    for words in ("One", "Two", "Three"):
        terminal.coffee("tell", words)

    assert terminal.coffee("first", "#3") == 0
    assert "Task #3 comes first now." in terminal.said
    assert terminal.coffee("last", "1") == 0
    assert [task["number"] for task in terminal.json("tasks")] == [3, 2, 1]
    assert terminal.coffee("move", "1", "before", "#2") == 0
    assert "Task #1 comes just before #2 now." in terminal.said
    assert [task["number"] for task in terminal.json("tasks")] == [3, 1, 2]
    assert terminal.coffee("move", "1", "after", "1") == 2
    assert "no place beside" in terminal.complaint


def test_a_held_task_says_by_whom_until_it_is_released(
    terminal: Terminal, workshop: Workshop
) -> None:
    terminal.coffee("tell", "One")
    terminal.coffee("tell", "Two")

    assert terminal.coffee("hold", "1") == 0
    assert "Task #1 is held. Let it go on with: coffee release 1" in terminal.said
    assert terminal.coffee("tasks") == 0
    assert "held by" in terminal.said
    assert terminal.said.index("Two") < terminal.said.index("One")
    assert terminal.coffee("show", "1") == 0
    assert "since then" in terminal.said
    assert terminal.coffee("first", "1") == 0
    assert "It is held" in terminal.said
    assert terminal.coffee("hold", "1") == 1
    assert "held already" in terminal.complaint
    assert terminal.coffee("release", "1") == 0
    assert terminal.coffee("release", "1") == 1
    assert "not held" in terminal.complaint
    with workshop.store() as store:
        acts = [one for one in reversed(store.audit.list()) if one.verb != "tell"]
        told = [(one.verb, one.via) for one in acts]
    assert told == [("hold", Via.CLI), ("first", Via.CLI), ("release", Via.CLI)]


def test_focus_keeps_it_at_one_task_until_its_end(terminal: Terminal, workshop: Workshop) -> None:
    terminal.coffee("tell", "One")

    assert terminal.coffee("focus", "until", "tomorrow", "8:15", "on", "#1") == 0
    assert "is in focus on #1 until" in terminal.said
    assert "08:15" in terminal.said
    assert terminal.coffee("focus", "off") == 0
    assert "The focus is over" in terminal.said
    assert terminal.coffee("focus", "off") == 0
    assert "There was no focus." in terminal.said
    assert terminal.coffee("focus", "2h") == 0
    assert "on what it begins next" in terminal.said
    assert terminal.coffee("resume") == 0
    assert "goes on" in terminal.said
    assert terminal.coffee("focus", "soon") == 2
    assert "no time" in terminal.complaint
    assert terminal.coffee("focus", "2h", "on", "9") == 1
    assert "There is no task #9" in terminal.complaint
    with workshop.store() as store:
        assert [one.verb for one in store.audit.list()] == ["focus", "focus", "tell"]


def test_metrics_draw_each_day_and_say_what_its_marks_mean(
    terminal: Terminal, workshop: Workshop
) -> None:
    assert terminal.coffee("metrics", "--days", "2") == 0
    assert "Nothing is known of these days." in terminal.said
    with workshop.running():
        workshop.until(workshop.tell("say done"), TaskState.DONE)

    assert terminal.coffee("metrics") == 0
    found = terminal.json("metrics")

    assert (sum(found["done"].values()), len(found["done"])) == (1, 7)
    assert found["uptime"] is not None
    assert found["median_answer_seconds"] is None


def test_history_draws_a_line_for_each_day(terminal: Terminal, workshop: Workshop) -> None:
    assert terminal.coffee("history", "--days", "2") == 0
    assert "Nothing is known of these days." in terminal.said
    with workshop.running():
        workshop.until(workshop.tell("say done"), TaskState.DONE)

    assert terminal.coffee("history", "--days", "3") == 0

    assert terminal.said.count("\n") == 8
    assert "1 done" in terminal.said
    assert terminal.coffee("history", "--days", "32") == 2


def test_pause_keeps_it_from_beginning_anything_until_resume(terminal: Terminal) -> None:
    assert terminal.coffee("pause", "until", "tomorrow", "8:15") == 0
    assert "begins nothing before" in terminal.said
    assert "08:15" in terminal.said
    assert terminal.coffee("resume") == 0
    assert "goes on" in terminal.said
    assert terminal.coffee("resume") == 0
    assert "was not paused" in terminal.said
    assert terminal.coffee("pause", "soon") == 2
    assert "no time" in terminal.complaint


def test_show_tells_the_story_of_a_task(terminal: Terminal) -> None:
    terminal.coffee("tell", "Mend the tests\n" + "\n".join(f"line {n}" for n in range(20)))

    assert terminal.coffee("show", "#1") == 0
    assert terminal.said.startswith("#1 Mend the tests (queued)")
    assert "told by" in terminal.said
    assert "15 more lines: --full" in terminal.said
    assert terminal.coffee("show", "1", "--full") == 0
    assert "line 19" in terminal.said
    assert terminal.json("show", "1")["events"][0]["words"].endswith("line 19")
    assert terminal.coffee("show", "7") == 1
    assert "no task and no question #7" in terminal.complaint


def test_cancel_says_what_is_left_of_a_running_task(terminal: Terminal, workshop: Workshop) -> None:
    number = workshop.tell("write half.txt done", "tell begun", "sleep 60")
    with workshop.process():
        workshop.has("begun")
        assert terminal.coffee("cancel", str(number)) == 0

    assert f"Task #{number} is cancelled." in terminal.said
    assert "half.txt" in terminal.said


def test_what_passed_between_people_and_daemon_is_listed(terminal: Terminal) -> None:
    terminal.coffee("tell", "Paint it red")
    terminal.coffee("ask", "Which red?")

    kinds = [one["type"] for one in terminal.json("notifications")]

    assert kinds == ["question", "command"]
    assert terminal.coffee("notifications") == 0
    assert "Which red?" in terminal.said


def test_what_a_channel_does_not_take_is_named(terminal: Terminal, workshop: Workshop) -> None:
    with workshop.store() as store:
        post = store.posts.want("question:1", kind="message", channel="C1", text="Which?")
        store.posts.hold(post.id, "is_archived (unarchive it)")

    assert terminal.coffee("notifications") == 0

    assert "1 post is held back for C1" in terminal.said
    assert "is_archived (unarchive it)" in terminal.said


def test_logs_show_what_a_tasks_agent_printed(terminal: Terminal, workshop: Workshop) -> None:
    number = workshop.tell("say hello from the agent")
    with workshop.running():
        workshop.until(number, TaskState.DONE)

    assert terminal.coffee("logs", "--task", str(number)) == 0
    assert "hello from the agent" in terminal.said
    assert "hello from the agent" in terminal.json("logs", "--task", str(number))
    assert terminal.coffee("logs", "--task", "99") == 1
    assert "has not run yet" in terminal.complaint


def test_terminal_codes_of_others_do_nothing(terminal: Terminal, workshop: Workshop) -> None:
    with workshop.store() as store:
        text = "\x1b[2Jgone \x1b]0;title\x07\u202eevil"
        store.tasks.tell(daemon="code_developer", text=text, who=ADA, via=Via.SLACK)
        store.questions.ask(daemon="code_developer", text=text)

    for command in ("tasks", "questions", "notifications"):
        terminal.coffee(command)
        assert "gone" in terminal.said
        assert not {"\x1b]", "\x07", "\u202e", "\x1b[2J"} & set(terminal.said.split())
        assert "\x1b[2J" not in terminal.said
        assert "\u202e" not in terminal.said


@pytest.mark.parametrize("end", ["\r", "\r\n", "\x85", "\x0b"])
def test_line_ends_of_others_overwrite_nothing_and_begin_no_row_of_ours(
    terminal: Terminal, workshop: Workshop, end: str
) -> None:
    with workshop.store() as store:
        text = f"Delete everything?{end}#99 all is well"
        store.tasks.tell(daemon="code_developer", text=text, who=ADA, via=Via.SLACK)
        store.questions.ask(daemon="code_developer", text=text, options=[text, "No"], why=text)

    for command in ("tasks", "questions", "notifications"):
        terminal.coffee(command)
        assert "Delete everything?" in terminal.said
        assert "\r" not in terminal.said
        assert "\n#99" not in terminal.said


def test_the_answer_to_a_script_is_not_promised_to_the_daemon(terminal: Terminal) -> None:
    number = str(terminal.json("ask", "Deploy now?")["number"])

    terminal.coffee("answer", number, "yes")
    assert "waits to be fetched by whoever asked" in terminal.said
    terminal.coffee("questions", "--all")
    assert "answered, waiting to be fetched" in terminal.said
    terminal.coffee("ask", "--fetch", number)
    terminal.coffee("questions", "--all")
    assert "answered and fetched" in terminal.said


def test_a_script_fetches_its_answer_when_it_is_there(terminal: Terminal) -> None:
    terminal.coffee("ask", "Deploy now?", "--option", "Yes", "--option", "No")
    assert "To fetch it: coffee ask --fetch 1" in terminal.said

    assert terminal.coffee("ask", "--fetch", "1") == 3
    assert "still open" in terminal.complaint
    terminal.coffee("answer", "1", "No")
    assert terminal.coffee("ask", "--fetch", "#1") == 0
    assert terminal.said == "No\n"
    # Once more changes nothing.
    assert terminal.json("ask", "--fetch", "1")["answers"][0]["option"] == "2"


def test_an_approval_offers_its_own_two_options_and_takes_no_other_words(
    terminal: Terminal, workshop: Workshop
) -> None:
    terminal.coffee("ask", "--approve", "Delete the branch?")

    terminal.coffee("questions")
    assert "Only one of these decides" in terminal.said
    assert terminal.coffee("answer", "1", "sure, why not") == 2
    assert "takes one of: 1 Approve, 2 Reject" in terminal.complaint
    with workshop.store() as store:
        question = store.questions.get(1)
    assert [option.label for option in question.options] == ["Approve", "Reject"]
    assert question.state is QuestionState.OPEN


def test_an_asker_says_what_silence_means(terminal: Terminal, workshop: Workshop) -> None:
    policy = ["--remind", "2h", "--escalate", "U012ABC", "--escalate-after", "8h"]
    policy += ["--assume", "SQLite", "--after", "1d", "--reversible", "--urgent"]
    assert terminal.coffee("ask", "Which database?", *policy) == 0

    terminal.coffee("questions")
    assert "Asks U012ABC too at 20" in terminal.said
    assert "assumes “SQLite”, which can be undone" in terminal.said
    (data,) = terminal.json("questions")
    assert data["silence"]["assume_after"] == 24 * 3600
    assert data["assume_at"] > data["escalate_at"] > data["created_at"]
    with workshop.store() as store:
        question = store.questions.get(1)
    assert question.silence == Silence(
        remind=timedelta(hours=2),
        escalate=("U012ABC",),
        escalate_after=timedelta(hours=8),
        assume="SQLite",
        assume_after=timedelta(days=1),
        reversible=True,
        urgent=True,
    )


def test_the_same_answer_as_before_is_offered_and_given_by_hand(
    terminal: Terminal, workshop: Workshop
) -> None:
    terminal.coffee("ask", "Which database?")
    terminal.coffee("answer", "1", "SQLite")
    terminal.coffee("ask", "--fetch", "1")
    terminal.coffee("ask", "which  database?")
    assert "it decides nothing until one of them takes it" in terminal.said

    terminal.coffee("questions")
    assert "Answered before: #1, " in terminal.said
    assert "“SQLite”" in terminal.said
    assert "coffee answer 2 --same" in terminal.said

    assert terminal.coffee("answer", "2", "--same") == 0
    terminal.coffee("ask", "--fetch", "2")
    assert terminal.said == "SQLite\n"
    assert terminal.coffee("answer", "1", "--same") == 1
    assert "no earlier answer" in terminal.complaint


def test_a_fetched_default_is_neither_an_answer_nor_printed_as_one(terminal: Terminal) -> None:
    policy = ("--assume", "SQLite", "--after", "0.000001", "--reversible")
    terminal.coffee("ask", "Which database?", *policy)
    eventually(lambda: terminal.coffee("ask", "--fetch", "1") == 4)

    assert terminal.said == ""
    assert "your stated default is assumed: SQLite" in terminal.complaint
    assert terminal.json("ask", "--fetch", "1") == {
        "number": 1, "state": "assumed", "answers": [], "assumed": "SQLite"
    }  # fmt: skip


def test_the_status_says_what_holds_up_everything_else(home: Path, terminal: Terminal) -> None:
    with Register.open(Config(home=home, project=home), clock=system_clock()) as register:
        register.update(notes=("nothing else starts while #12 waits",))
        terminal.coffee("status")

    assert "nothing else starts while #12 waits" in terminal.said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("answer", "twelve", "yes"), 2, "is not a number"),
        (("answer", "9" * 23, "yes"), 2, "is not a number"),
        (("tasks", "-n", "0"), 2, "0"),
        (("ask", "Now?", "--expires-in", "-1"), 2, "more than 0"),
        (("ask", "Now?", "--expires-in", "nan"), 2, "more than 0"),
        (("ask", "Now?", "--expires-in", "1e300"), 2, "ten years"),
        (("ask", "Now?", "--expires-in", "soon"), 2, "30m, 2h"),
        (("ask", "Now?", "--assume", "Yes", "--after", "2h"), 1, "can be undone"),
        (("ask", "Now?", "--assume", "Yes", "--reversible"), 2, "after how long"),
        (("ask", "Now?", "--escalate", "Bob", "--escalate-after", "1h"), 2, "no Slack id"),
        (("logs", "--json", "--follow"), 2, "--follow"),
        (("answer", "99", "yes"), 1, "99"),
        (("answer",), 2, "Missing argument"),
        (("answer", "1"), 2, "The answer is empty"),
        (("answer", "1", "--same", "yes"), 2, "takes no words"),
        (("tell",), 2, "Missing argument"),
        (("tell", " "), 2, "nothing to tell"),
        (("ask", " "), 2, "no words"),
        (("ask",), 2, "no words"),
        (("ask", "--fetch", "99"), 1, "99"),
        (("ask", "Again?", "--fetch", "99"), 2, "no question"),
        (("cancel", "99"), 1, "no task and no question #99"),
        (("retry", "99"), 1, "99"),
        (("first", "99"), 1, "There is no task #99"),
        (("hold", "first"), 2, "is not a number"),
        (("move", "1", "behind", "2"), 2, "behind"),
        (("dance",), 2, "No such command"),
        (("statsu",), 2, "Did you mean 'status'?"),
        (("status", "--colour"), 2, "No such option"),
        (("report", "half way"), 1, "turn"),
        (("logs",), 1, "Nothing has been logged"),
    ],
)
def test_wrong_use_gets_one_clear_complaint(
    terminal: Terminal, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert terminal.coffee(*arguments) == code
    assert words in terminal.complaint
    assert "Traceback" not in terminal.complaint


def test_a_turn_may_ask_report_and_look_and_nothing_else() -> None:
    assert {"ask", "report", "questions", "status", "mcp"} == INSIDE_A_TURN


@pytest.mark.parametrize("command", sorted({*FOR_EVERYBODY} - INSIDE_A_TURN))
def test_an_agents_turn_cannot_act_as_a_person(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COFFEE_TURN", "0123456789abcdef")

    for arguments in ((command,), (command, "1"), (command, "--help")):
        assert terminal.coffee(*arguments) == 1
        assert "for people" in terminal.complaint
        assert terminal.said == ""


def test_a_turn_never_waits_for_a_person(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COFFEE_TURN", "0123456789abcdef")

    assert terminal.coffee("ask", "Deploy?", "--wait") == 1
    assert "never waits" in terminal.complaint


def test_a_turn_that_has_ended_cannot_ask(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.coffee("tell", "make the record")
    monkeypatch.setenv("COFFEE_TURN", "0123456789abcdef")

    assert terminal.coffee("ask", "Deploy?") == 1
    assert "turn" in terminal.complaint.lower()


def test_a_broken_settings_file_is_named(home: Path, terminal: Terminal) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[daemon\n")

    assert terminal.coffee("status") == 2
    assert str(home / "config.toml") in terminal.complaint


def test_the_help_page_has_every_command_in_its_section(terminal: Terminal) -> None:
    assert terminal.coffee("--help") == 0
    for section in ("See what it is doing:", "Start and stop it:", "For agents and scripts:"):
        assert section in terminal.said
    for command in ("status", "tell", "answer", "ask", "bot", "demo"):
        assert f"\n  {command} " in terminal.said


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text there")
def test_bytes_that_are_no_text_are_kept_as_what_can_be_read(terminal: Terminal) -> None:
    assert terminal.coffee("tell", "caf\udce9 \U0001f600 please") == 0

    (task,) = terminal.json("tasks")
    assert task["prompt"] == "caf\ufffd \U0001f600 please"


def spend(workshop: Workshop, text: str, cost: float | None) -> int:
    """A task done in one turn."""
    with workshop.store() as store:
        task = store.tasks.tell(daemon="code_developer", text=text, who=ADA, via=Via.CLI)
        assignment = store.turns.pick_up("code_developer", nonce=text)
        assert assignment is not None
        outcome = Outcome(end=TurnEnd.OK, cost=cost)
        store.turns.settle(assignment.turn.id, outcome, limits=Limits())
    return task.number


def test_cost_tells_the_days_and_the_tasks(terminal: Terminal, workshop: Workshop) -> None:
    dear, unknown = spend(workshop, "Mend it", 1.2), spend(workshop, "Paint it", None)

    assert terminal.coffee("cost") == 0
    assert "at least $1.20 (1 of 2 turns reported)" in terminal.said
    assert "not reported by this agent" in terminal.said
    assert "Today: 2 of 500 turns" in terminal.said

    told = terminal.json("cost", "--days", "2")
    assert [(one["turns"], one["dollars"]) for one in told["days"]] == [(2, 1.2), (0, None)]
    assert [(one["task"], one["dollars"]) for one in told["tasks"]] == [
        (dear, 1.2),
        (unknown, None),
    ]


def test_cost_of_nothing_says_so(terminal: Terminal) -> None:
    assert terminal.coffee("cost", "--days", "3") == 0
    assert terminal.said == "No turn has begun in the last 3 days.\n"


def test_continue_lets_it_go_on_once_and_names_who_did(
    terminal: Terminal, workshop: Workshop
) -> None:
    day = Day.of(system_clock().now())
    halt = Halt(
        daemon="code_developer", day=day, budget=Budget.TURNS, allowed=2, more=2, until=day.ends
    )
    with workshop.store() as store:
        store.halts.tell(halt, "The day's limit is used up", "")

    assert terminal.coffee("continue") == 0
    assert terminal.said == "code_developer may go on today: 2 more turns.\n"
    assert terminal.coffee("continue") == 0
    assert "let it go on at" in terminal.said
    with workshop.store() as store:
        assert [one.verb for one in store.audit.list()] == ["continue"]


def test_a_turn_cannot_let_itself_go_on(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COFFEE_TURN", "nonce")

    assert terminal.coffee("continue") != 0
    assert "Use:" in terminal.complaint
