"""One turn on a thread of its own, so that the daemon's heart goes on beating."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coffee_daemon import workspace
from coffee_daemon.agents import Job, compose, news, trailers
from coffee_daemon.errors import CoffeeError, StoreTrouble
from coffee_daemon.system import private_folder
from coffee_daemon.tasks import Outcome, TurnEnd, Work

if TYPE_CHECKING:
    from coffee_daemon.agents import Agent
    from coffee_daemon.config import Config
    from coffee_daemon.doorbell import Doorbell
    from coffee_daemon.reply_files import ReplyFile
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Assignment

log = logging.getLogger(__name__)


class RunningTurn:
    """Runs an agent on an assignment; also the desk at which the agent's adapter reports.

    `outcome` is None until the run has ended; the daemon's bell rings then.
    """

    def __init__(
        self, assignment: Assignment, *, config: Config, store: Store, agent: Agent, bell: Doorbell
    ) -> None:
        self.assignment = assignment
        self.outcome: Outcome | None = None
        #: The agent's last word on its progress, as far as the daemon has read it.
        self.said = ""
        #: Set when the agent shall end now.
        self.stopping = threading.Event()
        self.run_folder = config.turn_folder(assignment.task.number, assignment.turn.number)
        self._config = config
        self._store = store
        self._agent = agent
        self._bell = bell
        self._thread = threading.Thread(target=self._work, name=f"turn-{assignment.turn.id}")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the agent's whole tree to end; returns at once."""
        self.stopping.set()

    def last_output(self) -> datetime | None:
        """When the agent last printed something."""
        try:
            touched = (self.run_folder / "output").stat().st_mtime
        except FileNotFoundError:
            return None
        return datetime.fromtimestamp(touched, UTC)

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def session(self, token: str) -> None:
        """Keep the agent's own name for its conversation, as soon as it is known."""
        self._store.turns.session(self.assignment.turn.nonce, token)

    def progress(self, text: str) -> None:
        """Keep the agent's last word on how far it has come."""
        self._store.turns.progress(self.assignment.turn.nonce, text)

    def _work(self) -> None:
        try:
            self.outcome = self._run()
        except StoreTrouble as error:
            # Not the agent's fault: no attempt is used up, and the task goes on when it can.
            log.error("The turn was cut short: %s", error, extra={"action": "store_trouble"})  # noqa: TRY400 - the sentence says it all
            self.outcome = Outcome(end=TurnEnd.INTERRUPTED, summary=str(error))
        except CoffeeError as error:
            self.outcome = Outcome(end=TurnEnd.CRASHED, summary=str(error))
        except Exception as error:
            # Whatever goes wrong in one turn must not end the daemon; it fails that turn.
            log.exception("The turn broke.", extra={"action": "turn_broke"})
            self.outcome = Outcome(end=TurnEnd.CRASHED, summary=f"The daemon erred: {error!r}")
        finally:
            if self.outcome is None:
                self.outcome = Outcome(end=TurnEnd.CRASHED, summary="The turn's thread has died.")
            self._bell.ring()

    def _run(self) -> Outcome:
        task = self.assignment.task
        place = workspace.prepare(self._config, task)
        if place.branch and place.branch != task.branch:
            self._store.tasks.set_branch(task.number, place.branch)
        if self.stopping.is_set():
            return Outcome(end=TurnEnd.INTERRUPTED)
        workspace.lay_files(self._config, task.number, place, _files(self.assignment))
        private_folder(self.run_folder.parent)
        self._store.turns.started(self.assignment.turn.id, agent=self._agent.name)
        before = workspace.head(place.folder)
        outcome = self._agent.run(self._job(place), self)
        outcome = replace(outcome, work=workspace.worked(place.folder, before))
        if outcome.end is TurnEnd.OK and self._is_finished():
            return self._integrated(outcome, place)
        return outcome

    def _job(self, place: workspace.Workspace) -> Job:
        return Job(
            task=self.assignment.task,
            turn=self.assignment.turn,
            session=self._session(),
            prompt=compose(self.assignment),
            news=news(self.assignment) if self._was_there() else None,
            folder=place.folder,
            git_folders=workspace.commit_folders(place),
            run_folder=self.run_folder,
            limits=self._config.limits,
        )

    def _session(self) -> str | None:
        """The conversation to go on with, if it is one of this agent's."""
        task = self.assignment.task
        return task.session if task.agent in {None, self._agent.name} else None

    def _was_there(self) -> bool:
        """Whether the turn before was this agent's, so that it knows what happened in it."""
        before = self._store.turns.of_task(self.assignment.task.number)[:-1]
        return bool(before) and before[-1].agent == self._agent.name

    def _is_finished(self) -> bool:
        """Whether nothing is open, and nobody wants it ended instead of merged."""
        number = self.assignment.task.number
        asked = self._store.questions.of_task(number)
        return all(one.closed for one in asked) and not self._store.tasks.cancel_wanted(number)

    def _integrated(self, outcome: Outcome, place: workspace.Workspace) -> Outcome:
        task = self.assignment.task
        said = workspace.integrate(self._config, task, place, trailers(self.assignment)).said
        if place.branch and workspace.find(self._config, task) is None:
            self._store.tasks.set_branch(task.number, None)
            outcome = replace(outcome, work=_without(place.branch, outcome.work))
        return replace(outcome, summary="\n\n".join(filter(None, (outcome.summary, said))))


def _without(branch: str, work: Work | None) -> Work | None:
    """The work once its branch is merged and gone."""
    if work is None or work.branch != branch:
        return work
    return replace(work, branch="", branch_url="")


def _files(assignment: Assignment) -> list[ReplyFile]:
    """What came with all that people said to the task."""
    said = [answer for one in assignment.exchanges for answer in one.answers]
    return [file for answer in (*said, *assignment.follow_ups) for file in answer.files]
