"""Which channels may be posted into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coffee_bot.delivery.line import Line
    from coffee_daemon import Clock

#: How long what Slack said about a channel is believed.
BELIEVED_SECONDS = 300.0

EXTERNAL = "it is shared with another organisation; set COFFEE_ALLOW_EXTERNAL=1 if that is intended"


@dataclass
class Door:
    """Keeps posts out of channels that people of other organisations read."""

    line: Line
    clock: Clock
    allow_external: bool
    _known: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def refusal(self, channel: str) -> str | None:
        """Say why a channel must not be posted into, or None when it may.

        Raises whatever the call raises: unknown means no.
        """
        # A direct conversation, by its own id or by the person's.
        if self.allow_external or channel.startswith(("D", "U", "W")):
            return None
        return EXTERNAL if self._is_external(channel) else None

    def _is_external(self, channel: str) -> bool:
        now = self.clock.monotonic()
        asked_at, external = self._known.get(channel, (None, False))
        if asked_at is None or now - asked_at > BELIEVED_SECONDS:
            external = self.line.is_external(channel)
            self._known[channel] = (now, external)
        return external
