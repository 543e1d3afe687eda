"""conversations.history and conversations.replies."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from coffee_bot.sandbox import wire
from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.faults import Effect, Moment
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
    """What of a channel this answer may show: microseconds, both ends inclusive."""

    oldest: int
    latest: int | None
    #: Messages in a page.
    limit: int
    #: Younger messages cannot be seen yet.
    newest: float

    def __contains__(self, micros: int) -> bool:
        below = self.latest is None or micros <= self.latest
        return self.oldest <= micros <= self.newest and below


def history(slack: Slack, args: Args) -> Json:
    """Read a channel, newest first. https://docs.slack.dev/reference/methods/conversations.history."""
    channel = _readable(args)
    window = _window(slack, args, "conversations.history", args.number("limit", 100, most=999))
    if cursor := args.text("cursor"):
        window = replace(window, latest=decode(cursor, _WORD))
    found = list(islice(_down(slack, channel, window), window.limit + 1))
    return _page(slack, args, found, window.limit) | {"pin_count": _pins(slack, channel)}


def replies(slack: Slack, args: Args) -> Json:
    """Read a thread, the parent first, then oldest first.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    channel = _readable(args)
    log = slack.state.logs[channel.id]
    window = _window(slack, args, "conversations.replies", args.number("limit", 1000, most=1000))
    parent = log.get(args.text("ts"))
    if parent is None or to_micros(parent.ts) > window.newest:
        raise SlackError("thread_not_found")
    below = [one for one in log.replies(parent.ts) if to_micros(one.ts) in window]
    if cursor := args.text("cursor"):
        start = decode(cursor, _WORD)
        rest = [one for one in below if to_micros(one.ts) >= start]
        return _page(slack, args, rest[: window.limit + 1], window.limit)
    return _page(slack, args, [parent, *below][: window.limit + 1], window.limit)


def _readable(args: Args) -> Channel:
    channel = args.channel()
    args.scope(f"{channel.family}:history")
    args.member_of(channel)
    return channel


def _window(slack: Slack, args: Args, method: str, limit: int) -> _Window:
    lag = slack.settings.history_lag
    fault = slack.faults.take(Moment.READ, method)
    if fault and fault.effect is Effect.LAG:
        lag = max(lag, fault.pause)
    elif fault and fault.effect is Effect.SHORT_PAGES:
        limit = min(limit, fault.size)
    shift = 0 if args.flag("inclusive") else 1
    oldest, latest = args.text("oldest"), args.text("latest")
    try:
        return _Window(
            # From the beginning means from the beginning, inclusive or not.
            oldest=to_micros(oldest) + shift if oldest not in {"", "0"} else 0,
            latest=to_micros(latest) - shift if latest else None,
            limit=limit,
            newest=(slack.now() - lag) * 1_000_000 if lag else math.inf,
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
