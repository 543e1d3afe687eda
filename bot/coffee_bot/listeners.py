"""Slack in: acknowledge, authorise, parse, call, reply. Nothing is decided here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from coffee_bot import blocks
from coffee_bot.access import Denied
from coffee_bot.intake import SLOW, plain
from coffee_bot.intent import Intent, Message, Role, parse_command
from coffee_daemon import CoffeeError, Via

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_bolt import Ack, App, Respond

    from coffee_bot.access import Access
    from coffee_bot.config import BotConfig
    from coffee_bot.intake import Runs
    from coffee_bot.intent import Misunderstood, Reply
    from coffee_daemon import Person, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Listeners:
    """The slash command and the buttons.

    What is quick is answered in the acknowledgement itself; what waits for a process is
    acknowledged at once and answered later by `response_url`.
    """

    config: BotConfig
    store: Store
    access: Access
    commands: Runs
    #: Takes what lasts long and runs it elsewhere, one after the other.
    slow: Callable[[Callable[[], None]], None]
    #: Says that there may be something to post.
    wake: Callable[[], object]

    def register(self, app: App) -> None:
        """Tell Bolt what is listened to."""
        app.command(self.config.command)(self.command)
        app.action(blocks.START)(self.start)
        app.error(unhandled)

    def command(self, ack: Ack, respond: Respond, body: dict[str, Any]) -> None:
        """Take a slash command."""
        said = parse_command(plain(body.get("text") or ""))
        asked = self._person(body.get("user_id"), said)
        if isinstance(asked, Message):
            ack(**_private(asked))
        elif isinstance(said, Intent) and said.verb in SLOW:
            ack()
            self.slow(lambda: self._later(respond, said, asked))
        else:
            ack(**_private(self._run(said, asked)))

    def start(self, ack: Ack, respond: Respond, body: dict[str, Any]) -> None:
        """Take a press of a *Start* button. Pressing it twice is safe."""
        ack()
        user = (body.get("user") or {}).get("id")
        self.slow(lambda: self._pressed(respond, user))

    def _pressed(self, respond: Respond, user: str | None) -> None:
        said = Intent(verb="start")
        asked = self._person(user, said)
        if isinstance(asked, Message):
            _respond(respond, asked)
        else:
            self._later(respond, said, asked)

    def _person(self, user: str | None, said: Intent | Misunderstood) -> Person | Message:
        """Who asks, or the refusal."""
        role = said.role if isinstance(said, Intent) else Role.VIEWER
        found = self.access.check(user, role)
        return blocks.refusal(found.reason) if isinstance(found, Denied) else found.person

    def _run(self, said: Intent | Misunderstood, who: Person) -> Message:
        """Carry it out; what the channel should know is posted there."""
        try:
            reply = self.commands.run(said, who, Via.SLACK)
        except CoffeeError as error:
            return blocks.trouble(error)
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

    def _later(self, respond: Respond, said: Intent, who: Person) -> None:
        _respond(respond, self._run(said, who))


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


def _respond(respond: Respond, message: Message) -> None:
    try:
        respond(**_private(message), replace_original=False, unfurl_links=False)
    except OSError as error:
        log.warning("An answer did not arrive: %s", error, extra={"action": "respond_failed"})
