"""conversations.history and conversations.replies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from coffee_bot.sandbox import wire
from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.ids import to_micros
from coffee_bot.sandbox.web_api.pages import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coffee_bot.sandbox.nouns import Channel, Json, Message
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args

_WORD = "next_ts"


@dataclass(frozen=True, kw_only=True)
class _Window:
    """The asked span of time in microseconds, both ends inclusive."""

    oldest: int
    latest: int | None

    def __contains__(self, micros: int) -> bool:
        return self.oldest <= micros and (self.latest is None or micros <= self.latest)


def history(slack: Slack, args: Args) -> Json:
    """Read a channel, newest first. https://docs.slack.dev/reference/methods/conversations.history."""
    channel = _readable(args)
    window = _window(args)
    if cursor := args.text("cursor"):
        window = _Window(oldest=window.oldest, latest=decode(cursor, _WORD))
    limit = args.number("limit", 100, most=999)
    found = list(islice(_down(slack, channel, window), limit + 1))
    return _page(slack, args, found, limit) | {"pin_count": _pins(slack, channel)}


def replies(slack: Slack, args: Args) -> Json:
    """Read a thread, the parent first, then oldest first.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    channel = _readable(args)
    log = slack.state.logs[channel.id]
    parent = log.get(args.text("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    window = _window(args)
    below = [one for one in log.replies(parent.ts) if to_micros(one.ts) in window]
    limit = args.number("limit", 1000, most=1000)
    if cursor := args.text("cursor"):
        start = decode(cursor, _WORD)
        rest = [one for one in below if to_micros(one.ts) >= start]
        return _page(slack, args, rest[: limit + 1], limit)
    return _page(slack, args, [parent, *below][: limit + 1], limit)


def _readable(args: Args) -> Channel:
    channel = args.channel()
    args.scope(f"{channel.family}:history")
    args.member_of(channel)
    return channel


def _window(args: Args) -> _Window:
    shift = 0 if args.flag("inclusive") else 1
    oldest, latest = args.text("oldest"), args.text("latest")
    try:
        return _Window(
            # From the beginning means from the beginning, inclusive or not.
            oldest=to_micros(oldest) + shift if oldest not in {"", "0"} else 0,
            latest=to_micros(latest) - shift if latest else None,
        )
    except ValueError as error:
        raise SlackError("invalid_ts_oldest" if oldest else "invalid_ts_latest") from error


def _down(slack: Slack, channel: Channel, window: _Window) -> Iterator[Message]:
    for item in slack.state.logs[channel.id].top():
        micros = to_micros(item.ts)
        if micros < window.oldest:
            return
        if micros in window:
            yield item


def _page(slack: Slack, args: Args, found: list[Message], limit: int) -> Json:
    more = len(found) > limit
    full = args.flag("include_all_metadata")
    answer: Json = {
        "messages": [wire.message(slack.state, one, metadata=full) for one in found[:limit]],
        "has_more": more,
    }
    if more:
        following = encode(_WORD, to_micros(found[limit].ts))
        answer["response_metadata"] = {"next_cursor": following}
    return answer


def _pins(slack: Slack, channel: Channel) -> int:
    return sum(one.pinned for one in slack.state.logs[channel.id].all())
