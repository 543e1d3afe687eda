"""Slack's own libraries, as this bot uses them: the client and the Bolt app."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.response import BoltResponse

    from coffee_bot.app.front_door import FrontDoor
    from coffee_bot.config import BotConfig
    from coffee_bot.intake import Me
    from coffee_bot.listeners import Listeners

#: For the SDK, with a level of its own: without one it puts together debug messages for nobody.
#: Its warnings are about sockets that come and go, which the watch tells in its own words.
SDK_LOG = logging.getLogger("coffee_bot.slack")
SDK_LOG.setLevel(logging.ERROR)
#: What the SDK complains of before it raises; whoever catches that says it in a line of ours.
_RAISED_TOO = (
    "Failed to send a request to Slack API server",
    "Failed to retrieve WSS URL",
    # Of a socket that is lost, which the watch tells in one line.
    "on_error invoked",
    "Failed to check the state of sock",
    "Failed to check the current session",
    "Failed to establish a connection",
    "Failed to start or stop the current session",
    "Error code:",
)
SDK_LOG.addFilter(lambda record: not record.getMessage().startswith(_RAISED_TOO))

#: The client's own limit on a call. The settle window should be longer.
CALL_SECONDS = 15


def web_client(config: BotConfig, timeout: int = CALL_SECONDS) -> WebClient:
    """A client that never sends anything twice by itself."""
    return WebClient(
        token=config.bot_token,
        base_url=config.api_url,
        timeout=timeout,
        retry_handlers=[],
        logger=SDK_LOG,
    )


def build_bolt(config: BotConfig, *, me: Me, door: FrontDoor, listeners: Listeners) -> App:
    """Make the Bolt app.

    Events end in `before_authorize`: stored, then acknowledged, and nothing else looks at
    them. A failure to store leaves them unacknowledged, so that Slack delivers them again.
    What is for another workspace or app ends there too, whatever it is.
    """

    def store_first(body: dict[str, Any], next: Callable[[], Any]) -> BoltResponse | None:  # noqa: A002 - Bolt finds arguments by their names
        answer = door.take(body)
        if answer is None:
            next()
        return answer

    client = web_client(config)
    # `authorize` gives the token to each request; Bolt wants it from one place only.
    client.token = None
    app = App(
        name="coffee",
        client=client,
        logger=SDK_LOG,
        authorize=_authorizing(config, me),
        before_authorize=store_first,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
    )
    listeners.register(app)
    return app


def _authorizing(config: BotConfig, me: Me) -> Callable[..., AuthorizeResult]:
    """Who the bot is, without asking Slack at each command as Bolt would."""
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=me.team,
        bot_id=me.bot,
        bot_user_id=me.user,
        bot_token=config.bot_token,
    )
    return lambda: known
