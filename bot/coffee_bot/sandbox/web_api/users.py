"""users.* and usergroups.*: who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.sandbox import groups as administration
from coffee_bot.sandbox import wire
from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.web_api.pages import page

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args


def info(slack: Slack, args: Args) -> Json:
    """Describe one person. https://docs.slack.dev/reference/methods/users.info."""
    return {"user": wire.user(args.user(), email=_email(slack), at=slack.now())}


def list_all(slack: Slack, args: Args) -> Json:
    """List the workspace's people. https://docs.slack.dev/reference/methods/users.list."""
    ours = [one for one in slack.state.users.values() if not one.is_stranger]
    people, following = page(args, ours, default=1000)
    members = [wire.user(one, email=_email(slack), at=slack.now()) for one in people]
    return {"members": members, "response_metadata": {"next_cursor": following}}


def lookup_by_email(slack: Slack, args: Args) -> Json:
    """Find one person. https://docs.slack.dev/reference/methods/users.lookupByEmail."""
    email = args.text("email").lower()
    for one in slack.state.users.values():
        if email and one.email == email and not one.deleted and not one.is_stranger:
            return {"user": wire.user(one, email=True, at=slack.now())}
    raise SlackError("users_not_found")


def groups(slack: Slack, args: Args) -> Json:
    """List user groups. https://docs.slack.dev/reference/methods/usergroups.list."""
    many = args.flag("include_users")
    found = []
    for group in slack.state.groups.values():
        people = {"users": list(group.users)} if many else {}
        found.append(administration.shown(slack, group) | people)
    return {"usergroups": found}


def group_users(slack: Slack, args: Args) -> Json:
    """List a group's people. https://docs.slack.dev/reference/methods/usergroups.users.list."""
    group = slack.state.groups.get(args.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _email(slack: Slack) -> bool:
    return "users:read.email" in slack.settings.scopes
