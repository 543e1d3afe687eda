"""The people, rooms and messages of the pretend workspace. All frozen; change = `replace`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: A JSON object of Slack's.
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class User:
    """A person, or a bot's user."""

    id: str
    name: str
    real_name: str
    team_id: str
    email: str = ""
    #: The name of the time zone; empty where Slack does not say it.
    tz: str = "Europe/Amsterdam"
    #: Seconds east of Greenwich, where the zone has no name.
    tz_offset: int = 3600
    is_admin: bool = False
    #: A guest of the workspace.
    is_restricted: bool = False
    #: From another workspace, met in a shared channel.
    is_stranger: bool = False
    deleted: bool = False
    #: Set for bots.
    bot_id: str | None = None

    @property
    def is_bot(self) -> bool:
        """Whether this is a bot's user."""
        return self.bot_id is not None


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A public or private channel, or a direct message with the bot."""

    id: str
    name: str
    created: int
    is_private: bool = False
    is_archived: bool = False
    #: Shared with another workspace.
    is_ext_shared: bool = False
    #: The other person, in a direct message.
    im_user: str | None = None
    topic: str = ""
    members: tuple[str, ...] = ()

    @property
    def is_im(self) -> bool:
        """Whether this is a direct message."""
        return self.im_user is not None

    @property
    def kind(self) -> str:
        """`channel_type` of events: channel, group or im."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"

    @property
    def family(self) -> str:
        """First half of the scopes and message events: channels, groups or im."""
        return {"im": "im", "group": "groups", "channel": "channels"}[self.kind]


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """One emoji under a message."""

    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Message:
    """What stands in a channel, or what one person alone sees."""

    channel: str
    ts: str
    user: str
    text: str
    bot_id: str | None = None
    subtype: str | None = None
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    metadata: Json | None = None
    #: The parent's time, in replies only.
    thread_ts: str | None = None
    #: A reply "also sent to the channel".
    broadcast: bool = False
    #: Who edited it last, and the time of that.
    edited_by: str | None = None
    edited_ts: str | None = None
    reactions: tuple[Reaction, ...] = ()
    pinned: bool = False
    client_msg_id: str | None = None
    #: The only person who sees it.
    ephemeral_for: str | None = None


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that a person attaches."""

    name: str
    data: bytes
    #: Guessed from the name when empty.
    mimetype: str = ""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that Slack keeps."""

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    #: Seconds since 1970.
    created: int
    #: What the app said when it asked where to upload; later the bytes themselves count.
    length: int
    #: None until they were uploaded.
    data: bytes | None = None
    alt_txt: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    """A modal or an App Home."""

    id: str
    user: str
    #: As the app sent it: type, title, blocks, callback_id, private_metadata ...
    body: Json
    hash: str
    #: What the person has filled in: block id -> action id -> state.
    values: dict[str, Json] = field(default_factory=dict)
    #: The view beneath it, and the lowest.
    previous: str | None = None
    root: str | None = None


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """A message that Slack itself will post."""

    id: str
    channel: str
    #: Seconds since 1970.
    post_at: int
    created: int
    arguments: Json


@dataclass(frozen=True, kw_only=True)
class Group:
    """A user group (`@baristas`)."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ping:
    """Somebody who is notified by what the app wrote."""

    #: channel, here, everyone, subteam or user.
    kind: str
    #: The user or group, else empty.
    target: str
    channel: str
    ts: str
    #: Slack notifies nobody for an edit, but the live token is there.
    by_edit: bool = False


@dataclass(frozen=True, kw_only=True)
class Call:
    """One Web API call and what became of it."""

    method: str
    arguments: Json
    #: Seconds since 1970.
    at: float
    answer: Json
    #: HTTP status; 0 when the answer was never sent.
    status: int = 200

    @property
    def ok(self) -> bool:
        """Whether the caller was told that it worked."""
        return self.status == 200 and bool(self.answer.get("ok"))


@dataclass(frozen=True, kw_only=True)
class Unacked:
    """A command or an interaction that the app did not acknowledge; the person saw an error."""

    #: slash_commands or interactive.
    kind: str
    user: str
    channel: str
    #: The command with its text, or the action.
    what: str
    #: What the person was told: operation_timeout, or dispatch_failed without any socket.
    error: str


@dataclass(frozen=True, kw_only=True)
class CommandResult:
    """What a slash command, a click or a submission brought at once."""

    acked: bool
    #: The payload of the acknowledgement.
    payload: Json
    #: What the person saw instead of an answer: `operation_timeout`, `dispatch_failed`.
    error: str | None
    #: From sending the envelope to its acknowledgement.
    seconds: float
    trigger_id: str
    response_url: str | None = None

    @property
    def text(self) -> str:
        """The text in the acknowledgement, or nothing."""
        return str(self.payload.get("text", ""))
