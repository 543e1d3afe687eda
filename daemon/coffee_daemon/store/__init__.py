"""The durable record: the only place that touches the database.

Outside there are nouns; rows never leave. SQLAlchemy is imported when `Store` is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_daemon.store.chain import AuditHead
from coffee_daemon.store.nouns import (
    AuditEntry,
    Held,
    InboxRow,
    InboxState,
    Post,
    PostKind,
    PostState,
    Presence,
    Request,
    RequestState,
    Transition,
)

if TYPE_CHECKING:
    from coffee_daemon.store.record import Store

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Held",
    "InboxRow",
    "InboxState",
    "Post",
    "PostKind",
    "PostState",
    "Presence",
    "Request",
    "RequestState",
    "Store",
    "Transition",
]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from coffee_daemon.store.record import Store  # noqa: PLC0415 - heavy: only when used

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
