"""A modal that was sent, and what it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coffee_bot.intake import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_bot.intent import Role
    from coffee_daemon import Person


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What somebody filled in and sent.

    Source: the `view_submission` payload in Slack's documentation.
    """

    #: Which modal: its callback id.
    name: str
    #: Unique to each modal that was opened.
    view: str
    user: str
    #: What we gave the modal along: an id of ours.
    about: str
    #: block id -> what was typed there.
    words: Mapping[str, str]
    #: block id -> the id of the option that was chosen there.
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The task or question that it is about; 0 when it names none."""
        return int(self.about) if self.about.isdecimal() else 0


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a sent modal does, and who may send it."""

    verb: str
    role: Role
    #: Where a refusal is shown; empty: at the first input that there is.
    block: str
    #: What can be told at once: why it cannot be sent so; empty when it can.
    check: Callable[[Sent], str]
    #: Does it; returns why it cannot be taken, or nothing.
    run: Callable[[Sent, Person], str]


def read_sent(body: Mapping[str, Any]) -> Sent:
    """Read Slack's payload of a modal that was sent."""
    view = body["view"]
    filled = (view.get("state") or {}).get("values") or {}
    words = {
        block: str(filled_in.get("value") or "")
        for block, inputs in filled.items()
        for filled_in in inputs.values()
    }
    chosen = {
        block: str(option["value"])
        for block, inputs in filled.items()
        for filled_in in inputs.values()
        if isinstance(option := filled_in.get("selected_option"), dict)
    }
    return Sent(
        name=str(view.get("callback_id") or ""),
        view=str(view.get("id") or ""),
        user=str((body.get("user") or {}).get("id") or ""),
        about=str(view.get("private_metadata") or ""),
        words={block: storable(said).strip() for block, said in words.items()},
        chosen=chosen,
    )
