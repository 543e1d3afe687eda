"""The rooms of a bot, wired in one place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from secrets import token_hex
from typing import TYPE_CHECKING

from coffee_bot.access import Access
from coffee_bot.app.address import Address
from coffee_bot.app.chores import chores_of
from coffee_bot.app.front_door import FrontDoor
from coffee_bot.app.lookups import about_channel, about_group, about_person
from coffee_bot.app.people import People
from coffee_bot.app.rooms import Rooms
from coffee_bot.app.slack import build_bolt, web_client
from coffee_bot.app.watching import build_watchman
from coffee_bot.app.workers import SlowLane
from coffee_bot.channel import Channel
from coffee_bot.commands import Commands, Roles
from coffee_bot.delivery import Delivery, Line
from coffee_bot.feed import Board, Feed
from coffee_bot.files import Door, Fetcher, FileDesk
from coffee_bot.history import build_album
from coffee_bot.home import Homes, Lookers, Reading
from coffee_bot.intake import Calls, CatchUp, ChannelNews, build_intake
from coffee_bot.listeners import Listeners
from coffee_bot.moving import Move
from coffee_bot.pinning import Pins
from coffee_bot.watch import BotReport, Guard, LineHandler
from coffee_daemon import daemon_bell, ring

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk import WebClient

    from coffee_bot.app.bells import Bells
    from coffee_bot.config import BotConfig
    from coffee_bot.intake import Intake, Me
    from coffee_bot.watch import Watchman
    from coffee_daemon import Clock, ProcessManager, Store

#: How many commands are carried out at the same time.
COMMANDS_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class Builder:
    """Makes each room of a signed-in bot once, when it or another one needs it."""

    config: BotConfig
    #: Who the bot is.
    me: Me
    store: Store
    process: ProcessManager
    clock: Clock
    bells: Bells

    def rooms(self) -> Rooms:
        """Put the rooms together."""
        door = FrontDoor(
            Address.of(self.me, self.config.app_token),
            self.intake,
            self.bells.wake,
            self.watchman.rationed,
            self.homes.opened,
        )
        bolt = build_bolt(self.config, me=self.me, door=door, listeners=self.listeners)
        return Rooms(
            door=door,
            intake=self.intake,
            catch_up=self.catch_up,
            feed=self.feed,
            delivery=self.delivery,
            homes=self.homes,
            pins=self.pins,
            guard=self.guard,
            fetcher=self.fetcher,
            watchman=self.watchman,
            report=BotReport(self.config.daemon, self.clock),
            lane=self.lane,
            pool=self.pool,
            handler=LineHandler(bolt, self.watchman.link.client),
            chores=chores_of(self),
        )

    @cached_property
    def client(self) -> WebClient:
        """For calls that may take their time."""
        return web_client(self.config)

    @cached_property
    def channel(self) -> Channel:
        """Where the feed is."""
        return Channel(self.store, self.config.channel)

    @cached_property
    def lane(self) -> SlowLane:
        """For what waits for processes."""
        return SlowLane(self.clock)

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """For commands and presses."""
        return ThreadPoolExecutor(COMMANDS_AT_ONCE, thread_name_prefix="commands")

    @cached_property
    def access(self) -> Access:
        """Who may do what."""
        return Access(
            self.config,
            about_person(self.config),
            clock=self.clock,
            team=self.me.team,
            groups=about_group(self.config),
        )

    @cached_property
    def commands(self) -> Commands:
        """What people may ask for."""
        move = Move(
            self.channel, about_channel(self.config), self.config.allow_external, self.bells.missed
        )
        album = build_album(self.config, self.store, self.client, self.channel, self.bells.stopping)
        return Commands(
            self.config,
            self.store,
            self.process,
            self.ring_daemon,
            {
                "here": move.here,
                **self.pins.verbs,
                **album.verbs,
                **self.people.notify.verbs,
                **Roles(self.config, self.store, self.access).verbs,
            },
        )

    @cached_property
    def people(self) -> People:
        """What reaches people."""
        return People(self.config, self.store, self.clock, self.channel, self.ring_daemon)

    @cached_property
    def pins(self) -> Pins:
        """The card among the pinned messages."""
        return Pins(self.store, self.channel, self.client, self.config.daemon.name)

    @cached_property
    def ring_daemon(self) -> Callable[[], object]:
        """Wakes the daemon."""
        return partial(ring, daemon_bell(self.config.daemon))

    @cached_property
    def delivery(self) -> Delivery:
        """Posts -> Slack."""
        return Delivery(
            self.store,
            Line(self.client, self.me.bot),
            self.config,
            self.clock,
            token_hex(8),
            self.bells.stopping,
            self.access.admins,
        )

    @cached_property
    def intake(self) -> Intake:
        """Events -> the record."""
        return build_intake(
            self.config,
            store=self.store,
            me=self.me,
            access=self.access,
            commands=self.commands,
            calls=Calls(ring_daemon=self.ring_daemon, slow=self.lane.add, wake=self.bells.wake),
            clock=self.clock,
            news=ChannelNews(
                channel=self.channel,
                refused=self.delivery.refused,
                mended=self.delivery.mended,
                regrouped=self.access.forget_group,
            ),
            files=self.file_desk,
        )

    @cached_property
    def file_desk(self) -> FileDesk:
        """Where replies hand in their files."""
        return FileDesk(store=self.store, most=self.config.file_bytes, fetch=self.bells.look)

    @cached_property
    def fetcher(self) -> Fetcher:
        """Slack's files -> the state folder."""
        return Fetcher(
            config=self.config,
            store=self.store,
            door=Door(self.client, self.config.file_bytes, self.bells.stopping),
            desk=self.file_desk,
            clock=self.clock,
            ring_daemon=self.ring_daemon,
            wake=self.bells.wake,
            stopping=self.bells.stopping,
        )

    @cached_property
    def catch_up(self) -> CatchUp:
        """What was missed."""
        return CatchUp(
            intake=self.intake,
            client=self.client,
            clock=self.clock,
            settle=self.config.settle,
            channel=self.channel,
        )

    @cached_property
    def listeners(self) -> Listeners:
        """Commands, presses and modals."""
        return Listeners(
            self.config,
            self.store,
            self.access,
            self.commands,
            pool=self.pool,
            slow=self.lane.add,
            wake=self.bells.wake,
            channel=self.channel,
            at_home=self.homes.pressed,
            workspace_url=self.me.url,
            further=self.people.reaching.actions,
            forms=self.people.reaching.forms,
        )

    @cached_property
    def feed(self) -> Feed:
        """The record -> posts."""
        board = Board(self.store, self.channel, self.me.url)
        return Feed(
            self.store,
            board,
            self.config,
            self.process.status,
            self.lane.busy_at,
            self.access.name,
            self.people.whereabouts,
            self.clock,
        )

    @cached_property
    def homes(self) -> Homes:
        """What whoever looks sees."""
        return Homes(
            client=self.client,
            reading=Reading(
                self.store,
                self.config.daemon.name,
                self.channel,
                self.me.url,
                self.process.status,
            ),
            lookers=Lookers(self.clock, self.store, self.config.daemon.name),
            access=self.access,
            clock=self.clock,
            command=self.config.command,
            wake=self.bells.home,
        )

    @cached_property
    def guard(self) -> Guard:
        """Looks after the daemon."""
        return Guard(
            self.config.daemon,
            self.store,
            self.process,
            self.clock,
            self.lane.add,
            self.bells.look,
        )

    @cached_property
    def watchman(self) -> Watchman:
        """Looks after the line to Slack."""
        return build_watchman(
            self.config,
            self.store,
            self.clock,
            wake=self.bells.wake,
            missed=self.bells.missed,
            changed=self.bells.changed,
        )
