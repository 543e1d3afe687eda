"""Answers by button and modal: options, one's own words, the end of a quiet time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.blocks.midturn import read_already
from coffee_bot.calling import CALL_ERRORS
from coffee_bot.intake import time_of
from coffee_daemon import ENDED, NotFound, QuestionState, Recorded, StoreTrouble, Via

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.intake import Marks
    from coffee_bot.intent import Message
    from coffee_bot.listeners.form import Sent
    from coffee_bot.listeners.press import Press
    from coffee_daemon import Person, Question, Receipt, Store

log = logging.getLogger(__name__)

#: What was pressed or sent may be changed for so long, unless the quiet time is shorter.
SECOND_THOUGHTS = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Takes what people press and send about questions."""

    store: Store
    marks: Marks
    #: Wakes the daemon when there is something for it.
    ring_daemon: Callable[[], object]
    quiet: timedelta
    #: Where a private word about a modal is said.
    channel: Callable[[], str]

    def choose(self, press: Press, who: Person) -> Message | None:
        """Take a pressed option; the same one twice is one answer."""
        receipt = self.store.questions.choose(
            press.number,
            option=press.ids[1],
            who=who,
            via=Via.SLACK,
            source=f"{press.number}:{who.id}:{press.at}",
            said_at=time_of(press.at) if press.at else None,
            quiet=self._short,
        )
        self._took(receipt, press.number, who)
        return blocks.too_late(receipt.question) if _is_late(receipt) else None

    def choose_same(self, press: Press, who: Person) -> Message | None:
        """Take the answer that people gave to the same question before."""
        try:
            receipt = self.store.questions.choose_same(
                press.number,
                who=who,
                via=Via.SLACK,
                source=f"{press.number}:{who.id}:{press.at}",
                said_at=time_of(press.at) if press.at else None,
                quiet=self._short,
            )
        except NotFound as error:
            return blocks.trouble(error)
        self._took(receipt, press.number, who)
        return blocks.too_late(receipt.question) if _is_late(receipt) else None

    def open_form(self, press: Press, _who: Person) -> Message | None:
        """Open the modal for an answer in one's own words."""
        asked = self.store.questions.get(press.number)
        if asked.closed and not asked.assumption:
            return blocks.too_late(asked)
        return self._open(press, asked)

    def open_change(self, press: Press, _who: Person) -> Message | None:
        """Open the modal for another answer, which its task gets although it has the first."""
        asked = self.store.questions.get(press.number)
        return self._over(asked) or self._open(press, asked)

    def _open(self, press: Press, asked: Question) -> Message | None:
        try:
            press.open_view(blocks.form(asked))
        except CALL_ERRORS as error:
            log.info("No modal for #%s: %s", asked.number, error, extra={"action": "views_open"})
            return blocks.not_opened()
        return None

    def _over(self, asked: Question) -> Message | None:
        """What is said of an answer whose task has used it and has ended; None of any other."""
        if asked.state is not QuestionState.PICKED_UP or asked.task is None:
            return None
        task = self.store.tasks.get(asked.task)
        return blocks.task_over(asked, task) if task.state in ENDED else None

    def missing(self, sent: Sent) -> str:
        """Why a modal cannot be sent as it is; empty when it can."""
        said = any(char.isprintable() and not char.isspace() for char in _words(sent))
        return "" if said else "Write at least a word."

    def send_form(self, sent: Sent, who: Person) -> str:
        """Take an answer in somebody's own words; return why it cannot be taken, or nothing."""
        over = self._over(self.store.questions.get(sent.number))
        if over is not None:
            return blocks.unmarked(over.text)
        receipt = self.store.questions.reply(
            sent.number,
            text=_words(sent),
            who=who,
            via=Via.SLACK,
            source=f"form:{sent.view}",
            quiet=self._short,
        )
        self._took(receipt, sent.number, who)
        if receipt.recorded in {Recorded.TOO_LATE, Recorded.UNDECIDED}:
            return blocks.unmarked(blocks.answered(receipt).text)
        if receipt.recorded is Recorded.FOLLOW_UP:
            self.tell(sent, blocks.answered(receipt))
        return ""

    def send_now(self, press: Press, _who: Person) -> Message | None:
        """End the quiet time of an answer."""
        if not self.store.questions.send_now(press.number):
            return self._late(press) or blocks.not_waiting(press.number)
        self.ring_daemon()
        return None

    def take_back(self, press: Press, who: Person) -> Message | None:
        """Take a reply out of the answer; its words stay as talk between people."""
        answers = self.store.questions.answers(press.number)
        found = next((one for one in answers if str(one.id) == press.ids[1]), None)
        receipt = self.store.questions.delete_reply(found.source) if found else None
        if found is None or receipt is None or _is_late(receipt):
            return self._late(press) or blocks.kept_as_talk(press.number)
        self.marks.unstored(found.source)
        self._note(who, press.number, "taken back")
        self.ring_daemon()
        return blocks.kept_as_talk(press.number)

    def defer(self, press: Press, who: Person) -> Message | None:
        """Let a changed answer wait for the end of the turn, as it would anyway."""
        task = self.store.questions.get(press.number).task
        if task is None or not self.store.requests.defer(task, press.number, who=who):
            return read_already(press.number)
        self._note(who, press.number, "told afterwards")
        return None

    def tell(self, sent: Sent, message: Message) -> None:
        """Say something privately to whoever sent a modal that is closed by now."""
        self.store.posts.want(
            f"why:form:{sent.view}",
            kind="ephemeral",
            channel=self.channel(),
            text=message.text,
            blocks=[dict(block) for block in message.blocks] or None,
            user=sent.user,
        )

    @property
    def _short(self) -> timedelta:
        return min(self.quiet, SECOND_THOUGHTS)

    def _late(self, press: Press) -> Message | None:
        """What is said of a question that is closed; None of one that is not."""
        asked = self.store.questions.get(press.number)
        return blocks.too_late(asked) if asked.closed else None

    def _took(self, receipt: Receipt, number: int, who: Person) -> None:
        if receipt.recorded is Recorded.KNOWN:
            return
        self._note(who, number, receipt.recorded.value)
        if not _is_late(receipt):
            self.ring_daemon()

    def _note(self, who: Person, number: int, outcome: str) -> None:
        try:
            self.store.audit.add(who, "answer", f"#{number}", Via.SLACK, outcome)
        except StoreTrouble as error:
            log.warning("An answer is not in the audit: %s", error, extra={"action": "answer"})


def _is_late(receipt: Receipt) -> bool:
    return receipt.recorded is Recorded.TOO_LATE


def _words(sent: Sent) -> str:
    return sent.words.get(blocks.FORM, "")
