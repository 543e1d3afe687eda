"""An agent that is spoken with: a driver of ours runs in the turn's tree and talks to it.

The driver speaks the agent's protocol, reports its conversation's name and progress to the
record, and leaves the outcome in a file. It ends with the tree, whatever happens.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_daemon.agents.driver import DriveOrder, read_outcome
from coffee_daemon.agents.environment import agent_environment
from coffee_daemon.agents.running import KILL_AFTER_SECONDS, finish, outcome_of
from coffee_daemon.runner import Run
from coffee_daemon.system import private_folder
from coffee_daemon.tasks import TurnEnd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon.agents.protocol import Desk, Job
    from coffee_daemon.config import AgentSettings, Config
    from coffee_daemon.tasks import Outcome


class DrivenAgent:
    """Runs a driver module for each turn, under a runner of its own."""

    def __init__(
        self,
        name: str,
        driver: str,
        config: Config,
        settings: AgentSettings,
        environment: Mapping[str, str],
    ) -> None:
        """Take what a turn needs.

        Args:
            name: What the agent is called in the record.
            driver: The module that is run with `-m`; it calls `driver.drive`.
            config: The settings.
            settings: Those of the agent, with its preset filled in.
            environment: What the agent's own environment is picked from.
        """
        self.name = name
        self._driver = driver
        self._config = config
        self._settings = settings
        self._environment = environment

    def run(self, job: Job, desk: Desk) -> Outcome:
        """Run the driver until its whole tree has ended.

        Raises:
            AgentTrouble: The runner cannot be started.
        """
        private_folder(job.run_folder)
        order = DriveOrder.of(job, self._settings, self._config.project)
        order.write(job.run_folder)
        run = Run.start(
            job.run_folder,
            argv=(sys.executable, "-P", "-m", self._driver, str(job.run_folder)),
            cwd=job.folder,
            env=agent_environment(self._config, job, self._environment),
            prompt=job.prompt,
            output_limit=job.limits.turn_output_bytes,
            time_limit=job.limits.turn_time.total_seconds(),
            kill_after=KILL_AFTER_SECONDS,
        )
        result = finish(run, desk)
        told, stopping = read_outcome(job.run_folder) if result.ok else None, desk.stopping.is_set()
        if told is None:
            return outcome_of(job, result, run, stopping=stopping)
        if told.end is TurnEnd.INTERRUPTED and not stopping:
            # Nobody of ours has: whoever ends its driver by a signal must not get turns for free.
            return replace(told, end=TurnEnd.CRASHED)
        return told
