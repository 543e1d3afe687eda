"""Reading back what Slack could not deliver while nobody listened."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from coffee_bot.calling import CALL_ERRORS
from coffee_bot.channel import conversation
from coffee_bot.delivery import Fate, judge
from coffee_bot.intake.allowance import Allowance
from coffee_bot.intake.history import History
from coffee_bot.intake.letters import Kind, Letter, Me, deletion_of, is_own, message_key
from coffee_daemon import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import timedelta

    from slack_sdk import WebClient

    from coffee_bot.channel import Channel
    from coffee_bot.delivery import Verdict
    from coffee_bot.intake.desk import Intake
    from coffee_daemon import Answer, Clock, Post, Task

    #: What is to be read, and how.
    _Reading = tuple[str, Callable[[], None]]

log = logging.getLogger(__name__)

_PAGE = 200
#: So many settled questions, and as many ended tasks, are looked at too.
_LATEST = 15
#: Waited after Slack could not be asked.
AGAIN_SECONDS = 15.0
_PASSING = frozenset({Fate.LATER, Fate.UNCLEAR})


@dataclass(kw_only=True)
class CatchUp:
    """Reads what is new in the channel and in direct conversations, and whole threads.

    Slack gives up delivering after some minutes. Of threads those are read that can still
    change, and the latest settled ones: edits and deletions show nowhere else.
    """

    intake: Intake
    client: WebClient
    clock: Clock
    #: How long Slack may take to show a message in its thread.
    settle: timedelta
    channel: Channel
    _todo: list[_Reading] = field(default_factory=list)
    #: Keys of posts; the other thread's door.
    _found: SimpleQueue[str] = field(default_factory=SimpleQueue)
    #: When to go on after trouble, on the monotonic clock.
    _again_at: float = 0.0
    #: Until when Slack wants not to be asked; a new connection changes nothing about that.
    _limited_until: float = 0.0
    _allowance: Allowance = field(init=False)

    def __post_init__(self) -> None:
        self._allowance = Allowance(self.clock)

    def begin(self) -> None:
        """Plan to read the channel, direct conversations and threads."""
        history = History(intake=self.intake, client=self.client, settle=self.settle)
        talks = (self.channel.id, *history.direct())
        self._todo = [(one, partial(history.read, one)) for one in talks]
        self._todo += [(post.key, partial(self._thread, post)) for post in self._parents()]
        self._again_at = self._limited_until

    def read_soon(self, posts: Iterable[Post]) -> None:
        """Plan to read the threads below these posts too; safe from any thread.

        For a message whose call had no clear end, and which stood there before we knew.
        """
        for post in posts:
            self._found.put(post.key)

    def work(self) -> float | None:
        """Read one channel, conversation or thread, and keep what was missed.

        What Slack refuses to show is left out; it must not hold back the others.

        Returns:
            Seconds after which to call again; None when all that is planned was read.
        """
        self._take_found()
        if not self._todo:
            return None
        wait = max(self._again_at - self.clock.monotonic(), self._allowance.wait())
        if wait > 0:
            return wait
        name, read = self._todo[0]
        try:
            read()
        except CALL_ERRORS as error:
            verdict = judge(error)
            log.info("%s cannot be read: %s", name, verdict.reason)
            if verdict.fate in _PASSING:
                return self._pause(verdict)
        del self._todo[0]
        return 0.0

    def _take_found(self) -> None:
        for _ in range(self._found.qsize()):
            post = self.intake.store.posts.get(self._found.get())
            if post is not None and post.ts is not None and conversation(post.key):
                self._todo.append((post.key, partial(self._thread, post)))

    def _pause(self, verdict: Verdict) -> float:
        seconds = verdict.wait.total_seconds() if verdict.wait else AGAIN_SECONDS
        self._again_at = self.clock.monotonic() + seconds
        if verdict.wait:
            self._limited_until = self._again_at
        return seconds

    def _parents(self) -> Iterator[Post]:
        """The posts that began those threads, each once, the most urgent first."""
        for base in dict.fromkeys((*self._unsettled(), *self._latest())):
            for key in self.channel.keys(base):
                post = self.intake.store.posts.get(key)
                if post is not None and post.ts is not None:
                    yield post

    def _unsettled(self) -> Iterator[str]:
        after = None
        while page := self.intake.store.questions.changeable(after=after, limit=_PAGE):
            yield from (f"question:{one.number}" for one in page)
            after = page[-1].number
        tasks = self.intake.store.tasks.open()
        yield from (f"task:{one.number}" for one in tasks)
        yield from filter(None, map(self._where, self._follow_ups(tasks)))

    def _follow_ups(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """What was said to those tasks and may still be taken back, wherever that was."""
        for task in tasks:
            yield from self.intake.store.tasks.follow_ups(task.number)

    def _where(self, said: Answer) -> str:
        """What it was said about, as `question:12`; empty outside our threads."""
        row = self.intake.store.inbox.get(said.source)
        post = row and self.intake.store.posts.by_ts(row.channel, str(row.thread_ts))
        found = conversation(post.key) if post else None
        return f"{found[0]}:{found[1]}" if found else ""

    def _latest(self) -> Iterator[str]:
        """What is settled: a reply there is a follow-up, which may have been missed too."""
        for question in self.intake.store.questions.recent(limit=_LATEST):
            yield f"question:{question.number}"
        for task in self.intake.store.tasks.list(states=ENDED, limit=_LATEST):
            yield f"task:{task.number}"

    def _thread(self, post: Post) -> None:
        # What is recorded is read first: a reply that comes in between is no deletion.
        recorded = self._recorded(post)
        replies = list(self._replies(post.channel, str(post.ts)))
        for reply in replies:
            self.intake.keep_read(post.channel, reply)
        there = {
            message_key(self.intake.me.team, post.channel, str(reply["ts"])) for reply in replies
        }
        for source in recorded:
            if source not in there:
                self._deleted(post, source)

    def _recorded(self, post: Post) -> list[str]:
        """The Slack messages of this thread whose words the record holds."""
        before = self.clock.now() - self.settle
        standing = self._standing(*(conversation(post.key) or ("", 0)))
        old = (one for one in standing if one.created_at < before)
        return [one.source for one in old if self._was_said_in(post, one)]

    def _standing(self, what: str, number: int) -> Iterator[Answer]:
        """What was answered there, and what no turn has yet of what was said to the task."""
        store, task = self.intake.store, number if what == "task" else None
        if what == "question":
            yield from store.questions.answers(number)
            task = store.questions.get(number).task
        if task is not None:
            yield from store.tasks.follow_ups(task)

    def _was_said_in(self, post: Post, answer: Answer) -> bool:
        """Whether it came from this thread; a follow-up may have been said in several."""
        row = self.intake.store.inbox.get(answer.source)
        return row is not None and (row.channel, row.thread_ts) == (post.channel, post.ts)

    def _deleted(self, post: Post, source: str) -> None:
        _team, channel, ts = source.removeprefix("msg:").split(":")
        if channel != post.channel:
            return
        letter = Letter(
            key=deletion_of(source),
            about=source,
            kind=Kind.DELETE,
            channel=channel,
            ts=ts,
            thread_ts=post.ts,
        )
        self.intake.keep_letter(letter)

    def _replies(self, channel: str, ts: str) -> Iterator[Mapping[str, Any]]:
        """The people's messages of a thread, all pages, without its parent."""
        cursor = None
        while True:
            self._allowance.take()
            page = self.client.conversations_replies(
                channel=channel, ts=ts, limit=_PAGE, cursor=cursor
            )
            for message in page["messages"]:
                if message.get("ts") != ts and _is_persons(message, self.intake.me):
                    yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return


def _is_persons(message: Mapping[str, Any], me: Me) -> bool:
    """Whether it stands there as somebody's words; a tombstone stands for a deleted message."""
    return message.get("subtype") != "tombstone" and not is_own(message, me)
