"""`coffee mcp`: the tools, and the server over the wire."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from asking_scene import NOW, asker_in_turn, asking_scene
from waiting import eventually

from coffee_daemon.asking import Asker
from coffee_daemon.mcp.silence import WhenSilent
from coffee_daemon.mcp.tools import Tools
from coffee_daemon.silence import Silence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mcp.types import CallToolResult
    from store_scene import Scene

    from coffee_daemon.config import Config

TOOLS = [
    "ask_human",
    "get_answers",
    "report_progress",
    "list_open_questions",
    "withdraw_question",
]


@pytest.fixture
def built(tmp_path: Path) -> Iterator[tuple[Scene, Config]]:
    with asking_scene(tmp_path) as made:
        yield made


@pytest.fixture
def scene(built: tuple[Scene, Config]) -> Scene:
    return built[0]


@pytest.fixture
def outside(built: tuple[Scene, Config]) -> Tools:
    """The tools of a client that no daemon has started."""
    return Tools(Asker(built[1]))


@pytest.fixture
def inside(built: tuple[Scene, Config]) -> Tools:
    """The tools in the middle of an agent's turn."""
    return Tools(asker_in_turn(*built))


def said(result: CallToolResult) -> str:
    """The words for the model; a complaint is marked."""
    [block] = result.content
    assert block.type == "text"
    return f"! {block.text}" if result.is_error else block.text


def test_outside_a_turn_the_client_goes_on_and_looks_later(outside: Tools) -> None:
    result = outside.ask_human("Which?", ["A", "B"])

    assert said(result) == (
        "Asked as question #1. Go on with other work, and fetch the answer later. "
        "Do not assume an answer. To fetch it: get_answers([1])."
    )
    data = result.structured_content
    assert data is not None
    assert (data["number"], data["state"]) == (1, "open")


def test_inside_a_turn_the_agent_is_told_to_end_it(inside: Tools) -> None:
    words = said(inside.ask_human("Which?"))

    assert "End your turn now." in words
    assert "get_answers" not in words


def test_asking_the_same_again_is_the_same_question(inside: Tools) -> None:
    first, second = inside.ask_human("Which?"), inside.ask_human(" Which? ", ["A"])

    assert first.structured_content == second.structured_content


def test_an_answer_is_fetched_in_words_and_as_data(scene: Scene, outside: Tools) -> None:
    outside.ask_human("Which?", ["A", "B"])
    scene.reply(scene.store.questions.get(1), "2", quiet=NOW)

    result = outside.get_answers()

    assert said(result) == "#1 Which?\n  answered\n  Ada: B"
    assert result.structured_content is not None
    [found] = result.structured_content["questions"]
    assert found["replies"][0] | {"at": ""} == {
        "text": "B", "by": "Ada", "at": "", "option": "2", "chosen": "B"
    }  # fmt: skip
    # Fetched for good: it is no longer among the open ones, and still found by its number.
    assert said(outside.get_answers()) == "You have no open questions."
    assert said(outside.get_answers([1])) == said(result)


def test_words_that_may_still_be_changed_are_not_told(scene: Scene, outside: Tools) -> None:
    outside.ask_human("Which?")
    scene.reply(scene.store.questions.get(1), "Hm, A", quiet=timedelta(hours=1))

    words = said(outside.get_answers([1]))

    assert "may still be changed" in words
    assert "Hm" not in words


def test_silence_is_told_as_what_it_is(scene: Scene, outside: Tools, inside: Tools) -> None:
    outside.ask_human("Which?")
    assert "nobody has answered yet" in said(outside.get_answers())
    assert "Do not assume" in said(outside.get_answers())
    number = outside.asker.open()[0].number
    outside.withdraw_question(number)
    assert "there is no answer" in said(outside.get_answers([number]))

    inside.ask_human("Red?")
    assert "End your turn now." in said(inside.get_answers())


def test_an_expired_question_decides_nothing(scene: Scene, outside: Tools) -> None:
    outside.ask_human("Which?", expires_in_hours=1e-9)

    assert "which decides nothing" in said(outside.get_answers([1]))


def _closed(outside: Tools) -> CallToolResult | None:
    found = outside.get_answers([1])
    return None if "nobody has answered yet" in said(found) else found


