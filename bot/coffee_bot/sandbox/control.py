"""The sandbox's own HTTP interface: what the page and tests in other languages use.

`GET /sandbox/state`, `GET /sandbox/events` (Server-Sent Events) and a POST for each thing a person
can do; what goes wrong is next door, in `trouble`.
Answers are `{"ok": true, ...}` or `{"ok": false, "error": "..."}`.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from coffee_bot.sandbox import interactions, modals, people, snapshot, trouble
from coffee_bot.sandbox.errors import CommandRefusedError, SlackError, UnknownNameError
from coffee_bot.sandbox.web_api.conversations import im_for

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from coffee_bot.sandbox.nouns import CommandResult, Json
    from coffee_bot.sandbox.slack import Slack

#: A comment line this often keeps a quiet event stream open.
_STREAM_IDLE_SECONDS = 15.0


async def say(slack: Slack, body: Json) -> Json:
    """`{user, channel, text, thread_ts?, broadcast?, files?}`; `/...` is a slash command.

    Files are ids of uploaded ones, or names of made-up ones.
    """
    text = str(body["text"])
    thread_ts = body.get("thread_ts") or None
    if text.startswith("/") and text[1:2].isalpha():
        return await _command(slack, body, text, thread_ts)
    words = people.draft(slack, body["user"], body["channel"], text)
    item = people.say(
        slack,
        words,
        thread_ts=thread_ts,
        broadcast=bool(body.get("broadcast")),
        files=[str(one) for one in body.get("files", ())],
    )
    return {"ts": item.ts}


async def _command(slack: Slack, body: Json, text: str, thread_ts: str | None) -> Json:
    name, _, rest = text.partition(" ")
    if thread_ts:
        # Slack's own words: https://docs.slack.dev/interactivity/implementing-slash-commands
        raise CommandRefusedError(f"{name} is not supported in threads. Sorry!")
    result = await interactions.command(slack, body["user"], body["channel"], name, rest.strip())
    return _outcome(result)


async def edit(slack: Slack, body: Json) -> Json:
    """`{user, channel, ts, text}`."""
    people.edit(slack, body["user"], body["channel"], body["ts"], body["text"])
    return {}


async def delete(slack: Slack, body: Json) -> Json:
    """`{user, channel, ts}`."""
    people.delete(slack, body["user"], body["channel"], body["ts"])
    return {}


async def react(slack: Slack, body: Json) -> Json:
    """`{user, channel, ts, name, remove?}`."""
    mark = people.Mark(
        user=body["user"],
        channel=body["channel"],
        ts=body["ts"],
        name=body["name"],
        remove=bool(body.get("remove")),
    )
    people.react(slack, mark)
    return {}


async def press(slack: Slack, body: Json) -> Json:
    """`{user, channel, ts, action_id, block_id?, value?}`, or `view_id` for channel and ts."""
    user, action_id = body["user"], body["action_id"]
    block_id, value = body.get("block_id"), body.get("value")
    if view_id := body.get("view_id"):
        return _outcome(await modals.press(slack, user, view_id, action_id, block_id, value))
    channel = slack.state.channel(body["channel"])
    item = slack.state.message(channel.id, body["ts"])
    return _outcome(await interactions.press(slack, user, item, action_id, block_id, value))


async def submit(slack: Slack, body: Json) -> Json:
    """`{user, view_id, values}`; `errors` in the answer are about the blocks they name."""
    result = await modals.submit(slack, body["user"], body["view_id"], body.get("values", {}))
    errors = result.payload.get("errors")
    return _outcome(result) | ({"ok": False, "errors": errors} if errors else {})


async def close_view(slack: Slack, body: Json) -> Json:
    """`{user, view_id}`."""
    await modals.close(slack, body["user"], body["view_id"])
    return {}


async def open_home(slack: Slack, body: Json) -> Json:
    """`{user, tab?}`: look at the app's Home tab, or with `messages` at the other one."""
    modals.open_home(slack, body["user"], body.get("tab") or "home")
    return {}


async def shortcut(slack: Slack, body: Json) -> Json:
    """`{user, channel, ts, callback_id}`: choose an entry of the app's from a message's menu."""
    wanted = (body["user"], body["channel"], body["ts"], body["callback_id"])
    return _outcome(await interactions.shortcut(slack, *wanted))


async def open_dm(slack: Slack, body: Json) -> Json:
    """`{user}`: open the direct message with the bot."""
    return {"channel": im_for(slack, slack.state.user(body["user"])).id}


def _outcome(result: CommandResult) -> Json:
    return {"ok": result.error is None, "acked": result.acked, "error": result.error}


VERBS: dict[str, Callable[[Slack, Json], Awaitable[Json]]] = {
    "close_view": close_view,
    "delete": delete,
    "edit": edit,
    "open_dm": open_dm,
    "open_home": open_home,
    "press": press,
    "react": react,
    "say": say,
    "shortcut": shortcut,
    "submit": submit,
    **trouble.VERBS,
}


async def handle(slack: Slack, request: web.Request) -> web.Response:
    """Do what a person does: `POST /sandbox/<verb>`."""
    verb = VERBS.get(request.match_info["verb"])
    if verb is None:
        return _refused(404, f"no such verb; there are {', '.join(VERBS)}")
    try:
        body: Any = json.loads(await request.text() or "{}")
        if not isinstance(body, dict):
            return _refused(400, "the body must be a JSON object")
        return web.json_response({"ok": True, **await verb(slack, body)})
    except KeyError as missing:
        return _refused(400, f"missing in the body: {missing}")
    except UnknownNameError as unknown:
        return _refused(404, str(unknown))
    except (CommandRefusedError, SlackError, TypeError, ValueError) as refusal:
        return _refused(400, str(refusal))


def _refused(status: int, error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)


async def state(slack: Slack, _request: web.Request) -> web.Response:
    """Everything there is to see: `GET /sandbox/state`."""
    return web.json_response(snapshot.everything(slack), headers={"Cache-Control": "no-store"})


async def gallery(slack: Slack, _request: web.Request) -> web.Response:
    """What the app may show: `GET /sandbox/gallery`."""
    exhibits = [asdict(one) for one in slack.settings.exhibits]
    return web.json_response(exhibits, headers={"Cache-Control": "no-store"})


async def stream(slack: Slack, request: web.Request) -> web.StreamResponse:
    """One line per change: `GET /sandbox/events`."""
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    changed = asyncio.Event()
    slack.state.on_change.append(changed.set)
    try:
        changed.set()
        while not slack.stopping.is_set():
            await _wait(changed)
            changed.clear()
            line = f'data: {{"version": {slack.state.version}}}\n\n'
            await response.write(line.encode())
    except ConnectionResetError:
        # The page was closed.
        return response
    finally:
        slack.state.on_change.remove(changed.set)
    return response


async def _wait(changed: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_STREAM_IDLE_SECONDS):
            await changed.wait()
    except TimeoutError:
        return
