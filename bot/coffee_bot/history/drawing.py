"""Having the picture drawn, outside the bot's process."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from coffee_daemon import PICTURE_SLOT, phases, private_folder, run_bounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.config import BotConfig
    from coffee_daemon import History

log = logging.getLogger(__name__)

#: The first time a computer draws, its fonts are looked through.
SECONDS = 60.0
#: Dots of one day, and days of a title: what goes to the program has to fit into a pipe.
_MOST_WAITS = 60


def is_installed() -> bool:
    """Whether the extra `history` is there."""
    return find_spec("matplotlib") is not None


@dataclass(frozen=True)
class Painter:
    """Draws one picture at a time."""

    config: BotConfig
    stopping: Callable[[], bool] = lambda: False
    can_paint: Callable[[], bool] = is_installed
    _one: Lock = field(default_factory=Lock)

    def paint(self, past: History, title: str) -> bytes | None:
        """Return a PNG; None where it could not be drawn, which the log tells."""
        with self._one, tempfile.TemporaryDirectory(prefix="coffee-history-") as folder:
            path = Path(folder) / "history.png"
            code = self._run(json.dumps(_data(past, title)).encode(), path)
            if code == 0 and path.is_file():
                return path.read_bytes()
        how = "took too long" if code is None else f"ended with {code}"
        log.warning("Drawing the history %s.", how, extra={"action": "history"})
        return None

    def _run(self, data: bytes, path: Path) -> int | None:
        # Where matplotlib keeps what it knows of the fonts; the person's home may be out of reach.
        cache = private_folder(self.config.daemon.home / "matplotlib")
        environment = {**self.config.environment, "MPLCONFIGDIR": str(cache), "MPLBACKEND": "Agg"}
        argv = (sys.executable, "-m", "coffee_bot.history.draw", str(path))
        return run_bounded(argv, data, env=environment, seconds=SECONDS, stopping=self.stopping)


def _data(past: History, title: str) -> dict[str, Any]:
    shown = past.rows()
    return {
        "title": title,
        "sums": past.sums,
        "zone": past.figures.ends.astimezone().tzname() or "local time",
        "slot_hours": PICTURE_SLOT.total_seconds() / 3600,
        "legend": [[phase.letter, phase.words] for phase in phases(shown)],
        "days": [
            {
                "name": one.name,
                "slots": one.slots,
                "done": one.done,
                "waits": [round(wait.total_seconds()) for wait in one.waits[:_MOST_WAITS]],
            }
            for one in shown
        ],
    }
