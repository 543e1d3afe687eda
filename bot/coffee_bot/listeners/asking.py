"""The modal in which people hand over work or ask something."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.calling import CALL_ERRORS
from coffee_bot.intent import Intent
from coffee_daemon import Via

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.intake import Runs
    from coffee_bot.intent import Message
    from coffee_bot.listeners.form import Sent
    from coffee_bot.listeners.press import Press
    from coffee_daemon import Person

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Opens the modal, and takes what is sent with it as a `tell`."""

    #: Which daemon gets it.
    daemon: str
    commands: Runs
    #: Says something privately to whoever sent a modal.
    tell: Callable[[Sent, Message], None]

    def open_form(self, press: Press, _who: Person) -> Message | None:
        """Open the modal."""
        try:
            press.open_view(blocks.ask_form(self.daemon))
        except CALL_ERRORS as error:
            log.info("No modal to ask in: %s", error, extra={"action": "views_open"})
            return blocks.not_opened_to_ask()
        return None

    def missing(self, sent: Sent) -> str:
        """Why a modal cannot be sent as it is; empty when it can."""
        return "" if _words(sent) else "Write at least a word."

    def send_form(self, sent: Sent, who: Person) -> str:
        """Hand the words over; what came of it is told privately. It is always taken."""
        words = _words(sent)
        said = Intent(verb="tell", text=words, wants_answer=words.endswith("?"))
        reply = self.commands.run(said, who, Via.SLACK, source=f"form:{sent.view}")
        self.tell(sent, reply.message)
        return ""


def _words(sent: Sent) -> str:
    """What was written; nothing when nothing of it can be seen."""
    words = sent.words.get(blocks.ASK_FORM, "")
    seen = any(char.isprintable() and not char.isspace() for char in words)
    return words if seen else ""
