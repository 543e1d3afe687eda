"""The control API for what goes wrong: faults, dying sockets, rivals, and administrators' acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from coffee_bot.sandbox import admin, groups
from coffee_bot.sandbox.chance import read_rates
from coffee_bot.sandbox.errors import UnknownNameError
from coffee_bot.sandbox.faults import (
    POSSIBLE,
    SECONDS,
    Effect,
    check_types,
    one_of,
    read_fault,
)
from coffee_bot.sandbox.web_api.conversations import add_member

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack

#: So much of what happened is listed; `happened` counts all of it.
_LATEST = 200


async def faults(slack: Slack, body: Json) -> Json:
    """`{moment, effect, of?, times?, skip?, seconds?, error?, size?}` plans one fault.

    `{random: {seed, <rate>: share, ...}}` lets chance plan, and `{clear: true}` ends both.
    `{cut_sockets: true}` drops all sockets.
    """
    if body.get("clear"):
        slack.faults.clear()
    elif body.get("cut_sockets"):
        return {"cut": slack.hub.end_all(Effect.DROP_SOCKET, 0)}
    elif "random" in body:
        _randomly(slack, body["random"])
    else:
        slack.faults.add(read_fault(body))
    return {"left": len(slack.faults.left)}


def _randomly(slack: Slack, given: Any) -> None:
    if not isinstance(given, dict):
        raise TypeError("random must be an object: {seed, lose_reply, duplicate, ...}")
    seed = {"seed": given["seed"]}
    check_types(seed, {"seed": (int,)})
    rates = read_rates({key: value for key, value in given.items() if key != "seed"})
    slack.faults.randomly(given["seed"], rates)


async def sockets(slack: Slack, body: Json) -> Json:
    """What shall become of the app's sockets.

    `{end: effect, seconds?}`: one of `faults.ENDS`; `{announce: reason}`: a disconnect message;
    `{close: true}`: a close frame. `{rivals: count, acks?}`: so many sockets of another process.
    """
    hub = slack.hub
    if "end" in body:
        how = one_of(Effect, body["end"])
        check_types({"seconds": body.get("seconds", 0)}, {"seconds": (int, float)})
        hub.end_all(how, body.get("seconds", SECONDS.get(how, 0)))
    elif "announce" in body:
        await hub.announce(str(body["announce"]))
    elif body.get("close"):
        await hub.close()
    elif "rivals" in body:
        check_types({"rivals": body["rivals"]}, {"rivals": (int,)})
        hub.set_rivals(body["rivals"], acks=bool(body.get("acks", True)))
    else:
        raise KeyError("end, announce, close or rivals")
    return {"connections": len(hub.connections)}


async def channel(slack: Slack, body: Json) -> Json:
    """`{channel, by?}` with `rename: name`, or one of these true.

    `archive`, `unarchive`, `change_id`, `share`.
    """
    where = slack.state.channel(body["channel"])
    by = slack.state.user(body.get("by", "ada")).id
    if "rename" in body:
        where = admin.rename(slack, where, str(body["rename"]), by=by)
    elif body.get("archive"):
        where = admin.archive(slack, where, by=by)
    elif body.get("unarchive"):
        where = admin.unarchive(slack, where, by=by)
    elif body.get("change_id"):
        where = admin.change_id(slack, where)
    elif body.get("share"):
        where = admin.share(slack, where)
    else:
        raise KeyError("rename, archive, unarchive, change_id or share")
    return {"channel": where.id, "name": where.name}


async def user(slack: Slack, body: Json) -> Json:
    """`{user}` with `deactivate` or `reactivate`: true, or `change: {field: value}`."""
    who = slack.state.user(body["user"])
    if body.get("deactivate"):
        who = admin.deactivate(slack, who)
    elif body.get("reactivate"):
        who = admin.reactivate(slack, who)
    elif isinstance(body.get("change"), dict):
        who = admin.change_user(slack, who, body["change"])
    else:
        raise KeyError("deactivate, reactivate or change")
    return {"user": who.id}


async def group(slack: Slack, body: Json) -> Json:
    """`{group, users}`: exactly these are in the group; one that is not there is made."""
    users = [str(one) for one in body["users"]]
    try:
        found = groups.set_users(slack, groups.find(slack, body["group"]), users)
    except UnknownNameError:
        found = groups.create(slack, str(body["group"]), users)
    return {"group": found.id}


async def member(slack: Slack, body: Json) -> Json:
    """`{user, channel}` takes a user, perhaps the app's own, into a channel; `remove` out of it."""
    who, where = slack.state.user(body["user"]), slack.state.channel(body["channel"])
    if body.get("remove"):
        admin.remove_member(slack, where, who.id)
    elif who.id not in where.members:
        add_member(slack, where, who.id)
    return {}


VERBS: dict[str, Callable[[Slack, Json], Awaitable[Json]]] = {
    "channel": channel,
    "faults": faults,
    "group": group,
    "member": member,
    "sockets": sockets,
    "user": user,
}


async def listed(slack: Slack, _request: web.Request) -> web.Response:
    """Say what is planned, what has happened, and what is possible: `GET /sandbox/faults`."""
    plan = slack.faults
    chance = plan.chance
    body = {
        "ok": True,
        "left": [one.as_json() for one in plan.left],
        "random": {"seed": chance.seed, **chance.rates.as_json()} if chance else None,
        "happened": {effect.value: count for effect, count in plan.happened.items()},
        "latest": [str(one) for one in plan.log[-_LATEST:]],
        "possible": {
            moment.value: sorted(effect.value for effect in effects)
            for moment, effects in POSSIBLE.items()
        },
        "connections": len(slack.hub.connections),
    }
    return web.json_response(body, headers={"Cache-Control": "no-store"})
