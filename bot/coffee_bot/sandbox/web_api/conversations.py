"""conversations.*: what channels there are, who is in them, coming in. History is next door."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox import posting, wire
from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.events import emit
from coffee_bot.sandbox.ids import BOT_USER_ID
from coffee_bot.sandbox.nouns import Channel
from coffee_bot.sandbox.web_api.pages import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.sandbox.nouns import Json, User
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args

MOST_TOPIC = 250
_TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def info(slack: Slack, args: Args) -> Json:
    """Describe one. https://docs.slack.dev/reference/methods/conversations.info."""
    channel = args.channel()
    args.scope(f"{channel.family}:read")
    many = args.flag("include_num_members")
    return {"channel": wire.channel(slack.state, channel, num_members=many)}


def list_all(slack: Slack, args: Args) -> Json:
    """List them. https://docs.slack.dev/reference/methods/conversations.list."""
    families = set()
    for name in (args.text("types") or "public_channel").split(","):
        family = _TYPES.get(name.strip())
        if family is None:
            raise SlackError("invalid_types")
        args.scope(f"{family}:read")
        families.add(family)
    hidden = args.flag("exclude_archived")
    found = [
        wire.channel(slack.state, item, num_members=True)
        for item in slack.state.channels.values()
        if item.family in families
        and not (hidden and item.is_archived)
        and (item.family == "channels" or slack.state.bot_is_in(item))
    ]
    items, following = page(args, found, default=100)
    return {"channels": items, "response_metadata": {"next_cursor": following}}


def members(slack: Slack, args: Args) -> Json:
    """List who is in. https://docs.slack.dev/reference/methods/conversations.members."""
    del slack
    channel = args.channel()
    args.scope(f"{channel.family}:read")
    items, following = page(args, channel.members, default=100)
    return {"members": items, "response_metadata": {"next_cursor": following}}


def join(slack: Slack, args: Args) -> Json:
    """Enter a public channel. https://docs.slack.dev/reference/methods/conversations.join."""
    channel = args.channel()
    if channel.family != "channels":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if slack.state.bot_is_in(channel):
        body = wire.channel(slack.state, channel)
        return {"channel": body, "warning": "already_in_channel"}
    joined = add_member(slack, channel, BOT_USER_ID)
    return {"channel": wire.channel(slack.state, joined)}


def create(slack: Slack, name: str, members: Sequence[str], *, is_private: bool) -> Channel:
    """Make a new channel with these members, named by id or name."""
    channel = Channel(
        id=slack.mint.next("C"),
        name=name,
        created=int(slack.now()),
        is_private=is_private,
        members=tuple(slack.state.user(one).id for one in members),
    )
    slack.state.add_channel(channel)
    slack.state.changed()
    return channel


def add_member(slack: Slack, channel: Channel, user: str) -> Channel:
    """Put a user into a channel, and tell the app if it is there.

    Somebody from another workspace makes it an externally shared channel.
    """
    shared = channel.is_ext_shared or slack.state.users[user].is_stranger
    joined = replace(channel, members=(*channel.members, user), is_ext_shared=shared)
    slack.state.channels[channel.id] = joined
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": slack.state.team_id,
        "event_ts": slack.stamp(),
    }
    emit(slack, event, subscription="member_joined_channel", channel=joined)
    slack.state.changed()
    return joined


def open_im(slack: Slack, args: Args) -> Json:
    """Open a direct message. https://docs.slack.dev/reference/methods/conversations.open."""
    if channel_id := args.text("channel"):
        channel = args.channel()
        return {"channel": {"id": channel_id}, "already_open": channel.is_im}
    wanted = [one for one in args.text("users").split(",") if one]
    if len(wanted) != 1:
        raise SlackError("users_list_not_supplied" if not wanted else "not_enough_users")
    user = slack.state.users.get(wanted[0])
    if user is None:
        raise SlackError("user_not_found")
    channel = im_for(slack, user)
    full = args.flag("return_im")
    return {"channel": wire.channel(slack.state, channel) if full else {"id": channel.id}}


def im_for(slack: Slack, user: User) -> Channel:
    """Return the direct message with `user`, opened if need be.

    Raises:
        SlackError: When that user is a bot or has left.
    """
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    if user.deleted:
        raise SlackError("user_disabled")
    found = slack.state.im_with(user.id)
    if found is None:
        found = Channel(
            id=slack.mint.next("D"),
            name=user.name,
            created=int(slack.now()),
            im_user=user.id,
            members=(user.id, BOT_USER_ID),
        )
        slack.state.add_channel(found)
        slack.state.changed()
    return found


def set_topic(slack: Slack, args: Args) -> Json:
    """Change the topic. https://docs.slack.dev/reference/methods/conversations.setTopic."""
    channel = args.channel()
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    args.scope(f"{channel.family}:write.topic")
    args.member_of(channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    topic = args.text("topic")
    if len(topic) > MOST_TOPIC:
        raise SlackError("too_long")
    changed = replace(channel, topic=topic)
    slack.state.channels[channel.id] = changed
    note = posting.as_app(channel.id, f"set the channel topic: {topic}", subtype="channel_topic")
    posting.post(slack, note)
    return {"channel": wire.channel(slack.state, changed)}
