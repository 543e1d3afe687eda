from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from waiting import eventually

from coffee_daemon.agents import Job, agent_for
from coffee_daemon.agents.running import finish
from coffee_daemon.config import AgentSettings, Config, Limits
from coffee_daemon.errors import BadConfig
from coffee_daemon.runner import Run
from coffee_daemon.tasks import Outcome, Task, TaskState, Turn, TurnEnd, TurnState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOMENT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SECRETS = {
    "SLACK_BOT_TOKEN": "canary-bot",
    "SLACK_APP_TOKEN": "canary-app",
    "COFFEE_DATABASE_URL": "postgresql://canary@db/coffee",
    "AWS_SECRET_ACCESS_KEY": "canary-aws",
}


@dataclass
class Desk:
    """Keeps what an agent's adapter reports."""

    stopping: threading.Event = field(default_factory=threading.Event)
    sessions: list[str] = field(default_factory=list)

    def session(self, token: str) -> None:
        self.sessions.append(token)

    def progress(self, text: str) -> None:
        raise AssertionError(text)


@dataclass
class Bench:
    """A project in which programs are tried as agents."""

    config: Config
    environment: dict[str, str]
    desk: Desk = field(default_factory=Desk)

    def job(self, *, session: str | None = None, wants_answer: bool = False) -> Job:
        task = Task(
            number=12,
            daemon=self.config.name,
            source="command:12",
            title="Greet",
            prompt="Greet.",
            priority=0,
            state=TaskState.RUNNING,
            wants_answer=wants_answer,
            created_at=MOMENT,
            updated_at=MOMENT,
        )
        turn = Turn(
            id=71, task=12, number=1, nonce="n0nce", state=TurnState.READY, created_at=MOMENT
        )
        return Job(
            task=task,
            turn=turn,
            session=session,
            prompt="Greet « the » world: $(touch evil) `touch evil`\n",
            folder=self.config.project,
            run_folder=self.config.state / "turns" / "12-1",
            limits=self.config.limits,
        )

    def run(
        self,
        *command: str,
        resume: tuple[str, ...] = (),
        named: tuple[str, ...] = (),
        session: str | None = None,
        wants_answer: bool = False,
    ) -> Outcome:
        settings = AgentSettings(command=command, resume=resume, environment=named)
        agent = agent_for(replace(self.config, agent=settings), self.environment)
        assert agent is not None
        return agent.run(self.job(session=session, wants_answer=wants_answer), self.desk)

    def python(self, code: str, *, wants_answer: bool = False) -> Outcome:
        return self.run(sys.executable, "-c", code, wants_answer=wants_answer)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    project = tmp_path / "project"
    project.mkdir()
    config = Config(home=tmp_path / "coffee", project=project)
    yield Bench(config=config, environment={**os.environ, **SECRETS})
    eventually(lambda: not psutil.Process().children(recursive=True), what="no process is left")


def seen(outcome: Outcome) -> dict[str, str]:
    found: dict[str, str] = json.loads(outcome.summary)
    return found


TELL_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"


def test_the_prompt_comes_on_standard_input_and_nowhere_else(bench: Bench) -> None:
    outcome = bench.python(
        "import sys; print(sys.argv[1:], ascii(sys.stdin.buffer.read().decode()))"
    )

    assert outcome == Outcome(
        end=TurnEnd.OK,
        summary="[] 'Greet \\xab the \\xbb world: $(touch evil) `touch evil`\\n'",
    )
    assert list(bench.config.project.iterdir()) == []


def test_the_agent_works_in_the_tasks_folder(bench: Bench) -> None:
    bench.python("open('made.txt', 'w').close()")

    assert (bench.config.project / "made.txt").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right that few have there")
def test_our_command_is_found_first_and_hides_no_python_of_the_project(bench: Bench) -> None:
    found = seen(bench.run(sys.executable, "-c", TELL_ENVIRONMENT))

    first = Path(found["PATH"].split(os.pathsep)[0])
    assert [link.name for link in first.iterdir()] == ["coffee"]
    assert subprocess.run([first / "coffee", "--help"], check=True, capture_output=True).stdout
    assert str(Path(sys.executable).parent) not in found["PATH"].split(os.pathsep)[:1]


