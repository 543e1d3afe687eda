from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from coffee_daemon import BadConfig, Config, WorkingHours, load_config
from coffee_daemon.config import Integrate, Isolation, remember_project

EVERYTHING = """
[daemon]
name = "night-shift"
workdir = "/code/shop"
roadmap = "plans/ROADMAP.md"
isolation = "none"
integrate = "merge"
working_hours = "22:00-06:00"

[agent]
command = ["my-agent", "--quick"]
resume = ["my-agent", "--resume", "{session}"]
environment = ["OPENAI_API_KEY"]

[limits]
turns = 3
attempts = 1
lost_turns = 2
turn_minutes = 30
turn_output_bytes = 1000
turns_per_day = 20
dollars_per_day = 12.5
dollars_per_task = 3

[database]
keep_days = 7
"""


def settings(home: Path, text: str) -> dict[str, str]:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(text, encoding="utf-8")
    return {"COFFEE_HOME": str(home)}


def test_without_any_setting_everything_has_its_usual_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    config = load_config({"COFFEE_HOME": str(tmp_path / "home")})

    assert config == Config(home=tmp_path / "home", project=tmp_path)
    assert config.state == config.home
    assert config.agent.command == ()


def test_every_setting_of_the_file_is_heeded(tmp_path: Path) -> None:
    config = load_config(settings(tmp_path, EVERYTHING))

    assert config.state == tmp_path / "daemons" / "night-shift"
    assert config.project == Path("/code/shop")
    assert config.roadmap_file() == Path("/code/shop/plans/ROADMAP.md")
    assert (config.isolation, config.integrate) == (Isolation.NONE, Integrate.MERGE)
    assert config.working_hours == WorkingHours(start=time(22), end=time(6))
    assert config.agent.command == ("my-agent", "--quick")
    assert config.agent.environment == ("OPENAI_API_KEY",)
    assert (config.limits.turns, config.limits.attempts) == (3, 1)
    assert config.limits.turn_time == timedelta(minutes=30)
    assert (config.limits.dollars_per_day, config.limits.dollars_per_task) == (12.5, 3.0)
    assert config.keep == timedelta(days=7)


def test_the_environment_outranks_the_file_and_a_flag_both(tmp_path: Path) -> None:
    environment = settings(tmp_path, EVERYTHING)
    environment |= {"COFFEE_DAEMON": "day-shift", "COFFEE_WORKDIR": "/code/bar"}

    config = load_config(environment)
    flagged = load_config(environment, project=Path("/code/inn"), name="weekend")

    assert (config.name, config.project) == ("day-shift", Path("/code/bar"))
    assert (flagged.name, flagged.project) == ("weekend", Path("/code/inn"))


def test_whoever_starts_it_again_from_elsewhere_finds_its_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    for folder in (here, elsewhere):
        folder.mkdir()
    environment = settings(tmp_path / "home", "")
    monkeypatch.chdir(here)
    remember_project(load_config(environment, here=True))
    monkeypatch.chdir(elsewhere)

    assert load_config(environment).project == here
    assert load_config(environment, here=True).project == elsewhere


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[daemon", "cannot be read"),
        ("daemon = 3", "[daemon]"),
        ('[daemon]\nname = "a b"', "a b"),
        ('[daemon]\nisolation = "jail"', '"worktree"'),
        ('[daemon]\nworking_hours = "all day"', "09:00-18:00"),
        ('[agent]\ncommand = "my-agent"', "a list"),
        ("[limits]\nturns = 0", "above 0"),
        ("[limits]\nturns = true", "above 0"),
        ("[limits]\ndollars_per_day = 0", "above 0"),
        ("[limits]\ndollars_per_day = inf", "above 0"),
        ('[limits]\ndollars_per_task = "5"', "above 0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadConfig) as refused:
        load_config(settings(tmp_path, text))

    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("moment", "works"), [(time(23), True), (time(3), True), (time(6), False), (time(12), False)]
)
def test_working_hours_may_span_midnight(moment: time, works: bool) -> None:
    assert WorkingHours(start=time(22), end=time(6)).contains(moment) is works


@pytest.mark.parametrize(
    "name", ["", "../day", "day shift", "1st", "day:shift", "<!here>", "x" * 65]
)
def test_a_daemon_has_a_name_that_folders_and_buttons_can_bear(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadConfig, match="cannot be called"):
        load_config({"COFFEE_HOME": str(tmp_path)}, name=name)


def test_a_password_stays_out_of_what_is_printed(tmp_path: Path) -> None:
    config = load_config(
        {"COFFEE_HOME": str(tmp_path), "COFFEE_DATABASE_URL": "postgresql://u:s3cret@h/d"}
    )

    assert "s3cret" not in repr(config)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[limits]\ndollar_per_day = 5", "[limits] dollar_per_day in "),
        ('[agnet]\npreset = "codex"', "agnet in "),
        ('preset = "codex"', "preset in "),
    ],
)
def test_a_misspelt_setting_is_refused_and_never_left_out(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(BadConfig) as refused:
        load_config(settings(tmp_path, text))

    assert str(refused.value).startswith(told)
    assert refused.value.hint


def test_what_the_bot_reads_is_left_to_the_bot(tmp_path: Path) -> None:
    load_config(settings(tmp_path, '[slack]\nchannel = "#dev"'))
