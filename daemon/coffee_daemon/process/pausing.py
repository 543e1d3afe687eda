"""A person's pause: no turn begins before a time; the one that runs goes on to its end.

Also the end of a focus, which needs no record.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coffee_daemon.process.control import alone, unwritable
from coffee_daemon.status import Wish, read_wish, write_wish

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.config import Config
    from coffee_daemon.notifications import Person

_PATIENCE_SECONDS = 4.0


def pause(config: Config, until: datetime, who: Person) -> None:
    """Let the daemon begin no turn before `until`, running or not. Ring its bell afterwards.

    Raises:
        BadConfig: The state folder cannot be used.
        ProcessTrouble: It cannot be written.
    """
    change_wish(config, paused_until=until, paused_by=who.name)


def resume(config: Config, now: datetime) -> Wish | None:
    """End a pause; returns the wish as it was, or None when there was none to end.

    Raises:
        BadConfig: The state folder cannot be used.
        ProcessTrouble: It cannot be written.
    """
    before = change_wish(config, paused_until=None, paused_by="")
    paused = before.paused_until is not None and now < before.paused_until
    return before if paused else None


def unfocus(config: Config, now: datetime) -> Wish | None:
    """End a focus; returns the wish as it was, or None when there was none to end.

    Raises:
        BadConfig: The state folder cannot be used.
        ProcessTrouble: It cannot be written.
    """
    before = change_wish(config, focus_until=None, focus_by="", focus_at=None, focus_task=None)
    in_focus = before.focus_until is not None and now < before.focus_until
    return before if in_focus else None


def change_wish(config: Config, **changes: Any) -> Wish:
    """Change some of what people want; returns the wish as it was.

    Raises:
        BadConfig: The state folder cannot be used.
        ProcessTrouble: It cannot be written.
    """
    with alone(config, _PATIENCE_SECONDS):
        before = read_wish(config)
        try:
            write_wish(config, replace(before, **changes))
        except OSError as error:
            raise unwritable(config, error) from error
    return before
