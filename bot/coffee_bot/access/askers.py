"""Somebody on Slack, read from what `users.info` says (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_daemon import Person

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The flags of Slack's user object that shut somebody out, and what to call it.
#: Source: the `user` object in Slack's documentation of `users.info`.
_SHUT_OUT = {
    "deleted": "This account is deactivated.",
    "is_bot": "Bots may not do this.",
    "is_app_user": "Apps may not do this.",
    "is_workflow_bot": "Workflows may not do this.",
    "is_restricted": "Guests may not do this.",
    "is_ultra_restricted": "Guests may not do this.",
    "is_stranger": "People of other workspaces may not do this.",
}


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Somebody on Slack, as `users.info` tells it."""

    id: str
    name: str
    #: Why this person may do nothing at all; empty for full members of the workspace.
    shut_out: str = ""

    @property
    def person(self) -> Person:
        """The same, as the daemon's side knows people."""
        return Person(id=self.id, name=self.name)


def read_asker(user_id: str, user: Mapping[str, Any], team: str) -> Asker:
    """Return who this is, and whether they are shut out, as seen from the workspace `team`."""
    return Asker(id=user_id, name=_name(user, user_id), shut_out=_shut_out(user_id, user, team))


def _shut_out(user_id: str, user: Mapping[str, Any], team: str) -> str:
    if user.get("id") != user_id:
        return "Slack does not know who this is."
    for flag, why in _SHUT_OUT.items():
        if user.get(flag):
            return why
    if not team or team not in _teams(user):
        return "People of other workspaces may not do this."
    return ""


def _teams(user: Mapping[str, Any]) -> set[str]:
    """The workspaces of a person; on Enterprise Grid there may be several."""
    grid = user.get("enterprise_user")
    further = grid.get("teams") if isinstance(grid, dict) else None
    return {str(user.get("team_id") or ""), *(further if isinstance(further, list) else ())}


def _name(user: Mapping[str, Any], user_id: str) -> str:
    profile = user.get("profile")
    shown = profile.get("display_name") if isinstance(profile, dict) else None
    for name in (shown, user.get("real_name"), user.get("name")):
        if isinstance(name, str) and name.strip():
            return name.strip()
    return user_id
