from __future__ import annotations

import json
import stat
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from agent_table import Table
from workshop import Workshop

from coffee_daemon.agents.claude.turn import take_turn
from coffee_daemon.agents.driver import DriveOrder, Driver, read_outcome, write_outcome
from coffee_daemon.tasks import TurnEnd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_daemon.tasks import Outcome

#: Prints the lines of a file for each run, and keeps what it was started with.
STAND_IN = """
import json, os, subprocess, sys
from pathlib import Path
place = Path(__file__).parent
runs = place / "runs"
runs.mkdir(exist_ok=True)
number = len(list(runs.iterdir())) + 1
told = {"argv": sys.argv[1:], "prompt": sys.stdin.read()}
(runs / str(number)).write_text(json.dumps(told))
plan = json.loads((place / "plan.json").read_text())[number - 1]
for line in plan["lines"]:
    print(line if isinstance(line, str) else json.dumps(line), flush=True)
print(plan.get("error", ""), file=sys.stderr)
if "leave" in plan:
    left = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({plan['leave']})"])
    (place / "left").write_text(str(left.pid))
if plan["exit"] < 0:
    os.kill(os.getpid(), -plan["exit"])
sys.exit(plan["exit"])
"""
INIT = {"type": "system", "subtype": "init", "session_id": "s-1"}


def said(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "assistant", "message": {"content": [{"type": "text", "text": text}]}, **more}


def used(tool: str, **arguments: Any) -> dict[str, Any]:
    block = {"type": "tool_use", "name": tool, "input": arguments}
    return {"type": "assistant", "message": {"content": [block]}}


def result(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "result", "subtype": "success", "is_error": False, "result": text, **more}


def failed(text: str, trouble: str = "", **more: Any) -> dict[str, Any]:
    """A run that ended because the service refused."""
    ending = result(text, is_error=True, **more)
    return {"lines": [INIT, said(text, error=trouble), ending], "exit": 1}


class Claude:
    """A turn with a stand-in for the program."""

    def __init__(self, folder: Path) -> None:
        self.table = Table(Workshop.build(folder))
        self.folder = folder / "claude"
        self.run_folder = folder / "turn"
        for place in (self.folder, self.run_folder):
            place.mkdir()
        (self.folder / "claude.py").write_text(STAND_IN)
        self.order = DriveOrder(
            task=self.table.task,
            turn=self.table.turn.id,
            folder=str(folder),
            session=None,
            command=(sys.executable, str(self.folder / "claude.py")),
        )

    def turn(self, *runs: dict[str, Any], **order: Any) -> Outcome:
        """Take a turn in which the program does as planned, run by run."""
        (self.folder / "plan.json").write_text(json.dumps(runs))
        driver = Driver(
            order=replace(self.order, **order),
            prompt="The whole prompt & <more>",
            asker=self.table.asker,
            run_folder=self.run_folder,
        )
        return take_turn(driver)

    def given(self, number: int = 1) -> dict[str, Any]:
        """What a run was started with."""
        told: dict[str, Any] = json.loads((self.folder / "runs" / str(number)).read_text())
        return told

    @property
    def session(self) -> str | None:
        """The conversation as the record has it."""
        return self.table.house.task(self.table.task).session


@pytest.fixture
def claude(tmp_path: Path) -> Iterator[Claude]:
    yield Claude(tmp_path)
    left = tmp_path / "claude" / "left"
    if left.exists():
        psutil.Process(int(left.read_text())).kill()


def well(*lines: Any, text: str = "All done.", **more: Any) -> dict[str, Any]:
    return {"lines": [INIT, *lines, result(text, **more)], "exit": 0}


def test_the_result_becomes_the_summary_and_the_conversation_is_kept(claude: Claude) -> None:
    outcome = claude.turn(well(said("I look.")))

    assert (outcome.end, outcome.summary) == (TurnEnd.OK, "All done.")
    assert claude.session == "s-1"


