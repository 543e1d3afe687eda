"""Nouns that only the record knows: requests, transitions, presence, inbox, posts, audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from coffee_daemon.notifications import Person, Via
    from coffee_daemon.status import DaemonState


class RequestState(StrEnum):
    """Where a person's request stands."""

    NEW = "new"
    APPLIED = "applied"
    REFUSED = "refused"  # with the reason


REQUEST_MOVES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.NEW: frozenset({RequestState.APPLIED, RequestState.REFUSED}),
    RequestState.APPLIED: frozenset(),
    RequestState.REFUSED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """Something a person wants of a daemon."""

    id: int
    daemon: str
    #: The host it is for; None means wherever the daemon lives.
    host: str | None
    #: start, stop, restart, cancel, pause, retry.
    verb: str
    who: Person
    via: Via
    #: The task it is about.
    task: int | None = None
    state: RequestState
    #: Why it was refused.
    reason: str = ""
    created_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A daemon went from one state to another."""

    id: int
    daemon: str
    #: None for the first one ever seen.
    before: DaemonState | None
    after: DaemonState
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Presence:
    """A daemon or a bot, as its owner last wrote it down."""

    host: str
    name: str
    pid: int
    #: Seconds since the epoch, as the system tells it.
    process_start: float
    boot_id: str
    nonce: str
    state: str
    heartbeat: datetime


class InboxState(StrEnum):
    """Where an event from outside stands."""

    RECEIVED = "received"
    APPLIED = "applied"
    REFUSED = "refused"  # with the reason


INBOX_MOVES: dict[InboxState, frozenset[InboxState]] = {
    InboxState.RECEIVED: frozenset({InboxState.APPLIED, InboxState.REFUSED}),
    InboxState.APPLIED: frozenset(),
    InboxState.REFUSED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class InboxRow:
    """A raw event that concerns us, stored before Slack was told."""

    id: int
    #: Unique: `msg:T1:C1:1700.1`.
    key: str
    kind: str
    channel: str
    ts: str
    thread_ts: str | None = None
    user: str | None = None
    #: Empty once it was blanked.
    payload: Mapping[str, Any] = field(default_factory=dict)
    state: InboxState
    reason: str = ""
    received_at: datetime


class PostKind(StrEnum):
    """What a post shows as."""

    MESSAGE = "message"
    #: text is the emoji's name, with `-` before it to take ours away; target_ts is the message.
    REACTION = "reaction"
    EPHEMERAL = "ephemeral"  # for one user's eyes


class PostState(StrEnum):
    """Where a post stands on its way to Slack."""

    PENDING = "pending"
    SENDING = "sending"  # claimed; what became of it may be unclear
    SENT = "sent"
    HELD = "held"  # until the channel's trouble is gone
    DEAD = "dead"  # will never be sent


POST_MOVES: dict[PostState, frozenset[PostState]] = {
    PostState.PENDING: frozenset({PostState.SENDING, PostState.HELD, PostState.DEAD}),
    PostState.SENDING: frozenset(
        {PostState.SENT, PostState.PENDING, PostState.HELD, PostState.DEAD}
    ),
    PostState.HELD: frozenset({PostState.PENDING, PostState.DEAD}),
    PostState.SENT: frozenset(),
    PostState.DEAD: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class Post:
    """One message that Slack should show."""

    id: int
    #: Unique: `question:12`, `receipt:12:1`.
    key: str
    kind: PostKind
    channel: str
    text: str
    blocks: list[dict[str, Any]] | None = None
    #: The key of the post in whose thread it belongs.
    parent: str | None = None
    #: Known from the claim on, for a post with a parent.
    thread_ts: str | None = None
    #: What a reaction is put on.
    target_ts: str | None = None
    #: Whose eyes an ephemeral post is for.
    user: str | None = None
    state: PostState
    #: Grows whenever the content changes.
    wanted_version: int = 1
    #: 0 until it is sent.
    shown_version: int = 0
    #: Slack's timestamp, once sent.
    ts: str | None = None
    attempts: int = 0
    attempt_at: datetime | None = None
    not_before: datetime | None = None
    #: Why it is held or dead.
    reason: str = ""
    created_at: datetime
    sent_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a channel does not take, for one reason."""

    channel: str
    reason: str
    #: How many posts.
    posts: int
    #: When the oldest of them was wanted.
    since: datetime


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """Who did what, when, from where, and what came of it."""

    id: int
    who: Person
    verb: str
    target: str
    via: Via
    outcome: str
    detail: str = ""
    at: datetime
    #: What binds it to all entries before it, see `chain`; None: written by an older program.
    hash: str | None = None
