"""Writing, changing and marking messages: what people and the app have in common.

Each function changes the state and sends the events that Slack would send.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox import wire
from coffee_bot.sandbox.events import emit
from coffee_bot.sandbox.ids import BOT_ID, BOT_USER_ID
from coffee_bot.sandbox.markup import mentions, pings
from coffee_bot.sandbox.nouns import Message, Ping, Reaction

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack


def as_app(channel: str, text: str, **more: object) -> Message:
    """Draft a message of our bot; `post` gives it its time."""
    draft = Message(channel=channel, ts="", user=BOT_USER_ID, text=text, bot_id=BOT_ID)
    # Callers name fields of Message; replace() checks the names.
    return replace(draft, **more)  # type: ignore[arg-type]


def post(slack: Slack, draft: Message, *, link_names: bool = False) -> Message:
    """Store a drafted message under a new time and tell the app of it."""
    item = replace(draft, ts=slack.stamp())
    if item.bot_id == BOT_ID:
        _note_pings(slack, item, link_names=link_names)
    if item.ephemeral_for:
        slack.state.ephemerals.append(item)
    else:
        slack.state.logs[item.channel].add(item)
        _tell_message(slack, item)
    slack.state.changed()
    return item


def edit(slack: Slack, before: Message, after: Message) -> Message:
    """Replace a message by its new version, both of the same time."""
    if after.bot_id == BOT_ID:
        _note_pings(slack, after, by_edit=True)
    if after.ephemeral_for:
        slack.state.ephemerals[slack.state.ephemerals.index(before)] = after
    else:
        slack.state.logs[after.channel].swap(after)
        changed = {"message": _bare(slack, after), "previous_message": _bare(slack, before)}
        _tell(slack, after.channel, {"subtype": "message_changed", "hidden": True, **changed})
    slack.state.changed()
    return after


def delete(slack: Slack, item: Message) -> None:
    """Remove a message; people who never saw an ephemeral one are not told."""
    if item.ephemeral_for:
        slack.state.ephemerals.remove(item)
    else:
        before = _bare(slack, item)
        log = slack.state.logs[item.channel]
        log.remove(item.ts)
        if tombstone := log.get(item.ts):
            # A parent with replies does not vanish: Slack tells of a change, not of a deletion.
            gone = {"subtype": "message_changed", "message": _bare(slack, tombstone)}
        else:
            gone = {"subtype": "message_deleted", "deleted_ts": item.ts}
        _tell(slack, item.channel, {**gone, "hidden": True, "previous_message": before})
    slack.state.changed()


def react(slack: Slack, item: Message, user: str, name: str, *, remove: bool) -> bool:
    """Add or take away one person's emoji; False when there is nothing to do."""
    users = next((one.users for one in item.reactions if one.name == name), ())
    if (user in users) is not remove:
        return False
    wanted = tuple(one for one in users if one != user) if remove else (*users, user)
    kept = [
        Reaction(name=one.name, users=wanted if one.name == name else one.users)
        for one in item.reactions
    ]
    if not users:
        kept.append(Reaction(name=name, users=wanted))
    reactions = tuple(one for one in kept if one.users)
    slack.state.logs[item.channel].swap(replace(item, reactions=reactions))
    _tell_reaction(slack, item, user, name, "reaction_removed" if remove else "reaction_added")
    slack.state.changed()
    return True


def _tell_message(slack: Slack, item: Message) -> None:
    body = _bare(slack, item)
    _tell(slack, item.channel, body)
    channel = slack.state.channels[item.channel]
    if channel.is_im or item.user == BOT_USER_ID or not mentions(item.text, BOT_USER_ID):
        return
    keys = ("user", "text", "ts", "team", "thread_ts", "blocks", "client_msg_id", "files")
    event = {key: body[key] for key in keys if key in body}
    event |= {"type": "app_mention", "channel": item.channel, "event_ts": item.ts}
    emit(slack, event, subscription="app_mention", channel=channel)


def _tell(slack: Slack, channel_id: str, body: Json) -> None:
    channel = slack.state.channels[channel_id]
    event = {"type": "message", "channel": channel_id, "channel_type": channel.kind, **body}
    event.setdefault("ts", slack.stamp())
    event["event_ts"] = event["ts"]
    emit(slack, event, subscription=f"message.{channel.family}", channel=channel)


def _tell_reaction(slack: Slack, item: Message, user: str, name: str, kind: str) -> None:
    event = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": item.channel, "ts": item.ts},
        "item_user": item.user,
        "event_ts": slack.stamp(),
    }
    emit(slack, event, subscription=kind, channel=slack.state.channels[item.channel])


def _bare(slack: Slack, item: Message) -> Json:
    return wire.message(slack.state, item)


def _note_pings(
    slack: Slack, item: Message, *, link_names: bool = False, by_edit: bool = False
) -> None:
    for kind, target in pings(item.text, item.blocks, link_names=link_names):
        ping = Ping(kind=kind, target=target, channel=item.channel, ts=item.ts, by_edit=by_edit)
        slack.state.pings.append(ping)
