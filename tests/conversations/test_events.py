from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from bot_house import House

KEEP = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"


def test_a_command_of_ones_own_is_told_of_a_question(house: House, tmp_path: Path) -> None:
    kept = tmp_path / "events"
    on_event = (sys.executable, "-c", KEEP, str(kept))
    house.config = replace(house.config, daemon=replace(house.config.daemon, on_event=on_event))
    house.restart_bot()
    reader = f"hook:{house.config.daemon.name}:notifications"
    eventually(lambda: house.store.cursors.get(reader) is not None, 20)

    question = house.store.questions.ask(daemon=house.config.daemon.name, text="Which database?")
    house.bot.look()

    told = json.loads(eventually(lambda: kept.read_text() if kept.exists() else "", 20))
    assert (told["event"], told["number"]) == ("question", question.number)