def test_people_read_lines_and_the_record_has_the_last_words(
    claude: Claude, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {"type": "tool_result", "is_error": True, "content": "Exit code 1\nno such file"}
    user = {"type": "user", "message": {"content": [refused]}}
    retry = {"type": "system", "subtype": "api_retry", "attempt": 1, "max_retries": 10}
    lines = (
        said("I look\x1b[31m around.\nThen more."),
        used("Bash", command="git status", description="Look"),
        user,
        {**retry, "error_status": 529},
        {"type": "of a later version"},
        "not JSON at all",
    )
    claude.turn(well(*lines))

    shown = capsys.readouterr().out.splitlines()
    assert shown[:6] == [
        "I look around.",
        "Then more.",
        "→ Bash: git status",
        "← Exit code 1 no such file",
        "… the model's service said 529; trying again (1 of 10)",
        "not JSON at all",
    ]
    with claude.table.house.store() as store:
        assert store.turns.get(claude.table.turn.id).progress == "I look around."


def test_what_people_and_agents_wrote_is_in_no_argument(claude: Claude) -> None:
    claude.turn(well())

    given = claude.given()
    assert given["prompt"] == "The whole prompt & <more>"
    assert not any("whole prompt" in one for one in given["argv"])


def test_it_is_started_with_our_server_and_without_a_way_around_permissions(
    claude: Claude,
) -> None:
    claude.turn(well(), allowed_tools=("Bash(make test:*)",))

    argv = claude.given()["argv"]
    servers = Path(argv[argv.index("--mcp-config") + 1])
    server = json.loads(servers.read_text())["mcpServers"]["coffee"]
    assert Path(server["command"]).stem == "coffee"
    assert server["args"] == ["mcp", "--permissions"]
    assert stat.S_IMODE(servers.stat().st_mode) == 0o600
    assert argv[argv.index("--permission-prompt-tool") + 1] == "mcp__coffee__permission"
    assert argv[argv.index("--permission-mode") + 1] == "acceptEdits"
    assert "Bash(make test:*)" in argv
    assert not any("dangerously" in one for one in argv)


def test_the_users_own_mode_and_arguments_go_before_ours(claude: Claude) -> None:
    command = (*claude.order.command, "--permission-mode", "plan", "--model", "opus")
    claude.turn(well(), command=command)

    argv = claude.given()["argv"]
    assert argv[:4] == ["--permission-mode", "plan", "--model", "opus"]
    assert "acceptEdits" not in argv


def test_a_conversation_is_gone_on_with_and_told_only_what_is_new(claude: Claude) -> None:
    claude.turn(well(), session="s-1", news="Ada says yes.")

    given = claude.given()
    assert given["argv"][-2:] == ["--resume", "s-1"]
    assert given["prompt"] == "Ada says yes."


def test_a_conversation_that_is_not_there_any_more_begins_anew_in_the_same_turn(
    claude: Claude,
) -> None:
    words = "No conversation found with session ID: gone"
    gone = {"type": "result", "is_error": True, "errors": [words], "session_id": "gone"}
    outcome = claude.turn({"lines": [gone], "exit": 1}, well(), session="gone", news="Yes.")

    assert outcome.end is TurnEnd.OK
    assert "--resume" not in claude.given(2)["argv"]
    assert claude.given(2)["prompt"].startswith("The whole prompt")
    assert claude.session == "s-1"


def test_a_version_that_says_so_as_an_error_begins_anew_as_well(claude: Claude) -> None:
    words = "No conversation found with session ID: gone"
    outcome = claude.turn({"lines": [], "error": words, "exit": 1}, well(), session="gone")

    assert outcome.end is TurnEnd.OK


def test_a_conversation_that_is_full_is_not_gone_on_with(claude: Claude) -> None:
    outcome = claude.turn(failed("Prompt is too long", "invalid_request"), session="s-1")

    assert outcome.end is TurnEnd.FAILED
    assert claude.session == ""


def test_only_what_this_turn_cost_is_counted(claude: Claude) -> None:
    part = {"opus": {"costUSD": 0.25}, "haiku": {"costUSD": 0.05}}
    outcome = claude.turn(well(total_cost_usd=7.5, model_usage_since_last_result=part))

    assert outcome.cost == pytest.approx(0.30)


def test_a_version_that_tells_only_the_whole_cost_has_that_counted(claude: Claude) -> None:
    assert claude.turn(well(total_cost_usd=0.5)).cost == 0.5


def test_a_cost_that_is_not_told_is_none(claude: Claude) -> None:
    assert claude.turn(well()).cost is None


def test_pull_requests_in_the_result_are_links(claude: Claude) -> None:
    text = (
        "Opened https://git.example/a/b/pull/12 (see https://git.example/a/b/pull/12), and "
        "<https://git.example/c/-/merge_requests/7>. Docs: https://docs.example/x"
    )
    assert claude.turn(well(text=text)).links == (
        "https://git.example/a/b/pull/12",
        "https://git.example/c/-/merge_requests/7",
    )


def test_a_usage_limit_is_waited_for_until_the_moment_that_is_told(claude: Claude) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    told = {"status": "rejected", "resetsAt": int(until.timestamp())}
    run = failed("You've hit your 5-hour limit · resets 1:01pm (UTC)", "rate_limit")
    run["lines"].insert(1, {"type": "rate_limit_event", "rate_limit_info": told})

    outcome = claude.turn(run)

    assert (outcome.end, outcome.until) == (TurnEnd.LIMITED, until)
    assert outcome.summary == (
        "You've hit your 5-hour limit · resets 1:01pm (UTC). "
        f"It goes on by itself at {until:%Y-%m-%d %H:%M} UTC."
    )


@pytest.mark.parametrize(
    ("words", "trouble", "status", "minutes"),
    [
        ("API Error: Request rejected (429) · Too many", "rate_limit", 429, 60),
        ("Credit balance is too low", "billing_error", 400, 60),
        ("API Error: Repeated 529 Overloaded errors.", "server_error", 529, 10),
        ("API Error: Connection refused (ECONNREFUSED)", "server_error", None, 10),
        ("Claude AI usage limit reached", "", None, 60),
    ],
)
def test_a_limit_without_a_time_is_tried_again_later_and_says_so(
    claude: Claude, words: str, trouble: str, status: int | None, minutes: int
) -> None:
    before = datetime.now(UTC)
    outcome = claude.turn(failed(words, trouble, api_error_status=status))

    assert outcome.end is TurnEnd.LIMITED
    assert outcome.until is not None
    assert abs(outcome.until - before - timedelta(minutes=minutes)) < timedelta(minutes=1)
    assert "It does not say until when" in outcome.summary


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("Not logged in", "authentication_failed"),
        ("Invalid API key · Please run /login", "unknown"),
    ],
)
def test_without_a_login_it_says_how_to_log_in(claude: Claude, words: str, trouble: str) -> None:
    outcome = claude.turn(failed(words, trouble))

    assert outcome.end is TurnEnd.CRASHED
    assert "not logged in for this daemon" in outcome.summary
    assert "ANTHROPIC_API_KEY" in outcome.summary


