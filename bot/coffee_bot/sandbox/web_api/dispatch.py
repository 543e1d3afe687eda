"""One Web API call from request to answer: faults, token, scopes, rate, method, ledger."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aiohttp import web

from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.faults import Effect, Moment
from coffee_bot.sandbox.nouns import Call
from coffee_bot.sandbox.web_api.args import Args
from coffee_bot.sandbox.web_api.methods import METHODS, Caller

if TYPE_CHECKING:
    from coffee_bot.sandbox.faults import Fault
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.methods import Method


@dataclass(frozen=True, kw_only=True)
class _Answer:
    body: Json
    #: HTTP status; 0 means that the connection ends without an answer.
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    #: The answer, or the end without one, comes so many seconds late.
    late: float = 0


async def handle(slack: Slack, request: web.Request) -> web.StreamResponse:
    """Answer one call of `/api/<method>`."""
    name = request.match_info["method"]
    given = await _arguments(request)
    presented = _token(request, given)
    args = Args(slack, given)
    fault = slack.faults.take(Moment.BEFORE, name)
    if fault and fault.effect is Effect.SLOW:
        await asyncio.sleep(fault.pause)
        fault = None
    if fault and fault.effect is Effect.LAND_LATE:
        slack.spawn(_land(slack, name, args, presented, fault.pause))
    answer = _faulty(fault)
    if answer is None:
        answer = _perform(slack, name, args, presented)
        if answer.body.get("ok"):
            answer = _spoilt(answer, slack.faults.take(Moment.STORED, name))
    call = Call(method=name, arguments=given, at=slack.now(), answer=answer.body)
    slack.state.calls.append(Call(**{**vars(call), "status": answer.status}))
    return await _respond(slack, request, answer)


async def spoil(slack: Slack, request: web.Request, name: str) -> web.Response | None:
    """Let go wrong what is planned for a request that is no method; None when nothing is."""
    fault = slack.faults.take(Moment.BEFORE, name)
    if fault and fault.effect is Effect.SLOW:
        await _unless_stopped(slack, fault.pause)
        return None
    answer = _faulty(fault)
    return None if answer is None else await _respond(slack, request, answer)


async def _land(slack: Slack, name: str, args: Args, presented: str, seconds: float) -> None:
    # The caller has gone; what it asked for happens all the same.
    await asyncio.sleep(seconds)
    _perform(slack, name, args, presented)


def _spoilt(answer: _Answer, fault: Fault | None) -> _Answer:
    if fault and fault.effect is Effect.SLOW:
        return replace(answer, late=fault.pause)
    return _faulty(fault) or answer


def _perform(slack: Slack, name: str, args: Args, presented: str) -> _Answer:
    headers = {"x-oauth-scopes": ",".join(sorted(_granted(slack, presented)))}
    try:
        method = _method(name)
        _authorise(slack, method, presented)
        if wait := slack.limiter.wait(name, args.text("channel"), slack.now()):
            return _too_many(wait)
        return _Answer(body={"ok": True, **method.run(slack, args)}, headers=headers)
    except SlackError as refusal:
        body = {"ok": False, "error": refusal.error, **refusal.extra}
        return _Answer(body=body, headers=headers)


def _method(name: str) -> Method:
    if name in METHODS:
        return METHODS[name]
    raise SlackError("unknown_method", req_method=name)


def _authorise(slack: Slack, method: Method, presented: str) -> None:
    if method.caller is Caller.ANYBODY:
        return
    if not presented:
        raise SlackError("not_authed")
    if presented not in {slack.bot_token, slack.app_token}:
        raise SlackError("invalid_auth")
    wanted = slack.app_token if method.caller is Caller.APP else slack.bot_token
    if presented != wanted:
        raise SlackError("not_allowed_token_type")
    granted = _granted(slack, presented)
    if method.scopes and not granted.intersection(method.scopes):
        provided = ",".join(sorted(granted))
        raise SlackError("missing_scope", needed=",".join(method.scopes), provided=provided)


def _granted(slack: Slack, presented: str) -> frozenset[str]:
    if presented == slack.bot_token:
        return slack.settings.scopes
    return slack.settings.app_scopes if presented == slack.app_token else frozenset()


async def _arguments(request: web.Request) -> Json:
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.text()
        try:
            body = json.loads(raw or "{}")
        except ValueError:
            return given
        return given | body if isinstance(body, dict) else given
    return given | dict(await request.post())


def _token(request: web.Request, given: Json) -> str:
    in_arguments = str(given.pop("token", "") or "")
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else in_arguments


def _too_many(seconds: int) -> _Answer:
    headers = {"Retry-After": str(seconds)}
    return _Answer(body={"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _faulty(fault: Fault | None) -> _Answer | None:
    if fault is None:
        return None
    if fault.effect is Effect.RATE_LIMITED:
        return _too_many(math.ceil(fault.pause))
    if fault.effect in {Effect.LOSE_REPLY, Effect.LAND_LATE}:
        return _Answer(body={}, status=0)
    if fault.effect is Effect.HANG:
        return _Answer(body={}, status=0, late=fault.pause)
    if fault.effect is Effect.INTERNAL_ERROR:
        return _Answer(body={"ok": False, "error": "internal_error"})
    if fault.effect is Effect.REFUSE:
        return _Answer(body={"ok": False, "error": fault.code})
    return _Answer(body={}, status=500)


async def _respond(slack: Slack, request: web.Request, answer: _Answer) -> web.Response:
    if answer.late:
        await _unless_stopped(slack, answer.late)
    if answer.status == 0:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if answer.status == 500:
        return web.Response(status=500, text="Internal Server Error")
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)


async def _unless_stopped(slack: Slack, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await slack.stopping.wait()
    except TimeoutError:
        return