def test_the_environment_is_a_list_of_what_is_allowed(bench: Bench) -> None:
    bench.environment |= {"HOME": "/home/ada", "LC_TIME": "C", "MY_KEY": "mine", "OTHER": "no"}

    found = seen(bench.run(sys.executable, "-c", TELL_ENVIRONMENT, named=("MY_KEY", *SECRETS)))

    assert (found["HOME"], found["LC_TIME"], found["MY_KEY"]) == ("/home/ada", "C", "mine")
    assert found["COFFEE_HOME"] == str(bench.config.home)
    assert found["COFFEE_DAEMON"] == "code_developer"
    assert (found["COFFEE_TASK_ID"], found["COFFEE_TURN"]) == ("12", "n0nce")
    # Somebody who names a variable of an agent's own wants it; ours are never handed on.
    assert found["AWS_SECRET_ACCESS_KEY"] == "canary-aws"
    assert not {"OTHER", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "COFFEE_DATABASE_URL"} & set(found)


def test_no_process_of_the_running_tree_has_a_secret(bench: Bench) -> None:
    def look() -> list[dict[str, str]]:
        # Not before the agent and its child are what they are going to be.
        eventually((bench.config.project / "child").exists, what="the agent's child runs")
        return [process.environ() for process in psutil.Process().children(recursive=True)]

    child = "import time; open('child', 'w').close(); time.sleep(60)"
    outcome, tree = while_running(
        bench,
        "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])",
        child,
        then=look,
    )

    assert len(tree) == 3
    for environment in tree:
        assert "canary" not in repr(environment)
        assert environment["COFFEE_TURN"] == "n0nce"
    assert outcome.end is TurnEnd.INTERRUPTED


def while_running(
    bench: Bench, code: str, *arguments: str, then: Callable[[], list[dict[str, str]]]
) -> tuple[Outcome, list[dict[str, str]]]:
    """Run an agent, do something meanwhile, and stop it."""
    outcomes: list[Outcome] = []
    thread = threading.Thread(
        target=lambda: outcomes.append(bench.run(sys.executable, "-c", code, *arguments))
    )
    thread.start()
    try:
        found = then()
    finally:
        bench.desk.stopping.set()
        thread.join()
    return outcomes[0], found


def test_a_stop_takes_the_whole_tree_down_within_five_seconds(bench: Bench) -> None:
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('half done', flush=True)\n"
        "subprocess.Popen([sys.executable, '-c', sys.argv[1]], start_new_session=True)\n"
        "time.sleep(60)\n"
    )
    child = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "open('child', 'w').close()\n"
        "time.sleep(60)\n"
    )
    began: list[datetime] = []

    def look() -> list[dict[str, str]]:
        eventually((bench.config.project / "child").exists)
        began.append(datetime.now(UTC))
        return []

    outcome, _ = while_running(bench, stubborn, child, then=look)

    assert datetime.now(UTC) - began[0] < timedelta(seconds=5)
    assert psutil.Process().children(recursive=True) == []
    assert outcome == Outcome(end=TurnEnd.INTERRUPTED, summary="half done")


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can be frozen there")
def test_a_turn_whose_runner_is_stuck_is_ended_when_it_is_overdue(bench: Bench) -> None:
    bench.config.state.mkdir(parents=True)
    run = Run.start(
        bench.config.state / "turn",
        argv=[sys.executable, "-c", "import time; time.sleep(60)"],
        cwd=bench.config.project,
        env={"PATH": os.environ["PATH"], "COFFEE_TURN": "n0nce"}
        | {"COFFEE_HOME": str(bench.config.home), "COFFEE_DAEMON": bench.config.name},
        prompt="",
        time_limit=1,
        # So that it is overdue at once.
        kill_after=-60,
    )
    os.kill(run.pid, signal.SIGSTOP)

    assert "runner died" in (finish(run, bench.desk).error or "")


def test_another_exit_code_is_a_failure_with_the_last_lines(bench: Bench) -> None:
    outcome = bench.python("import sys; print('one', flush=True); sys.exit('no tests found')")

    assert outcome == Outcome(end=TurnEnd.FAILED, summary="exit code 1\none\nno tests found")


