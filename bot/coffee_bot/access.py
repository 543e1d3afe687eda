"""Who may do what. What is not known means no."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from coffee_bot.intent import Role
from coffee_daemon import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.config import BotConfig
    from coffee_daemon import Clock

log = logging.getLogger(__name__)

#: How long Slack's word on a person is believed.
BELIEVED_FOR = timedelta(minutes=5)

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


#: The setting that gives a role, and who may do what is for it.
_SETTINGS = {
    Role.ADMIN: ("COFFEE_ADMINS", "admins"),
    Role.OPERATOR: ("COFFEE_OPERATORS", "operators and admins"),
    Role.ANSWERER: ("COFFEE_MEMBERS", "answerers, operators and admins"),
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


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Yes."""

    asker: Asker
    role: Role

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.asker.person


@dataclass(frozen=True, kw_only=True)
class Denied:
    """No, and why."""

    #: Plain sentences for the person who asked.
    reason: str


class Access:
    """Decides who may do what, by the settings and by Slack's own word on the person."""

    def __init__(
        self,
        config: BotConfig,
        lookup: Callable[[str], Mapping[str, Any]],
        *,
        clock: Clock,
        team: str,
    ) -> None:
        """Prepare to decide.

        Args:
            config: Says whose roles are given by the settings.
            lookup: Returns the `user` object of `users.info` for an id; may raise.
            clock: Its boot clock ages the cache, so that sleep counts.
            team: The id of our own workspace, from `auth.test`.
        """
        self._config = config
        self._lookup = lookup
        self._clock = clock
        self._team = team
        self._known: dict[str, tuple[float, Asker]] = {}
        self._lock = threading.Lock()

    def check(self, user_id: str | None, role: Role) -> Allowed | Denied:
        """Decide whether this person has at least `role`.

        A lookup that fails means no; so does anything that Slack does not say.
        """
        if not user_id:
            return Denied(reason="It cannot be told who asks, so the answer is no.")
        try:
            asker = self.asker(user_id)
        except Exception as error:  # noqa: BLE001 - whatever the lookup raises, the answer is no
            return _unknown(error)
        if asker.shut_out:
            return Denied(reason=asker.shut_out)
        has = self._role_of(asker.id)
        if role is Role.NOBODY or has < role:
            return Denied(reason=_how_to_get(role, asker.id))
        return Allowed(asker=asker, role=has)

    def asker(self, user_id: str) -> Asker:
        """Return who this is, by Slack's word of the last five minutes.

        Raises:
            Exception: Whatever the lookup raises.
        """
        now = self._clock.boot()
        with self._lock:
            known = self._known.get(user_id)
        if known and 0 <= now - known[0] < BELIEVED_FOR.total_seconds():
            return known[1]
        asker = _read(user_id, self._lookup(user_id), self._team)
        with self._lock:
            self._known[user_id] = (now, asker)
        return asker

    def name(self, user_id: str) -> str:
        """Return a person's name; the id where Slack does not tell it."""
        try:
            return self.asker(user_id).name
        except Exception as error:  # noqa: BLE001 - whatever the lookup raises, an id names it too
            log.info("%s has no name: %s", user_id, error, extra={"action": "name"})
            return user_id

    def forget(self, user_id: str) -> None:
        """Ask Slack anew at the next check, for example after a `user_change` event."""
        with self._lock:
            self._known.pop(user_id, None)

    def _role_of(self, user_id: str) -> Role:
        for role, people in _given(self._config).items():
            if user_id in people:
                return role
        return Role.VIEWER


def _read(user_id: str, user: Mapping[str, Any], team: str) -> Asker:
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


def _unknown(error: Exception) -> Denied:
    return Denied(
        reason=f"Slack could not be asked who you are ({type(error).__name__}), "
        "so the answer is no. Try again in a moment."
    )


def _given(config: BotConfig) -> Mapping[Role, frozenset[str]]:
    """Who has each role by the settings, the highest one first."""
    return {
        Role.ADMIN: config.admins,
        Role.OPERATOR: config.operators,
        Role.ANSWERER: config.members,
    }


def _how_to_get(role: Role, user_id: str) -> str:
    setting, who = _SETTINGS.get(role, _SETTINGS[Role.ADMIN])
    return (
        f"Only {who} may do this. Ask whoever runs the bot to add `{user_id}` to `{setting}` "
        "on its machine and to start the bot again."
    )
