"""Our nouns as Slack writes them in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.sandbox import zones
from coffee_bot.sandbox.ids import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Channel, Json, Message, User, View
    from coffee_bot.sandbox.state import Log, State


def message(state: State, item: Message, *, metadata: bool = True) -> Json:
    """Write a message as events, history and replies carry it.

    Without `metadata` only its `event_type` is shown, as `conversations.history` does by default.
    https://docs.slack.dev/reference/events/message
    """
    body: Json = {"type": "message", "user": item.user, "text": item.text, "ts": item.ts}
    body["team"] = TEAM_ID
    log = state.logs[item.channel]
    for part in (_author(state, item), _content(item), _thread(log, item), _marks(item)):
        body |= part
    if item.metadata:
        body["metadata"] = (
            item.metadata if metadata else {"event_type": item.metadata["event_type"]}
        )
    if item.broadcast and item.thread_ts and (root := log.get(item.thread_ts)):
        body["root"] = message(state, root, metadata=metadata)
    return body


def _author(state: State, item: Message) -> Json:
    if item.bot_id is None:
        return {"client_msg_id": item.client_msg_id} if item.client_msg_id else {}
    body: Json = {"bot_id": item.bot_id}
    if item.bot_id == BOT_ID:
        name = state.users[BOT_USER_ID].name
        profile = {"id": BOT_ID, "app_id": APP_ID, "name": name, "team_id": TEAM_ID}
        body |= {"app_id": APP_ID, "bot_profile": {**profile, "deleted": False}}
    return body


def _content(item: Message) -> Json:
    body: Json = {}
    subtype = "thread_broadcast" if item.broadcast else item.subtype
    if subtype:
        body["subtype"] = subtype
    for key, many in (("blocks", item.blocks), ("attachments", item.attachments)):
        if many:
            body[key] = list(many)
    if item.files:
        body |= {"files": list(item.files), "upload": False}
    return body


def _thread(log: Log, item: Message) -> Json:
    if item.thread_ts:
        root = log.get(item.thread_ts)
        parent = {"parent_user_id": root.user} if root else {}
        return {"thread_ts": item.thread_ts, **parent}
    replies = log.replies(item.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": item.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users[:5],
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def _marks(item: Message) -> Json:
    body: Json = {}
    if item.edited_ts:
        body["edited"] = {"user": item.edited_by, "ts": item.edited_ts}
    if item.reactions:
        body["reactions"] = reactions(item)
    if item.pinned:
        body["pinned_to"] = [item.channel]
    return body


def reactions(item: Message) -> list[Json]:
    """Write the emoji under a message."""
    return [
        {"name": one.name, "users": list(one.users), "count": len(one.users)}
        for one in item.reactions
    ]


def user(item: User, *, email: bool, at: float) -> Json:
    """Write a user at a moment; the address only for a token that may see it.

    https://docs.slack.dev/reference/objects/user-object
    """
    profile: Json = {
        "real_name": item.real_name,
        "display_name": item.real_name.split()[0],
        "team": item.team_id,
    }
    if email and item.email:
        profile["email"] = item.email
    body: Json = {
        "id": item.id,
        "team_id": item.team_id,
        "name": item.name,
        "deleted": item.deleted,
        "profile": profile,
        "is_bot": item.is_bot,
        "updated": 0,
        "is_app_user": False,
    }
    if item.is_bot:
        profile["bot_id"] = item.bot_id
    if item.is_stranger:
        body["is_stranger"] = True
    return body if item.deleted else body | _living(item, at)


def _living(item: User, at: float) -> Json:
    return {
        "real_name": item.real_name,
        **zones.of(item, at),
        "is_admin": item.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": item.is_restricted,
        "is_ultra_restricted": False,
    }


def channel(state: State, item: Channel, *, num_members: bool = False) -> Json:
    """Write a channel or direct message.

    https://docs.slack.dev/reference/objects/conversation-object
    """
    body: Json = {
        "id": item.id,
        "created": item.created,
        "is_archived": item.is_archived,
        "is_im": item.is_im,
        "is_org_shared": False,
        "context_team_id": state.team_id,
    }
    if item.is_im:
        return body | {"user": item.im_user, "is_user_deleted": False, "priority": 0}
    if num_members:
        body["num_members"] = len(item.members)
    return body | {
        "name": item.name,
        "name_normalized": item.name,
        "is_channel": not item.is_private,
        "is_group": item.is_private,
        "is_mpim": False,
        "is_private": item.is_private,
        "is_general": False,
        "is_shared": item.is_ext_shared,
        "is_ext_shared": item.is_ext_shared,
        "is_member": state.bot_is_in(item),
        "creator": "",
        "topic": {"value": item.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def view(item: View) -> Json:
    """Write a modal or App Home.

    https://docs.slack.dev/reference/views
    """
    defaults: Json = {"callback_id": "", "private_metadata": "", "external_id": ""}
    return {
        **defaults,
        "title": None,
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **item.body,
        "id": item.id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "hash": item.hash,
        "state": {"values": item.values},
        "previous_view_id": item.previous,
        "root_view_id": item.root or item.id,
    }
