"""What people do in modals and on the App Home.

https://docs.slack.dev/surfaces/modals
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox import choices, wire
from coffee_bot.sandbox.errors import CommandRefusedError, SlackError, UnknownNameError
from coffee_bot.sandbox.events import emit
from coffee_bot.sandbox.interactions import Act, fail, interaction, perform
from coffee_bot.sandbox.web_api import views
from coffee_bot.sandbox.web_api.conversations import im_for

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import CommandResult, Json, View
    from coffee_bot.sandbox.slack import Slack


async def submit(slack: Slack, user: str, view_id: str, values: Json) -> CommandResult:
    """Fill in a modal and send it. `values`: block id -> action id -> what was entered.

    Raises:
        UnknownNameError: When that modal is not open.
    """
    view = _filled(slack, find(slack, user, view_id), values)
    act = _act(slack, view, "view_submission", {"response_urls": []})
    result = await perform(slack, act)
    if not result.acked:
        return result
    try:
        _follow(slack, view, result.payload)
    except SlackError as refusal:
        return fail(slack, act, result, refusal.error)
    finally:
        slack.state.changed()
    return result


async def press(
    slack: Slack, user: str, view_id: str, action_id: str, block_id: str | None, value: Any
) -> CommandResult:
    """Use an element of a modal or of the App Home.

    Raises:
        UnknownNameError: When there is no such view or element.
    """
    view = find(slack, user, view_id)
    block, element = choices.find(view.body["blocks"], action_id, block_id)
    more = {
        "container": {"type": "view", "view_id": view.id},
        "actions": [choices.action(block, element, value, slack.stamp())],
    }
    act = replace(_act(slack, view, "block_actions", more), what=action_id)
    return await perform(slack, act)


async def close(slack: Slack, user: str, view_id: str) -> None:
    """Close a modal with its cross; the app is told only if it asked for that.

    Raises:
        UnknownNameError: When that modal is not open.
    """
    view = find(slack, user, view_id)
    _remove(slack, view)
    slack.state.changed()
    if view.body.get("notify_on_close"):
        await perform(slack, _act(slack, view, "view_closed", {"is_cleared": False}))


def open_home(slack: Slack, user: str, tab: str = "home") -> None:
    """Let a person look at a tab of the app: `home` or `messages`.

    https://docs.slack.dev/reference/events/app_home_opened

    Raises:
        CommandRefusedError: When the app has no such tab.
    """
    who = slack.state.user(user)
    tabs = ("home", "messages") if slack.settings.home_enabled else ("messages",)
    if tab not in tabs:
        raise CommandRefusedError(f"the app has no tab {tab!r}; there are {', '.join(tabs)}")
    event: Json = {"type": "app_home_opened", "user": who.id, "tab": tab}
    event |= {"channel": im_for(slack, who).id, "event_ts": slack.stamp()}
    home = slack.state.homes.get(who.id)
    if home is not None and tab == "home":
        event["view"] = wire.view(home)
    emit(slack, event, subscription="app_home_opened")


def find(slack: Slack, user: str, view_id: str) -> View:
    """Return a view that is open for `user`.

    Raises:
        UnknownNameError: When there is none.
    """
    view = slack.state.view(view_id)
    if view is None or view.user != slack.state.user(user).id:
        raise UnknownNameError(f"no view {view_id!r} is open for {user}")
    return view


def _act(slack: Slack, view: View, kind: str, more: Json) -> Act:
    who = slack.state.users[view.user]
    payload = interaction(slack, who, kind) | {"view": wire.view(view)} | more
    what = str(view.body.get("callback_id") or view.id)
    return Act(kind="interactive", user=who, channel="", what=what, payload=payload)


def _filled(slack: Slack, view: View, values: Json) -> View:
    filled = replace(view, values=choices.state_of(view.body["blocks"], values))
    stack = slack.state.modals.get(view.user, [])
    stack[:] = [filled if one.id == view.id else one for one in stack]
    return filled


def _follow(slack: Slack, view: View, ack: Json) -> None:
    action = ack.get("response_action")
    if action == "errors":
        return
    if action == "update":
        views.change(slack, view, views.checked(ack["view"]))
    elif action == "push":
        views.push_for(slack, view.user, views.checked(ack["view"]))
    elif action == "clear":
        slack.state.modals.pop(view.user, None)
    else:
        _remove(slack, view)


def _remove(slack: Slack, view: View) -> None:
    stack = slack.state.modals.get(view.user, [])
    kept = [one for one in stack if one.id != view.id]
    if kept:
        slack.state.modals[view.user] = kept
    else:
        slack.state.modals.pop(view.user, None)
