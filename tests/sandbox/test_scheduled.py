"""Messages that Slack posts at their time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from sandbox_kit import Hands
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Workspace


def test_a_scheduled_message_is_posted_at_its_time_and_not_before(
    client: WebClient, workspace: Workspace, dev: str, clock: Hands
) -> None:
    client.chat_scheduleMessage(channel=dev, text="still there?", post_at=int(clock.at) + 300)

    assert workspace.post_due() == 0
    clock.at += 300
    assert workspace.post_due() == 1
    assert [one.text for one in workspace.messages("dev")] == ["still there?"]
    assert workspace.scheduled == ()


def test_a_scheduled_message_can_be_taken_back_until_a_minute_before(
    client: WebClient, dev: str, clock: Hands
) -> None:
    ids = [
        client.chat_scheduleMessage(channel=dev, text="x", post_at=int(clock.at) + 300)[
            "scheduled_message_id"
        ]
        for _ in range(2)
    ]
    client.chat_deleteScheduledMessage(channel=dev, scheduled_message_id=ids[0])
    left = client.chat_scheduledMessages_list(channel=dev)["scheduled_messages"]

    assert [one["id"] for one in left] == ids[1:]
    clock.at += 241
    with pytest.raises(SlackApiError, match="invalid_scheduled_message_id"):
        client.chat_deleteScheduledMessage(channel=dev, scheduled_message_id=ids[1])


@pytest.mark.parametrize(("ahead", "error"), [(-1, "time_in_past"), (121 * 86_400, "time_too_far")])
def test_a_time_slack_would_not_plan_is_refused(
    client: WebClient, dev: str, clock: Hands, ahead: int, error: str
) -> None:
    with pytest.raises(SlackApiError, match=error):
        client.chat_scheduleMessage(channel=dev, text="x", post_at=int(clock.at) + ahead)


def test_a_scheduled_message_with_metadata_is_never_posted(
    client: WebClient, workspace: Workspace, dev: str, clock: Hands
) -> None:
    metadata = {"event_type": "post", "event_payload": {"key": "k"}}
    post_at = int(clock.at) + 300
    client.chat_scheduleMessage(channel=dev, text="x", post_at=post_at, metadata=metadata)
    clock.at += 300
    workspace.post_due()

    assert workspace.messages("dev") == ()
