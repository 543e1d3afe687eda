"""Reading back what Slack could not deliver while nobody listened."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coffee_bot.intake.letters import Kind, Letter, Me, is_own, message_key
from coffee_daemon import QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

    from slack_sdk import WebClient

    from coffee_bot.intake.desk import Intake
    from coffee_daemon import Clock, Post, Store

log = logging.getLogger(__name__)

_PAGE = 200
#: Threads of questions that are read at one time.
_MOST = 200


@dataclass(kw_only=True)
class CatchUp:
    """Reads the whole threads of all questions and tasks that can still change.

    Slack gives up delivering after some minutes. Edits and deletions show nowhere else.
    """

    store: Store
    me: Me
    intake: Intake
    client: WebClient
    clock: Clock
    #: How long Slack may take to show a message in its thread.
    settle: timedelta
    _todo: list[Post] = field(default_factory=list)

    def begin(self) -> None:
        """Plan to read every thread that can still change."""
        self._todo = list(self._parents())

    def work(self) -> int:
        """Read what is planned and keep what was missed; return how much was new.

        After an error the next call goes on where this one stopped.

        Raises:
            slack_sdk.errors.SlackClientError: Slack refused or could not be read.
            OSError: The network failed.
        """
        new = 0
        while self._todo:
            new += self._thread(self._todo[0])
            del self._todo[0]
        return new

    def _parents(self) -> Iterator[Post]:
        unsettled = self.store.questions.open(limit=_MOST)
        # An answered one can change until it is picked up, which takes the quiet time.
        recent = self.store.questions.recent(limit=_MOST)
        unsettled += [one for one in recent if one.state is QuestionState.ANSWERED]
        keys = [f"question:{question.number}" for question in unsettled]
        keys += [f"task:{task.number}" for task in self.store.tasks.open()]
        for key in keys:
            post = self.store.posts.get(key)
            if post is not None and post.ts is not None:
                yield post

    def _thread(self, post: Post) -> int:
        # What is recorded is read first: a reply that comes in between is no deletion.
        recorded = self._recorded(post)
        replies = list(self._replies(post.channel, str(post.ts)))
        new = sum(self._message(post.channel, reply) for reply in replies)
        there = {message_key(self.me.team, post.channel, str(reply["ts"])) for reply in replies}
        return new + sum(self._deleted(post, one) for one in recorded if one not in there)

    def _message(self, channel: str, message: Mapping[str, Any]) -> int:
        event = {"type": "message", "channel": channel, **message}
        new = int(self.intake.keep_event(event))
        if message.get("edited"):
            change = {"type": "message", "subtype": "message_changed", "channel": channel}
            new += int(self.intake.keep_event({**change, "message": message}))
        return new

    def _recorded(self, post: Post) -> list[str]:
        """The Slack messages that the record holds as answers in this thread."""
        what, _, number = post.key.partition(":")
        if what != "question":
            return []
        before = self.clock.now() - self.settle
        answers = self.store.questions.answers(int(number))
        return [
            one.source
            for one in answers
            if one.source.startswith("msg:") and one.created_at < before
        ]

    def _deleted(self, post: Post, source: str) -> int:
        team, channel, ts = source.removeprefix("msg:").split(":")
        if channel != post.channel:
            return 0
        letter = Letter(
            key=f"del:{team}:{channel}:{ts}",
            about=source,
            kind=Kind.DELETE,
            channel=channel,
            ts=ts,
            thread_ts=post.ts,
        )
        return int(self.intake.keep_letter(letter))

    def _replies(self, channel: str, ts: str) -> Iterator[Mapping[str, Any]]:
        """The people's messages of a thread, all pages, without its parent."""
        cursor = None
        while True:
            page = self.client.conversations_replies(
                channel=channel, ts=ts, limit=_PAGE, cursor=cursor
            )
            for message in page["messages"]:
                if message.get("ts") != ts and not is_own(message, self.me):
                    yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