def test_exit_code_75_is_a_usage_limit_and_says_when_it_ends(bench: Bench) -> None:
    before = datetime.now(UTC)
    outcome = bench.python("print('Too much.\\nRetry-After: 90', flush=True); raise SystemExit(75)")

    assert outcome.end is TurnEnd.LIMITED
    assert "Too much." in outcome.summary
    assert outcome.until is not None
    assert timedelta(seconds=90) <= outcome.until - before < timedelta(seconds=150)


def test_a_usage_limit_without_a_time_leaves_it_to_the_daemon(bench: Bench) -> None:
    outcome = bench.python("print('Retry-After: never', flush=True); raise SystemExit(75)")

    assert (outcome.end, outcome.until) == (TurnEnd.LIMITED, None)


@pytest.mark.skipif(sys.platform == "win32", reason="names have one case only there")
def test_an_agent_of_a_preset_sees_the_proxies_whichever_way_they_are_written(
    bench: Bench,
) -> None:
    proxies = {"https_proxy": "http://proxy:3128", "NO_PROXY": "localhost"}
    bench.environment = {**bench.environment, **proxies}
    command = (sys.executable, "-c", TELL_ENVIRONMENT)
    settings = AgentSettings(preset="gemini", kind="command", command=command)
    agent = agent_for(replace(bench.config, agent=settings), bench.environment)
    assert agent is not None

    told = seen(agent.run(bench.job(), bench.desk))

    assert {name: told.get(name) for name in proxies} == proxies


def giving_up(bench: Bench, *lines: str, code: int = 1) -> Outcome:
    """The outcome of a program that prints these lines, where a pattern finds its limits."""
    told = f"print(*{lines!r}, sep=chr(10), flush=True); raise SystemExit({code})"
    command = (sys.executable, "-c", told)
    settings = AgentSettings(command=command, limit_pattern="^ERROR: .*usage limit")
    agent = agent_for(replace(bench.config, agent=settings), bench.environment)
    assert agent is not None
    return agent.run(bench.job(), bench.desk)


def test_a_pattern_finds_a_usage_limit_in_the_last_lines_of_a_failed_run(bench: Bench) -> None:
    outcome = giving_up(bench, "Begun.", "ERROR: You've hit your usage limit.")

    assert (outcome.end, outcome.until) == (TurnEnd.LIMITED, None)
    assert "usage limit" in outcome.summary


def test_the_end_of_a_limit_is_read_from_the_words_that_the_pattern_finds(bench: Bench) -> None:
    before = datetime.now(UTC)
    outcome = giving_up(bench, "ERROR: You've hit your usage limit. Try again in 2 hours.")

    assert outcome.until is not None
    assert timedelta(hours=2) <= outcome.until - before < timedelta(hours=2, minutes=5)


def test_words_of_limits_are_no_limit_where_the_run_ends_well(bench: Bench) -> None:
    outcome = giving_up(bench, "ERROR: You've hit your usage limit.", code=0)

    assert outcome.end is TurnEnd.OK


def test_words_of_limits_are_no_limit_where_others_are_the_last(bench: Bench) -> None:
    outcome = giving_up(bench, "ERROR: usage limit", *(f"line {n}" for n in range(5)))

    assert outcome.end is TurnEnd.FAILED


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_a_death_by_signal_is_a_crash(bench: Bench) -> None:
    outcome = bench.python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    assert outcome == Outcome(
        end=TurnEnd.CRASHED, summary="The agent was ended by signal 9 (SIGKILL)."
    )


def test_a_missing_program_is_told_with_what_to_do(bench: Bench) -> None:
    outcome = bench.run("no-such-agent")

    assert outcome.end is TurnEnd.CRASHED
    assert outcome.summary == (
        "The agent program 'no-such-agent' was not found. "
        "Install it, or correct [agent] command in the settings."
    )


def test_the_time_limit_is_a_failure_that_names_it(bench: Bench) -> None:
    bench.config = replace(bench.config, limits=Limits(turn_time=timedelta(seconds=0.6)))

    outcome = bench.python("import time; print('begun', flush=True); time.sleep(60)")

    assert outcome.end is TurnEnd.FAILED
    assert outcome.summary.startswith("It took longer than 0.01 minutes, which is [limits]")


def test_the_summary_is_the_last_lines_without_colours(bench: Bench) -> None:
    outcome = bench.python("print(*(f'\\x1b[31mline {n}\\x1b[0m' for n in range(50)), sep='\\n')")

    assert outcome.summary.splitlines() == [f"line {n}" for n in range(30, 50)]


