"""Commands, clicks and shortcuts: sent once, never repeated, answered within three seconds or not.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox import choices, posting, wire
from coffee_bot.sandbox.doors import Origin
from coffee_bot.sandbox.errors import CommandRefusedError, SlackError
from coffee_bot.sandbox.ids import APP_ID, SLACKBOT_ID, TEAM_ID
from coffee_bot.sandbox.markup import typed
from coffee_bot.sandbox.nouns import CommandResult, Message, Unacked
from coffee_bot.sandbox.people import seat
from coffee_bot.sandbox.responses import reply

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Channel, Json, User
    from coffee_bot.sandbox.slack import Slack


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something a person did that the app must acknowledge."""

    #: slash_commands or interactive.
    kind: str
    user: User
    channel: str
    #: For people: `/coffee status`, or the action's id.
    what: str
    payload: Json


async def command(slack: Slack, user: str, channel: str, name: str, text: str) -> CommandResult:
    """Send a slash command and show its answer.

    Raises:
        UnknownNameError: When there is no such user or channel.
        CommandRefusedError: When Slack itself would refuse it.
    """
    who, where = seat(slack, user, channel)
    if slack.settings.commands is not None and name not in slack.settings.commands:
        raise CommandRefusedError(f"{name} is not a valid command")
    origin = Origin(user=who.id, channel=where.id)
    response_url = slack.base_url + slack.response_urls.issue(origin)
    payload = {
        "token": "sandbox",
        "team_id": TEAM_ID,
        "team_domain": slack.state.team_domain,
        "channel_id": where.id,
        "channel_name": "directmessage" if where.is_im else where.name,
        "user_id": who.id,
        "user_name": who.name,
        "command": name,
        "text": typed(slack.state, text, named=True),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": slack.triggers.issue(who.id),
    }
    what = f"{name} {text}".strip()
    act = Act(kind="slash_commands", user=who, channel=where.id, what=what, payload=payload)
    result = await perform(slack, act)
    return _show(slack, act, result, origin)


def _show(slack: Slack, act: Act, result: CommandResult, origin: Origin) -> CommandResult:
    if not result.payload.get("text") and not result.payload.get("blocks"):
        return result
    try:
        reply(slack, origin, result.payload)
    except SlackError as refusal:
        return fail(slack, act, result, refusal.error)
    return result


async def press(
    slack: Slack, user: str, message: Message, action_id: str, block_id: str | None, value: Any
) -> CommandResult:
    """Press a button (or use another element) of a message.

    Raises:
        UnknownNameError: When there is no such element.
    """
    who, where = seat(slack, user, message.channel)
    block, element = choices.find(message.blocks, action_id, block_id)
    origin = Origin(user=who.id, channel=where.id, ts=message.ts)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": where.id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = interaction(slack, who, "block_actions") | {
        "container": container,
        "channel": {"id": where.id, "name": _channel_name(where)},
        "state": {"values": choices.state_of(message.blocks, {})},
        "response_url": slack.base_url + slack.response_urls.issue(origin),
        "actions": [choices.action(block, element, value, slack.stamp())],
    }
    if message.ephemeral_for is None:
        payload["message"] = wire.message(slack.state, message)
    act = Act(kind="interactive", user=who, channel=where.id, what=action_id, payload=payload)
    return await perform(slack, act)


async def shortcut(
    slack: Slack, user: str, channel: str, ts: str, callback_id: str
) -> CommandResult:
    """Choose an entry of the app's from the menu of a message; the app need not be there.

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload

    Raises:
        UnknownNameError: When there is no such message.
        CommandRefusedError: When Slack would not offer it there.
    """
    who, where = seat(slack, user, channel)
    item = slack.state.message(where.id, ts)
    if item.ephemeral_for is not None or item.subtype == "tombstone":
        raise CommandRefusedError("a message that is not there for all has no shortcuts")
    known = {one.callback_id: one.name for one in slack.settings.shortcuts}
    if callback_id not in known:
        raise CommandRefusedError(f"no shortcut {callback_id!r}; there are {sorted(known)}")
    origin = Origin(user=who.id, channel=where.id)
    payload = interaction(slack, who, "message_action") | {
        "callback_id": callback_id,
        "action_ts": slack.stamp(),
        "channel": {"id": where.id, "name": _channel_name(where)},
        "message_ts": item.ts,
        "message": wire.message(slack.state, item),
        "response_url": slack.base_url + slack.response_urls.issue(origin, "app"),
    }
    what = known[callback_id]
    act = Act(kind="interactive", user=who, channel=where.id, what=what, payload=payload)
    return await perform(slack, act)


def interaction(slack: Slack, who: User, kind: str) -> Json:
    """Return what every interaction payload holds."""
    return {
        "type": kind,
        "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": who.team_id},
        "api_app_id": APP_ID,
        "token": "sandbox",
        "trigger_id": slack.triggers.issue(who.id),
        "team": {"id": TEAM_ID, "domain": slack.state.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


async def perform(slack: Slack, act: Act) -> CommandResult:
    """Send an act over one socket and wait for its acknowledgement."""
    envelope = await slack.hub.deliver(act.kind, act.payload)
    result = CommandResult(
        acked=envelope.acked_at is not None,
        payload=envelope.ack or {},
        error=None,
        seconds=envelope.seconds,
        trigger_id=str(act.payload["trigger_id"]),
        response_url=act.payload.get("response_url"),
    )
    if result.acked:
        return result
    error = "dispatch_failed" if envelope.socket is None else "operation_timeout"
    return fail(slack, act, result, error)


def fail(slack: Slack, act: Act, result: CommandResult, error: str) -> CommandResult:
    """Show the person that the app did not manage, as Slack does, and keep it on record."""
    failed = CommandResult(**{**vars(result), "error": error})
    if not result.acked:
        entry = Unacked(
            kind=act.kind, user=act.user.id, channel=act.channel, what=act.what, error=error
        )
        slack.state.unacked.append(entry)
    if act.channel:
        text = f'{act.what} failed with the error "{error}"'
        notice = Message(
            channel=act.channel, ts="", user=SLACKBOT_ID, text=text, ephemeral_for=act.user.id
        )
        posting.post(slack, notice)
    slack.state.changed()
    return failed


def _channel_name(channel: Channel) -> str:
    return "directmessage" if channel.is_im else channel.name