def test_any_other_error_fails_the_turn_with_the_programs_own_words(claude: Claude) -> None:
    outcome = claude.turn(failed("Something else broke", "unknown"))

    assert (outcome.end, outcome.summary) == (TurnEnd.FAILED, "Something else broke")


@pytest.mark.parametrize(("code", "how"), [(1, "exit code 1"), (-9, "signal 9")])
def test_a_program_that_dies_without_a_word_crashed(claude: Claude, code: int, how: str) -> None:
    run = {"lines": [INIT], "error": "error: unknown option '--mcp-config'", "exit": code}
    outcome = claude.turn(run)

    assert outcome.end is TurnEnd.CRASHED
    assert how in outcome.summary
    assert "unknown option" in outcome.summary


def test_a_program_that_is_missing_says_how_to_install_it(claude: Claude) -> None:
    outcome = claude.turn(well(), command=("no-such-claude",))

    assert outcome.end is TurnEnd.CRASHED
    assert "npm install -g @anthropic-ai/claude-code" in outcome.summary


def test_an_answer_is_told_in_full_and_a_summary_is_not(claude: Claude) -> None:
    long = "word " * 2_000
    assert len(claude.turn(well(text=long)).summary) < 3_100


def test_a_helpers_words_are_not_the_result(claude: Claude) -> None:
    helper = said("I am only a helper.", parent_tool_use_id="toolu_1")
    run = {"lines": [INIT, said("Mine."), helper, result("")], "exit": 0}

    assert claude.turn(run).summary == "Mine."


def test_what_the_program_leaves_running_does_not_hold_the_turn(claude: Claude) -> None:
    started = time.monotonic()
    outcome = claude.turn({**well(), "leave": 60})

    assert outcome.end is TurnEnd.OK
    assert time.monotonic() - started < 40


def test_a_name_that_is_none_is_never_an_option(claude: Claude) -> None:
    claude.turn(well(), session="--dangerously-skip-permissions", news="Only the news.")

    given = claude.given()
    assert not any("dangerously" in one for one in given["argv"])
    assert given["prompt"].startswith("The whole prompt")


def test_no_line_of_the_program_keeps_the_next_one_from_being_heard(claude: Claude) -> None:
    half = "\\ud83d"
    lines = [
        "[" * 200_000,
        f'{{"type": "system", "session_id": "{half}"}}',
        json.dumps(said("@")).replace("@", half),
        json.dumps(result("Done @")).replace("@", half),
    ]

    outcome = claude.turn({"lines": lines, "exit": 0})

    assert outcome.end is TurnEnd.OK
    assert claude.session is None
    write_outcome(claude.run_folder, outcome)
    kept = read_outcome(claude.run_folder)
    assert kept is not None
    assert kept.summary == "Done ?"
