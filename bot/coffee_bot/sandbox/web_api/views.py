"""views.*: modals and the App Home."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from coffee_bot.sandbox import blocks as block_kit
from coffee_bot.sandbox import wire
from coffee_bot.sandbox.errors import SlackError
from coffee_bot.sandbox.ids import token
from coffee_bot.sandbox.nouns import View

if TYPE_CHECKING:
    from coffee_bot.sandbox.nouns import Json
    from coffee_bot.sandbox.slack import Slack
    from coffee_bot.sandbox.web_api.args import Args

#: Modals on top of each other: one opened, two pushed.
MOST_MODALS = 3
MOST_VIEW_BYTES = 250_000
MOST_BLOCKS = 100
MOST_TITLE = 24
MOST_PRIVATE_METADATA = 3_000


def open_view(slack: Slack, args: Args) -> Json:
    """Open a modal. https://docs.slack.dev/reference/methods/views.open."""
    body = _body(args, "modal")
    user = slack.triggers.redeem(args.need("trigger_id"))
    view = View(id=slack.mint.next("V"), user=user, body=body, hash=_hash(slack))
    slack.state.modals[user] = [view]
    return _answer(slack, view)


def push(slack: Slack, args: Args) -> Json:
    """Put a modal on top. https://docs.slack.dev/reference/methods/views.push."""
    body = _body(args, "modal")
    user = slack.triggers.redeem(args.need("trigger_id"))
    return _answer(slack, push_for(slack, user, body))


def push_for(slack: Slack, user: str, body: Json) -> View:
    """Put a modal on top of `user`'s open ones.

    Raises:
        SlackError: When three are open already, or none.
    """
    stack = slack.state.modals.get(user, [])
    if not stack or len(stack) >= MOST_MODALS:
        raise SlackError("push_limit_reached" if stack else "not_found")
    top = stack[-1]
    view = View(
        id=slack.mint.next("V"),
        user=user,
        body=body,
        hash=_hash(slack),
        previous=top.id,
        root=top.root or top.id,
    )
    stack.append(view)
    return view


def update(slack: Slack, args: Args) -> Json:
    """Change an open view. https://docs.slack.dev/reference/methods/views.update."""
    view = slack.state.view(args.text("view_id") or args.need("external_id"))
    if view is None:
        raise SlackError("not_found")
    body = _body(args, str(view.body["type"]))
    _check_hash(args, view)
    return _answer(slack, change(slack, view, body))


def change(slack: Slack, view: View, body: Json) -> View:
    """Replace what an open view shows; it keeps its id and place."""
    changed = replace(view, body=body, hash=_hash(slack))
    if body.get("type") == "home":
        slack.state.homes[view.user] = changed
        return changed
    # By id: the person may have typed something since `view` was read.
    stack = slack.state.modals.get(view.user, [])
    stack[:] = [changed if one.id == view.id else one for one in stack]
    return changed


def publish(slack: Slack, args: Args) -> Json:
    """Set somebody's App Home. https://docs.slack.dev/reference/methods/views.publish."""
    if not slack.settings.home_enabled:
        raise SlackError("not_enabled")
    user = args.user("user_id")
    body = _body(args, "home")
    before = slack.state.homes.get(user.id)
    if before is not None:
        _check_hash(args, before)
        return _answer(slack, change(slack, before, body))
    view = View(id=slack.mint.next("V"), user=user.id, body=body, hash=_hash(slack))
    slack.state.homes[user.id] = view
    return _answer(slack, view)


def checked(body: Json) -> Json:
    """Check a view as Slack does and give its blocks ids.

    Raises:
        SlackError: `invalid_arguments` or `view_too_large`.
    """
    if len(json.dumps(body).encode()) > MOST_VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = [*_frame(body), *block_kit.problems(body.get("blocks", []), most=MOST_BLOCKS)]
    if problems:
        raise SlackError("invalid_arguments", **_said(problems))
    return {**body, "blocks": list(block_kit.named(body.get("blocks", [])))}


def _said(problems: list[str]) -> Json:
    messages = [f"[ERROR] {problem}" for problem in problems]
    return {"response_metadata": {"messages": messages}}


def _frame(body: Json) -> list[str]:
    problems = []
    if body.get("type") not in {"modal", "home"}:
        problems.append("type must be modal or home")
    if body.get("type") == "modal" and not body.get("title"):
        problems.append("missing required field: title")
    for name in ("title", "submit", "close"):
        text = (body.get(name) or {}).get("text", "")
        if len(text) > MOST_TITLE:
            problems.append(f"must be less than {MOST_TITLE + 1} characters [{name}]")
    if len(str(body.get("private_metadata", ""))) > MOST_PRIVATE_METADATA:
        problems.append("private_metadata is too long")
    return problems


def _body(args: Args, kind: str) -> Json:
    given = args.json("view", "invalid_arguments")
    if not isinstance(given, dict):
        raise SlackError("invalid_arguments")
    body = checked(given)
    if body["type"] != kind:
        raise SlackError("invalid_arguments", **_said([f"type must be {kind}"]))
    return body


def _check_hash(args: Args, view: View) -> None:
    given = args.text("hash")
    if given and given != view.hash:
        raise SlackError("hash_conflict")


def _hash(slack: Slack) -> str:
    return f"{int(slack.now())}.{token()[:8]}"


def _answer(slack: Slack, view: View) -> Json:
    slack.state.changed()
    return {"view": wire.view(view)}
