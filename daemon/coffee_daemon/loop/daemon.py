"""The daemon's main thread: it decides, and keeps the heart beating."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from coffee_daemon.agents import absent
from coffee_daemon.errors import StoreTrouble
from coffee_daemon.journal import acts_folder
from coffee_daemon.loop.allowance import Allowance
from coffee_daemon.loop.choosing import Chooser
from coffee_daemon.loop.focus import Focus, find_focus
from coffee_daemon.loop.posture import Posture
from coffee_daemon.loop.requests import Requests
from coffee_daemon.loop.telling import Teller
from coffee_daemon.loop.tidying import Tidying
from coffee_daemon.loop.turn import RunningTurn
from coffee_daemon.tasks import TurnEnd

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.agents import Agent
    from coffee_daemon.clock import Clock
    from coffee_daemon.config import Config
    from coffee_daemon.doorbell import Doorbell
    from coffee_daemon.loop.clearing import ClearUp
    from coffee_daemon.loop.glance import Glance
    from coffee_daemon.loop.planner import Planner
    from coffee_daemon.loop.reporter import Reporter
    from coffee_daemon.process import Register
    from coffee_daemon.store import Store
    from coffee_daemon.tasks import Outcome, Task

log = logging.getLogger(__name__)

#: A look although nothing seems to have changed: what a glance cannot see, such as the day's end.
_THOROUGH_SECONDS = 300.0
#: With no turn the heart beats so many times slower; six beats may be missed.
_CALM = 2


class Daemon:
    """Repeats: settle the ended turn, apply requests, pick a task, run its turn on a thread."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        clock: Clock,
        agent: Agent | None,
        bell: Doorbell,
        register: Register,
        planner: Planner,
        clear_up: ClearUp,
        glance: Glance,
        reporter: Reporter,
    ) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._agent = agent
        self._bell = bell
        self._register = register
        self._planner = planner
        self._requests = Requests(store, clear_up, reporter)
        self._glance = glance
        self._reporter = reporter
        self._tidying = Tidying(config, store, clock)
        self._allowance = Allowance(config, store, clock, agent.name if agent else None)
        self._chooser = Chooser(config, store, planner)
        self._teller = Teller(config.name, store, self._allowance, self._chooser, reporter)
        self._turn: RunningTurn | None = None
        self._swept = False
        self._stop = threading.Event()
        self._posture = Posture()
        self._focus: Focus | None = None
        #: On the monotonic clock: when to look, news or not.
        self._look_at = 0.0

    def stop(self) -> None:
        """Ask the daemon to end; safe in a signal handler and from another thread."""
        self._stop.set()
        self._bell.ring()

    def run(self) -> None:
        """Work until stopped. A turn that runs then is interrupted, and its task queued."""
        self._tell_what_is_missing()
        while not self._leaving():
            self._step()
            if self._bell.wait(self._patience()):
                self._look_at = 0.0
        self._leave()

    def _step(self) -> None:
        try:
            self._sweep()
            self._settle_ended_turn()
            if self._clock.monotonic() >= self._look_at or self._glance.finds_news():
                self._look()
            if self._tidying.work():
                self._look_at = 0.0
        except StoreTrouble as trouble:
            # The record may come back: a full disk is freed, a lock is let go.
            self._reporter.trouble(str(trouble))
            self._look_at = self._glance.at = self._in(self._config.heartbeat.total_seconds())
        self._reporter.beat(self._turn)

    def _in(self, seconds: float) -> float:
        return self._clock.monotonic() + seconds

    def _look(self) -> None:
        """Look at the record and act on it."""
        looked = self._clock.now()
        self._look_at = self._in(_THOROUGH_SECONDS)
        self._glance.remember()
        self._posture = self._allowance.weigh()
        self._store.audit.take_in(acts_folder(self._config))
        self._focus = find_focus(self._config, self._store, looked)
        self._requests.apply(self._config.name, self._turn, self._posture)
        self._heed_the_roadmap()
        if self._store.questions.close_due():
            self._reporter.news()
        self._begin_turn()
        if self._turn is None and self._allowance.tell():
            self._reporter.news()
        self._teller.tell(self._posture, self._turn, self._focus)
        self._wake_in_time(looked)

    # Coming and going

    def _tell_what_is_missing(self) -> None:
        self._reporter.missing(*filter(None, (absent(self._config), self._planner.missing)))

    def _sweep(self) -> None:
        """Once, before anything else: settle what an earlier daemon left."""
        if self._swept:
            return
        for task in self._store.turns.sweep_lost(self._config.name, limits=self._config.limits):
            log.warning(
                "Task #%s lost its turn and is %s.",
                task.number,
                task.state,
                extra={"action": "turn_lost"},
            )
        self._swept = True

    def _leaving(self) -> bool:
        request = self._register.stop_request()
        if request is not None and not (request.after_turn and self._turn is not None):
            self._stop.set()
        return self._stop.is_set()

    def _leave(self) -> None:
        request = self._register.stop_request()
        by = f" by {request.who_name}" if request is not None and request.who_name else ""
        try:
            if self._turn is not None:
                self._turn.stop()
                self._turn.join()
                self._settle_ended_turn()
            self._reporter.farewell(f"stopped{by}")
        except StoreTrouble as trouble:
            # The next start finds the turn in the record, and gives it up as lost.
            self._reporter.trouble(str(trouble))

    def _patience(self) -> float:
        """Seconds until the next heartbeat, look or glance."""
        wanted = min(self._look_at, self._glance.at) - self._clock.monotonic()
        beat = self._config.heartbeat.total_seconds()
        return max(0.0, min(beat if self._turn else _CALM * beat, wanted))

    def _wake_in_time(self, looked: datetime) -> None:
        """Look again when a quiet time or a focus ends, a question expires, a task may start.

        And when it may rest. What became due since `looked` counts as well: the look may have just
        missed it.
        """
        close = self._store.questions.next_close(self._config.name, after=looked)
        focused = self._focus.until if self._focus else None
        moments = [one for one in (close, self._posture.until, focused) if one is not None]
        self._glance.due = min(moments, default=None) if self._turn is None else None
        if self._glance.due is not None:
            seconds = max(0.0, (self._glance.due - self._clock.now()).total_seconds())
            self._look_at = min(self._look_at, self._in(seconds))

    # What people want

    def _heed_the_roadmap(self) -> None:
        for number in self._planner.heed_people():
            if self._runs(number):
                self._turn_stop()

    def _runs(self, number: int | None) -> bool:
        return self._turn is not None and self._turn.assignment.task.number == number

    def _turn_stop(self) -> None:
        if self._turn is not None:
            self._turn.stop()

    # Turns

    def _begin_turn(self) -> None:
        if self._turn is not None or self._agent is None or not self._posture.free:
            return
        if self._register.stop_request() is not None:
            return
        assignment = self._chooser.pick_up(self._focus)
        if assignment is None:
            return
        self._planner.began(assignment.task)
        self._focus = find_focus(self._config, self._store, self._clock.now())
        self._turn = RunningTurn(
            assignment, config=self._config, store=self._store, agent=self._agent, bell=self._bell
        )
        self._turn.start()
        self._reporter.news()

    def _settle_ended_turn(self) -> None:
        turn = self._turn
        if turn is None or turn.outcome is None:
            return
        task = self._store.turns.settle(
            turn.assignment.turn.id, turn.outcome, limits=self._config.limits
        )
        turn.join()
        self._turn, self._look_at = None, 0.0
        self._after_turn(task, turn.outcome)

    def _after_turn(self, task: Task, outcome: Outcome) -> None:
        log.info(
            "A turn of #%s ended (%s); the task is %s.%s",
            task.number,
            outcome.end,
            task.state,
            _why(outcome),
            extra={"action": "turn_ended"},
        )
        self._reporter.news()


def _why(outcome: Outcome) -> str:
    """What went wrong, in a line."""
    if outcome.end not in {TurnEnd.FAILED, TurnEnd.CRASHED}:
        return ""
    return " " + outcome.summary.strip().partition("\n")[0]
