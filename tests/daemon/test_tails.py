from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coffee_daemon import Config, daemon_tail, turn_tail

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "xoxb-1234567890-CANARY"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    config = Config(home=tmp_path, project=tmp_path)
    config.turn_folder(12, 3).mkdir(parents=True)
    return config


def test_the_last_twenty_lines_are_found_in_a_long_log(config: Config) -> None:
    lines = "".join(f"line {number}\n" for number in range(50_000))
    (config.state / "daemon.log").write_text(lines, encoding="utf-8")

    assert daemon_tail(config) == tuple(f"line {number}" for number in range(49_980, 50_000))


def test_what_was_never_written_or_is_gone_has_no_lines(config: Config) -> None:
    assert daemon_tail(config) == ()
    assert turn_tail(config, 12, 4) == ()


def test_half_a_secret_at_the_beginning_of_a_logs_tail_is_left_out(config: Config) -> None:
    log = config.state / "daemon.log"
    log.write_text(f"xoxb-{'1' * 70_000}\nBoom {CANARY}\n", encoding="utf-8")

    assert daemon_tail(config) == ("Boom [secret]",)


def test_a_turns_lines_are_found_while_it_prints_and_hold_nothing_for_a_terminal(
    config: Config,
) -> None:
    output = config.turn_folder(12, 3) / "output"
    output.write_bytes(b"first\n\n")
    output.with_name("output.older").write_bytes(b"\x1b[31mred\x1b[0m\xff\n")
    output.with_name("output.newer").write_bytes(b"last\x07 one\n")

    assert turn_tail(config, 12, 3) == ("first", "red\ufffd", "last one")
