"""Following a channel to the new id that Slack gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from coffee_daemon.store.schema import answers, inbox, posts

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from coffee_daemon.store.engine import Doors


def follow_channel(doors: Doors, old: str, new: str) -> int:
    """Let everything of a channel belong to its new id; return how many posts did.

    The keys of what was said there follow, so that an edit under the new id finds its message.
    """
    with doors.writing() as connection:
        _rekey(connection, inbox, "key", old, new)
        connection.execute(update(inbox).where(inbox.c.channel == old).values(channel=new))
        _rekey(connection, answers, "source", old, new)
        here = update(posts).where(posts.c.channel == old)
        thread = func.replace(posts.c.thread, f"{old}:", f"{new}:")
        return connection.execute(here.values(channel=new, thread=thread)).rowcount


def _rekey(connection: Connection, table: Table, name: str, old: str, new: str) -> None:
    """Change the channel in keys such as `msg:T1:C1:1700.1`.

    A key that is there already was made under the new id, and the older row keeps its own.
    """
    key, other = table.c[name], table.alias()
    changed = func.replace(key, f":{old}:", f":{new}:")
    taken = select(other.c.id).where(other.c[name] == changed).exists()
    here = update(table).where(key.contains(f":{old}:", autoescape=True), ~taken)
    connection.execute(here.values({name: changed}))
