"""Posts, a whole thread at a time: it goes when its subject has gone and nothing in it is new."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select

from coffee_daemon.store.nouns import PostState
from coffee_daemon.store.pruning.shelves import Shelf
from coffee_daemon.store.schema import posts, questions, tasks
from coffee_daemon.tasks import ENDED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Connection

_OVER = (PostState.SENT, PostState.DEAD)
#: A daemon's live card is edited in place for ever.
_STANDING = "card:%"
#: What follows `@` tells where it stands, if the feed was moved.
_SUBJECT = re.compile(r"(task|question):([0-9]{1,18})(?:@[0-9]+)?")


def threads() -> Shelf:
    """Posts that stand in the channel itself; their threads go with them."""
    return Shelf(key=posts.c.id, at=posts.c.created_at, gone=_gone, take=_take)


def _gone(before: datetime) -> ColumnElement[bool]:
    below = posts.alias("below")
    lively = or_(below.c.state.not_in(_OVER), below.c.created_at >= before)
    thread = select(below.c.id).where(below.c.parent == posts.c.key, lively).exists()
    over = posts.c.state.in_(_OVER) & posts.c.edit_due.is_(False)
    old = func.coalesce(posts.c.sent_at, posts.c.created_at) < before
    return posts.c.parent.is_(None) & over & old & posts.c.key.not_like(_STANDING) & ~thread


def _take(connection: Connection, keys: Sequence[int], before: datetime) -> int:
    still = select(posts.c.key).where(posts.c.id.in_(keys), _gone(before))
    roots = set(connection.execute(still).scalars())
    roots -= _needed(connection, roots, before)
    if not roots:
        return 0
    below = delete(posts).where(posts.c.parent.in_(roots))
    count = connection.execute(below).rowcount
    return count + connection.execute(delete(posts).where(posts.c.key.in_(roots))).rowcount


def _needed(connection: Connection, keys: Collection[str], before: datetime) -> set[str]:
    """Those whose task or question is still there: a reply in their thread must be understood."""
    subjects = {
        key: (match[1], int(match[2])) for key in keys if (match := _SUBJECT.fullmatch(key))
    }
    recent = or_(tasks.c.state.not_in(sorted(ENDED)), tasks.c.updated_at >= before)
    wanted = {
        "task": select(tasks.c.number).where(recent),
        "question": select(questions.c.number),
    }
    there = {
        (kind, number)
        for kind, some in wanted.items()
        for number in _there(connection, some, [n for what, n in subjects.values() if what == kind])
    }
    return {key for key, subject in subjects.items() if subject in there}


def _there(connection: Connection, some: Select[Any], numbers: list[int]) -> Sequence[int]:
    number = some.selected_columns[0]
    return connection.execute(some.where(number.in_(numbers))).scalars().all()
