"""One run: a sandbox, a bot, a daemon, Ada, two killers; then the findings."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from chaos.findings import Evidence
from chaos.inhabitants import Undertaker, inhabitants
from chaos.killer import Killer, RunnerKiller, Striker, chances
from chaos.person import Ada
from chaos.place import Place
from chaos.points import Points
from chaos.record import Record
from chaos.report import Report, counted
from chaos.sides import BothSides, BotSide, DaemonSide
from chaos.work import Work
from workshop import ADA as TELLER

from coffee_bot.sandbox import Sandbox, Settings
from coffee_daemon import Store, Via, daemon_bell, ring, system_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.weather import Weather

_LOOK_SECONDS = 0.2
#: Nothing must be left to do for so long: the card and a task's message are edited a moment after
#: what they tell of.
_REST_SECONDS = 5.0
#: Tasks that may be under way beyond what the kills done so far deserve.
_AHEAD = 2
_PROGRESS_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run shall do."""

    questions: int
    #: Of each side.
    kills: int
    #: Kills of the turn's runner alone, besides.
    runner_kills: int = 0
    #: Bot and daemon are killed at the same instant, and started together.
    together: bool = False
    #: Instead of the bot's random kills: one at each of the first faults.
    strikes: int = 0
    #: Instead of them too: so many bots that die by themselves, each at the next named point.
    deaths: int = 0
    seed: int
    weather: Weather
    #: Questions of one task.
    at_once: int = 10
    settle: timedelta = timedelta(seconds=2)
    #: Seconds without any news after which what is missing counts as lost.
    patience: float = 60.0
    #: A bot of another strategy, by its name in `mutants`.
    bot: str = ""
    #: Told now and then how far it is.
    say: Callable[[str], object] = lambda _: None

    def tasks(self) -> list[list[str]]:
        """The words of every question, a list for each task."""
        words = [f"Which mug goes on shelf {number}?" for number in range(1, self.questions + 1)]
        return [words[at : at + self.at_once] for at in range(0, len(words), self.at_once)]


