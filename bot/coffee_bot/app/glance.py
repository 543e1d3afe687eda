"""Whether there is anything to look at, so that a bot with nothing to do does nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from coffee_daemon import DaemonState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon import DaemonStatus, Store


#: What is another at each heartbeat.
_FIGURES: Mapping[str, Any] = {
    "last_heartbeat": None,
    "uptime": None,
    "last_output_at": None,
    "output_age": None,
    "cpu_percent": 0.0,
    "memory_mb": 0.0,
}


@dataclass
class Glance:
    """Compares the record, the daemon and the line with how they were."""

    store: Store
    _before: tuple[object, ...] = field(default=())

    def news(self, status: DaemonStatus | None, link: str) -> bool:
        """Whether something is another than at the last call; of a turn's ages it always is."""
        now = (self.store.change_marker(), status and _without_figures(status), link)
        before, self._before = self._before, now
        return now != before or (status is not None and status.state is DaemonState.WORKING)


def _without_figures(status: DaemonStatus) -> DaemonStatus:
    """What it does, without what grows by itself."""
    # The evidence tells the age of the last heartbeat; another reason comes by the record.
    return replace(status, evidence="", **_FIGURES)
