"""What Slack's answer, or its silence, says about a call (pure)."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from urllib.error import URLError

from slack_sdk.errors import SlackApiError


class Fate(Enum):
    """What became of a call that did not simply succeed."""

    LATER = "later"  # surely not stored; may be sent again
    UNCLEAR = "unclear"  # may have been stored: read back before a second try
    HELD = "held"  # the channel or the token refuses; wait for a person
    DEAD = "dead"  # this one will never be taken as it is
    DONE = "done"  # what was wanted is already so


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to do about a call, and why."""

    fate: Fate
    reason: str
    #: How long Slack wants us to wait; None where it said nothing.
    wait: timedelta | None = None


#: "Some aspect of the operation may have succeeded before the error was raised": Slack's
#: documentation on `internal_error` and `fatal_error` of chat.postMessage; the others are its
#: words for a server that gave up half way.
_UNCLEAR = frozenset(
    {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
_LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_DONE = frozenset({"already_reacted", "no_reaction", "message_not_found", "cant_update_message"})
#: The message itself is at fault: no channel would take it.
_DEAD = frozenset(
    {
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "invalid_name",
        "invalid_arguments",
        "too_many_reactions",
        "thread_not_found",
        "user_not_in_channel",
        "edit_window_closed",
    }
)
#: What a person can do about what a channel or the whole workspace refuses.
_REMEDIES = {
    "is_archived": "unarchive it, or type `{command} here` in another channel",
    "not_in_channel": "type /invite @ and my name there",
    "channel_not_found": (
        "it is gone, or I was taken out of it; invite me there, or type `{command} here` elsewhere"
    ),
    "restricted_action": "the workspace lets only some people post there; let the app do so too",
    "missing_scope": "install the app again from manifest.yml",
    "invalid_auth": "set a new SLACK_BOT_TOKEN and start the bot again",
    "not_authed": "set SLACK_BOT_TOKEN and start the bot again",
    "token_revoked": "install the app again, set the new SLACK_BOT_TOKEN and start the bot again",
    "account_inactive": "install the app again, set the new SLACK_BOT_TOKEN",
}
_WORD = re.compile(r"[a-z][a-z0-9_]*")
#: Waited when Slack limits us without saying for how long; its own example is 30 s.
USUAL_WAIT = timedelta(seconds=30)


def judge(error: Exception) -> Verdict:
    """Say what an error of a call means for what was to be sent.

    An outcome that cannot be proved harmless is unclear.
    """
    if isinstance(error, SlackApiError):
        return _judge_answer(error)
    if _never_left(error):
        return Verdict(fate=Fate.LATER, reason=f"Slack cannot be reached: {_words(error)}")
    return Verdict(fate=Fate.UNCLEAR, reason=f"no clear answer: {_words(error)}")


def explained(reason: str, command: str) -> str:
    """Slack's word for a refusal, with what a person can do about it."""
    remedy = _REMEDIES.get(reason, "")
    return f"{reason} ({remedy.format(command=command)})" if remedy else reason


def _judge_answer(error: SlackApiError) -> Verdict:
    status, code = int(error.response.status_code), str(error.response.get("error", ""))
    if status == 429 or code in _LATER:
        return Verdict(fate=Fate.LATER, reason="Slack asks us to wait", wait=_wait(error))
    if status >= 500 or code in _UNCLEAR or not _WORD.fullmatch(code):
        return Verdict(fate=Fate.UNCLEAR, reason=f"no clear answer: {status} {code[:80]}")
    if code in _DONE:
        return Verdict(fate=Fate.DONE, reason=code)
    if code in _DEAD:
        return Verdict(fate=Fate.DEAD, reason=code)
    return Verdict(fate=Fate.HELD, reason=code)


def _wait(error: SlackApiError) -> timedelta:
    headers = {key.lower(): value for key, value in dict(error.response.headers).items()}
    said = str(headers.get("retry-after", ""))
    return timedelta(seconds=int(said)) if said.isdigit() else USUAL_WAIT


def _never_left(error: Exception) -> bool:
    """Whether the connection was never made, so that nothing can have been stored."""
    reason = error.reason if isinstance(error, URLError) else error
    return isinstance(reason, ConnectionRefusedError | socket.gaierror)


def _words(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()[:200]
