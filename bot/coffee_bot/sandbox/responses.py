"""Answers that an app gives without the Web API: in an acknowledgement or to a response_url.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from coffee_bot.sandbox import posting
from coffee_bot.sandbox.errors import SlackError, UnknownNameError
from coffee_bot.sandbox.nouns import Call
from coffee_bot.sandbox.web_api import content
from coffee_bot.sandbox.web_api.args import Args

if TYPE_CHECKING:
    from coffee_bot.sandbox.doors import Origin
    from coffee_bot.sandbox.nouns import Json, Message
    from coffee_bot.sandbox.slack import Slack


async def handle(slack: Slack, request: web.Request) -> web.Response:
    """Take what an app posts to a response address."""
    path = request.path.lstrip("/")
    body: Json = {}
    answer: Json = {"ok": True}
    status = 200
    try:
        body = json.loads(await request.text())
        reply(slack, slack.response_urls.use(path), body)
    except ValueError:
        answer, status = {"ok": False, "error": "invalid_payload"}, 400
    except SlackError as refusal:
        status = 404 if refusal.error in {"used_url", "expired_url"} else 400
        answer = {"ok": False, "error": refusal.error}
    call = Call(method="response_url", arguments=body, at=slack.now(), answer=answer, status=status)
    slack.state.calls.append(call)
    if status == 200:
        return web.Response(text="ok")
    return web.json_response(answer, status=status)


def reply(slack: Slack, origin: Origin, body: Json) -> None:
    """Show an answer where the person acted; to that person alone unless it says `in_channel`.

    Raises:
        SlackError: For what Slack would refuse.
    """
    original = _original(slack, origin)
    if original and body.get("delete_original"):
        posting.delete(slack, original)
        return
    shown = _message(slack, origin, body)
    if original and body.get("replace_original"):
        changed = replace(original, text=shown.text, blocks=shown.blocks)
        posting.edit(slack, original, changed)
        return
    posting.post(slack, shown)


def _original(slack: Slack, origin: Origin) -> Message | None:
    if origin.ts is None:
        return None
    try:
        return slack.state.message(origin.channel, origin.ts)
    except UnknownNameError:
        # It was deleted between the click and the answer.
        return None


def _message(slack: Slack, origin: Origin, body: Json) -> Message:
    args = Args(slack, body)
    text, blocks = content.text(args), content.blocks(args) or ()
    if not text and not blocks:
        raise SlackError("no_text")
    public = body.get("response_type") == "in_channel"
    return posting.as_app(
        origin.channel,
        text,
        blocks=blocks,
        attachments=content.attachments(args) or (),
        thread_ts=args.text("thread_ts") or None,
        ephemeral_for=None if public else origin.user,
    )
