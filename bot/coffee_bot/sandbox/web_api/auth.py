"""api.test, auth.test and apps.connections.open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.ids import APP_ID, BOT_ID, BOT_USER_ID

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args


def api_test(_slack: Slack, args: Args) -> Json:
    """Echo. https://docs.slack.dev/reference/methods/api.test."""
    if error := args.text("error"):
        raise SlackError(error, args=args.given)
    return {"args": args.given}


def auth_test(slack: Slack, _args: Args) -> Json:
    """Say whose token it is. https://docs.slack.dev/reference/methods/auth.test."""
    return {
        "url": slack.base_url,
        "team": slack.state.team_name,
        "user": slack.state.users[BOT_USER_ID].name,
        "team_id": slack.state.team_id,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def connections_open(slack: Slack, _args: Args) -> Json:
    """Hand out a WebSocket address for one use.

    https://docs.slack.dev/reference/methods/apps.connections.open
    """
    host = slack.base_url.replace("http://", "ws://")
    return {"url": f"{host}link/?ticket={slack.hub.ticket()}&app_id={APP_ID}"}
