from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coffee_daemon.agents.claude.calls import covers, wanted

if TYPE_CHECKING:
    from pathlib import Path


def bash(command: str, **more: Any) -> dict[str, Any]:
    return {"command": command, **more}


def scope(command: str) -> str:
    return wanted("Bash", bash(command), "/work").call.scope


def test_a_command_is_shown_whole_and_its_reason_apart() -> None:
    want = wanted("Bash", bash("rm -rf build && make", description="Clean\n\x1b[31m it"), "/work")

    assert want.text == "May I run this command?\nrm -rf build && make"
    assert want.reason == "Clean it"


def test_how_a_call_is_described_and_timed_does_not_make_it_another_one() -> None:
    first = wanted("Bash", bash("make", description="Build", timeout=5), "/work")
    again = wanted("Bash", bash("make", description="Try again"), "/work")
    unboxed = wanted("Bash", bash("make", dangerouslyDisableSandbox=True), "/work")

    assert first.call.digest == again.call.digest
    assert first.call.digest != unboxed.call.digest
    assert "dangerouslyDisableSandbox: True" in unboxed.text
    assert unboxed.call.scope == ""


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("git push origin main", "git push"),
        ("npm run build", "npm run"),
        ("pytest -q tests/test_a.py", "pytest"),
        ("ruff check .", "ruff"),
    ],
)
def test_a_plain_command_says_what_kind_it_is(command: str, found: str) -> None:
    assert scope(command) == found


@pytest.mark.parametrize(
    "command",
    [
        "git push && rm -rf /",
        "git push; ls",
        "pytest | tee log",
        "pytest > log",
        "pytest $(cat x)",
        "pytest `cat x`",
        "pytest\nrm x",
        "git -c alias.x=!sh x",
        "git",
        "./run.sh",
        "/usr/bin/git push",
        "X=1 make",
        "rm -rf build",
        "sudo make install",
        "python script.py",
        "bash -c ls",
        "command rm x",
        "nice rm x",
        "'unclosed",
        "",
    ],
)
def test_a_command_that_could_do_anything_stands_for_no_other(command: str) -> None:
    assert scope(command) == ""


def test_what_a_lasting_yes_covers_is_said() -> None:
    assert covers(wanted("Bash", bash("git push"), "/w").call) == (
        "every command of this task that begins with “git push”"
    )
    assert "docs.example" in covers(
        wanted("WebFetch", {"url": "https://docs.example/a"}, "/w").call
    )
    assert "this tool" in covers(wanted("mcp__db__query", {"sql": "select 1"}, "/w").call)
    assert covers(wanted("Bash", bash("rm x"), "/w").call) == ""


def test_an_edit_shows_the_file_and_the_lines_that_change(tmp_path: Path) -> None:
    edit = {"file_path": "../other/a.txt", "old_string": "one\ntwo\n", "new_string": "one\n2\n"}

    want = wanted("Edit", edit, str(tmp_path / "project"))

    assert want.text.startswith(f"May I edit this file?\n{tmp_path.resolve()}/other/a.txt\n")
    assert "\n-two\n+2" in want.text
    assert covers(want.call).endswith("/other")


def test_a_link_is_followed_to_the_file_that_would_change(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "link").symlink_to(tmp_path / "secret")

    want = wanted("Write", {"file_path": "link/a", "content": "x"}, str(tmp_path / "project"))

    assert f"{tmp_path.resolve()}/secret/a" in want.text


def test_a_path_that_leads_elsewhere_by_now_is_another_call(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "harmless")
    before = wanted("Write", {"file_path": "link", "content": "x"}, str(tmp_path))
    link.unlink()
    link.symlink_to(tmp_path / "precious")

    after = wanted("Write", {"file_path": "link", "content": "x"}, str(tmp_path))

    assert before.call.digest != after.call.digest


@pytest.mark.parametrize(
    ("tool", "arguments", "shown"),
    [
        ("Edit", {"file_path": "a", "old_string": "x", "replace_all": True}, "(replace_all: True)"),
        ("NotebookEdit", {"notebook_path": "a", "edit_mode": "delete"}, "(edit_mode: delete)"),
        ("NotebookEdit", {"notebook_path": "a", "cell_id": "7"}, "(cell_id: 7)"),
        ("Glob", {"pattern": "/etc/*"}, "(pattern: /etc/*)"),
    ],
)
def test_nothing_that_a_yes_allows_is_left_out(
    tool: str, arguments: dict[str, Any], shown: str
) -> None:
    assert shown in wanted(tool, arguments, "/w").text


@pytest.mark.parametrize(
    ("pattern", "found"), [("*.py", "/w/src"), ("/etc/*", ""), ("../../*", ""), ("~/.ssh/*", "")]
)
def test_a_lasting_yes_to_a_search_covers_the_folder_that_was_searched(
    pattern: str, found: str
) -> None:
    assert wanted("Glob", {"pattern": pattern, "path": "src"}, "/w").call.scope == found


def test_a_long_call_is_cut_and_two_long_calls_are_two_questions() -> None:
    one, two = (
        wanted("Write", {"file_path": "/a", "content": "x\n" * 5_000 + end}, "/w") for end in "ab"
    )

    assert "more characters, call" in one.text
    assert len(one.text) < 3_000
    assert one.text != two.text


def test_an_unknown_tool_is_shown_with_what_it_is_called_with() -> None:
    want = wanted("Teleport", {"to": "Mars", "fast": True}, "/w")

    assert want.text == "May I use the tool Teleport?\nfast: True\nto: Mars"
    assert covers(want.call) == ""
