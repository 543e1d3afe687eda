"""What administrators do to user groups, and what the app hears of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox.errors import UnknownNameError
from coffee_bot.sandbox.events import emit
from coffee_bot.sandbox.nouns import Group

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack


def find(slack: Slack, name: str) -> Group:
    """Return a group by its id or handle.

    Raises:
        UnknownNameError: There is none.
    """
    for one in slack.state.groups.values():
        if name.removeprefix("@") in {one.id, one.handle}:
            return one
    raise UnknownNameError(f"no user group {name!r}")


def create(slack: Slack, handle: str, users: Iterable[str]) -> Group:
    """Make a group of these people."""
    made = Group(id=slack.mint.next("S"), handle=handle, name=handle.title(), users=())
    return set_users(slack, made, users)


def set_users(slack: Slack, group: Group, users: Iterable[str]) -> Group:
    """Let exactly these people be in a group.

    https://docs.slack.dev/reference/events/subteam_members_changed and its neighbour
    `subteam_updated`.
    """
    before = set(group.users)
    changed = replace(group, users=tuple(slack.state.user(one).id for one in users))
    slack.state.groups[group.id] = changed
    slack.state.changed()
    _tell(slack, changed, before)
    return changed


def shown(slack: Slack, group: Group) -> Json:
    """Return the group as `usergroups.list` shows it, without its people."""
    return {
        "id": group.id,
        "team_id": slack.state.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "handle": group.handle,
        "name": group.name,
        "date_delete": 0,
        "user_count": len(group.users),
    }


def _tell(slack: Slack, group: Group, before: set[str]) -> None:
    now = int(slack.now())
    added = [one for one in group.users if one not in before]
    removed = sorted(before - set(group.users))
    members = {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": slack.state.team_id,
        "date_previous_update": now,
        "date_update": now,
        "added_users": added,
        "added_users_count": str(len(added)),
        "removed_users": removed,
        "removed_users_count": str(len(removed)),
        "event_ts": slack.stamp(),
    }
    emit(slack, members, subscription="subteam_members_changed")
    whole = {**shown(slack, group), "users": list(group.users)}
    event = {"type": "subteam_updated", "subteam": whole, "event_ts": slack.stamp()}
    emit(slack, event, subscription="subteam_updated")
