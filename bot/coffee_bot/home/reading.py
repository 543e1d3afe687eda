"""The record -> what a Home shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.blocks import Asked, Overview, Work
from coffee_daemon import ENDED, QuestionState

if TYPE_CHECKING:
    from collections.abc import Callable

    from coffee_bot.channel import Channel
    from coffee_daemon import Answer, DaemonStatus, Question, Store, Task

_MOST_QUESTIONS, _MOST_DECIDED, _MOST_QUEUE, _MOST_ENDED = 20, 3, 10, 5
_DECIDED = frozenset({QuestionState.PICKED_UP, QuestionState.ASSUMED})
#: Among so many of the latest questions those are looked for that were decided.
_RECENT = 10


@dataclass
class Reading:
    """Reads what a Home shows; the record only when somebody has written to it."""

    store: Store
    daemon: str
    channel: Channel
    #: The workspace's address, for links.
    workspace_url: str
    status: Callable[[], DaemonStatus]
    _marker: int | None = None
    _seen: Overview = field(default_factory=lambda: Overview(daemons=()))

    def overview(self) -> Overview:
        """Return what there is to see now."""
        marker = self.store.change_marker()
        if marker != self._marker:
            self._seen = self._read()
            # Only now: if reading failed, it is tried again.
            self._marker = marker
        asked = tuple(self._as_of_now(one) for one in self._seen.asked)
        return replace(self._seen, daemons=(self.status(),), asked=asked)

    def _as_of_now(self, one: Asked) -> Asked:
        """Without a quiet time that is over: there is nothing to send sooner."""
        closes = one.question.closes_at
        if closes is None or closes > self.store.now():
            return one
        return replace(one, question=replace(one.question, closes_at=None))

    def _read(self) -> Overview:
        queue = self.store.tasks.open(self.daemon, limit=_MOST_QUEUE + 1)
        ended = self.store.tasks.list(daemon=self.daemon, states=ENDED, limit=_MOST_ENDED)
        open_now = self.store.questions.changeable(limit=_MOST_QUESTIONS)
        return Overview(
            daemons=(),
            asked=tuple(self._asked(one) for one in open_now),
            decided=tuple(self._asked(one) for one in self._decided()),
            queue=tuple(self._work(one) for one in queue[:_MOST_QUEUE]),
            ended=tuple(self._work(one) for one in ended),
            more_queue=len(queue) > _MOST_QUEUE,
        )

    def _decided(self) -> list[Question]:
        recent = self.store.questions.recent(limit=_RECENT)
        return [one for one in recent if one.state in _DECIDED][:_MOST_DECIDED]

    def _asked(self, question: Question) -> Asked:
        came_in = question.state is not QuestionState.OPEN
        return Asked(
            question=question,
            answers=self._said(question) if came_in else (),
            url=self._url(f"question:{question.number}"),
            task=self.store.tasks.get(question.task) if question.task else None,
            task_url=self._url(f"task:{question.task}") if question.task else "",
        )

    def _said(self, question: Question) -> tuple[Answer, ...]:
        """The answers, and what has changed them since."""
        said = self.store.questions
        return (*said.answers(question.number), *said.changes(question))

    def _work(self, task: Task) -> Work:
        return Work(task=task, url=self._url(f"task:{task.number}"))

    def _url(self, base: str) -> str:
        """Where a message of the feed is, here or where the feed was before; empty if nowhere."""
        for key in (self.channel.key(base), *self.channel.keys(base)):
            post = self.store.posts.get(key)
            if post is not None and post.ts is not None:
                return blocks.permalink(self.workspace_url, post.channel, post.ts)
        return ""
