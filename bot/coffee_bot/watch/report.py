"""`bot_status.json`: what others may know of the bot without asking it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_daemon import Identity, write_private

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from coffee_daemon import Clock
    from coffee_daemon import Config as DaemonConfig


@dataclass(frozen=True)
class BotReport:
    """Writes the file of the state folder, atomically and for this user only."""

    config: DaemonConfig
    clock: Clock

    def write(
        self,
        *,
        link: str,
        silence: float,
        troubles: Mapping[str, str] | None = None,
        shared: bool = False,
        since: datetime | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        """Write down how the bot is.

        Args:
            link: The state of the line to Slack.
            silence: Seconds since Slack's last sign of life.
            troubles: Why a channel refuses us, by channel.
            shared: Others use connections of the same app.
            since: When the line came into that state.
            notes: What a person should know, in sentences.
        """
        own = Identity.own()
        told = {
            "pid": own.pid,
            "process_start": own.start,
            "boot_id": own.boot_id,
            "link": link,
            "link_since": since.isoformat() if since else None,
            "last_pong_age": round(silence, 1),
            "troubles": dict(troubles or {}),
            "shared_connections": shared,
            "notes": [*notes, *(_held(*one) for one in (troubles or {}).items())],
            "watching": [self.config.name],
            "last_updated": self.clock.now().isoformat(),
        }
        write_private(self._path, json.dumps(told), durable=False)

    def remove(self) -> None:
        """Take the file away at an orderly end: nothing watches any more.

        What is no file is none of ours, and stays.
        """
        if self._path.is_file() or self._path.is_symlink():
            self._path.unlink()

    @property
    def _path(self) -> Path:
        return self.config.home / "bot_status.json"


def _held(channel: str, reason: str) -> str:
    return f"it cannot post in the channel {channel}: {reason}; what it has to say is kept"
