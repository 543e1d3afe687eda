"""Pieces about the daemon's process: the card, changes of its state, start, stop and rest."""

from __future__ import annotations

from datetime import timedelta

from coffee_bot import blocks
from coffee_bot.gallery.nouns import Heard, Piece, private, public
from coffee_bot.gallery.samples import ADA, AT, DAEMON, LATER, LINK, a_status, a_task
from coffee_daemon import Budget, Day, GoneOn, Halt, Spent, TaskSpent, UsageLimit
from coffee_daemon import DaemonState as S

#: With these the last lines of the daemon's log are kept.
_WITH_LINES = frozenset({S.CRASHED, S.GAVE_UP})


def pieces() -> tuple[Piece, ...]:
    """Return them: what stands in the channel first."""
    return (*_standing(), *_changes(), *_limits(), *_done(), *_answers())


def _standing() -> tuple[Piece, ...]:
    asked = [blocks.Linked(number=13, words="Which database should the tests use?", url=LINK)]
    card = blocks.status_card(a_status(), sign=LATER, asked=asked, task_url=LINK)
    return (
        public("status_card", "always there, edited in place", card),
        public("moved_card", "the feed goes on elsewhere", blocks.moved_card(DAEMON, "C0NEW00001")),
        public("moved_away", "the feed goes on elsewhere", blocks.moved_away("C0NEW00001")),
        public(
            "notice",
            "the daemon has something to tell",
            blocks.notice("⚠️", "Roadmap: The heading of 2.6 is gone; its task goes on."),
        ),
    )


def _changes() -> tuple[Piece, ...]:
    reasons = {
        S.CRASHED: "wanted, but process 4711 is gone; last heartbeat 3 s ago",
        S.GAVE_UP: "crashed 5 times within a minute",
        S.UNRESPONSIVE: "no heartbeat for 42 s, process alive",
        S.ASLEEP: "the host slept for 8 h",
        S.STOPPED: "stopped by Ada",
    }
    return tuple(
        public(
            "transition",
            f"its state is another: {state}",
            blocks.transition(
                DAEMON, state, why=why, at=AT, lines=88 if state in _WITH_LINES else None
            ),
        )
        for state, why in reasons.items()
    )


def _limits() -> tuple[Piece, ...]:
    return (
        public(
            "halt",
            "a limit of the day is used up",
            blocks.halt(_halt(), mentions=["U0ADA00001"]),
            Heard.MENTIONED,
        ),
        public("went_on", "somebody lets it go on", blocks.went_on(_halt(), ADA)),
        public(
            "usage_limit",
            "the agent is at a limit of its own",
            blocks.usage_limit(
                UsageLimit(
                    daemon=DAEMON,
                    agent="claude",
                    until=AT + timedelta(hours=5),
                    task=12,
                    at=AT,
                    since=AT,
                )
            ),
        ),
    )


def _halt() -> Halt:
    spent = Spent(turns=40, reported=40, dollars=20.0)
    return Halt(
        daemon=DAEMON,
        day=Day.of(AT),
        budget=Budget.DOLLARS,
        allowed=20.0,
        more=10.0,
        until=AT + timedelta(hours=15),
        tasks=(TaskSpent(task=12, title="Let people export their notes", spent=spent),),
        total=spent,
    )


def _done() -> tuple[Piece, ...]:
    return (
        public("did", "somebody started, stopped or restarted it", blocks.did("stop", ADA, DAEMON)),
        public("did_pause", "somebody let it rest", blocks.did_pause(ADA, DAEMON, AT)),
        public("did_resume", "somebody ended a pause", blocks.did_resume(ADA, DAEMON)),
        public(
            "did_focus",
            "somebody keeps it in focus on one task",
            blocks.did_focus(ADA, DAEMON, a_task(), LATER),
        ),
        public("did_unfocus", "somebody ended a focus", blocks.did_unfocus(ADA, DAEMON)),
        public("did_lift", "somebody let it go on at a limit", blocks.did_lift(ADA, DAEMON)),
        public("did_move", "somebody moved the feed", blocks.did_move(ADA, "C0DEV00001")),
        public("did_pin", "somebody pinned the card", blocks.did_pin(ADA, DAEMON)),
        public("did_unpin", "somebody took the pin off", blocks.did_unpin(ADA, DAEMON)),
    )


def _answers() -> tuple[Piece, ...]:
    now = a_status()
    return (
        private("started", "`/coffee start`", blocks.started(now)),
        private("already_running", "`/coffee start` when it runs", blocks.already_running(now)),
        private("stopped", "`/coffee stop`", blocks.stopped(DAEMON)),
        private("not_running", "`/coffee stop` when it does not run", blocks.not_running(DAEMON)),
        private("restarted", "`/coffee restart`", blocks.restarted(now)),
        private("paused", "`/coffee pause 2h`", blocks.paused(DAEMON, AT)),
        private("resumed", "`/coffee resume`", blocks.resumed(DAEMON, paused=True)),
        private("in_focus", "`/coffee focus 2h`", blocks.in_focus(DAEMON, a_task(), LATER)),
        private("out_of_focus", "`/coffee focus off`", blocks.out_of_focus(DAEMON, was=True)),
        private("gone_on", "`/coffee continue`", blocks.gone_on(DAEMON, GoneOn(halts=(_halt(),)))),
        private("moved_here", "`/coffee here`", blocks.moved_here("C0DEV00001")),
        private("here_already", "`/coffee here` where it is", blocks.here_already()),
        private("pinned", "`/coffee pin`", blocks.pinned(DAEMON, news=True)),
        private("unpinned", "`/coffee unpin`", blocks.unpinned(DAEMON, news=True)),
    )
