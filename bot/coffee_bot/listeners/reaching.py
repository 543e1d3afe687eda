"""What people press about being reached: putting a question off, answering several together."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.calling import CALL_ERRORS
from coffee_bot.intent import Role
from coffee_bot.listeners.form import Form
from coffee_bot.listeners.press import Action
from coffee_bot.reminding import tomorrow
from coffee_daemon import CoffeeError, Via

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import timedelta

    from coffee_bot.intent import Message
    from coffee_bot.listeners.form import Sent
    from coffee_bot.listeners.press import Press
    from coffee_bot.reaching import Reach
    from coffee_daemon import Person, Receipt, Store

log = logging.getLogger(__name__)

#: More open questions than this are not looked through for somebody's.
_MOST = 200


@dataclass(frozen=True, kw_only=True)
class Reaching:
    """Takes what people press in reminders and in the morning."""

    store: Store
    reach: Callable[[], Reach]
    #: Wakes the daemon when there is something for it.
    ring_daemon: Callable[[], object]
    quiet: timedelta
    #: Where the feed is.
    channel: Callable[[], str]

    @property
    def actions(self) -> Mapping[str, Action]:
        """What its buttons do."""
        return {
            blocks.SNOOZE: Action(verb="snooze", role=Role.VIEWER, run=self.snooze),
            # A modal must open within three seconds; who sends it is looked at then.
            blocks.TOGETHER: Action(verb="answer", role=None, run=self.open_form),
        }

    @property
    def forms(self) -> Mapping[str, Form]:
        """What its modal does."""
        return {
            blocks.TOGETHER: Form(
                verb="answer",
                role=Role.ANSWERER,
                block="",
                check=lambda _: "",
                run=self.send_form,
            )
        }

    def snooze(self, press: Press, who: Person) -> Message:
        """Put a question off for whoever presses, until nine o'clock on that person's wall."""
        asked = self.store.questions.get(press.number)
        if asked.closed:
            return blocks.too_late(asked)
        reach = self._looked()
        until = tomorrow(self.store.now(), reach.zone(reach.contact(who.id)))
        self.store.contacts.snooze(press.number, who.id, until)
        return blocks.snoozed(press.number, until)

    def open_form(self, press: Press, who: Person) -> Message | None:
        """Open one modal for all that this person is asked."""
        reach = self._looked()
        found = self.store.questions.open(limit=_MOST)
        theirs = [one for one in found if who.id in reach.people(one)]
        if not theirs:
            return blocks.nothing_open()
        try:
            press.open_view(blocks.together(theirs))
        except CALL_ERRORS as error:
            log.info("No modal for %s: %s", who.id, error, extra={"action": "views_open"})
            return blocks.not_opened()
        return None

    def send_form(self, sent: Sent, who: Person) -> str:
        """Take each answer by itself: what cannot be taken keeps none of the others back."""
        outcomes = [self._take(number, sent, who) for number in _filled(sent)]
        self.ring_daemon()
        if outcomes:
            self._tell(sent, blocks.took_together(outcomes))
        return ""

    def _take(self, number: int, sent: Sent, who: Person) -> tuple[int, Receipt | str]:
        block = f"{blocks.TOGETHER}:{number}"
        option = sent.chosen.get(block)
        source = f"form:{sent.view}:{number}"
        try:
            if option is not None:
                receipt = self.store.questions.choose(
                    number, option=option, who=who, via=Via.SLACK, source=source, quiet=self.quiet
                )
            else:
                receipt = self.store.questions.reply(
                    number,
                    text=sent.words[block],
                    who=who,
                    via=Via.SLACK,
                    source=source,
                    quiet=self.quiet,
                )
        except CoffeeError as error:
            return number, error.message
        return number, receipt

    def _looked(self) -> Reach:
        reach = self.reach()
        reach.look()
        return reach

    def _tell(self, sent: Sent, message: Message) -> None:
        """Say in the direct conversation what came of it; without one, where the feed is."""
        where = self._looked().contact(sent.user).direct or self.channel()
        self.store.posts.want(
            f"why:form:{sent.view}",
            kind="ephemeral",
            channel=where,
            text=message.text,
            blocks=[dict(block) for block in message.blocks] or None,
            user=sent.user,
        )


def _filled(sent: Sent) -> Iterator[int]:
    """The questions whose inputs hold something: what is left empty is no answer."""
    for block, words in sent.words.items():
        name, _, number = block.partition(":")
        said = any(char.isprintable() and not char.isspace() for char in words)
        if name == blocks.TOGETHER and number.isdecimal() and (said or block in sent.chosen):
            yield int(number)
