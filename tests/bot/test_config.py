from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee_bot.config import ENVIRONMENT, BotConfig, FileKind, load_bot_config
from coffee_bot.reminding import Hours, said
from coffee_daemon import BadConfig

if TYPE_CHECKING:
    from pathlib import Path

BOT = "xoxb-1234-abcdefgh"
APP = "xapp-1-A0123-abcdefgh"
posix = pytest.mark.skipif(os.name != "posix", reason="there are no permission bits")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "COFFEE_HOME": str(tmp_path),
        "SLACK_BOT_TOKEN": BOT,
        "SLACK_APP_TOKEN": APP,
        "COFFEE_CHANNEL": "#dev",
    }


def write_settings(home: Path, text: str, mode: int = 0o600) -> None:
    path = home / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def complaint(environment: dict[str, str], **flags: Any) -> str:
    with pytest.raises(BadConfig) as raised:
        load_bot_config(environment, **flags)
    said = str(raised.value)
    assert "\n" not in said
    assert BOT not in said
    assert APP not in said
    return said


def test_two_tokens_and_a_channel_are_enough(environment: dict[str, str], tmp_path: Path) -> None:
    config = load_bot_config(environment)

    expected = BotConfig(daemon=config.daemon, bot_token=BOT, app_token=APP, channel="#dev")
    assert expected == config
    assert tmp_path == config.daemon.home
    assert "https://slack.com/api/" == config.api_url  # noqa: SIM300 - expected first
    assert frozenset() == config.admins | config.operators | config.members


def test_everything_comes_from_the_environment(environment: dict[str, str]) -> None:
    config = load_bot_config(
        environment
        | {
            "SLACK_API_URL": "http://127.0.0.1:4000/api",
            "COFFEE_CHANNEL": "C012AB3CD",
            "COFFEE_ADMINS": "U012AB3CD, W999AB3CD",
            "COFFEE_OPERATORS": "U345AB3CD,S345AB3CD",
            "COFFEE_MEMBERS": "U456AB3CD;U456AB3CD\nU789AB3CD",
            "COFFEE_ASK_FIRST": "U789AB3CD U012AB3CD",
            "COFFEE_COMMAND": "brew",
            "COFFEE_SETTLE_SECONDS": "2",
            "COFFEE_QUIET_SECONDS": "0.5",
            "COFFEE_POST_SECONDS": "0",
            "COFFEE_ALLOW_EXTERNAL": "yes",
        }
    )

    expected = BotConfig(
        daemon=config.daemon,
        bot_token=BOT,
        app_token=APP,
        api_url="http://127.0.0.1:4000/api/",
        channel="C012AB3CD",
        admins=frozenset({"U012AB3CD", "W999AB3CD"}),
        operators=frozenset({"U345AB3CD", "S345AB3CD"}),
        members=frozenset({"U456AB3CD", "U789AB3CD"}),
        ask_first=("U789AB3CD", "U012AB3CD"),
        command="/brew",
        settle=timedelta(seconds=2),
        quiet=timedelta(seconds=0.5),
        post_interval=timedelta(0),
        allow_external=True,
    )
    assert expected == config


def test_everything_comes_from_the_file(tmp_path: Path) -> None:
    write_settings(
        tmp_path,
        f"""
        [slack]
        bot_token = "{BOT}"
        app_token = "{APP}"
        channel = "C012AB3CD"
        admins = ["U012AB3CD"]
        operators = ["U345AB3CD"]
        members = "U456AB3CD U789AB3CD"
        ask_first = ["U012AB3CD"]
        command = "/brew"
        settle_seconds = 2
        quiet_seconds = 0.5
        post_seconds = 0
        allow_external = true
        """,
    )

    config = load_bot_config({"COFFEE_HOME": str(tmp_path)})

    assert config.bot_token == BOT
    assert frozenset({"U345AB3CD"}) == config.operators
    assert frozenset({"U456AB3CD", "U789AB3CD"}) == config.members
    assert timedelta(seconds=0.5) == config.quiet
    assert config.allow_external


