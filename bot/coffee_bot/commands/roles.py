"""Who may do what, and who did what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.access import SETTINGS, given
from coffee_bot.intent import Reply
from coffee_daemon import acts_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.access import Access
    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Intent
    from coffee_daemon import Person, Store, Via

#: How many acts an answer shows.
_SHOWN = 20


@dataclass(frozen=True)
class Roles:
    """Carries out `roles` and `audit`. Nothing here changes a role: only the settings do."""

    config: BotConfig
    store: Store
    access: Access

    @property
    def verbs(self) -> Mapping[str, Callable[[Intent, Person, Via, str], Reply]]:
        """What carries each of its verbs out."""
        return {"roles": self._roles, "audit": self._audit}

    def _roles(self, _intent: Intent, who: Person, _via: Via, _source: str) -> Reply:
        has = self.access.standing(who.id)
        lists = {role: (SETTINGS[role][0], ids) for role, ids in given(self.config).items()}
        unread = {group: word for group, (_, word) in has.unread.items()}
        return Reply(message=blocks.roles(has.role, has.by, lists, unread))

    def _audit(self, _intent: Intent, _who: Person, _via: Via, _source: str) -> Reply:
        self.store.audit.take_in(acts_folder(self.config.daemon))
        found = self.store.audit.list(limit=_SHOWN + 1)
        return Reply(message=blocks.audit(found[:_SHOWN], more=len(found) > _SHOWN))
