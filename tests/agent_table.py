"""A task and its turns, with the side of Claude Code and that of the person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coffee_daemon.agents.claude.permission import leave
from coffee_daemon.asking import Asker
from coffee_daemon.config import Limits
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from workshop import Workshop


class Table:
    """A task and its turns, with the agent's and the person's side of it."""

    def __init__(self, house: Workshop) -> None:
        self.house = house
        self.task = house.tell("work")
        self.turns = 0
        self.begin()

    def begin(self) -> None:
        """Begin the next turn of the task."""
        self.turns += 1
        nonce = f"nonce-{self.task}-{self.turns}"
        with self.house.store() as store:
            assignment = store.turns.pick_up(self.house.config.name, nonce=nonce)
            assert assignment is not None
            assert assignment.task.number == self.task
            self.turn = store.turns.started(assignment.turn.id)
        self.asker = Asker(self.house.config, nonce)

    def end(self) -> None:
        """End the turn."""
        with self.house.store() as store:
            store.turns.settle(self.turn.id, Outcome(end=TurnEnd.OK), limits=Limits())

    def wants(self, tool: str = "Bash", **arguments: Any) -> tuple[bool, str]:
        """Ask for leave; return whether it is given, and what the agent is told."""
        told = json.loads(leave(self.asker, tool, arguments, "/work"))
        assert told.get("updatedInput", arguments) == arguments
        return told["behavior"] == "allow", told.get("message", "")
