"""What the sandbox refuses, in Slack's own words."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """A Web API refusal: becomes `{"ok": false, "error": ...}` with HTTP 200.

    Slack lists the error codes of each method at https://docs.slack.dev/reference/methods.
    """

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        #: Further fields of the answer, such as `needed` and `provided` of `missing_scope`.
        self.extra = extra


class UnknownNameError(LookupError):
    """There is no such user, channel, message or view in the sandbox."""


class CommandRefusedError(ValueError):
    """Slack's own client would not send this slash command at all."""
