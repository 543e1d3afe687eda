"""The rooms of a bot, wired in one place."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from secrets import token_hex
from socket import gethostname
from typing import TYPE_CHECKING, Any

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from coffee_bot.access import Access
from coffee_bot.app.address import Address
from coffee_bot.app.clocks import Chore
from coffee_bot.app.front_door import FrontDoor
from coffee_bot.app.rooms import Rooms
from coffee_bot.app.workers import SlowLane
from coffee_bot.channel import Channel
from coffee_bot.commands import Commands
from coffee_bot.delivery import Delivery, Line
from coffee_bot.feed import Board, Feed
from coffee_bot.intake import CatchUp, ChannelNews, build_intake
from coffee_bot.listeners import Listeners
from coffee_bot.moving import Move
from coffee_bot.watch import (
    Absence,
    BotReport,
    Checkup,
    DeadMan,
    Guard,
    LineClient,
    LineHandler,
    Rivals,
    Roll,
    SocketLink,
    Watchman,
)
from coffee_daemon import daemon_bell, ring

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt.response import BoltResponse

    from coffee_bot.config import BotConfig
    from coffee_bot.intake import Intake, Me
    from coffee_daemon import Clock, ProcessManager, Store

#: For the SDK, with a level of its own: without one it puts together debug messages for nobody.
#: Its warnings are about sockets that come and go, which the watch tells in its own words.
SDK_LOG = logging.getLogger("coffee_bot.slack")
SDK_LOG.setLevel(logging.ERROR)
#: What the SDK complains of before it raises; whoever catches that says it in a line of ours.
_RAISED_TOO = (
    "Failed to send a request to Slack API server",
    "Failed to retrieve WSS URL",
    # Of a socket that is lost, which the watch tells in one line.
    "on_error invoked",
    "Failed to check the state of sock",
    "Failed to check the current session",
    "Failed to establish a connection",
    "Failed to start or stop the current session",
    "Error code:",
)
SDK_LOG.addFilter(lambda record: not record.getMessage().startswith(_RAISED_TOO))

#: How long the words of events that are done with are kept, and how often old ones are emptied.
LETTERS_LAST = timedelta(days=7)
FORGET_EVERY = timedelta(hours=6)
#: How many commands are carried out at the same time.
COMMANDS_AT_ONCE = 8
#: How long Slack may take to say who somebody is; a stop of the bot may have to wait for it.
LOOKUP_SECONDS = 5
#: The watch's own calls; a stop of the bot may have to wait for one.
WATCH_SECONDS = 4
#: The client's own limit on a call. The settle window should be longer.
CALL_SECONDS = 15
#: Half-open sockets show after four of these: 11 s, against 48 s with Bolt's default.
PING_SECONDS = 3.0


def web_client(config: BotConfig, timeout: int = CALL_SECONDS) -> WebClient:
    """A client that never sends anything twice by itself."""
    return WebClient(
        token=config.bot_token,
        base_url=config.api_url,
        timeout=timeout,
        retry_handlers=[],
        logger=SDK_LOG,
    )


def build_rooms(
    config: BotConfig,
    *,
    me: Me,
    store: Store,
    process: ProcessManager,
    clock: Clock,
    wake: Callable[[], object],
    look: Callable[[], object],
    missed: Callable[[], object],
    changed: Callable[[], object],
    stopping: Callable[[], bool],
) -> Rooms:
    """Put the rooms of a signed-in bot together.

    Args:
        config: The settings.
        me: Who the bot is.
        store: The record.
        process: Controls the daemon.
        clock: Passed on to whoever needs the time.
        wake: Says that there may be something to take in or to post.
        look: Says that the daemon should be looked at too.
        missed: Says that events may have been missed.
        changed: Says that the line to Slack is in another state.
        stopping: Whether the bot is about to end; asked between two posts.
    """
    lane, client, channel = SlowLane(clock), web_client(config), Channel(store, config.channel)
    access = Access(config, _lookup(config), clock=clock, team=me.team)
    ring_daemon = partial(ring, daemon_bell(config.daemon))
    delivery = Delivery(store, Line(client, me.bot), config, clock, token_hex(8), stopping)
    move = Move(channel, _about(config), config.allow_external, missed)
    commands = Commands(config, store, process, ring_daemon, {"here": move.here})
    intake = build_intake(
        config,
        store=store,
        me=me,
        access=access,
        commands=commands,
        ring_daemon=ring_daemon,
        slow=lane.add,
        wake=wake,
        clock=clock,
        news=ChannelNews(channel=channel, refused=delivery.refused, mended=delivery.mended),
    )
    pool = ThreadPoolExecutor(COMMANDS_AT_ONCE, thread_name_prefix="commands")
    listeners = Listeners(
        config, store, access, commands, pool=pool, slow=lane.add, wake=wake, channel=channel
    )
    watchman = build_watchman(config, store, clock, wake=wake, missed=missed, changed=changed)
    door = FrontDoor(Address.of(me, config.app_token), intake, wake, watchman.rationed)
    bolt = build_bolt(config, me=me, door=door, listeners=listeners)
    return Rooms(
        door=door,
        intake=intake,
        catch_up=CatchUp(
            intake=intake, client=client, clock=clock, settle=config.settle, channel=channel
        ),
        feed=Feed(store, Board(store, channel, me.url), config, process.status, lane.busy_at),
        delivery=delivery,
        guard=Guard(config.daemon, store, process, clock, lane.add, look),
        watchman=watchman,
        report=BotReport(config.daemon, clock),
        lane=lane,
        pool=pool,
        handler=LineHandler(bolt, watchman.link.client),
        chores=_chores(intake),
    )


def _chores(intake: Intake) -> tuple[Chore, ...]:
    return (Chore(name="forget", every=FORGET_EVERY, work=lambda: intake.forget(LETTERS_LAST)),)


def build_watchman(
    config: BotConfig,
    store: Store,
    clock: Clock,
    *,
    wake: Callable[[], object],
    missed: Callable[[], object],
    changed: Callable[[], object],
) -> Watchman:
    """Put together what looks after the line to Slack."""
    host, client = gethostname(), web_client(config, WATCH_SECONDS)
    channel = Channel(store, config.channel)
    line = LineClient(
        config.app_token, web_client=web_client(config), logger=SDK_LOG, ping_interval=PING_SECONDS
    )
    link = SocketLink(line, clock)
    roll = Roll(config.daemon, store, clock, host)
    return Watchman(
        link=link,
        checkup=Checkup(client, clock),
        roll=roll,
        rivals=Rivals(store, roll, clock, channel, link.ask_again, wake),
        dead_man=DeadMan(
            store,
            client,
            clock,
            channel,
            daemon=config.daemon.name,
            host=host,
            ahead=config.away,
            wake=wake,
        ),
        absence=Absence(clock, max(timedelta(seconds=30), config.daemon.poll * 2)),
        clock=clock,
        missed=missed,
        changed=changed,
    )


def build_bolt(config: BotConfig, *, me: Me, door: FrontDoor, listeners: Listeners) -> App:
    """Make the Bolt app.

    Events end in `before_authorize`: stored, then acknowledged, and nothing else looks at
    them. A failure to store leaves them unacknowledged, so that Slack delivers them again.
    What is for another workspace or app ends there too, whatever it is.
    """

    def store_first(body: dict[str, Any], next: Callable[[], Any]) -> BoltResponse | None:  # noqa: A002 - Bolt finds arguments by their names
        answer = door.take(body)
        if answer is None:
            next()
        return answer

    client = web_client(config)
    # `authorize` gives the token to each request; Bolt wants it from one place only.
    client.token = None
    app = App(
        name="coffee",
        client=client,
        logger=SDK_LOG,
        authorize=_authorizing(config, me),
        before_authorize=store_first,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
    )
    listeners.register(app)
    return app


def _authorizing(config: BotConfig, me: Me) -> Callable[..., AuthorizeResult]:
    """Who the bot is, without asking Slack at each command as Bolt would."""
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=me.team,
        bot_id=me.bot,
        bot_user_id=me.user,
        bot_token=config.bot_token,
    )
    return lambda: known


def _about(config: BotConfig) -> Callable[[str], Mapping[str, Any]]:
    client = web_client(config, LOOKUP_SECONDS)

    def about(channel: str) -> Mapping[str, Any]:
        return dict(client.conversations_info(channel=channel)["channel"])

    return about


def _lookup(config: BotConfig) -> Callable[[str], Mapping[str, Any]]:
    client = web_client(config, LOOKUP_SECONDS)

    def lookup(user: str) -> Mapping[str, Any]:
        return dict(client.users_info(user=user)["user"])

    return lookup
