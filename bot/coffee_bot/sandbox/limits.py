"""How often a method may be called: Slack's tiers, and one message a second and channel.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Calls per minute and method.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}

#: Methods that are not in the default tier 3.
METHOD_TIERS = {
    "conversations.list": 2,
    "conversations.setTopic": 3,
    "pins.add": 2,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.list": 2,
    "users.info": 4,
    "chat.postEphemeral": 4,
    "conversations.members": 4,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "files.info": 4,
    "views.open": 4,
    "views.push": 4,
    "views.update": 4,
    "views.publish": 4,
}

#: Methods that Slack limits in ways of their own, or hardly at all.
UNTIERED = frozenset({"api.test", "auth.test", "chat.getPermalink"})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The rates. A call past them gets HTTP 429 with `Retry-After`."""

    #: Multiplies every tier; below 1 is stricter than Slack.
    tier_factor: float = 1.0
    #: `chat.postMessage` per second and channel.
    posts_per_second: float = 1.0
    #: Messages that a quiet channel takes at once; Slack allows "short bursts", size unknown.
    post_burst: int = 4
    #: Scheduled messages per five minutes and channel.
    scheduled_per_five_minutes: int = 30


class Bucket:
    """A token bucket on a clock of the caller's."""

    def __init__(self, *, size: float, per_second: float, now: float) -> None:
        self._size = size
        self._per_second = per_second
        self._left = size
        self._at = now

    def take(self, now: float) -> int:
        """Take one token; return 0, or the whole seconds to wait for the next."""
        self._left = min(self._size, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return max(1, math.ceil((1 - self._left) / self._per_second))


class Limiter:
    """All buckets of one app in one workspace."""

    def __init__(self, limits: Limits | None) -> None:
        self._limits = limits
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def wait(self, method: str, channel: str, now: float) -> int:
        """Count a call; return 0 when it may pass, else the seconds for `Retry-After`."""
        if self._limits is None or method in UNTIERED:
            return 0
        per_channel = method in {"chat.postMessage", "chat.scheduleMessage"}
        key = (method, channel if per_channel else "")
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = self._bucket(self._limits, method, now)
        return bucket.take(now)

    @staticmethod
    def _bucket(limits: Limits, method: str, now: float) -> Bucket:
        if method == "chat.postMessage":
            return Bucket(size=limits.post_burst, per_second=limits.posts_per_second, now=now)
        if method == "chat.scheduleMessage":
            size = limits.scheduled_per_five_minutes
            return Bucket(size=size, per_second=size / 300, now=now)
        calls = TIERS[METHOD_TIERS.get(method, 3)] * limits.tier_factor
        return Bucket(size=calls, per_second=calls / 60, now=now)
