"""How rooms wake each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class Bells:
    """What rooms say to the bot that they are in. All are safe from any thread."""

    #: There may be something to take in or to post.
    wake: Callable[[], object]
    #: The daemon should be looked at too.
    look: Callable[[], object]
    #: Events may have been missed.
    missed: Callable[[], object]
    #: The line to Slack is in another state.
    changed: Callable[[], object]
    #: Somebody waits for the Home.
    home: Callable[[], object]
    #: Whether the bot is about to end; asked between two posts.
    stopping: Callable[[], bool]
