"""The rooms of a bot that has signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from coffee_bot.app.clocks import Chore
    from coffee_bot.app.front_door import FrontDoor
    from coffee_bot.app.workers import SlowLane
    from coffee_bot.delivery import Delivery
    from coffee_bot.feed import Feed
    from coffee_bot.files import Fetcher
    from coffee_bot.home import Homes
    from coffee_bot.intake import CatchUp, Intake
    from coffee_bot.pinning import Pins
    from coffee_bot.watch import BotReport, Guard, LineHandler, Watchman


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """What the workers work in."""

    door: FrontDoor
    intake: Intake
    catch_up: CatchUp
    feed: Feed
    delivery: Delivery
    homes: Homes
    pins: Pins
    guard: Guard
    fetcher: Fetcher
    watchman: Watchman
    report: BotReport
    lane: SlowLane
    #: Carries slash commands out.
    pool: Executor
    handler: LineHandler
    #: What comes round by itself.
    chores: tuple[Chore, ...]
