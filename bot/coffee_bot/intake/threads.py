"""Replies in our threads: answers to questions, follow-ups to tasks, their edits and deletions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.channel import conversation
from coffee_bot.intake.letters import Kind, Me, deletion_of, message_key, names, time_of
from coffee_bot.intake.people import writer
from coffee_bot.intake.ruling import APPLIED, Fate, Ruling, overheard, refused, stays
from coffee_bot.intake.words import (
    first_mention,
    is_discussion,
    plain,
    says_something,
    without_mention,
    words_of,
)
from coffee_bot.intent import Role, read_exact
from coffee_daemon import BadInput, Recorded, Via

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from coffee_bot.commands.noting import Noting
    from coffee_bot.files import FileDesk
    from coffee_bot.intake.marks import Marks
    from coffee_bot.intake.mentions import Mentions
    from coffee_bot.intake.people import People
    from coffee_daemon import InboxRow, Receipt, Store

    Take = Callable[..., Receipt]

#: What is no act of somebody's: known before, or people's talk.
_NOTHING_NEW = frozenset({Recorded.KNOWN, Recorded.UNDECIDED})
_WAIT = stays("the message itself is not applied yet")


_NOT_READ = (
    "The daemon does not read this thread. "
    "Reply under a question or a task, or mention me with what you want."
)


@dataclass(frozen=True, kw_only=True)
class Threads:
    """Applies replies, edits and deletions in threads whose parent is a post of ours."""

    store: Store
    me: Me
    people: People
    marks: Marks
    mentions: Mentions
    #: The daemon's name.
    daemon: str
    quiet: timedelta
    ring_daemon: Callable[[], object]
    #: Writes down who did what.
    note: Noting
    files: FileDesk

    def reply(self, row: InboxRow) -> Ruling:
        """Take a reply in a thread."""
        text = row.payload.get("text") or ""
        post = self.store.posts.by_ts(row.channel, str(row.thread_ts))
        if post is None:
            return self._parentless(row)
        if self.store.inbox.get(deletion_of(row.key)) is not None:
            return refused("taken back before it was applied")
        if is_discussion(text, self.me):
            return refused("people talk with each other")
        command = self._command(text)
        if command is not None:
            return self.mentions.run(row, command)
        return self._conversation(row, post.key)

    def edit(self, row: InboxRow) -> Ruling:
        """Take an edit; it counts until the words are picked up."""
        original = self._original(row)
        if original is not None and original.state == "received":
            return _WAIT
        words = self._words(row)
        if not says_something(words) or is_discussion(row.payload.get("text") or "", self.me):
            return self._taken_back(row, self.store.questions.delete_reply(self._source(row)))
        try:
            receipt = self.store.questions.edit_reply(
                self._source(row), text=words, quiet=self.quiet
            )
        except BadInput as error:
            self.marks.whisper(row, blocks.trouble(error))
            return refused(error.message)
        if receipt is None and original is not None and original.state == "refused":
            # Not taken as it was, such as people's talk: the new words may be an answer.
            return self._now_meant(row)
        if receipt is None and self.marks.was_stored(self._source(row)):
            self.marks.whisper(row, blocks.out_of_the_answer())
        if receipt is not None and receipt.recorded is Recorded.UNDECIDED:
            self.marks.whisper(row, blocks.answered(receipt))
            return self._taken_back(row, receipt)
        return self._changed(row, receipt)

    def delete(self, row: InboxRow) -> Ruling:
        """Take a deletion; it counts until the words are picked up."""
        original = self._original(row)
        if original is not None and original.state == "received":
            return _WAIT
        receipt = self.store.questions.delete_reply(self._source(row))
        self.store.inbox.blank_message(row.channel, row.ts)
        return self._changed(row, receipt)

    def _parentless(self, row: InboxRow) -> Ruling:
        if names(row.payload, self.me):
            return self.mentions.mention(row)
        if self.store.posts.sending_in(row.channel):
            return stays("the parent may be a post whose outcome is not known yet")
        return overheard("not in a thread of ours")

    def _aside(self, row: InboxRow) -> Ruling:
        """Take a reply below a post that is no conversation, such as the card.

        A mention is read as anywhere else; who only writes there is told once that it goes nowhere.
        """
        if names(row.payload, self.me):
            return self.mentions.mention(row)
        key = f"aside:{row.channel}:{row.thread_ts}:{row.user}"
        self.marks.whisper(row, blocks.notice("💬", _NOT_READ), once=key)
        return refused("not a thread of a question or task")

    def _command(self, text: str) -> str | None:
        """The words of an exact command to the bot, which is no answer."""
        if first_mention(text) != self.me.user:
            return None
        words = plain(without_mention(text, self.me))
        return words if read_exact(words) else None

    def _conversation(self, row: InboxRow, key: str) -> Ruling:
        found = conversation(key)
        if found is None:
            return self._aside(row)
        what, number = found
        words = self._words(row)
        if not says_something(words):
            return refused("no words")
        question = what == "question"
        verb, target = "answer" if question else "tell", f"#{number}"
        asked = self.people.ask(row, Role.ANSWERER)
        if isinstance(asked, Ruling):
            if asked.fate is Fate.REFUSED:
                self.note(
                    writer(row, self.people.access.name),
                    verb,
                    target,
                    Via.SLACK,
                    "refused",
                    asked.reason,
                )
            return asked
        take: Take = self.store.questions.reply if question else self.store.tasks.follow_up
        try:
            receipt = take(
                number,
                text=words,
                who=asked,
                via=Via.SLACK,
                source=self._source(row),
                quiet=self.quiet,
                said_at=time_of(row.ts),
                files=self.files.offered(row.payload),
            )
        except BadInput as error:
            self.marks.not_taken(row, blocks.trouble(error))
            return refused(error.message)
        if receipt.recorded not in _NOTHING_NEW:
            self.note(asked, verb, target, Via.SLACK, receipt.recorded.value)
        return self._taken(row, receipt)

    def _words(self, row: InboxRow) -> str:
        said = without_mention(row.payload.get("text") or "", self.me)
        return words_of({**row.payload, "text": said})

    def _taken(self, row: InboxRow, receipt: Receipt) -> Ruling:
        if receipt.recorded is Recorded.TOO_LATE:
            self.marks.not_taken(row, blocks.too_late(receipt.question))
            return refused("too late")
        if receipt.recorded is Recorded.UNDECIDED:
            # Said between people as far as the question goes: no mark, only a word in private.
            self.marks.whisper(row, blocks.answered(receipt))
            return refused("decides nothing")
        self.marks.stored(row)
        self.files.recorded(receipt.answer)
        self.ring_daemon()
        return APPLIED

    def _now_meant(self, row: InboxRow) -> Ruling:
        text = row.payload.get("text") or ""
        post = self.store.posts.by_ts(row.channel, str(row.thread_ts))
        if post is None or self._command(text) is not None:
            return refused("changes nothing that was recorded")
        return self._conversation(row, post.key)

    def _source(self, row: InboxRow) -> str:
        """The key of the message that a letter is about."""
        return message_key(self.me.team, row.channel, row.ts)

    def _original(self, row: InboxRow) -> InboxRow | None:
        return self.store.inbox.get(self._source(row))

    def _taken_back(self, row: InboxRow, receipt: Receipt | None) -> Ruling:
        """The words are no answer any more, so the mark of a stored one goes too."""
        ruling = self._changed(row, receipt)
        if receipt is not None and receipt.recorded is not Recorded.TOO_LATE:
            self.marks.unstored(self._source(row))
        return ruling

    def _changed(self, row: InboxRow, receipt: Receipt | None) -> Ruling:
        if receipt is None:
            return refused("changes nothing that was recorded")
        if receipt.recorded is Recorded.TOO_LATE:
            self.marks.whisper(row, blocks.edit_too_late(self.daemon, receipt.standing))
            return refused("too late")
        self._note_change(row, receipt)
        self.ring_daemon()
        return APPLIED

    def _note_change(self, row: InboxRow, receipt: Receipt) -> None:
        reply = receipt.answer
        number = (reply.question or reply.task) if reply else None
        who = writer(row, self.people.access.name)
        outcome = "taken back" if row.kind == Kind.DELETE else "edited"
        self.note(who, "answer", f"#{number}" if number else "", Via.SLACK, outcome)
