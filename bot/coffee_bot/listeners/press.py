"""A press of a button, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_sdk import WebClient

    from coffee_bot.intent import Message, Role
    from coffee_daemon import Person


@dataclass(frozen=True, kw_only=True)
class Press:
    """One press of a button, or one choice from a menu, in a message of ours or in the Home.

    Source: the `block_actions` payload in Slack's documentation.
    """

    #: The action's name: its id up to the first `:`.
    name: str
    #: Ids of ours: the button's value, or that of the chosen option, cut at each `:`.
    ids: tuple[str, ...] = ()
    user: str
    #: Slack's stamp of this very press.
    at: str
    #: Slack's word for the Home as it was when it was pressed there; None in a message.
    home: str | None = None
    #: Opens a modal, once and within three seconds.
    open_view: Callable[[Mapping[str, Any]], object]

    @property
    def number(self) -> int:
        """The task or question that it is about; 0 when it names none."""
        return int(self.ids[0]) if self.ids and self.ids[0].isdecimal() else 0


@dataclass(frozen=True, kw_only=True)
class Action:
    """What a press does, and who may do it."""

    #: Its name in the audit when somebody is refused.
    verb: str
    #: The least role. None opens it to everybody: then nothing but a modal may come of it, and
    #: who sends that is looked at.
    role: Role | None
    #: Does it; returns what the person who pressed is told privately, if anything.
    run: Callable[[Press, Person], Message | None]


def read_press(body: Mapping[str, Any], client: WebClient) -> Press:
    """Read Slack's payload of a press; `client` opens the modal that may come of it."""
    pressed = body["actions"][0]
    chosen = pressed.get("selected_option") or {}
    trigger = str(body.get("trigger_id") or "")
    value = str(pressed.get("value") or chosen.get("value") or "")
    view = body.get("view") or {}
    return Press(
        name=str(pressed["action_id"]).partition(":")[0],
        ids=tuple(value.split(":")) if value else (),
        user=str((body.get("user") or {}).get("id") or ""),
        at=str(pressed.get("action_ts") or ""),
        home=str(view.get("hash") or "") if view.get("type") == "home" else None,
        open_view=lambda view: client.views_open(trigger_id=trigger, view=dict(view)),
    )
