"""What Slack tells of channels (another name or id, archived and back) and of user groups."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.channel import Channel

log = logging.getLogger(__name__)

#: Slack's own word for a post that an archived channel refuses.
ARCHIVED = "is_archived"


@dataclass(frozen=True, kw_only=True)
class ChannelNews:
    """Takes these events at once, before Slack is told: each may come again without harm.

    Facts: https://docs.slack.dev/reference/events/channel_id_changed and its neighbours;
    `group_*` is the same about private channels.
    """

    channel: Channel
    #: Says that a channel takes no posts, and why.
    refused: Callable[[str, str], object]
    #: Says that a channel takes posts again.
    mended: Callable[[str], object]
    #: Says that other people may be in a user group now.
    regrouped: Callable[[str], object] = lambda _group: None

    def take(self, event: Mapping[str, Any]) -> bool:
        """Take an event about a channel or group; false when it is about something else.

        Raises:
            StoreTrouble: It could not be noted, so Slack must not be told that it was.
        """
        what = str(event.get("type") or "").removeprefix("channel_").removeprefix("group_")
        taken = {
            "rename": self._renamed,
            "archive": self._archived,
            "unarchive": self._back,
            "id_changed": self._changed,
            "subteam_members_changed": self._regrouped,
            "subteam_updated": self._regrouped,
        }.get(what)
        if taken is None:
            return False
        taken(event)
        return True

    def _renamed(self, event: Mapping[str, Any]) -> None:
        about = event.get("channel")
        if isinstance(about, dict) and about.get("id"):
            self.channel.rename(str(about["id"]), str(about.get("name") or ""))

    def _archived(self, event: Mapping[str, Any]) -> None:
        if event.get("channel") == self.channel.id:
            log.warning("The channel was archived; what is to be said there is kept.")
            self.refused(self.channel.id, ARCHIVED)

    def _back(self, event: Mapping[str, Any]) -> None:
        if event.get("channel"):
            self.mended(str(event["channel"]))

    def _regrouped(self, event: Mapping[str, Any]) -> None:
        about = event.get("subteam")
        group = about.get("id") if isinstance(about, dict) else event.get("subteam_id")
        if isinstance(group, str):
            self.regrouped(group)

    def _changed(self, event: Mapping[str, Any]) -> None:
        old, new = event.get("old_channel_id"), event.get("new_channel_id")
        if isinstance(old, str) and isinstance(new, str) and old and new and old != new:
            log.info("The channel %s is %s now.", old, new, extra={"action": "channel_id"})
            self.channel.follow(old, new)
            # What the old id refused before this was told is tried under the new one.
            for one in (old, new):
                self.mended(one)