def test_an_assumed_default_is_told_as_no_persons_answer(scene: Scene, outside: Tools) -> None:
    silent = WhenSilent(assume="A", assume_after_hours=1e-6, reversible=True)
    asked = said(outside.ask_human("Which?", when_silent=silent))
    assert "your stated default is assumed, and you are told so" in asked
    result = eventually(lambda: _closed(outside))

    assert "so your stated default is assumed: A." in said(result)
    assert "no person's answer" in said(result)
    assert result.structured_content is not None
    [found] = result.structured_content["questions"]
    assert (found["state"], found["assumed"], found["replies"]) == ("assumed", "A", [])


def test_a_sixth_open_question_is_a_complaint_that_lists_the_others(inside: Tools) -> None:
    for number in range(5):
        inside.ask_human(f"Red {number}?")

    refused = said(inside.ask_human("And blue?"))

    assert refused.startswith("! ")
    assert "Red 0?" in refused
    assert "into one question" in refused


def test_a_model_says_what_silence_means(scene: Scene, outside: Tools) -> None:
    said(outside.ask_human("Which?", when_silent=WhenSilent(assume="A", assume_after_hours=24)))
    assert scene.store.questions.open() == []

    wanted = WhenSilent(assume="A", assume_after_hours=24, reversible=True, remind_every_hours=2)
    outside.ask_human("Which?", when_silent=wanted)

    (asked,) = scene.store.questions.open()
    assert asked.silence == Silence(
        assume="A",
        assume_after=timedelta(hours=24),
        reversible=True,
        remind=timedelta(hours=2),
    )


def test_a_turn_finds_the_answers_that_its_prompt_has_told_already(
    scene: Scene, built: tuple[Scene, Config]
) -> None:
    question = scene.waiting()
    scene.reply(question, "SQLite", quiet=NOW)
    assignment = scene.turn(only=question.task)
    tools = Tools(Asker(built[1], assignment.turn.nonce))

    assert "Ada: SQLite" in said(tools.get_answers())


def test_an_approval_offers_two_options_and_hears_nothing_else(
    scene: Scene, outside: Tools
) -> None:
    outside.ask_human("Delete it?", approve=True)
    scene.reply(scene.store.questions.get(1), "sure", quiet=NOW)
    assert "nobody has answered yet" in said(outside.get_answers())

    scene.reply(scene.store.questions.get(1), "reject", quiet=NOW)
    assert "Ada: Reject" in said(outside.get_answers())


def test_progress_is_shown_where_somebody_watches(
    scene: Scene, inside: Tools, outside: Tools
) -> None:
    assert said(inside.report_progress("half way")) == "Noted."
    turn = scene.store.turns.by_nonce(inside.asker.turn or "")
    assert turn is not None
    assert turn.progress == "half way"
    assert "Go on working" in said(outside.report_progress("half way"))


def test_a_report_gives_what_people_added_as_words_and_as_data(scene: Scene, inside: Tools) -> None:
    turn = scene.store.turns.by_nonce(inside.asker.turn or "")
    assert turn is not None
    scene.follow_up(scene.store.tasks.get(turn.task), "And the <docs>")

    result = inside.report_progress("half way")

    assert "added by Ada" in said(result)
    assert "\nAnd the <docs>\n" in said(result)
    assert result.structured_content is not None
    (added,) = result.structured_content["added"]
    assert (added["text"], added["by"], added["changes_answer_to"]) == (
        "And the <docs>",
        "Ada",
        None,
    )
    assert said(inside.report_progress("further")) == "Noted."


def test_open_questions_are_listed_and_withdrawn(outside: Tools) -> None:
    outside.ask_human("Red?")
    outside.ask_human("Round?")

    assert said(outside.list_open_questions()).splitlines() == [
        "#1 (open, nobody has answered yet): Red?",
        "#2 (open, nobody has answered yet): Round?",
    ]
    assert said(outside.withdraw_question(1)) == "Question #1 is withdrawn."
    listed = outside.list_open_questions().structured_content
    assert listed is not None
    assert [one["number"] for one in listed["questions"]] == [2]


def test_errors_are_told_with_what_to_do_next(
    scene: Scene, built: tuple[Scene, Config], outside: Tools, inside: Tools
) -> None:
    inside.ask_human("Theirs?")
    number = inside.asker.open()[0].number
    late = Tools(Asker(built[1], "long-gone"))

    complaints = [
        said(outside.ask_human(" ")),
        said(outside.ask_human("Which?", expires_in_hours=float("nan"))),
        said(outside.get_answers([99])),
        said(outside.withdraw_question(number)),
        said(late.ask_human("Which?")),
    ]
    assert all(one.startswith("! ") for one in complaints)
    assert "Say what should be decided." in complaints[0]
    assert "Leave it out" in complaints[1]
    assert "no question #99" in complaints[2]
    assert "somebody else" in complaints[3]
    assert "This turn has ended" in complaints[4]