def test_flags_are_over_the_environment_and_that_over_the_file(
    environment: dict[str, str], tmp_path: Path
) -> None:
    write_settings(tmp_path, '[slack]\nchannel = "#file"\ncommand = "/file"\nquiet_seconds = 9\n')

    config = load_bot_config(environment, channel="#flag", quiet=timedelta(seconds=1), name="two")

    assert (config.channel, config.command) == ("#flag", "/file")
    assert timedelta(seconds=1) == config.quiet
    assert config.daemon.name == "two"
    assert config == replace(
        load_bot_config(environment, channel=None, name="two"), quiet=config.quiet, channel="#flag"
    )


def test_a_token_keeps_no_quotes_and_no_line_end(environment: dict[str, str]) -> None:
    environment |= {"SLACK_BOT_TOKEN": f' "{BOT}"\n', "SLACK_APP_TOKEN": f"'{APP}'\r\n"}

    config = load_bot_config(environment)

    assert (config.bot_token, config.app_token) == (BOT, APP)


def test_tokens_never_show(environment: dict[str, str]) -> None:
    shown = repr(load_bot_config(environment))

    assert BOT not in shown
    assert APP not in shown


def test_swapped_tokens_are_told_as_such(environment: dict[str, str]) -> None:
    environment |= {"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT}

    said = complaint(environment)

    assert "swapped" in said
    assert "xoxb-..., from OAuth & Permissions) goes into SLACK_BOT_TOKEN" in said
    assert "xapp-..., from Basic Information) into SLACK_APP_TOKEN" in said


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
@pytest.mark.parametrize("value", [None, "", "  ", "''"])
def test_a_missing_token_is_told_with_its_place(
    name: str, value: str | None, environment: dict[str, str]
) -> None:
    environment.pop(name)
    if value is not None:
        environment[name] = value

    assert complaint(environment).startswith(f"{name} is not set.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1234-abcdefgh"),
        ("SLACK_BOT_TOKEN", APP),
        ("SLACK_BOT_TOKEN", "xoxb-12 34-abcdefgh"),
        ("SLACK_BOT_TOKEN", "xoxb-\N{HEAVY BLACK HEART}abcdefgh"),
        ("SLACK_APP_TOKEN", BOT),
        ("SLACK_APP_TOKEN", "hello"),
    ],
)
def test_what_is_no_such_token_is_told_and_not_shown(
    name: str, value: str, environment: dict[str, str]
) -> None:
    said = complaint(environment | {name: value})

    assert f"{name} is no" in said
    assert value not in said


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("#dev", "#dev"),
        ("dev", "#dev"),
        (" '#dev-team' ", "#dev-team"),
        ("#entwicklung-süd", "#entwicklung-süd"),
        ("C012AB3CD", "C012AB3CD"),
        ("G012AB3CD", "G012AB3CD"),
    ],
)
def test_a_channel_has_an_id_or_a_name(
    given: str, expected: str, environment: dict[str, str]
) -> None:
    assert expected == load_bot_config(environment | {"COFFEE_CHANNEL": given}).channel


@pytest.mark.parametrize(
    "given", ["D012AB3CD", "#Two Words", "https://x.slack.com/C1", "#", "#a#b"]
)
def test_what_is_no_channel_is_refused(given: str, environment: dict[str, str]) -> None:
    assert "COFFEE_CHANNEL is" in complaint(environment | {"COFFEE_CHANNEL": given})


def test_a_channel_is_needed(environment: dict[str, str]) -> None:
    del environment["COFFEE_CHANNEL"]

    assert "COFFEE_CHANNEL is not set." in complaint(environment)


@pytest.mark.parametrize(
    "name", ["COFFEE_ADMINS", "COFFEE_OPERATORS", "COFFEE_MEMBERS", "COFFEE_ASK_FIRST"]
)
@pytest.mark.parametrize(
    "given", ["ada", "@ada", "u012ab3cd", "U012AB3CD,ada", "B012AB3CD", "<@U012AB3CD>"]
)
def test_a_name_in_place_of_an_id_is_told(
    name: str, given: str, environment: dict[str, str]
) -> None:
    said = complaint(environment | {name: given})

    assert f"{name} holds" in said
    assert "Copy member ID" in said


@pytest.mark.parametrize("given", ["*", "U012AB3CD,*", "U*"])
def test_everybody_is_not_a_list(given: str, environment: dict[str, str]) -> None:
    assert "would let everybody in" in complaint(environment | {"COFFEE_ADMINS": given})


