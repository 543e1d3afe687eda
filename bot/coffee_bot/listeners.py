"""Slack in: acknowledge, authorise, parse, call, reply. Nothing is decided here."""

from __future__ import annotations

import logging
from concurrent.futures import TimeoutError as NotYet
from dataclasses import KW_ONLY, dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from coffee_bot import blocks
from coffee_bot.access import Denied
from coffee_bot.intake import SLOW, plain
from coffee_bot.intent import Intent, Message, Role, parse_command
from coffee_daemon import CoffeeError, Person, Via

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor, Future

    from slack_bolt import App

    from coffee_bot.access import Access
    from coffee_bot.config import BotConfig
    from coffee_bot.intake import Runs
    from coffee_bot.intent import Misunderstood, Reply
    from coffee_daemon import Store

    #: Bolt's `ack` and `respond`, which it hands over by these names.
    Ack = Callable[..., object]
    Respond = Callable[..., object]

log = logging.getLogger(__name__)

#: Slack shows its user an error after 3 s; the way there takes its time too.
ACK_SECONDS = 2.0


@dataclass(frozen=True)
class Listeners:
    """The slash command and the buttons.

    What is quick is answered in the acknowledgement itself. What waits for a process, or for a
    slow Slack or record, is acknowledged in time and answered later by `response_url`.
    """

    config: BotConfig
    store: Store
    access: Access
    commands: Runs
    _: KW_ONLY
    #: Carries commands out, so that the acknowledgement need not wait for them.
    pool: Executor
    #: Takes what lasts long and runs it elsewhere, one after the other.
    slow: Callable[[Callable[[], None]], None]
    #: Says that there may be something to post.
    wake: Callable[[], object]
    #: How long the acknowledgement waits for the answer.
    patience: float = ACK_SECONDS

    def register(self, app: App) -> None:
        """Tell Bolt what is listened to."""
        app.command(self.config.command)(self.command)
        app.action(blocks.START)(self.start)
        app.error(unhandled)

    def command(self, ack: Ack, respond: Respond, body: dict[str, Any]) -> None:
        """Take a slash command."""
        said = parse_command(plain(body.get("text") or ""))
        work = self.pool.submit(self._take, respond, body.get("user_id"), said)
        try:
            answer = work.result(self.patience)
        except NotYet:
            ack()
            work.add_done_callback(lambda done: _respond(respond, _outcome(done)))
        else:
            ack(**_private(answer)) if answer else ack()

    def start(self, ack: Ack, respond: Respond, body: dict[str, Any]) -> None:
        """Take a press of a *Start* button. Pressing it twice is safe."""
        ack()
        user = (body.get("user") or {}).get("id")
        self.slow(lambda: self._pressed(respond, user))

    def _pressed(self, respond: Respond, user: str | None) -> None:
        said = Intent(verb="start")
        asked = self._person(user, said)
        _respond(respond, asked if isinstance(asked, Message) else self._run(said, asked))

    def _take(
        self, respond: Respond, user: str | None, said: Intent | Misunderstood
    ) -> Message | None:
        """Carry a command out; None when its answer follows later."""
        asked = self._person(user, said)
        if isinstance(asked, Message):
            return asked
        if isinstance(said, Intent) and said.verb in SLOW:
            self.slow(lambda: _respond(respond, self._run(said, asked)))
            return None
        return self._run(said, asked)

    def _person(self, user: str | None, said: Intent | Misunderstood) -> Person | Message:
        """Who asks, or the refusal."""
        role = said.role if isinstance(said, Intent) else Role.VIEWER
        found = self.access.check(user, role)
        if isinstance(found, Denied):
            nobody = Person(id=user or "unknown", name=user or "unknown")
            self.commands.refused(said, nobody, Via.SLACK, found.reason)
            return blocks.refusal(found.reason)
        return found.person

    def _run(self, said: Intent | Misunderstood, who: Person) -> Message:
        """Carry it out; what the channel should know is posted there."""
        try:
            reply = self.commands.run(said, who, Via.SLACK)
        except CoffeeError as error:
            return blocks.trouble(error, command=self.config.command)
        if isinstance(said, Intent) and said.changes:
            self._show(reply)
        return reply.message

    def _show(self, reply: Reply) -> None:
        if reply.public is not None:
            self.store.posts.want(
                f"public:{token_hex(8)}",
                kind="message",
                channel=self.config.channel,
                text=reply.public.text,
                blocks=[dict(block) for block in reply.public.blocks] or None,
            )
        self.wake()


def unhandled(error: Exception) -> BoltResponse:
    """Acknowledge what nobody listens to, or Slack sends it again and again.

    A listener that failed is told to its person; Bolt's own answer would be silence.
    """
    if not isinstance(error, BoltUnhandledRequestError):
        log.error("A listener failed.", exc_info=error, extra={"action": "listener_failed"})
        return BoltResponse(status=200, body=_SORRY)
    return BoltResponse(status=200, body="")


_SORRY = "❌ Something went wrong here, so it may not have been done. The bot's log says what."


def _private(message: Message) -> Mapping[str, Any]:
    return {
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks] or None,
        "response_type": "ephemeral",
    }


def _outcome(done: Future[Message | None]) -> Message | None:
    if error := done.exception():
        log.error("A command failed.", exc_info=error, extra={"action": "listener_failed"})
        return Message(text=_SORRY)
    return done.result()


def _respond(respond: Respond, message: Message | None) -> None:
    if message is None:
        return
    try:
        respond(**_private(message), replace_original=False, unfurl_links=False)
    except OSError as error:
        log.warning("An answer did not arrive: %s", error, extra={"action": "respond_failed"})