@dataclass
class Run:
    """Everything of one run. Use `go`."""

    plan: Plan
    sandbox: Sandbox
    place: Place
    undertaker: Undertaker = field(default_factory=Undertaker)
    #: Posts that a kill of the bot has left without a known outcome.
    cut_posts: set[str] = field(default_factory=set)
    runners_killed: int = 0
    _works: list[Work] = field(default_factory=list)
    _said: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        plan, seed = self.plan, self.plan.seed
        self.record = Record(self.place.config.home / "notifications.db")
        self.bot = BotSide(self.place, self.sandbox.workspace, _bot_argv(plan.bot))
        self.daemon = DaemonSide(self.place)
        self.ada = Ada(self.sandbox.workspace, chances(seed, "ada"))
        self.bot_killer = self._bot_killer()
        self.daemon_killer = self._daemon_killer()
        self.runner_killer = RunnerKiller(self.daemon, plan.runner_kills, chances(seed, "runner"))
        self._random = chances(seed, "both")

    def _bot_killer(self) -> Killer | Striker | Points:
        if self.plan.deaths:
            return Points(self.bot, self.sandbox.faults, self.plan.deaths)
        if self.plan.strikes:
            return Striker(self.bot, self.plan.strikes, self.sandbox.faults.happened.total)
        chance = chances(self.plan.seed, "bot")
        side = BothSides(self.bot, self.daemon) if self.plan.together else self.bot
        return Killer(side, self.plan.kills, chance, after=self._count_cut_posts)

    def _daemon_killer(self) -> Killer:
        if self.plan.together and isinstance(self.bot_killer, Killer):
            self.bot_killer.before = self._maybe_kill_the_runner
            return self.bot_killer
        chance = chances(self.plan.seed, "daemon")
        return Killer(self.daemon, self.plan.kills, chance, before=self._maybe_kill_the_runner)

    @property
    def _killers(self) -> list[Killer | Striker | Points]:
        """The one of both sides, or one for each."""
        return [self.bot_killer, self.daemon_killer][self.plan.together :]

    def go(self) -> Report:
        """Let it happen, and report."""
        begun = time.monotonic()
        with ExitStack() as stack:
            self._works.append(stack.enter_context(Work(self.undertaker)))
            stack.callback(self._end_everything)
            for worker in (self.ada, self.runner_killer, *self._killers):
                self._works.append(stack.enter_context(Work(worker)))
            self._hand_over_tasks()
            self._wait_until_done()
        return self._report(time.monotonic() - begun)

    def _hand_over_tasks(self) -> None:
        """Tell the tasks little by little, so that the kills meet all of the work."""
        tasks = self.plan.tasks()
        with Store.open(self.place.config.database, clock=system_clock()) as store:
            for told, questions in enumerate(tasks):
                while told >= self._done() * len(tasks) + _AHEAD:
                    self._pause()
                text = "\n".join(f"ask: {words}" for words in questions)
                store.tasks.tell(daemon=self.place.config.name, text=text, who=TELLER, via=Via.CLI)
                ring(daemon_bell(self.place.config))

    def _pause(self) -> None:
        time.sleep(_LOOK_SECONDS)
        for work in self._works:
            work.check()
        if time.monotonic() - self._said > _PROGRESS_SECONDS:
            self._said = time.monotonic()
            self.plan.say(self._progress())

    def _progress(self) -> str:
        consumed = len({one.question for one in self.place.ledger()})
        kills = f"kills {self.bot_killer.killed} and {self.daemon_killer.killed}"
        return f"{kills}; {consumed} answers consumed, {len(self.record.unsent())} posts to send"

    def _done(self) -> float:
        return min(self.bot_killer.done, self.daemon_killer.done)

    def _wait_until_done(self) -> None:
        """Wait until nothing is left to do, or nothing has happened for too long."""
        standing, since = self.record.standing(), time.monotonic()
        busy_at = since
        while time.monotonic() - busy_at < _REST_SECONDS:
            if time.monotonic() - since >= self.plan.patience:
                return
            self._pause()
            now = self.record.standing()
            if now != standing or not self._killers_are_done():
                standing, since = now, time.monotonic()
            if not self._is_done():
                busy_at = time.monotonic()

    def _is_done(self) -> bool:
        busy = (
            not self._killers_are_done() or self.record.unfinished_tasks() or self.record.unsent()
        )
        return not busy and not self.record.unread()

    def _killers_are_done(self) -> bool:
        return all(work.over for work in self._works[-len(self._killers) :])

    def _maybe_kill_the_runner(self) -> None:
        """Now and then the runner dies with its daemon; and some die alone."""
        if self._random.random() < 0.2:
            self.runners_killed += self.daemon.kill_runner()

    def _count_cut_posts(self) -> None:
        self.cut_posts.update(self.record.in_the_middle())

    def _end_everything(self) -> None:
        self.bot.stop()
        self.daemon.stop()
        # Twice: whoever is dead at both looks was forgotten.
        self.undertaker.look()
        time.sleep(0.5)
        self.undertaker.look()

    def _report(self, seconds: float) -> Report:
        logs = self.place.logs().splitlines()
        alive = inhabitants(self.place.config.home)
        evidence = Evidence(
            wanted=[words for task in self.plan.tasks() for words in task],
            record=self.record,
            messages=self.sandbox.workspace.messages("dev", replies=True),
            ledger=self.place.ledger(),
            unwanted={
                "ends that nobody asked for": self.bot.troubles + self.daemon.troubles,
                "errors of the database": [line for line in logs if "was busy for" in line],
                "tracebacks": [line for line in logs if line.startswith("Traceback")],
                "orphans of killed daemons": self.daemon.orphans,
                "zombies": self.undertaker.found,
                "processes left": list(alive),
            },
        )
        return Report(
            seed=self.plan.seed,
            bot=self.plan.bot or "real",
            findings=list(evidence.findings()),
            troubles=self._troubles(evidence),
            seconds=seconds,
        )

    def _troubles(self, evidence: Evidence) -> dict[str, object]:
        bot, daemon = self.bot_killer, self.daemon_killer
        happened = self.sandbox.faults.happened
        return {
            "kill -9 of the bot": bot.killed,
            "  of these while it started": bot.killed_early,
            "  posts that this left in the middle": len(self.cut_posts),
            "kill -9 of the daemon": daemon.killed,
            "  of these while it started ": daemon.killed_early,
            "  of these together with the runner": self.runners_killed,
            "kill -9 of the runner alone": self.runner_killer.killed,
            "turns": counted([end for *_, end in self.record.turns()]),
            "answers handed over again, marked": len(evidence.ledger)
            - len({one.question for one in evidence.ledger}),
            **{f"Slack: {effect.value}": count for effect, count in happened.items()},
            "messages shown": len(evidence.messages),
            "processor seconds": round(sum(os.times()[:4])),
        }


def _bot_argv(bot: str) -> list[str]:
    own = ["chaos.bot", bot] if bot else ["coffee_bot", "bot"]
    return [sys.executable, "-m", *own]


def go(plan: Plan) -> Report:
    """Run in a temporary folder that is gone afterwards."""
    settings = Settings(limits=None, seed=plan.seed, ack_seconds=1.0, retry_seconds=(0.0, 0.3, 1.0))
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, Sandbox(settings) as sandbox:
        place = Place.build(Path(folder), sandbox, plan.settle)
        plan.weather.begin(sandbox, plan.seed)
        return Run(plan, sandbox, place).go()
