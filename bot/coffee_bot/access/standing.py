"""Where somebody stands by the settings: the lists of ids, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from coffee_bot.config import is_group
from coffee_bot.intent import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from coffee_bot.config import BotConfig

#: The setting that gives a role, and who may do what is for it.
SETTINGS = {
    Role.ADMIN: ("COFFEE_ADMINS", "admins"),
    Role.OPERATOR: ("COFFEE_OPERATORS", "operators and admins"),
    Role.ANSWERER: ("COFFEE_MEMBERS", "answerers, operators and admins"),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A person's role, and what gives it."""

    role: Role
    #: The id in the settings that gives it, of the person or of a user group; empty: none does.
    by: str = ""
    #: User groups that could not be read, each with what went wrong and the role it would give.
    unread: Mapping[str, tuple[Role, str]]


def given(config: BotConfig) -> Mapping[Role, frozenset[str]]:
    """Who has each role by the settings, the highest one first."""
    return {
        Role.ADMIN: config.admins,
        Role.OPERATOR: config.operators,
        Role.ANSWERER: config.members,
    }


def stand(
    user_id: str,
    lists: Mapping[Role, Collection[str]],
    members: Callable[[str], Collection[str]],
    *,
    wanted: Role | None = None,
) -> Standing:
    """Find somebody's role: by the own id first, then by user groups, the highest role first.

    Args:
        user_id: Whose.
        lists: Who has each role, the highest one first.
        members: Who is in a user group; may raise.
        wanted: Only whether it is at least this one matters; other groups need not be asked.
    """
    named = (role for role, ids in lists.items() if user_id in ids)
    own = next(named, Role.VIEWER)
    unread: dict[str, tuple[Role, str]] = {}
    for role, ids in lists.items():
        if own >= role or (wanted is not None and not own < wanted <= role):
            break
        for group in sorted(filter(is_group, ids)):
            try:
                if user_id in members(group):
                    return Standing(role=role, by=group, unread=unread)
            except Exception as error:  # noqa: BLE001 - whatever it raises, the group gives nothing
                unread[group] = (role, slacks_word(error))
    return Standing(role=own, by=user_id if own > Role.VIEWER else "", unread=unread)


def slacks_word(error: Exception) -> str:
    """Slack's own word for it where there is one; never more, for it might hold a token."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))[:60]
    return type(error).__name__
