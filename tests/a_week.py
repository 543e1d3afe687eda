"""A week in the life of a team and its daemon, played on a clock that is told how late it is."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot_house import key_of

from coffee_bot.app.bells import Bells
from coffee_bot.app.build import Builder
from coffee_bot.intake import Me
from coffee_daemon import (
    DaemonState,
    DaemonStatus,
    Limits,
    Person,
    ProcessManager,
    TurnEnd,
    Via,
)
from coffee_daemon.tasks import Outcome

if TYPE_CHECKING:
    from coffee_bot.app.rooms import Rooms
    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Sandbox
    from coffee_daemon import Assignment, ManualClock, Question, Store

TASKS, QUESTIONS, CRASHES = 60, 25, 2
#: From the beginning of the fourth day on, for a day, nobody reaches Slack.
OUTAGE = (timedelta(days=3), timedelta(days=4))
WEEK = timedelta(days=7)
_STEP = timedelta(hours=1)
_NAME = "code_developer"
#: What is due so soon is waited for, such as the next post of a backlog.
_SOON_SECONDS = 5.0


class Observed(ProcessManager):
    """A daemon's process of which only the status is looked at."""

    now: DaemonStatus = DaemonStatus(
        name=_NAME, state=DaemonState.IDLE, evidence="has nothing to do", pid=4711, wanted=True
    )

    def status(self) -> DaemonStatus:
        return self.now


