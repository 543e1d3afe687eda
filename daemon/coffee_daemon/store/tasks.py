"""Verbs of tasks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from coffee_daemon.errors import BadInput, IllegalMove
from coffee_daemon.notifications import NotificationType, Receipt, Recorded, Via
from coffee_daemon.store import task_pages
from coffee_daemon.store.nouns import RequestState
from coffee_daemon.store.rows import (
    acts,
    answers,
    follow_ups,
    notifications,
    people,
    questions,
    requests,
)
from coffee_daemon.store.rows import tasks as rows
from coffee_daemon.store.rows.answers import Words
from coffee_daemon.store.sizes import bounded
from coffee_daemon.tasks import COMMAND_PRIORITY, ENDED, Adopted, Task, TaskState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from coffee_daemon.notifications import Answer, Person
    from coffee_daemon.reply_files import OfferedFile
    from coffee_daemon.store.engine import Doors

#: Characters of a title that is made of a command's first line.
TITLE_LENGTH = 80

Page = list[Task]


@dataclass(frozen=True)
class Tasks:
    """The work: handed in, listed, taken back."""

    doors: Doors

    def tell(
        self,
        *,
        daemon: str,
        text: str,
        who: Person,
        via: Via,
        wants_answer: bool = False,
        source: str | None = None,
        title: str | None = None,
        context: Mapping[str, Any] | None = None,
        adopted: Adopted | None = None,
    ) -> Task:
        """Store what a person wants done: a notification and a task of the same number.

        Args:
            daemon: Who is to do it; it need not run.
            text: The person's words, kept as they are.
            who: The person.
            via: Where the words came from.
            wants_answer: They are a question to the agent.
            source: What makes it unique; the same source again returns the first task.
            title: One line; made of the text's first line unless given.
            context: Kept with the notification.
            adopted: The agent's conversation that it goes on with.

        Raises:
            BadInput: The text is empty, or too long.
        """
        if not text.strip():
            raise BadInput("There is nothing in it to do.", hint="Say what should be done.")
        with self.doors.writing() as connection:
            known = rows.by_source(connection, source) if source else None
            if known is not None:
                return rows.as_task(known)
            now = self.doors.now()
            number = notifications.next_number(connection, now)
            task = rows.add(
                connection,
                now=now,
                number=number,
                daemon=daemon,
                source=source or f"command:{number}",
                title=title or _title(text),
                prompt=bounded(text),
                priority=COMMAND_PRIORITY,
                wants_answer=wants_answer,
                via=via,
                **people.columns("author", who),
                **(asdict(adopted) if adopted else {}),
            )
            notifications.add(
                connection,
                NotificationType.COMMAND,
                task.title,
                text,
                now=now,
                number=number,
                context=context,
                task=number,
            )
            return task

    def from_roadmap(
        self, *, daemon: str, source: str, title: str, prompt: str, priority: int
    ) -> Task | None:
        """Make a task of a priority, unless `source` already has one.

        A task that is still queued takes over the new words and keeps its place, which people may
        have changed; None is returned then, too.
        """
        fields: dict[str, Any] = {"title": title, "prompt": prompt}
        # Almost always nothing is new, and a look disturbs nobody.
        with self.doors.reading() as connection:
            if _settled(connection, source, fields):
                return None
        with self.doors.writing() as connection:
            now, known = self.doors.now(), rows.by_source(connection, source)
            if known is None:
                number = notifications.next_number(connection, now)
                fields |= {"number": number, "daemon": daemon, "source": source}
                return rows.add(connection, now=now, priority=priority, **fields)
            if known.state is TaskState.QUEUED:
                rows.change(connection, known.number, now=now, **fields)
            return None

    def get(self, number: int) -> Task:
        """Return the task of that number.

        Raises:
            NotFound: There is none.
        """
        with self.doors.reading() as connection:
            return rows.as_task(rows.find(connection, number))

    def by_source(self, source: str) -> Task | None:
        """Return the task that came from `source`."""
        with self.doors.reading() as connection:
            row = rows.by_source(connection, source)
        return None if row is None else rows.as_task(row)

    def open(self, daemon: str | None = None, limit: int = 200) -> Page:
        """Return what is running, then what is queued or waiting in the order of pick-up."""
        with self.doors.reading() as connection:
            return task_pages.open_tasks(connection, daemon, limit)

    def list(
        self,
        *,
        daemon: str | None = None,
        states: Collection[TaskState] | None = None,
        before: int | None = None,
        limit: int = 20,
    ) -> Page:
        """Return a page, newest first; `before` is the last number of the page before."""
        with self.doors.reading() as connection:
            return task_pages.page(connection, daemon, states, before, limit)

    def cancel(self, number: int, *, who: Person, via: Via) -> Task:
        """End a task, or ask its daemon to: a running one stays so until its turn is settled.

        Its open and answered questions are cancelled with it.

        Raises:
            NotFound: There is none of that number.
            IllegalMove: It has ended already.
        """
        with self.doors.writing() as connection:
            row, now = rows.find(connection, number), self.doors.now()
            if row.state in ENDED:
                raise rows.illegal(row)
            asked = requests.cancel_wanted(connection, number)
            if asked is None:
                asked = _request(connection, row, requests.CANCEL, who, via, now)
            if row.state is TaskState.RUNNING:
                return rows.as_task(row)
            requests.move(connection, asked, RequestState.APPLIED, now)
            questions.cancel_all(connection, number, now)
            notifications.see(connection, [number], now)
            over = {"reopened": False, **rows.NOT_HELD}
            ended = rows.move(connection, number, TaskState.CANCELLED, now=now, **over)
            if row.turn_count:
                requests.add_clear_up(connection, ended, now)
            return ended

    def follow_up(
        self,
        number: int,
        *,
        text: str,
        who: Person,
        via: Via,
        source: str,
        quiet: timedelta,
        said_at: datetime | None = None,
        files: Sequence[OfferedFile] = (),
    ) -> Receipt:
        """Store further words to a task; one that has ended is queued again after `quiet`.

        `said_at` is when the person said it; None: just now. `files` came with it.

        Raises:
            NotFound: There is no such task.
            BadInput: The text is too long.
        """
        words = Words(
            text=bounded(text),
            who=who,
            via=via,
            source=source,
            said_at=said_at,
            files=tuple(files),
        )
        with self.doors.writing() as connection:
            known = answers.by_source(connection, source)
            if known is not None:
                return Receipt(recorded=Recorded.KNOWN, question=None, answer=answers.kept(known))
            return follow_ups.add(connection, number, words, now=self.doors.now(), quiet=quiet)

    def follow_ups(self, number: int) -> tuple[Answer, ...]:
        """Return the follow-ups of a task that no turn has yet, in the order they were said."""
        return tuple(one for one in self.added(number) if one.turn is None)

    def added(self, number: int) -> tuple[Answer, ...]:
        """Return what people added to a task besides its questions, in the order they said it."""
        with self.doors.reading() as connection:
            said = answers.of_task(connection, number)
        return tuple(one for one in said if one.question is None)

    def retry(self, number: int, *, who: Person, via: Via = Via.CLI) -> Task:
        """Queue a task again that has ended; failed attempts are counted anew.

        It goes on in the agent's own conversation. Written down in the audit.

        Raises:
            NotFound: There is none of that number.
            IllegalMove: It has not ended.
        """
        with self.doors.writing() as connection:
            row, now = rows.find(connection, number), self.doors.now()
            if row.state not in ENDED:
                raise IllegalMove(
                    f"#{number} is {row.state}.", hint="Only what has ended can be tried again."
                )
            asked = _request(connection, row, "retry", who, via, now)
            requests.move(connection, asked, RequestState.APPLIED, now)
            acts.add(connection, who, "retry", f"#{number}", via, "queued", now=now)
            again = {**rows.AGAIN, "not_before": None}
            return rows.move(connection, number, TaskState.QUEUED, now=now, **again)

    def cancel_wanted(self, number: int) -> bool:
        """Whether somebody has asked to end a task whose turn still runs."""
        with self.doors.reading() as connection:
            return requests.cancel_wanted(connection, number) is not None

    def set_branch(self, number: int, branch: str | None) -> Task:
        """Remember where the work lies."""
        with self.doors.writing() as connection:
            return rows.change(connection, number, now=self.doors.now(), branch=branch)

    def set_result(self, number: int, result: str) -> Task:
        """Complete the closing words, for example with what is left in the task's folder."""
        with self.doors.writing() as connection:
            return rows.change(connection, number, now=self.doors.now(), result=result)


def _settled(connection: Connection, source: str, fields: dict[str, Any]) -> bool:
    """Whether the source has a task that needs no new words."""
    known = rows.by_source(connection, source)
    if known is None:
        return False
    same = all(getattr(known, name) == value for name, value in fields.items())
    return same or known.state is not TaskState.QUEUED


def _request(
    connection: Connection, row: Row[Any], verb: str, who: Person, via: Via, now: datetime
) -> int:
    return requests.add(
        connection, daemon=row.daemon, verb=verb, who=who, via=via, task=row.number, now=now
    )


def _title(text: str) -> str:
    line = text.strip().splitlines()[0].strip()
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rstrip()}…"
