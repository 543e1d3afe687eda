"""Writing down what somebody had done."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_daemon import StoreTrouble

if TYPE_CHECKING:
    from coffee_daemon import Person, Store, Via

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Noting:
    """Writes acts down. What was done stays done, even when it cannot be written down."""

    store: Store

    def __call__(
        self, who: Person, verb: str, target: str, via: Via, outcome: str, detail: str = ""
    ) -> None:
        """Write down who did what to whom, from where, and what came of it."""
        try:
            self.store.audit.add(who, verb, target, via, outcome, detail)
        except StoreTrouble as error:
            log.warning(
                "%s by %s is not in the audit: %s", verb, who.id, error, extra={"action": verb}
            )
