"""What people want of the daemon, kept where bot, CLI and daemon find it without a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_daemon.status import plain
from coffee_daemon.system import private_folder, read_small, write_private

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from coffee_daemon.config import Config


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The content of `wanted.json`."""

    wanted: bool = False
    #: Who said so last, by name; empty when nobody ever did.
    by: str = ""
    at: datetime | None = None
    #: No turn begins before; None while nobody has paused it.
    paused_until: datetime | None = None
    #: Who paused it, by name.
    paused_by: str = ""
    #: Until then one task alone begins turns, or until it has ended; None while nobody wants that.
    focus_until: datetime | None = None
    #: Who wants it, by name, and since when.
    focus_by: str = ""
    focus_at: datetime | None = None
    #: The task; None: the first that has begun since.
    focus_task: int | None = None
    #: Why the watch stopped restarting it; None while it has not. A person's start clears it.
    gave_up: str | None = None


def wish_file(config: Config) -> Path:
    """Where the wish is kept."""
    return config.state / "wanted.json"


def read_wish(config: Config) -> Wish:
    """The present wish; that of nobody when there is none, or none that can be read."""
    try:
        raw = read_small(wish_file(config))
        return Wish() if raw is None else plain.load(Wish, raw)
    except (OSError, ValueError):
        return Wish()


def write_wish(config: Config, wish: Wish) -> None:
    """Keep a wish.

    Raises:
        OSError: It cannot be written.
        BadConfig: The state folder cannot be used.
    """
    private_folder(config.state)
    write_private(wish_file(config), plain.dump(wish))