def test_an_answer_keeps_its_paragraphs_and_its_length(bench: Bench) -> None:
    text = "\n\n".join(f"Paragraph {n}: ü" for n in range(100))

    outcome = bench.python(
        "import sys; sys.stdout.reconfigure(encoding='utf-8')\n"
        "print('\\n\\n'.join(f'Paragraph {n}: \\u00fc' for n in range(100)))",
        wants_answer=True,
    )

    assert outcome.summary == text


def test_a_very_long_answer_is_bounded(bench: Bench) -> None:
    outcome = bench.python("print('x' * 200_000 + 'end')", wants_answer=True)

    assert len(outcome.summary) == 30_000
    assert outcome.summary.startswith("[The beginning is cut.")
    assert outcome.summary.endswith("xend")


TELL_ARGUMENTS = ("-c", "import sys; print(sys.argv[1:])")


def test_a_session_of_ours_is_begun_and_gone_on_with(bench: Bench) -> None:
    command = (sys.executable, *TELL_ARGUMENTS, "--session-id={session}")
    resume = (sys.executable, *TELL_ARGUMENTS, "--resume", "{session}")

    first = bench.run(*command, resume=resume)
    [session] = bench.desk.sessions
    again = bench.run(*command, resume=resume, session=session)

    assert first.summary == f"['--session-id={session}']"
    assert again.summary == f"['--resume', '{session}']"
    assert bench.desk.sessions == [session]


def test_a_conversation_that_ends_badly_is_not_gone_on_with(bench: Bench) -> None:
    resume = (sys.executable, "-c", "raise SystemExit('no such session')", "{session}")

    outcome = bench.run(sys.executable, *TELL_ARGUMENTS, resume=resume, session="forgotten")

    assert outcome.end is TurnEnd.FAILED
    assert bench.desk.sessions == [""]


@pytest.mark.parametrize("session", ["", "--dangerous", "two\nlines"])
def test_a_session_that_is_no_plain_name_is_not_used(bench: Bench, session: str) -> None:
    resume = (sys.executable, *TELL_ARGUMENTS, "{session}")

    outcome = bench.run(sys.executable, *TELL_ARGUMENTS, "anew", resume=resume, session=session)

    assert outcome.summary == "['anew']"


@pytest.mark.skipif(sys.platform == "win32", reason="no scripts with #! there")
def test_a_program_with_a_path_lies_in_the_project(bench: Bench, tmp_path: Path) -> None:
    script = bench.config.project / "agent.sh"
    script.write_text("#!/bin/sh\npwd\n", encoding="utf-8")
    script.chmod(0o755)
    elsewhere = tmp_path / "worktree"
    elsewhere.mkdir()
    agent = agent_for(replace(bench.config, agent=AgentSettings(command=("./agent.sh",))), {})
    assert agent is not None

    outcome = agent.run(replace(bench.job(), folder=elsewhere), bench.desk)

    assert outcome == Outcome(end=TurnEnd.OK, summary=str(elsewhere))


def test_no_command_means_no_agent(bench: Bench) -> None:
    assert agent_for(bench.config, {}) is None


def test_an_unknown_kind_is_told(bench: Bench) -> None:
    with pytest.raises(BadConfig, match="telepathy"):
        agent_for(replace(bench.config, agent=AgentSettings(kind="telepathy")), {})


def test_a_session_that_the_agent_prints_is_learnt(bench: Bench) -> None:
    settings = AgentSettings(
        command=(sys.executable, "-c", "print('Hello'); print('session id: abc-1')"),
        session_pattern=r"^session id: (\S+)$",
    )
    agent = agent_for(replace(bench.config, agent=settings), bench.environment)
    assert agent is not None

    agent.run(bench.job(), bench.desk)

    assert bench.desk.sessions == ["abc-1"]


def test_an_agent_that_prints_no_session_has_none(bench: Bench) -> None:
    settings = AgentSettings(command=(sys.executable, "-c", ""), session_pattern="^id: (.*)$")
    agent = agent_for(replace(bench.config, agent=settings), bench.environment)
    assert agent is not None

    agent.run(bench.job(), bench.desk)

    assert bench.desk.sessions == []
