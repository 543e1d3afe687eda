"""Who looks at the Home: the latest few, for an hour."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coffee_bot.intent import Message
    from coffee_daemon import Clock, Store

#: Slack does not say when somebody looks away.
LOOKS_FOR = timedelta(hours=1)
#: More people than these are not kept up to date; whoever opens the Home again is.
MOST_LOOKERS = 20


@dataclass(frozen=True, kw_only=True)
class Looker:
    """Somebody who has the Home before their eyes, as far as is known."""

    user: str
    #: Seconds on the boot clock: when they last opened it or pressed something.
    at: float
    #: Which view they see, in Slack's word for it; empty when that is not known.
    hash: str = ""
    #: What was published, to tell whether it would be the same again; None for nothing of ours.
    shown: int | None = None
    #: What became of their last press.
    told: Message | None = None
    #: They wait for it: they have just opened it, or pressed.
    due: bool = True


@dataclass
class Lookers:
    """Those who looked lately. Safe from any thread but for `recall` and `keep`.

    Who they are is kept, for a bot that is started again while they look.
    """

    clock: Clock
    store: Store
    #: Whose Home it is.
    daemon: str
    #: Who is kept, with when they looked last; None before it was read.
    _kept: dict[str, float] | None = None
    _known: dict[str, Looker] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def looks(self, user: str, seen: str, told: Message | None = None) -> None:
        """Somebody opened the Home or pressed in it; `seen` is the hash of what they saw."""
        now = self.clock.boot()
        with self._lock:
            known = self._known.pop(user, None) or Looker(user=user, at=now, hash=seen)
            # They see something else than was published last: it is published once more.
            shown = known.shown if seen in {"", known.hash} else None
            self._known[user] = replace(known, at=now, shown=shown, told=told, due=True)
            while len(self._known) > MOST_LOOKERS:
                del self._known[next(iter(self._known))]

    def recall(self) -> None:
        """Know those again who looked when an earlier bot ended; what they see is not known."""
        if self._kept is not None:
            return
        kept: dict[str, str] = json.loads(self.store.facts.get(self._fact) or "{}")
        now, boot = self.clock.now(), self.clock.boot()
        ago = {
            user: (now - datetime.fromisoformat(at)).total_seconds() for user, at in kept.items()
        }
        self._kept = {user: boot - max(0.0, seconds) for user, seconds in ago.items()}
        with self._lock:
            earlier = {user: Looker(user=user, at=at) for user, at in self._kept.items()}
            self._known = earlier | self._known

    def keep(self) -> None:
        """Have them known to the next bot, if that is news."""
        with self._lock:
            known = {user: one.at for user, one in self._known.items()}
        if known == self._kept:
            return
        now, boot = self.clock.now(), self.clock.boot()
        at = {user: now - timedelta(seconds=boot - seen) for user, seen in known.items()}
        kept = {user: moment.isoformat() for user, moment in at.items()}
        self.store.facts.keep(self._fact, json.dumps(kept))
        self._kept = known

    @property
    def _fact(self) -> str:
        return f"home:{self.daemon}"

    def there(self) -> list[Looker]:
        """Those who still look; whoever waits comes first, then in the order of their coming."""
        oldest = self.clock.boot() - LOOKS_FOR.total_seconds()
        with self._lock:
            self._known = {user: one for user, one in self._known.items() if one.at >= oldest}
            return sorted(self._known.values(), key=lambda one: not one.due)

    def published(self, looker: Looker, *, seen: str, shown: int | None) -> None:
        """They see this now; `looker` is what was known of them when it was made."""
        with self._lock:
            now = self._known.get(looker.user)
            if now is not None:
                due = now.due and now != looker
                self._known[looker.user] = replace(now, hash=seen, shown=shown, due=due)

    def anew(self, looker: Looker) -> None:
        """What they see is not known any more, and is to be replaced whatever it is."""
        with self._lock:
            now = self._known.get(looker.user)
            if now is not None:
                self._known[looker.user] = replace(now, hash="", shown=None, due=True)

    def gone(self, looker: Looker) -> None:
        """Slack does not show it to them."""
        with self._lock:
            self._known.pop(looker.user, None)
