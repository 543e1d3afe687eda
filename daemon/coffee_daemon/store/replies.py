"""Verbs of the replies to questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffee_daemon.store import replying
from coffee_daemon.store.rows import questions as rows
from coffee_daemon.store.rows.answers import Words
from coffee_daemon.store.sizes import bounded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from coffee_daemon.notifications import Person, Receipt, Via
    from coffee_daemon.reply_files import OfferedFile
    from coffee_daemon.store.engine import Doors


@dataclass(frozen=True)
class Replies:
    """What people say to questions."""

    doors: Doors

    def reply(
        self,
        number: int,
        *,
        text: str,
        who: Person,
        via: Via,
        source: str,
        quiet: timedelta,
        option: str | None = None,
        said_at: datetime | None = None,
        files: Sequence[OfferedFile] = (),
    ) -> Receipt:
        """Record a reply. Each one begins the quiet time anew; after pick-up it is a follow-up.

        Args:
            number: The question's.
            text: The person's words; the option's label stands in when they are empty.
            who: The person.
            via: Where the words came from.
            source: What makes it unique; the same source again changes nothing.
            quiet: How long nothing more must come before it may be picked up.
            option: The id of the chosen option.
            said_at: When the person said it; None: just now.
            files: What came with it.

        Raises:
            NotFound: There is no such question.
            BadInput: The question has no such option, or the text is too long.
        """
        words = Words(
            text=bounded(text),
            who=who,
            via=via,
            source=source,
            option=option,
            said_at=said_at,
            files=tuple(files),
        )
        with self.doors.writing() as connection:
            return replying.reply(connection, number, words, now=self.doors.now(), quiet=quiet)

    def choose(
        self,
        number: int,
        *,
        option: str,
        who: Person,
        via: Via,
        source: str,
        quiet: timedelta,
        said_at: datetime | None = None,
    ) -> Receipt:
        """Record an option that somebody pressed, until the question is picked up.

        It stands in place of the one that the same person pressed before; the same one again
        changes nothing.

        Args:
            number: The question's.
            option: The id of the option.
            who: The person.
            via: Where it was pressed.
            source: What makes this press unique; those of one person sort by their time.
            quiet: How long it may still be changed.
            said_at: When it was pressed; None: just now.

        Raises:
            NotFound: There is no such question.
            BadInput: The question has no such option.
        """
        words = Words(
            text="", who=who, via=via, source=f"press:{source}", option=option, said_at=said_at
        )
        with self.doors.writing() as connection:
            return replying.choose(connection, number, words, now=self.doors.now(), quiet=quiet)

    def choose_same(
        self,
        number: int,
        *,
        who: Person,
        via: Via,
        source: str,
        quiet: timedelta,
        said_at: datetime | None = None,
    ) -> Receipt:
        """Record the answer that people gave to the same question before, as somebody wants it.

        Args:
            number: The question's.
            who: Who wants it now.
            via: Where that was said.
            source: What makes it unique; those of one person sort by their time.
            quiet: How long it may still be changed.
            said_at: When it was said; None: just now.

        Raises:
            NotFound: There is no such question, or no such answer any more.
        """
        words = Words(text="", who=who, via=via, source=f"press:{source}", said_at=said_at)
        with self.doors.writing() as connection:
            return replying.choose_same(
                connection, number, words, now=self.doors.now(), quiet=quiet
            )

    def send_now(self, number: int) -> bool:
        """End the quiet time of an answered question; False when none runs."""
        now = self.doors.now()
        with self.doors.writing() as connection:
            return rows.end_quiet_time(connection, number, now)

    def edit_reply(self, source: str, *, text: str, quiet: timedelta) -> Receipt | None:
        """Change a reply's words before pick-up; after it they stay (TOO_LATE).

        None when no reply of that source stands.

        Raises:
            BadInput: The text is too long; the earlier words stay.
        """
        words = bounded(text)
        with self.doors.writing() as connection:
            return replying.edit(connection, source, words, now=self.doors.now(), quiet=quiet)

    def delete_reply(self, source: str) -> Receipt | None:
        """Take a reply back before pick-up; after it, it stays (TOO_LATE).

        A question whose only reply is taken back is open again. None when no reply of that
        source stands.
        """
        with self.doors.writing() as connection:
            return replying.take_back(connection, source, now=self.doors.now())
