"""Homes: published when somebody opens theirs, and again while they look and something changes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot import blocks
from coffee_bot.access import Denied
from coffee_bot.calling import CALL_ERRORS
from coffee_bot.delivery import Fate, judge
from coffee_bot.intent import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_sdk import WebClient

    from coffee_bot.access import Access
    from coffee_bot.blocks import Overview
    from coffee_bot.home.lookers import Looker, Lookers
    from coffee_bot.home.reading import Reading
    from coffee_bot.intent import Message
    from coffee_daemon import Clock

log = logging.getLogger(__name__)

#: The least time between two rounds that only keep Homes up to date.
ROUND_SECONDS = 3.0
#: What each of them adds to that: Slack takes some 100 views a minute.
EACH_SECONDS = 1.0
#: Waited after a call whose outcome is not clear.
AGAIN_SECONDS = 5.0
#: Slack's word for a view that was published by somebody else meanwhile.
_CONFLICT = "hash_conflict"


@dataclass
class Homes:
    """Shows each looker the Home. `work()` is called by one thread, the rest by any.

    A view is published over the one that it was made to follow, by its hash, so that an older one
    never takes the place of a newer one. Whoever looked when an earlier bot ended is shown theirs
    anew by the next one.
    """

    client: WebClient
    reading: Reading
    lookers: Lookers
    access: Access
    clock: Clock
    command: str
    #: Has `work()` called soon.
    wake: Callable[[], object]
    #: Until when others than those who wait are left as they are, on the monotonic clock.
    _rest: float = 0.0
    #: Until when Slack wants no views at all.
    _held_off: float = 0.0

    def opened(self, event: Mapping[str, Any]) -> None:
        """Take Slack's word that somebody opened a tab of ours."""
        if event.get("tab") == "home":
            view = event.get("view")
            seen = view.get("hash") if isinstance(view, dict) else None
            self._looks(event.get("user"), seen)

    def pressed(self, user: str, seen: str, told: Message | None) -> None:
        """Show somebody what became of a press in the Home; `seen` is the hash of their view."""
        self._looks(user, seen, told)

    def work(self) -> float | None:
        """Publish what is due; return seconds until there may be more, None for when woken."""
        self.lookers.recall()
        now, lookers = self.clock.monotonic(), self.lookers.there()
        self.lookers.keep()
        if not lookers:
            return None
        if now < self._held_off:
            return self._held_off - now
        resting = now < self._rest
        wanted = [one for one in lookers if one.due or not resting]
        published = self._round(wanted) if wanted else 0
        if not resting:
            self._rest = now + ROUND_SECONDS + EACH_SECONDS * published
        left = self._waiting()
        return self._rest - now if resting and left is None else left

    def _looks(self, user: object, seen: object, told: Message | None = None) -> None:
        if isinstance(user, str) and user:
            self.lookers.looks(user, seen if isinstance(seen, str) else "", told)
            self.wake()

    def _round(self, lookers: list[Looker]) -> int:
        """Show all of them the same state of things; return how many calls that took."""
        seen = self.reading.overview()
        return sum(self._show(one, seen) for one in lookers)

    def _show(self, looker: Looker, seen: Overview) -> bool:
        """Publish a Home unless it would be the same again; return whether that was called for."""
        view = self._view(looker, seen)
        shown = hash(repr(view))
        if looker.shown == shown:
            self.lookers.published(looker, seen=looker.hash, shown=shown)
            return False
        try:
            answer = self.client.views_publish(
                user_id=looker.user, view=dict(view), hash=looker.hash or None
            )
        except CALL_ERRORS as error:
            self._failed(looker, error)
        else:
            self.lookers.published(looker, seen=str(answer["view"]["hash"]), shown=shown)
        return True

    def _view(self, looker: Looker, seen: Overview) -> Mapping[str, Any]:
        found = self.access.check(looker.user, Role.VIEWER)
        if isinstance(found, Denied):
            return blocks.no_home(found.reason)
        role = self.access.standing(looker.user).role
        return blocks.home(seen, role, user=looker.user, told=looker.told, command=self.command)

    def _failed(self, looker: Looker, error: Exception) -> None:
        verdict = judge(error)
        if verdict.fate in {Fate.LATER, Fate.UNCLEAR}:
            wait = verdict.wait.total_seconds() if verdict.wait else AGAIN_SECONDS
            self._held_off = self.clock.monotonic() + wait
        elif verdict.reason != _CONFLICT:
            log.warning("A Home is not shown: %s", verdict.reason, extra={"action": "home"})
            self.lookers.gone(looker)
            return
        # Whatever is there now is older than what is read from the record after it.
        self.lookers.anew(looker)

    def _waiting(self) -> float | None:
        """Seconds until somebody who still waits can be served; None when nobody does."""
        if not any(one.due for one in self.lookers.there()):
            return None
        return max(0.0, self._held_off - self.clock.monotonic())