@dataclass
class Week:
    """Plays it: the daemon's side in the record, the bot's by its own rooms, Slack's by wire."""

    sandbox: Sandbox
    config: BotConfig
    store: Store
    clock: ManualClock
    chance: random.Random = field(default_factory=lambda: random.Random(2026))  # noqa: S311 - a story
    tasks_left: int = TASKS
    questions_left: int = QUESTIONS
    turns: int = 0
    running: Assignment | None = None
    ends_at: datetime | None = None
    asked: list[int] = field(default_factory=list)
    #: When somebody will answer which question.
    answers: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.began = self.clock.now()
        self.process = Observed(self.config.daemon, clock=self.clock)
        self.people = [
            Person(id=self.sandbox.workspace.user(name).id, name=name.title())
            for name in ("ada", "bob")
        ]
        self.rooms = self._rooms()

    def play(self) -> None:
        """Live through it, an hour at a time."""
        crashes = [self.began + WEEK * part for part in (0.2, 0.8)]
        while self.clock.now() < self.began + WEEK:
            self.clock.advance(_STEP.total_seconds())
            self._tell()
            self._work()
            self._answer()
            if crashes and self.clock.now() >= crashes[0]:
                crashes.pop(0)
                self._crash()
            if not OUTAGE[0] <= self.clock.now() - self.began < OUTAGE[1]:
                self.show()
        self.show()

    def show(self) -> None:
        """Let the bot say all that there is to say."""
        for chore in self.rooms.chores:
            chore.work()
        while True:
            self.rooms.feed.derive()
            wait = self.rooms.delivery.work()
            if wait is None or wait > _SOON_SECONDS:
                return
            self.clock.advance(wait + 0.01)

    def close(self) -> None:
        """End the threads that the bot's rooms have."""
        self.rooms.watchman.link.close()
        self.rooms.pool.shutdown()

    def counted(self) -> tuple[Counter[str], Counter[str]]:
        """What stands in the channel, and in its threads, by kind."""
        channel, threads = Counter[str](), Counter[str]()
        for one in self.sandbox.workspace.messages("dev", replies=True):
            kind = key_of(one).partition(":")[0] or "other"
            (threads if one.thread_ts not in {None, one.ts} else channel)[kind] += 1
        return channel, threads

    def untold(self) -> int:
        """How many questions came and went while Slack was away: nobody needs them any more."""
        begins, ends = (self.began + one for one in OUTAGE)
        asked = [self.store.questions.get(number) for number in self.asked]
        return sum(begins <= q.created_at and (q.answered_at or ends) < ends for q in asked)

    # The team

    def _tell(self) -> None:
        """Somebody hands over work in each working hour, until there is no more."""
        if not self.tasks_left or not 8 <= self.clock.now().hour < 18:
            return
        self.tasks_left -= 1
        text, who = f"Build part {TASKS - self.tasks_left}", self.chance.choice(self.people)
        self.store.tasks.tell(daemon=_NAME, text=text, who=who, via=Via.SLACK)

    def _answer(self) -> None:
        """Somebody answers after minutes or after hours; while Slack is away, at the machine."""
        for number, when in list(self.answers.items()):
            if self.clock.now() >= when:
                del self.answers[number]
                self.store.questions.reply(
                    number,
                    text="SQLite",
                    who=self.chance.choice(self.people),
                    via=Via.CLI,
                    source=f"week:{number}",
                    quiet=timedelta(0),
                )

    # The daemon

    def _work(self) -> None:
        if self.running is None:
            self._begin()
        elif self.ends_at is not None and self.clock.now() >= self.ends_at:
            self._end(self.running)

    def _begin(self) -> None:
        self.turns += 1
        self.running = self.store.turns.pick_up(_NAME, nonce=f"week-{self.turns}")
        if self.running is None:
            self._be(DaemonState.IDLE, "has nothing to do")
            return
        self.store.turns.started(self.running.turn.id)
        self.ends_at = self.clock.now() + timedelta(minutes=self.chance.choice([10, 30, 60, 90]))
        task = self.running.task
        self._be(DaemonState.WORKING, f"works on #{task.number}")
        self.store.turns.progress(self.running.turn.nonce, "Reading the code")

    def _end(self, running: Assignment) -> None:
        fresh = not running.exchanges and self.questions_left
        if fresh and self.chance.random() < QUESTIONS / TASKS * 1.6:
            self._ask(running)
        bad = self.chance.random() < 0.05
        outcome = Outcome(end=TurnEnd.FAILED if bad else TurnEnd.OK, summary="Done, with tests.")
        self.store.turns.settle(running.turn.id, outcome, limits=Limits())
        self.running = self.ends_at = None
        self._begin()

    def _ask(self, running: Assignment) -> Question:
        self.questions_left -= 1
        number = QUESTIONS - self.questions_left
        asked = self.store.questions.ask(
            daemon=_NAME,
            text=f"Which database for part {number}?",
            options=("SQLite", "PostgreSQL"),
            turn_nonce=running.turn.nonce,
        )
        self.asked.append(asked.number)
        minutes = self.chance.choice([15, 45, 120, 12 * 60])
        self.answers[asked.number] = self.clock.now() + timedelta(minutes=minutes)
        return asked

    def _crash(self) -> None:
        """It dies, is started again by the watch, and gives its turn up as lost."""
        self._be(DaemonState.CRASHED, "killed by SIGKILL")
        self.clock.advance(15)
        self._be(DaemonState.STARTING, "started again")
        self.store.turns.sweep_lost(_NAME, limits=Limits())
        self.running = self.ends_at = None
        self.clock.advance(2)
        self._begin()

    def _be(self, state: DaemonState, why: str) -> None:
        self.store.transitions.observe(_NAME, state, why)
        self.process.now = replace(self.process.now, state=state, evidence=why)

    # The bot

    def _rooms(self) -> Rooms:
        me = Me(
            team=self.sandbox.team_id,
            user=self.sandbox.bot_user_id,
            bot=self.sandbox.bot_id,
            url="https://team.example/",
        )
        nothing = Bells(
            wake=_nothing,
            look=_nothing,
            missed=_nothing,
            changed=_nothing,
            home=_nothing,
            stopping=_no,
        )
        return Builder(
            config=self.config,
            me=me,
            store=self.store,
            process=self.process,
            clock=self.clock,
            bells=nothing,
        ).rooms()


def _nothing() -> None:
    """Nobody sleeps here, so nobody is woken."""


def _no() -> bool:
    return False