def test_a_record_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "notifications.db").write_text("this is no database")
    tools = Tools(Asker.here({"COFFEE_HOME": str(home)}))

    words = said(tools.ask_human("Which?"))

    assert words.startswith("! ")
    assert "Traceback" not in words
    assert "\n" not in words


# Over the wire

SERVER = "import sys; from coffee_bot.cli import main; sys.exit(main(['mcp']))"
#: Tells at its end, on standard error, whether the database was loaded.
SPYING = f"""import atexit, sys
atexit.register(lambda: sys.stderr.write("database" * ("sqlalchemy" in sys.modules)))
{SERVER}"""
WITHOUT_THE_EXTRA = f"import sys; sys.modules['mcp'] = None\n{SERVER}"


@dataclass
class Client:
    """Speaks the protocol by hand, so that what is no protocol on the wire is noticed."""

    process: subprocess.Popen[str]
    count: int = field(default=0)

    def request(self, method: str, **params: Any) -> dict[str, Any]:
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert answer["id"] == self.count
        result: dict[str, Any] = answer["result"]
        return result

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self.process.stdin.flush()

    def begin(self) -> dict[str, Any]:
        found = self.request(
            "initialize",
            protocolVersion="2025-06-18",
            capabilities={},
            clientInfo={"name": "test", "version": "1"},
        )
        self.send({"method": "notifications/initialized"})
        return found

    def end(self) -> tuple[str, str]:
        """Close the server's input; return what else it said."""
        return self.process.communicate(timeout=60)


@contextmanager
def served(home: Path, program: str = SERVER, **environment: str) -> Iterator[Client]:
    usual = {name: value for name, value in os.environ.items() if name != "COFFEE_TURN"}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**usual, "COFFEE_HOME": str(home), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Client(process)
        finally:
            process.kill()


def test_the_server_offers_its_tools_and_says_nothing_but_the_protocol(tmp_path: Path) -> None:
    with served(tmp_path / "home") as client:
        began = client.begin()
        tools = client.request("tools/list")["tools"]
        asked = client.request("tools/call", name="ask_human", arguments={"question": "Which?"})
        wrong = client.request("tools/call", name="ask_human", arguments={})
        rest, complaint = client.end()

    assert began["serverInfo"]["name"] == "coffee"
    assert [tool["name"] for tool in tools] == TOOLS
    assert all(tool["description"] and tool["outputSchema"] for tool in tools)
    properties = tools[0]["inputSchema"]["properties"]
    assert all(one["description"] for one in properties.values())
    assert tools[0]["inputSchema"]["required"] == ["question"]
    assert asked["structuredContent"]["number"] == 1
    assert wrong["isError"]
    assert (rest, complaint) == ("", "")
    assert client.process.returncode == 0


def test_a_client_that_asks_nothing_does_not_pay_for_the_database(tmp_path: Path) -> None:
    with served(tmp_path / "home", SPYING) as client:
        client.begin()
        client.request("tools/list")
        _, complaint = client.end()

    assert complaint == ""
    assert not (tmp_path / "home").exists()


def test_inside_a_turn_the_server_asks_for_the_turns_task(
    scene: Scene, built: tuple[Scene, Config]
) -> None:
    asker = asker_in_turn(*built)
    with served(built[1].home, COFFEE_TURN=asker.turn or "") as client:
        client.begin()
        asked = client.request("tools/call", name="ask_human", arguments={"question": "Which?"})

    assert "End your turn now." in asked["content"][0]["text"]
    assert [one.text for one in asker.open()] == ["Which?"]


def test_a_missing_extra_is_told_with_the_command_that_installs_it(tmp_path: Path) -> None:
    with served(tmp_path, WITHOUT_THE_EXTRA) as client:
        rest, complaint = client.end()

    assert rest == ""
    assert complaint == (
        "coffee: `coffee mcp` needs the package of the Model Context Protocol (mcp). "
        f"Install it: {sys.executable} -m pip install 'coffee-developer[mcp]'\n"
    )
    assert client.process.returncode == 2
