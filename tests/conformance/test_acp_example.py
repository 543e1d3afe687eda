"""The Python SDK's own example agent, as it is, at work for the daemon."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from conformance import acp_example
from workshop import Workshop

from coffee_daemon import AgentSettings, TaskState

#: It has to start twice: our driver, and the agent.
SECONDS = 60.0


def test_the_example_agent_of_the_sdk_does_a_task(tmp_path: Path) -> None:
    command = (sys.executable, str(Path(acp_example.__file__)))
    house = Workshop.build(tmp_path)
    house.config = replace(house.config, agent=AgentSettings(kind="acp", command=command))

    with house.running():
        number = house.tell("say this again")
        task = house.until(number, TaskState.DONE, SECONDS)
        with house.store() as store:
            [turn] = store.turns.of_task(number)

    assert task.result.startswith("Client sent:")
    assert "say this again" in task.result
    assert task.session == "0"
    assert turn.agent == "acp"
