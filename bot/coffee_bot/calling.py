"""What a call to Slack may raise."""

from __future__ import annotations

from http.client import HTTPException

from slack_sdk.errors import SlackClientError

#: Slack's own errors, and whatever the network does.
CALL_ERRORS = (SlackClientError, OSError, HTTPException)
