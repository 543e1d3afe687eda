"""The bot: everything wired in one place."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from coffee_bot.app.bot import Bot
from coffee_bot.config import load_bot_config
from coffee_daemon import ProcessManager, Store, begin_log, system_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.config import BotConfig
    from coffee_daemon import Clock

__all__ = ["Bot", "build_app", "run_bot"]


def build_app(
    config: BotConfig,
    *,
    store: Store,
    process: ProcessManager | None = None,
    clock: Clock | None = None,
) -> Bot:
    """Build a bot; nothing is opened or asked before its `start`.

    Args:
        config: All settings.
        store: The record; the caller closes it after the bot's `stop`.
        process: Controls the daemon; made from the settings unless given.
        clock: The host's own unless given.
    """
    clock = clock or system_clock()
    process = process or ProcessManager(config.daemon, clock=clock)
    return Bot(config, store=store, process=process, clock=clock)


def run_bot(environment: Mapping[str, str]) -> int:
    """Run the bot in the foreground until a signal; return the exit code.

    Raises:
        CoffeeError: It cannot work; the message says why and what to do.
    """
    config = load_bot_config(environment)
    begin_log(logging.WARNING, "%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("coffee_bot").setLevel(logging.INFO)
    clock = system_clock()
    with Store.open(config.daemon.database, clock=clock) as store:
        build_app(config, store=store, clock=clock).run()
    return 0
