"""Pauses and working hours over the wire: what is told meanwhile is kept, and people know when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot_house import settle, words

from coffee_daemon import TaskState

if TYPE_CHECKING:
    from bot_house import House


def test_a_pause_keeps_what_is_told_and_says_when_to_expect_a_reply(house: House) -> None:
    house.answer_to("start")
    house.message("is idle", "Up since")

    assert "begins nothing before" in house.answer_to("pause 2h")
    house.message("Ada paused code_developer until", "Messages are kept until then.")
    card = house.message("is paused until", "Up since").ts
    told = house.answer_to("tell build it", "bob")
    assert "It is paused until" in told
    assert "reads this after that" in told
    (task,) = house.store.tasks.list()
    assert task.state is TaskState.QUEUED

    assert "goes on" in house.answer_to("resume")
    house.message("Built with nothing", thread=house.message("build it", "#").ts)
    settle(lambda: "is idle" in words(house.workspace.message("dev", card)))
    assert house.count("is paused until", "Up since") == 0


def test_outside_its_working_hours_people_are_told_when_it_is_back(house: House) -> None:
    hours = f"{hour(2)}-{hour(3)}"
    settings = house.config.daemon.home / "config.toml"
    said = settings.read_text(encoding="utf-8")
    settings.write_text(said.replace("[agent]", f'working_hours = "{hours}"\n[agent]'), "utf-8")

    house.answer_to("start")
    house.message("is resting until", "Up since")
    told = house.answer_to("tell build it", "bob")

    assert "It is resting until" in told
    assert "reads this after that" in told
    (task,) = house.store.tasks.list()
    assert task.state is TaskState.QUEUED


def hour(later: int) -> str:
    """The hour on the wall of this machine so many hours from now."""
    at = datetime.now().astimezone() + timedelta(hours=later)
    return f"{at:%H}:00"
