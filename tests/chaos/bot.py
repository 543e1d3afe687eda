"""`python -m chaos.bot NAME`: a bot that works by the strategy of that name."""

from __future__ import annotations

import logging
import os
import sys

from chaos.mutants import STRATEGIES
from chaos.points import DYING

from coffee_bot.app import build_app
from coffee_bot.config import load_bot_config
from coffee_daemon import system_clock


def main(name: str) -> int:
    """Run it until a signal, as `coffee bot` does."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("coffee_bot").setLevel(logging.INFO)
    strategy = {**STRATEGIES, **DYING}[name]
    config = strategy.settings(load_bot_config(os.environ))
    with strategy.store.open(config.daemon.database, clock=system_clock()) as store:
        build_app(config, store=store).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
