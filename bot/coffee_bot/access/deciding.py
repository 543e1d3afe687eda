"""Deciding who may do what, by the settings and by Slack's own word on the person."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot.access.askers import Asker, read_asker
from coffee_bot.access.believed import Believed
from coffee_bot.access.standing import SETTINGS, Standing, given, slacks_word, stand
from coffee_bot.config import is_group
from coffee_bot.intent import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from coffee_bot.config import BotConfig
    from coffee_daemon import Clock, Person

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Yes."""

    asker: Asker
    #: At least this one: a role that is enough is not looked behind.
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


def _no_groups(group: str) -> Collection[str]:
    raise LookupError(f"nobody looks up {group}")


class Access:
    """Decides who may do what, by the settings and by Slack's own word on the person."""

    def __init__(
        self,
        config: BotConfig,
        lookup: Callable[[str], Mapping[str, Any]],
        *,
        clock: Clock,
        team: str,
        groups: Callable[[str], Collection[str]] = _no_groups,
    ) -> None:
        """Prepare to decide.

        Args:
            config: Says whose roles are given by the settings.
            lookup: Returns the `user` object of `users.info` for an id; may raise.
            clock: Its boot clock ages what Slack has said, so that sleep counts.
            team: The id of our own workspace, from `auth.test`.
            groups: Returns who is in a user group, as `usergroups.users.list` tells; may raise.
        """
        self._config = config
        self._people = Believed(lambda user: read_asker(user, lookup(user), team), clock)
        self._groups = Believed(lambda group: frozenset(groups(group)), clock)

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
        has = self.standing(asker.id, wanted=role)
        if role is Role.NOBODY or has.role < role:
            return Denied(reason=_cannot_tell(has, role) or _how_to_get(role, asker.id))
        return Allowed(asker=asker, role=has.role)

    def asker(self, user_id: str) -> Asker:
        """Return who this is, by Slack's word of the last five minutes.

        Raises:
            Exception: Whatever the lookup raises.
        """
        return self._people.about(user_id)

    def name(self, user_id: str) -> str:
        """Return a person's name; the id where Slack does not tell it."""
        try:
            return self.asker(user_id).name
        except Exception as error:  # noqa: BLE001 - whatever the lookup raises, an id names it too
            log.info("%s has no name: %s", user_id, error, extra={"action": "name"})
            return user_id

    def standing(self, user_id: str, *, wanted: Role | None = None) -> Standing:
        """Return somebody's role by the settings, and what gives it; guests are not looked for."""
        return stand(user_id, given(self._config), self._groups.about, wanted=wanted)

    def admins(self) -> list[str]:
        """The ids of those who are admins, by their own id or by a group that can be read."""
        ids = self._config.admins
        own = {one for one in ids if not is_group(one)}
        return sorted(own.union(*map(self._members, filter(is_group, ids))))

    def look_at_groups(self) -> None:
        """Ask who is in each user group of the settings; what cannot be read is in the log."""
        for group in sorted(filter(is_group, frozenset().union(*given(self._config).values()))):
            self._members(group)

    def forget(self, user_id: str) -> None:
        """Ask Slack anew at the next check, for example after a `user_change` event."""
        self._people.forget(user_id)

    def forget_group(self, group: str) -> None:
        """Ask anew who is in a user group, for example after `subteam_members_changed`."""
        self._groups.forget(group)

    def _members(self, group: str) -> frozenset[str]:
        try:
            return self._groups.about(group)
        except Exception as error:  # noqa: BLE001 - it gives nothing; the others are known by then
            log.warning("The user group %s gives nobody a role: %s.", group, slacks_word(error))
            return frozenset()


def _unknown(error: Exception) -> Denied:
    return Denied(
        reason=f"Slack could not be asked who you are ({type(error).__name__}), "
        "so the answer is no. Try again in a moment."
    )


def _cannot_tell(has: Standing, role: Role) -> str:
    """What to say when a group that cannot be read may have given the role."""
    unread = [(group, word) for group, (gives, word) in has.unread.items() if gives >= role]
    if not unread:
        return ""
    group, word = unread[0]
    return (
        f"Slack could not be asked who is in the user group `{group}` ({word}), "
        "so the answer is no. Try again in a moment, or tell whoever runs the bot."
    )


def _how_to_get(role: Role, user_id: str) -> str:
    setting, who = SETTINGS.get(role, SETTINGS[Role.ADMIN])
    return (
        f"Only {who} may do this. Ask whoever runs the bot to add `{user_id}` to `{setting}` "
        "on its machine and to start the bot again."
    )
