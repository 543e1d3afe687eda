"""What a person does with an element, as Slack reports it to the app. Pure.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coffee_bot.sandbox.blocks import interactive
from coffee_bot.sandbox.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_bot.sandbox.nouns import Json

_SELECTED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_ONE = frozenset({"static_select", "external_select", "overflow", "radio_buttons"})
_MANY = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})


def find(blocks: Sequence[Json], action_id: str, block_id: str | None = None) -> tuple[str, Json]:
    """Return (block id, element) of an action.

    Raises:
        UnknownNameError: When there is no such element.
    """
    known = []
    for index, _place, element in interactive(blocks):
        block = str(blocks[index].get("block_id"))
        known.append(f"{block}/{element.get('action_id')}")
        if element.get("action_id") == action_id and block_id in {None, "", block}:
            return block, element
    raise UnknownNameError(f"nothing to press called {action_id!r}; there is {known or 'nothing'}")


def action(block_id: str, element: Json, value: Any, ts: str) -> Json:
    """Describe the act, as it stands in `actions` of a payload."""
    body: Json = {"action_id": element["action_id"], "block_id": block_id, "action_ts": ts}
    return body | chosen(element, value)


def chosen(element: Json, value: Any) -> Json:
    """Describe what was chosen or typed, as it stands in a view's state."""
    kind = str(element["type"])
    body: Json = {"type": kind}
    if kind == "button":
        keys = ("text", "value", "style", "url")
        return body | {key: element[key] for key in keys if key in element}
    if kind in _ONE:
        return body | {"selected_option": _option(element, value)}
    if kind in _MANY:
        picked = value if isinstance(value, list) else [value]
        return body | {"selected_options": [_option(element, one) for one in picked if one]}
    return body | {_SELECTED.get(kind, "value"): value}


def _option(element: Json, value: Any) -> Json | None:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    for group in groups:
        for option in group["options"]:
            if option["value"] == value:
                return dict(option)
    if value in {None, ""}:
        return None
    raise UnknownNameError(f"no option {value!r} in {element.get('action_id')!r}")


def initial(element: Json) -> Json:
    """Describe an element that nobody has touched."""
    kind = str(element["type"])
    if kind in _ONE:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _MANY:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in _SELECTED:
        key = _SELECTED[kind]
        return {"type": kind, key: element.get(key.replace("selected", "initial"))}
    return {"type": kind, "value": element.get("initial_value")}


def state_of(blocks: Sequence[Json], values: Json) -> dict[str, Json]:
    """Describe all inputs of a view or message: block id -> action id -> what is in it."""
    state: dict[str, Json] = {}
    for index, _place, element in interactive(blocks):
        if element["type"] in {"button", "overflow"}:
            continue
        block_id, action_id = str(blocks[index].get("block_id")), str(element["action_id"])
        given = values.get(block_id, {})
        filled = chosen(element, given[action_id]) if action_id in given else initial(element)
        state.setdefault(block_id, {})[action_id] = filled
    return state