@pytest.mark.parametrize("given", ["U012AB3CD,U012AB3CD", " U012AB3CD , ", "U012AB3CD\n"])
def test_who_is_named_twice_or_with_spaces_is_one_person(
    given: str, environment: dict[str, str]
) -> None:
    found = load_bot_config(environment | {"COFFEE_ADMINS": given})

    assert found.admins == frozenset({"U012AB3CD"})


def test_a_token_among_the_people_is_not_shown(environment: dict[str, str]) -> None:
    assert "holds a token" in complaint(environment | {"COFFEE_ADMINS": BOT})


@pytest.mark.parametrize(
    "given",
    [
        "http://slack.com/api/",
        "slack.com/api",
        "ftp://slack.com/",
        "https://",
        "http://127.0.0.1.evil.example/api/",
        "http://[::1/api",
    ],
)
def test_a_token_never_travels_in_the_clear(given: str, environment: dict[str, str]) -> None:
    assert "SLACK_API_URL" in complaint(environment | {"SLACK_API_URL": given})


@pytest.mark.parametrize("given", ["nan", "inf", "-1", "soon", "1e9"])
def test_seconds_are_seconds(given: str, environment: dict[str, str]) -> None:
    assert "COFFEE_QUIET_SECONDS" in complaint(environment | {"COFFEE_QUIET_SECONDS": given})


@pytest.mark.parametrize("given", ["/Coffee", "/co ffee", "/", "/" + "x" * 32])
def test_a_command_has_the_shape_that_slack_wants(given: str, environment: dict[str, str]) -> None:
    assert "COFFEE_COMMAND" in complaint(environment | {"COFFEE_COMMAND": given})


def test_whether_strangers_may_look_on_is_yes_or_no(environment: dict[str, str]) -> None:
    assert not load_bot_config(environment | {"COFFEE_ALLOW_EXTERNAL": "No"}).allow_external
    assert "true or false" in complaint(environment | {"COFFEE_ALLOW_EXTERNAL": "maybe"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slack = 3", "[slack]"),
        ("[slack]\nadmin = 'U012AB3CD'", "knows no 'admin'"),
        ("[slack]\nadmins = [3]", "must hold user ids"),
        ("[slack]\nadmins = 3", "must be a text"),
        ("[slack]\nquiet_seconds = '1 minute'", "number of seconds"),
        ("[slack]\nquiet_seconds = []", "number of seconds"),
        ("[slack]\nallow_external = 2", "must be a text"),
    ],
)
def test_a_mistake_in_the_file_names_the_file(
    text: str, said: str, environment: dict[str, str], tmp_path: Path
) -> None:
    write_settings(tmp_path, text)

    found = complaint(environment)

    assert said in found
    assert "config.toml" in found


@posix
def test_a_file_with_a_token_is_nobody_elses(environment: dict[str, str], tmp_path: Path) -> None:
    write_settings(tmp_path, f'[slack]\nbot_token = "{BOT}"\n', mode=0o644)

    said = complaint(environment)

    assert "chmod 600" in said


@posix
def test_a_file_without_a_token_may_be_read(environment: dict[str, str], tmp_path: Path) -> None:
    write_settings(tmp_path, '[slack]\ncommand = "/brew"\n', mode=0o644)

    assert load_bot_config(environment).command == "/brew"


@given(
    st.dictionaries(
        st.sampled_from(sorted(ENVIRONMENT.values())),
        st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    )
)
def test_whatever_is_set_is_used_or_told(settings: dict[str, str]) -> None:
    tokens = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "COFFEE_CHANNEL": "#dev"}
    with suppress(BadConfig):
        load_bot_config({"COFFEE_HOME": "/nowhere/at/all", **tokens, **settings})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("9:00", time(9)),
        ("17:30", time(17, 30)),
        ("7", time(7)),
        ("off", None),
        ("Never", None),
    ],
)
def test_the_digest_has_an_hour_or_none(
    environment: dict[str, str], said: str, expected: time | None
) -> None:
    assert load_bot_config(environment | {"COFFEE_DIGEST": said}).digest == expected
    assert load_bot_config(environment).digest == time(9)


@pytest.mark.parametrize("said", ["25:00", "9:60", "noon", "9:00 am"])
def test_a_digest_at_no_hour_is_refused(environment: dict[str, str], said: str) -> None:
    assert "time of day" in complaint(environment | {"COFFEE_DIGEST": said})


