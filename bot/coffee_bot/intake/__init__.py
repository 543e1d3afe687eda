"""Raw events -> answers, follow-ups, mentions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot.commands.noting import Noting
from coffee_bot.intake.catch_up import CatchUp
from coffee_bot.intake.desk import Intake
from coffee_bot.intake.history import History
from coffee_bot.intake.letters import EVENTS, Me, time_of
from coffee_bot.intake.marks import Marks
from coffee_bot.intake.mentions import SLOW, Mentions, Runs
from coffee_bot.intake.news import ChannelNews
from coffee_bot.intake.people import People
from coffee_bot.intake.threads import Threads
from coffee_bot.intake.words import plain, storable

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.access import Access
    from coffee_bot.config import BotConfig
    from coffee_bot.files import FileDesk
    from coffee_daemon import Clock, Store

__all__ = [
    "EVENTS",
    "SLOW",
    "Calls",
    "CatchUp",
    "ChannelNews",
    "History",
    "Intake",
    "Marks",
    "Me",
    "Runs",
    "build_intake",
    "plain",
    "storable",
    "time_of",
]


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What intake sets going elsewhere."""

    #: Wakes the daemon when there is something for it.
    ring_daemon: Callable[[], object]
    #: Takes what lasts long and runs it.
    slow: Callable[[Callable[[], None]], None]
    #: Says that there is something to post.
    wake: Callable[[], object]


def build_intake(
    config: BotConfig,
    *,
    store: Store,
    me: Me,
    access: Access,
    commands: Runs,
    calls: Calls,
    clock: Clock,
    news: ChannelNews,
    files: FileDesk,
) -> Intake:
    """Put the room together.

    Args:
        config: Its quiet time counts after each reply.
        store: Holds the inbox.
        me: Who the bot is, by `auth.test`.
        access: Decides who may do what.
        commands: Carries out what mentions and direct messages ask for.
        calls: What it sets going elsewhere.
        clock: Tells what is old.
        news: Takes what Slack tells of channels.
        files: Sees to what comes with replies.
    """
    marks = Marks(store)
    people = People(access=access, marks=marks)
    mentions = Mentions(
        me=me,
        people=people,
        marks=marks,
        commands=commands,
        channel=news.channel,
        clock=clock,
        wake=calls.wake,
        slow=calls.slow,
    )
    threads = Threads(
        store=store,
        me=me,
        people=people,
        marks=marks,
        mentions=mentions,
        daemon=config.daemon.name,
        quiet=config.quiet,
        ring_daemon=calls.ring_daemon,
        files=files,
        note=Noting(store),
    )
    return Intake(store=store, me=me, threads=threads, mentions=mentions, news=news, clock=clock)
