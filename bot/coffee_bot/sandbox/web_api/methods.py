"""The table of all methods: who may call what.

Scopes are "one of these"; methods about a channel ask for that channel's kind themselves.
https://docs.slack.dev/reference/methods
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from coffee_bot.sandbox.web_api import (
    auth,
    chat,
    conversations,
    files,
    history,
    reactions,
    scheduled,
    users,
    views,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_TOPIC = ("channels:write.topic", "groups:write.topic")


class Caller(Enum):
    """Whose token a method wants."""

    BOT = "bot"
    APP = "app"
    ANYBODY = "anybody"


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method: what it does and what its token must bring."""

    run: Callable[[Slack, Args], Json]
    #: One of these is needed; empty means any bot token will do.
    scopes: tuple[str, ...] = ()
    caller: Caller = Caller.BOT


METHODS: dict[str, Method] = {
    "api.test": Method(run=auth.api_test, caller=Caller.ANYBODY),
    "apps.connections.open": Method(
        run=auth.connections_open, scopes=("connections:write",), caller=Caller.APP
    ),
    "auth.test": Method(run=auth.auth_test),
    "chat.delete": Method(run=chat.delete, scopes=("chat:write",)),
    "chat.deleteScheduledMessage": Method(
        run=scheduled.delete_scheduled_message, scopes=("chat:write",)
    ),
    "chat.getPermalink": Method(run=chat.get_permalink),
    "chat.postEphemeral": Method(run=chat.post_ephemeral, scopes=("chat:write",)),
    "chat.postMessage": Method(run=chat.post_message, scopes=("chat:write",)),
    "chat.scheduleMessage": Method(run=scheduled.schedule_message, scopes=("chat:write",)),
    "chat.scheduledMessages.list": Method(run=scheduled.list_scheduled),
    "chat.update": Method(run=chat.update, scopes=("chat:write",)),
    "conversations.history": Method(run=history.history, scopes=_HISTORY),
    "conversations.info": Method(run=conversations.info, scopes=_READ),
    "conversations.join": Method(run=conversations.join, scopes=("channels:join",)),
    "conversations.list": Method(run=conversations.list_all, scopes=_READ),
    "conversations.members": Method(run=conversations.members, scopes=_READ),
    "conversations.open": Method(run=conversations.open_im, scopes=("im:write", "mpim:write")),
    "conversations.replies": Method(run=history.replies, scopes=_HISTORY),
    "conversations.setTopic": Method(run=conversations.set_topic, scopes=_TOPIC),
    "files.completeUploadExternal": Method(run=files.complete_upload, scopes=("files:write",)),
    "files.getUploadURLExternal": Method(run=files.get_upload_url, scopes=("files:write",)),
    "files.info": Method(run=files.info, scopes=("files:read",)),
    "pins.add": Method(run=reactions.pin, scopes=("pins:write",)),
    "pins.remove": Method(run=reactions.unpin, scopes=("pins:write",)),
    "reactions.add": Method(run=reactions.add, scopes=("reactions:write",)),
    "reactions.get": Method(run=reactions.get, scopes=("reactions:read",)),
    "reactions.remove": Method(run=reactions.remove, scopes=("reactions:write",)),
    "usergroups.list": Method(run=users.groups, scopes=("usergroups:read",)),
    "usergroups.users.list": Method(run=users.group_users, scopes=("usergroups:read",)),
    "users.info": Method(run=users.info, scopes=("users:read",)),
    "users.list": Method(run=users.list_all, scopes=("users:read",)),
    "users.lookupByEmail": Method(run=users.lookup_by_email, scopes=("users:read.email",)),
    "views.open": Method(run=views.open_view),
    "views.publish": Method(run=views.publish),
    "views.push": Method(run=views.push),
    "views.update": Method(run=views.update),
}
