"""Where people's clocks stand, and where they are spoken to directly: Slack is asked now and then.

Facts: https://docs.slack.dev/reference/methods/users.info (scope `users:read`) tells `tz`, the
zone's name, and `tz_offset`, seconds east of Greenwich; https://docs.slack.dev/reference/methods/
conversations.open (scope `im:write`) gives the direct conversation, in which alone can be read
back what was posted to somebody.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from coffee_bot.calling import CALL_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_daemon import Clock, Contact, Store

log = logging.getLogger(__name__)

#: How long Slack's word is believed: somebody who travels is reached by the new clock next day.
BELIEVED_FOR = timedelta(hours=12)
#: After a call that failed nobody asks again for so long; questions must not wait for that.
AGAIN_SECONDS = 600.0


@dataclass
class Whereabouts:
    """Asks Slack where somebody is, and keeps the answer."""

    store: Store
    clock: Clock
    #: Returns the `user` object of `users.info` for an id; may raise.
    lookup: Callable[[str], Mapping[str, Any]]
    #: Returns the id of the direct conversation with somebody; may raise.
    direct: Callable[[str], str]
    _again: dict[str, float] = field(default_factory=dict)

    def locate(self, contact: Contact) -> Contact:
        """Return the contact with the zone, or as it is when Slack does not say."""
        if not self._is_due(contact):
            return contact
        try:
            user = self.lookup(contact.id)
        except CALL_ERRORS as error:
            self._again[contact.id] = self.clock.monotonic() + AGAIN_SECONDS
            log.warning("Where is %s? %s", contact.id, error, extra={"action": "whereabouts"})
            return contact
        offset = user.get("tz_offset")
        return self.store.contacts.locate(
            contact.id,
            zone=str(user.get("tz") or ""),
            offset=offset if isinstance(offset, int) else None,
        )

    def speak(self, contact: Contact) -> Contact:
        """Return the contact with the direct conversation, or as it is when Slack opens none."""
        if contact.direct:
            return contact
        try:
            direct = self.direct(contact.id)
        except CALL_ERRORS as error:
            log.warning("No conversation with %s: %s", contact.id, error, extra={"action": "speak"})
            return contact
        return self.store.contacts.set_direct(contact.id, direct)

    def _is_due(self, contact: Contact) -> bool:
        at = contact.located_at
        if at is not None and timedelta(0) <= self.clock.now() - at < BELIEVED_FOR:
            return False
        return self.clock.monotonic() >= self._again.get(contact.id, 0.0)
