"""Every kind of person on Slack, and what each may do here."""

from __future__ import annotations

from typing import Any

from coffee_bot.intent import Role

TEAM = "T0COFFEE01"
ADMIN = "U0ADMIN001"
OPERATOR = "U0OPERAT01"
ANSWERER = "U0ANSWER01"
VIEWER = "U0VIEWER01"


class Directory:
    """Slack's people, with a count of how often it was asked."""

    def __init__(self, **people: dict[str, Any]) -> None:
        self.people = people
        self.asked = 0
        self.broken = False

    def __call__(self, user_id: str) -> dict[str, Any]:
        self.asked += 1
        if self.broken:
            raise ConnectionError("no network, token xoxb-1234")
        return self.people[user_id]


def user(user_id: str, **flags: Any) -> dict[str, Any]:
    return {"id": user_id, "team_id": TEAM, "name": "ada", "real_name": "Ada Lovelace", **flags}


#: Every kind of person, with what Slack says of them and the role that is expected.
PEOPLE: dict[str, tuple[str, dict[str, Any], Role]] = {
    "an admin": (ADMIN, {}, Role.ADMIN),
    "an operator": (OPERATOR, {}, Role.OPERATOR),
    "an answerer": (ANSWERER, {}, Role.ANSWERER),
    "a colleague": (VIEWER, {}, Role.VIEWER),
    "an owner of the workspace": ("U0OWNER001", {"is_owner": True}, Role.VIEWER),
    "a person of the same grid": (
        ANSWERER,
        {"team_id": "T0OTHER001", "enterprise_user": {"teams": [TEAM]}},
        Role.ANSWERER,
    ),
    "a guest": (ANSWERER, {"is_restricted": True}, Role.NOBODY),
    "a single-channel guest": (ADMIN, {"is_ultra_restricted": True}, Role.NOBODY),
    "a stranger": (ADMIN, {"is_stranger": True}, Role.NOBODY),
    "somebody of another workspace": (ADMIN, {"team_id": "T0OTHER001"}, Role.NOBODY),
    "somebody of no workspace": (ADMIN, {"team_id": None}, Role.NOBODY),
    "somebody who left": (ADMIN, {"deleted": True}, Role.NOBODY),
    "a bot": (ADMIN, {"is_bot": True}, Role.NOBODY),
    "an app's user": (ADMIN, {"is_app_user": True}, Role.NOBODY),
    "a workflow": (ADMIN, {"is_workflow_bot": True}, Role.NOBODY),
    "somebody else than was asked for": (ADMIN, {"id": "U0OTHER001"}, Role.NOBODY),
    "somebody of whom Slack says nothing": (ADMIN, {"id": None, "team_id": None}, Role.NOBODY),
}
