from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from coffee_daemon.agents import agent_for
from coffee_daemon.agents.presets import PRESETS, ROUTES, settled
from coffee_daemon.config import AgentSettings, Config, load_config
from coffee_daemon.errors import BadConfig

HOUSE = Path(__file__).parents[2]
PACKAGES = HOUSE / "tests" / "conformance" / "package.json"
#: The package from which each program came that was tried.
SOURCES = {
    "claude": "@anthropic-ai/claude-code",
    "codex": "@zed-industries/codex-acp",
    "codex-exec": "@openai/codex",
    "gemini": "@google/gemini-cli",
    "opencode": "opencode-ai",
}
TRIED = sorted(name for name, preset in PRESETS.items() if preset.tried_with)
EVERY = sorted(PRESETS)


def described(title: str = "Presets") -> dict[str, list[str]]:
    """The rows of a table of the reference by their presets."""
    page = (HOUSE / "docs" / "reference" / "agents.md").read_text(encoding="utf-8")
    lines = page.partition(f"## {title}")[2].partition("##")[0].splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    return {row[0].strip("`"): row[1:] for row in rows[2:]}


def agent_named(settings: AgentSettings, home: Path) -> str:
    agent = agent_for(Config(home=home, agent=settings), {})
    assert agent is not None
    return agent.name


@pytest.mark.parametrize("name", EVERY)
def test_a_preset_is_enough_to_have_an_agent_and_names_it(name: str, tmp_path: Path) -> None:
    assert agent_named(AgentSettings(preset=name), tmp_path) == name


@pytest.mark.parametrize("name", EVERY)
def test_a_preset_hands_on_what_its_program_needs_and_nothing_of_ours(name: str) -> None:
    variables = settled(AgentSettings(preset=name)).environment

    assert variables != ()
    assert [one for one in variables if one.startswith(("SLACK_", "COFFEE_"))] == []


@pytest.mark.parametrize("name", EVERY)
def test_a_preset_of_a_command_goes_on_with_a_conversation(name: str) -> None:
    settings = settled(AgentSettings(preset=name))
    begun = any("{session}" in part for part in settings.command)

    assert settings.kind != "command" or any("{session}" in part for part in settings.resume)
    assert settings.kind != "command" or begun or re.compile(settings.session_pattern).groups == 1


@pytest.mark.parametrize("name", EVERY)
def test_every_preset_stands_in_the_docs_with_what_it_was_tried_with(name: str) -> None:
    row = described()[name]

    assert row[0] == f"`{PRESETS[name].kind}`"
    assert row[1] == (PRESETS[name].tried_with or "not run")


@pytest.mark.parametrize("name", EVERY)
def test_the_docs_name_every_variable_that_a_preset_hands_on(name: str) -> None:
    [cell] = described("Variables")[name]

    assert re.findall("`([A-Z_]+)`", cell) == list(PRESETS[name].environment)


def test_the_docs_name_the_variables_that_every_preset_hands_on() -> None:
    page = (HOUSE / "docs" / "reference" / "agents.md").read_text(encoding="utf-8")
    [line] = [one for one in page.splitlines() if one.startswith("Every preset hands on")]

    assert re.findall("`([A-Z_]+)`", line) == list(ROUTES)


@pytest.mark.parametrize("title", ["Presets", "Variables"])
def test_the_docs_describe_no_other_preset(title: str) -> None:
    assert sorted(described(title)) == EVERY


@pytest.mark.parametrize("name", TRIED)
def test_the_tests_install_the_version_that_a_preset_was_tried_with(name: str) -> None:
    packages = json.loads(PACKAGES.read_text(encoding="utf-8"))["dependencies"]

    assert packages[SOURCES[name]] == PRESETS[name].tried_with


def test_what_is_set_beside_a_preset_goes_before_it() -> None:
    own = AgentSettings(
        preset="codex-exec",
        kind="acp",
        command=("my-codex",),
        arguments=("--model", "small"),
        session_pattern="(s.*)",
        limit_pattern="too much",
        environment=("MY_KEY",),
    )

    found = settled(own)

    assert found.kind == "acp"
    assert found.command == ("my-codex", "--model", "small")
    assert found.resume == ()
    assert found.session_pattern == "(s.*)"
    assert found.limit_pattern == "too much"
    assert found.environment == (*PRESETS["codex-exec"].environment, *ROUTES, "MY_KEY")


def test_the_mode_of_a_preset_gives_way_and_is_not_for_a_command_of_ones_own() -> None:
    trusting = AgentSettings(preset="gemini")

    assert settled(trusting).mode == "autoEdit"
    assert settled(AgentSettings(preset="gemini", mode="default")).mode == "default"
    assert settled(AgentSettings(preset="gemini", command=("gemini", "--acp"))).mode is None
    # Whoever reads the settings may settle what has been settled.
    assert settled(settled(trusting)) == settled(trusting)


def test_arguments_go_to_both_commands_once() -> None:
    given = AgentSettings(command=("a",), resume=("a", "-r", "{session}"), arguments=("--fast",))

    found = settled(settled(given))

    assert found.command == ("a", "--fast")
    assert found.resume == ("a", "-r", "{session}", "--fast")


def test_the_kind_claude_needs_no_command(tmp_path: Path) -> None:
    assert agent_named(AgentSettings(kind="claude"), tmp_path) == "claude"


def test_a_plain_command_is_called_one(tmp_path: Path) -> None:
    assert agent_named(AgentSettings(command=("mine",)), tmp_path) == "command"


def test_an_unknown_preset_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match='preset is "codexx"') as refused:
        agent_for(Config(home=tmp_path, agent=AgentSettings(preset="codexx")), {})

    assert refused.value.hint is not None
    assert [name for name in PRESETS if f'"{name}"' not in refused.value.hint] == []


def test_an_unknown_kind_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match='kind is "telepathy"') as refused:
        agent_for(Config(home=tmp_path, agent=AgentSettings(kind="telepathy")), {})

    assert refused.value.hint is not None
    assert '"acp", "claude", "command"' in refused.value.hint


@pytest.mark.parametrize(("preset", "module"), [("claude", "mcp"), ("codex", "acp")])
def test_a_missing_extra_is_told_with_what_installs_it(
    preset: str, module: str, tmp_path: Path
) -> None:
    code = f"""\
import sys
sys.modules[{module!r}] = None
from pathlib import Path
from coffee_daemon import AgentSettings, Config
from coffee_daemon.agents import agent_for
from coffee_daemon.errors import BadConfig
try:
    agent_for(Config(home=Path("."), agent=AgentSettings(preset={preset!r})), {{}})
except BadConfig as error:
    print(error, error.hint)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert f"pip install 'coffee-developer[{module}]'" in done.stdout


@pytest.mark.parametrize("wrong", ["no group", "(open"])
def test_a_pattern_that_finds_nothing_is_refused(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f"[agent]\nsession_pattern = '{wrong}'\n")

    with pytest.raises(BadConfig, match="a regular expression with a group"):
        load_config({"COFFEE_HOME": str(tmp_path)})


def test_a_pattern_of_limits_needs_no_group_but_must_be_one(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[agent]\nlimit_pattern = 'too much'\n")
    assert load_config({"COFFEE_HOME": str(tmp_path)}).agent.limit_pattern == "too much"

    file.write_text("[agent]\nlimit_pattern = '(open'\n")
    with pytest.raises(BadConfig, match=r"limit_pattern in .* must be a regular expression"):
        load_config({"COFFEE_HOME": str(tmp_path)})
