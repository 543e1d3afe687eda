"""Whom Slack's payloads are for: one app in one workspace, and nothing else is taken."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from slack_bolt.response import BoltResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coffee_bot.intake import Me

log = logging.getLogger(__name__)

#: An app-level token names its app: `xapp-1-A012AB3CD-...`.
_APP = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")

_TURNED_AWAY = (
    "❌ This is for {what}, so nothing was done. "
    "Whoever runs this bot: do both tokens come from the same app in this workspace?"
)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the bot is at home."""

    team: str
    #: The app's id; empty when the token does not name it.
    app: str = ""

    @classmethod
    def of(cls, me: Me, app_token: str) -> Self:
        """The address of a bot that has signed in."""
        named = _APP.match(app_token)
        return cls(team=me.team, app=named[1] if named else "")

    def wrong(self, body: Mapping[str, Any]) -> str:
        """Whom else a payload is for; empty when it is for us.

        A payload that names no workspace is not for us. In a channel that workspaces share, one
        of several that it names is ours.
        """
        if self.team not in _teams(body):
            return "another workspace"
        if self.app and body.get("api_app_id") != self.app:
            return "another app"
        return ""


def turned_away(body: Mapping[str, Any], what: str) -> BoltResponse:
    """Acknowledge what is not for us, or Slack would send it again; a command is told why."""
    log.warning("Slack sent something for %s; it was not taken.", what, extra={"action": "address"})
    if "command" not in body:
        return BoltResponse(status=200, body="")
    said = {"response_type": "ephemeral", "text": _TURNED_AWAY.format(what=what)}
    return BoltResponse(status=200, body=said)


def _teams(body: Mapping[str, Any]) -> set[str]:
    return {team for team in _named(body) if isinstance(team, str)}


def _named(body: Mapping[str, Any]) -> Iterator[object]:
    """Every workspace that events, commands and interactions name at their top."""
    yield body.get("team_id")
    yield body.get("context_team_id")
    team, installed = body.get("team"), body.get("authorizations")
    yield team.get("id") if isinstance(team, dict) else None
    for one in installed if isinstance(installed, list) else ():
        yield one.get("team_id") if isinstance(one, dict) else None
