"""The calls that put posts before people, and the one that looks whether they are there."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slack_sdk import WebClient

    from coffee_daemon import Post

#: Names our metadata; Slack shows it to every app of the workspace, so it carries no secrets.
EVENT_TYPE = "coffee_post"
#: How much earlier than our own clock says we look for a post: clocks of two hosts differ.
CLOCK_MARGIN = timedelta(minutes=15)
_PAGE = 200


@dataclass(frozen=True)
class Copy:
    """A message that bears a key of ours."""

    ts: str
    _: KW_ONLY
    #: Whether people have begun a thread below it.
    has_replies: bool = False


@dataclass(frozen=True)
class Line:
    """One Web API client, which must be built with `retry_handlers=[]`.

    The SDK's default client silently sends a message twice when a connection breaks.
    Every method raises what `outcomes.CALL_ERRORS` lists.
    """

    client: WebClient
    #: Our own bot's id; another app's message with our metadata is not ours.
    bot_id: str = ""

    def post(self, post: Post) -> str:
        """Post a message that carries its key, and return its ts."""
        answer = self.client.chat_postMessage(
            channel=post.channel,
            text=post.text,
            blocks=_named(post),
            thread_ts=post.thread_ts,
            metadata=_metadata(post),
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    def edit(self, post: Post) -> None:
        """Bring a message that is shown to its wanted version; may be repeated."""
        self.client.chat_update(
            channel=post.channel,
            ts=str(post.ts),
            text=post.text,
            blocks=_named(post) or [],
            metadata=_metadata(post),
            link_names=False,
        )

    def react(self, post: Post) -> None:
        """Put a reaction on a message, or take ours away; may be repeated."""
        mark = {"channel": post.channel, "timestamp": str(post.target_ts)}
        if post.text.startswith("-"):
            self.client.reactions_remove(name=post.text.removeprefix("-"), **mark)
        else:
            self.client.reactions_add(name=post.text, **mark)

    def whisper(self, post: Post) -> None:
        """Show a message to one person only. Slack does not promise that it arrives."""
        self.client.chat_postEphemeral(
            channel=post.channel,
            user=str(post.user),
            text=post.text,
            blocks=_named(post),
            thread_ts=post.thread_ts,
            link_names=False,
        )

    def is_external(self, channel: str) -> bool:
        """Whether people of another organisation read this channel, or are about to."""
        about = self.client.conversations_info(channel=channel)["channel"]
        return bool(about.get("is_ext_shared") or about.get("is_pending_ext_shared"))

    def remove(self, channel: str, ts: str) -> None:
        """Delete a message of ours."""
        self.client.chat_delete(channel=channel, ts=ts)

    def shown_since(
        self, channel: str, thread_ts: str | None, since: datetime
    ) -> Mapping[str, list[Copy]]:
        """Read a channel, or one thread, completely, and return our messages by their keys.

        Those of one key stand oldest first; there should be one. An error anywhere makes the
        whole reading an error: half a reading proves nothing.
        """
        found: dict[str, list[Copy]] = {}
        for message in self._messages(channel, thread_ts, since - CLOCK_MARGIN):
            key = _key_of(message)
            if key is not None and self._is_ours(message):
                copy = Copy(
                    str(message.get("ts", "")), has_replies=bool(message.get("reply_count"))
                )
                found.setdefault(key, []).append(copy)
        return {key: sorted(copies, key=lambda one: one.ts) for key, copies in found.items()}

    def _messages(
        self, channel: str, thread_ts: str | None, oldest: datetime
    ) -> Iterator[Mapping[str, Any]]:
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{oldest.astimezone(UTC).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        if thread_ts is not None:
            asked["ts"] = thread_ts
        read = self.client.conversations_history if thread_ts is None else self._replies
        while True:
            page = read(**asked)
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            asked["cursor"] = cursor

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        return not self.bot_id or message.get("bot_id") == self.bot_id

    def _replies(self, **asked: Any) -> Any:
        return self.client.conversations_replies(**asked)


def _metadata(post: Post) -> dict[str, Any]:
    return {
        "event_type": EVENT_TYPE,
        "event_payload": {"key": post.key, "version": post.wanted_version},
    }


def _named(post: Post) -> list[dict[str, Any]] | None:
    """The blocks, the first of which names the post and its version.

    Slack wants a new block id whenever a message's content changes.
    """
    if not post.blocks:
        return None
    first, *rest = (dict(block) for block in post.blocks)
    first.setdefault("block_id", f"{post.key}/{post.wanted_version}"[:255])
    return [first, *rest]


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None
