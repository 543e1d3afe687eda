"""The Events API: at least once, repeated when nobody acknowledges.

https://docs.slack.dev/apis/events-api
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from coffee_bot.sandbox.ids import APP_ID, BOT_USER_ID, TEAM_ID

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Channel, Json
    from coffee_bot.sandbox.slack import Slack


def emit(slack: Slack, event: Json, *, subscription: str, channel: Channel | None = None) -> None:
    """Send `event` to the app if it has subscribed to it and is in the channel."""
    if subscription not in slack.settings.events:
        return
    if channel is not None and not slack.state.bot_is_in(channel):
        return
    slack.spawn(_deliver(slack, _callback(slack, event, channel)))


async def _deliver(slack: Slack, payload: Json) -> None:
    # Unacknowledged events come again: at once, after a minute, after five. Then they are lost.
    for attempt, pause in enumerate((0.0, *slack.settings.retry_seconds)):
        await asyncio.sleep(pause)
        envelope = await slack.hub.deliver("events_api", payload, attempt=attempt)
        if envelope.acked_at is not None:
            return


def _callback(slack: Slack, event: Json, channel: Channel | None) -> Json:
    event_id = slack.mint.next("Ev")
    return {
        "token": "sandbox",
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(slack.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
        "event_context": f"4-{event_id}",
    }
