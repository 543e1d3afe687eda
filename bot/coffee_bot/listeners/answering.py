"""Private answers to a person: in the acknowledgement, or by `response_url` later."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from coffee_bot.intent import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    #: Bolt's `ack` and `respond`, which it hands over by these names.
    Ack = Callable[..., object]
    Respond = Callable[..., object]

log = logging.getLogger(__name__)

SORRY = "❌ Something went wrong here, so it may not have been done. The bot's log says what."


def private(message: Message) -> Mapping[str, Any]:
    """The fields of an answer that only its person sees."""
    return {
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks] or None,
        "response_type": "ephemeral",
    }


def outcome(done: Future[Message | None]) -> Message | None:
    """What came of a piece of work; of one that failed, an apology."""
    return Message(text=SORRY) if _failed(done) else done.result()


def problem(done: Future[str]) -> str:
    """Why something was not taken, or nothing; of work that failed, an apology."""
    return SORRY if _failed(done) else done.result()


def _failed(done: Future[Any]) -> bool:
    """Whether a piece of work failed; the log then says how."""
    error = done.exception()
    if error is not None:
        log.error("A listener failed.", exc_info=error, extra={"action": "listener_failed"})
    return error is not None


def respond_with(respond: Respond, message: Message | None) -> None:
    """Tell the person by `response_url`; nothing when there is nothing to tell."""
    if message is None:
        return
    try:
        respond(**private(message), replace_original=False, unfurl_links=False)
    except OSError as error:
        log.warning("An answer did not arrive: %s", error, extra={"action": "respond_failed"})


def unhandled(error: Exception) -> BoltResponse:
    """Acknowledge what nobody listens to, or Slack sends it again and again.

    A listener that failed is told to its person; Bolt's own answer would be silence.
    """
    if not isinstance(error, BoltUnhandledRequestError):
        log.error("A listener failed.", exc_info=error, extra={"action": "listener_failed"})
        return BoltResponse(status=200, body=SORRY)
    return BoltResponse(status=200, body="")
