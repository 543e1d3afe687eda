"""The record's front door."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from coffee_daemon.clock import Day
from coffee_daemon.notifications import Priority
from coffee_daemon.store.audit import Audit
from coffee_daemon.store.contacts import Contacts
from coffee_daemon.store.cursors import Cursors
from coffee_daemon.store.digesting import digest
from coffee_daemon.store.engine import Doors, open_doors
from coffee_daemon.store.facts import Facts
from coffee_daemon.store.following import follow_channel
from coffee_daemon.store.halts import Halts
from coffee_daemon.store.inbox import Inbox
from coffee_daemon.store.measuring import measure
from coffee_daemon.store.notifications import Notifications
from coffee_daemon.store.posts import Posts
from coffee_daemon.store.presence import Presences
from coffee_daemon.store.pruning import prune
from coffee_daemon.store.questions import Questions
from coffee_daemon.store.queue import Queue
from coffee_daemon.store.reply_files import ReplyFiles
from coffee_daemon.store.requests import Requests
from coffee_daemon.store.spending import Spending
from coffee_daemon.store.stories import story_of
from coffee_daemon.store.tasks import Tasks
from coffee_daemon.store.transitions import Transitions
from coffee_daemon.store.turns import Turns
from coffee_daemon.store.upgrade import bring_up

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta
    from types import TracebackType
    from typing import Self

    from sqlalchemy.engine import Connection

    from coffee_daemon.clock import Clock
    from coffee_daemon.digest import Digest
    from coffee_daemon.metrics import Metrics
    from coffee_daemon.notifications import Notification, NotificationType
    from coffee_daemon.story import Story


@dataclass(frozen=True)
class Store:
    """The durable record. Every verb is one transaction, and safe from many threads.

    Use `Store.open`, and close it; as a context manager it closes itself.
    """

    doors: Doors

    @classmethod
    def open(cls, url: str, *, clock: Clock, migrate: bool = True) -> Self:
        """Open the database at `url`, and make or migrate it where needed.

        Args:
            url: Such as `sqlite:////home/ada/.coffee_maker/notifications.db`.
            clock: The time that everything here goes by.
            migrate: False refuses a database that is behind instead.

        Raises:
            BadConfig: The URL is not one that can be used.
            StoreBusy: Others held the database for more than 10 s.
            SchemaMismatch: The database is newer than this program.
            StoreTrouble: The file is damaged, not ours, or cannot be written.
        """
        doors = open_doors(url, clock)
        try:
            bring_up(doors, migrate=migrate)
        except BaseException:
            doors.close()
            raise
        return cls(doors)

    def close(self) -> None:
        """Give every connection back."""
        self.doors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent view of the database; only for the store's own rooms and tests."""
        return self.doors.reading()

    def writing(self) -> AbstractContextManager[Connection]:
        """One write transaction; only for the store's own rooms and tests."""
        return self.doors.writing()

    def change_marker(self) -> int:
        """A number that differs from the last one when anybody has committed in between."""
        return self.doors.change_marker()

    def follow_channel(self, old: str, new: str) -> int:
        """Let everything of a channel belong to the new id that Slack gave it."""
        return follow_channel(self.doors, old, new)

    def now(self) -> datetime:
        """The time that everything here goes by."""
        return self.doors.now()

    def today(self) -> Day:
        """The present day of this host."""
        return Day.of(self.doors.now())

    def story(self, number: int) -> Story:
        """Return all that happened to the task or question of that number.

        Raises:
            NotFound: There is none.
        """
        with self.doors.reading() as connection:
            return story_of(connection, number)

    def digest(self, daemon: str, since: datetime) -> Digest:
        """Return what happened to a daemon's work since a moment, and what is open."""
        head, now = self.audit.head(), self.doors.now()
        with self.doors.reading() as connection:
            return digest(connection, daemon, since, now, "" if head is None else str(head))

    def metrics(self, daemon: str, begins: datetime) -> Metrics:
        """Return a daemon's figures since a moment."""
        now = self.doors.now()
        with self.doors.reading() as connection:
            return measure(connection, daemon, begins, now)

    def create_notification(
        self,
        type: NotificationType | str,  # noqa: A002 - the specification's name
        title: str,
        message: str,
        priority: Priority | str = Priority.NORMAL,
        context: Mapping[str, Any] | None = None,
    ) -> int:
        """Store a notification and return its number (the specification's verb)."""
        return self.notifications.create(type, title, message, priority, context).number

    def get_pending_notifications(
        self,
        type: NotificationType | str | None = None,  # noqa: A002 - the specification's name
    ) -> list[Notification]:
        """Return what nobody has seen yet, oldest first (the specification's verb)."""
        return self.notifications.pending(type)

    @cached_property
    def notifications(self) -> Notifications:
        """What one side told the other."""
        return Notifications(self.doors)

    def prune(self, *, keep: timedelta, spare: Collection[int] = ()) -> Iterator[int]:
        """Forget what ended longer than `keep` ago, and what Slack sent a week ago, word for word.

        Each step is a few milliseconds of work, in a transaction of its own. What is open stays
        with all that belongs to it, and so does every number in `spare`.

        Yields:
            How many rows the step has changed or removed; often none.
        """
        return prune(self.doors, keep=keep, spare=spare)

    @cached_property
    def tasks(self) -> Tasks:
        """The work."""
        return Tasks(self.doors)

    @cached_property
    def questions(self) -> Questions:
        """What the daemon wants to know, and the replies."""
        return Questions(self.doors)

    @cached_property
    def reply_files(self) -> ReplyFiles:
        """What came with replies."""
        return ReplyFiles(self.doors)

    @cached_property
    def turns(self) -> Turns:
        """Runs of the agent."""
        return Turns(self.doors)

    @cached_property
    def requests(self) -> Requests:
        """What people want of a daemon."""
        return Requests(self.doors)

    @cached_property
    def transitions(self) -> Transitions:
        """The history of each daemon's state."""
        return Transitions(self.doors)

    @cached_property
    def presence(self) -> Presences:
        """Which daemons and bots there are."""
        return Presences(self.doors)

    @cached_property
    def inbox(self) -> Inbox:
        """What came from Slack."""
        return Inbox(self.doors)

    @cached_property
    def queue(self) -> Queue:
        """What comes first, and what is held back."""
        return Queue(self.doors)

    @cached_property
    def posts(self) -> Posts:
        """What Slack should show."""
        return Posts(self.doors)

    @cached_property
    def contacts(self) -> Contacts:
        """How people are reached."""
        return Contacts(self.doors)

    @cached_property
    def facts(self) -> Facts:
        """Texts known by a name."""
        return Facts(self.doors)

    @cached_property
    def spending(self) -> Spending:
        """What turns have cost."""
        return Spending(self.doors)

    @cached_property
    def halts(self) -> Halts:
        """What limits have brought to a stop."""
        return Halts(self.doors)

    @cached_property
    def cursors(self) -> Cursors:
        """How far readers have come; leases."""
        return Cursors(self.doors)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(self.doors)
