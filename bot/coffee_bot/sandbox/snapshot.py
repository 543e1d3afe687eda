"""The whole workspace as JSON, for the page and for tests in other languages; and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.sandbox import wire
from coffee_bot.sandbox.ids import BOT_USER_ID
from coffee_bot.sandbox.markup import unescape

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Channel, Json, Message, User
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.state import State


def everything(slack: Slack) -> Json:
    """Return all there is to see."""
    state = slack.state
    return {
        "version": state.version,
        "team": {"id": state.team_id, "name": state.team_name, "domain": state.team_domain},
        "bot": _user(state.users[BOT_USER_ID]),
        "users": [_user(one) for one in state.users.values()],
        "groups": [{"id": one.id, "handle": one.handle} for one in state.groups.values()],
        "channels": [_channel(one) for one in state.channels.values()],
        "messages": {
            channel: [_message(state, one) for one in state.visible(channel)]
            for channel in state.channels
        },
        "views": {user: [wire.view(one) for one in stack] for user, stack in state.modals.items()},
        "homes": {user: wire.view(one) for user, one in state.homes.items()},
        "app": {
            "home": slack.settings.home_enabled,
            "shortcuts": [vars(one) for one in slack.settings.shortcuts],
        },
    }


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_restricted": user.is_restricted,
        "is_stranger": user.is_stranger,
        "deleted": user.deleted,
        "tz": user.tz,
    }


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "user": channel.im_user,
        "topic": channel.topic,
        "members": list(channel.members),
    }


def _message(state: State, item: Message) -> Json:
    user = state.users[item.user]
    replies = state.logs[item.channel].replies(item.ts)
    return {
        "ts": item.ts,
        "user": item.user,
        "name": user.name,
        "is_bot": item.bot_id is not None,
        "text": item.text,
        "blocks": list(item.blocks),
        "files": [_file(one) for one in item.files],
        "subtype": item.subtype,
        "thread_ts": item.thread_ts,
        "broadcast": item.broadcast,
        "reply_count": len(replies),
        "latest_reply": replies[-1].ts if replies else None,
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "edited": item.edited_ts is not None,
        "reactions": [{"name": one.name, "users": list(one.users)} for one in item.reactions],
        "pinned": item.pinned,
        "ephemeral_for": item.ephemeral_for,
    }


def _file(item: Json) -> Json:
    """What the page needs of a file; it has no token to fetch the bytes as the app does."""
    keys = ("id", "name", "title", "mimetype", "size", "alt_txt")
    shown = {key: item[key] for key in keys if key in item}
    return {**shown, "url": f"/sandbox/files/{item['id']}"}


def transcript(state: State, channel: str) -> str:
    """Write a channel as text for people and golden files: threads indented, ephemerals marked."""
    lines = []
    for item in state.visible(channel):
        if item.thread_ts and not item.ephemeral_for:
            continue
        lines += _lines(state, item, "")
        if item.ephemeral_for is None:
            for reply in state.logs[channel].replies(item.ts):
                lines += _lines(state, reply, "    ")
    return "\n".join(lines)


def _lines(state: State, item: Message, indent: str) -> list[str]:
    name = state.users[item.user].name
    if item.ephemeral_for:
        name += f" (only {state.users[item.ephemeral_for].name} sees this)"
    edited = " (edited)" if item.edited_ts else ""
    bare = "[files]" if item.files else "[blocks]"
    first, *rest = (unescape(item.text) or bare).splitlines() or [""]
    lines = [f"{indent}{name}: {first}", *(f"{indent}  {line}" for line in rest)]
    lines[-1] += edited
    lines += [f"{indent}  [file {one['name']}]" for one in item.files]
    for one in item.reactions:
        who = ", ".join(state.users[user].name for user in one.users)
        lines.append(f"{indent}  :{one.name}: {who}")
    return lines
