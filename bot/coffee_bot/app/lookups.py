"""Short questions to Slack: who somebody is, who is in a user group, what a channel is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_bot.app.slack import web_client

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from coffee_bot.config import BotConfig

#: How long Slack may take for an answer; a stop of the bot may have to wait for it.
LOOKUP_SECONDS = 5


def about_channel(config: BotConfig) -> Callable[[str], Mapping[str, Any]]:
    """Return what asks for the `channel` object of `conversations.info`."""
    client = web_client(config, LOOKUP_SECONDS)

    def about(channel: str) -> Mapping[str, Any]:
        return dict(client.conversations_info(channel=channel)["channel"])

    return about


def about_person(config: BotConfig) -> Callable[[str], Mapping[str, Any]]:
    """Return what asks for the `user` object of `users.info`."""
    client = web_client(config, LOOKUP_SECONDS)

    def about(user: str) -> Mapping[str, Any]:
        return dict(client.users_info(user=user)["user"])

    return about


def about_group(config: BotConfig) -> Callable[[str], Collection[str]]:
    """Return what asks for the user ids in a group, by `usergroups.users.list`."""
    client = web_client(config, LOOKUP_SECONDS)

    def about(group: str) -> Collection[str]:
        return [str(one) for one in client.usergroups_users_list(usergroup=group)["users"]]

    return about


def direct_with(config: BotConfig) -> Callable[[str], str]:
    """Return what asks for the direct conversation with somebody, by `conversations.open`."""
    client = web_client(config, LOOKUP_SECONDS)

    def direct(user: str) -> str:
        return str(client.conversations_open(users=user)["channel"]["id"])

    return direct