def test_an_empty_digest_in_the_file_switches_it_off(
    environment: dict[str, str], tmp_path: Path
) -> None:
    write_settings(tmp_path, '[slack]\ndigest = ""\n')

    assert load_bot_config(environment).digest is None


def test_files_are_bounded_in_size_and_kind(environment: dict[str, str]) -> None:
    config = load_bot_config(
        environment | {"COFFEE_FILE_MEGABYTES": "2.5", "COFFEE_FILE_KINDS": "text, archive"}
    )

    assert config.file_bytes == 2_500_000
    assert config.file_kinds == {FileKind.TEXT, FileKind.ARCHIVE}


@pytest.mark.parametrize("said", ["0", "-1", "1001", "much", "nan"])
def test_a_size_that_makes_no_sense_is_refused(environment: dict[str, str], said: str) -> None:
    assert "megabytes" in complaint(environment | {"COFFEE_FILE_MEGABYTES": said})


@pytest.mark.parametrize("said", ["program", "everything", "text, exe"])
def test_a_kind_that_is_none_is_refused(environment: dict[str, str], said: str) -> None:
    assert "which is no kind" in complaint(environment | {"COFFEE_FILE_KINDS": said})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, None),
        ({"COFFEE_WORK_HOURS": "9:00-18:00"}, "mon-fri 09:00-18:00"),
        ({"COFFEE_WORK_HOURS": "22:00-6:00", "COFFEE_WORK_DAYS": "sun-thu"}, "22:00-06:00"),
        ({"COFFEE_WORK_DAYS": "mon, wed"}, "mon, wed 09:00-18:00"),
        ({"COFFEE_WORK_HOURS": "sat 10:00-12:00"}, "sat 10:00-12:00"),
        ({"COFFEE_QUIET_HOURS": "20:00-8:00"}, "08:00-20:00"),
    ],
)
def test_hours_are_when_people_work_or_when_it_is_quiet(
    environment: dict[str, str], settings: dict[str, str], expected: str | None
) -> None:
    hours = load_bot_config({**environment, **settings}).hours

    assert (expected or "") in ("" if hours is None else said(hours))
    assert (hours is None) == (expected is None)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"COFFEE_WORK_HOURS": "nine to five"}, "COFFEE_WORK_HOURS are no hours"),
        ({"COFFEE_WORK_HOURS": "9:00-9:30"}, "COFFEE_WORK_HOURS are no hours"),
        ({"COFFEE_WORK_DAYS": "funday"}, "COFFEE_WORK_DAYS are no days"),
        ({"COFFEE_QUIET_HOURS": "8:00-8:00"}, "COFFEE_QUIET_HOURS are no hours"),
        ({"COFFEE_QUIET_HOURS": "8:00-7:30"}, "COFFEE_QUIET_HOURS are no hours"),
        (
            {"COFFEE_QUIET_HOURS": "20:00-8:00", "COFFEE_WORK_HOURS": "9:00-18:00"},
            "say the same thing twice",
        ),
        ({"COFFEE_REMIND_AFTER": "soon"}, "COFFEE_REMIND_AFTER is no time"),
        ({"COFFEE_REMIND_AFTER": "30"}, "COFFEE_REMIND_AFTER is no time"),
        ({"COFFEE_REMIND_AFTER": "9999h"}, "30 days at most"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(
    environment: dict[str, str], settings: dict[str, str], says: str
) -> None:
    assert says in complaint({**environment, **settings})


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("4h", 240), ("90m", 90), ("1h30m", 90), ("45 min", 45), ("0", 0), ("never", 0)],
)
def test_reminders_come_after_working_time_or_never(
    environment: dict[str, str], words: str, minutes: int
) -> None:
    config = load_bot_config({**environment, "COFFEE_REMIND_AFTER": words})

    assert timedelta(minutes=minutes) == config.remind_after


def test_zero_in_the_file_is_never(environment: dict[str, str], tmp_path: Path) -> None:
    write_settings(tmp_path, "[slack]\nremind_after = 0\nquiet_hours = '22:00-7:00'\n")

    config = load_bot_config(environment)

    assert timedelta(0) == config.remind_after
    assert config.hours == Hours(begin=time(7), end=time(22))
