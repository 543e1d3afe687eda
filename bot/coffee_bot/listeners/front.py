"""The slash command, the buttons and the modals: acknowledged in time, answered when done."""

from __future__ import annotations

import logging
import re
from concurrent.futures import TimeoutError as NotYet
from concurrent.futures import wait
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property, partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from coffee_bot import blocks
from coffee_bot.access import Denied
from coffee_bot.intake import SLOW, Marks, plain
from coffee_bot.intent import Intent, Message, Role, parse_command
from coffee_bot.listeners.answering import (
    outcome,
    private,
    problem,
    respond_with,
    unhandled,
)
from coffee_bot.listeners.answers import Answers
from coffee_bot.listeners.asking import Asking
from coffee_bot.listeners.form import read_sent
from coffee_bot.listeners.handover import Handover, read_chosen
from coffee_bot.listeners.lines import LastLines
from coffee_bot.listeners.press import Action, read_press
from coffee_bot.listeners.table import actions_of, commands_of, forms_of
from coffee_daemon import CoffeeError, Person, StoreTrouble, Via, daemon_bell, ring

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor, Future

    from slack_bolt import App
    from slack_sdk import WebClient

    from coffee_bot.access import Access
    from coffee_bot.channel import Channel
    from coffee_bot.config import BotConfig
    from coffee_bot.intake import Runs
    from coffee_bot.intent import Misunderstood, Reply
    from coffee_bot.listeners.answering import Ack, Respond
    from coffee_bot.listeners.form import Form, Sent
    from coffee_bot.listeners.press import Press
    from coffee_daemon import Store

log = logging.getLogger(__name__)

#: Slack shows its user an error after 3 s; the way there takes its time too.
ACK_SECONDS = 2.0


#: Of whom Slack says nothing.
_NOBODY = Person(id="unknown", name="unknown")


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
    #: Where everybody sees what was changed.
    channel: Channel
    #: Shows in somebody's Home what became of a press there; Slack gives no other address for it.
    at_home: Callable[[str, str, Message | None], None]
    #: The workspace's address, for links to messages.
    workspace_url: str
    #: What the buttons do, by the names of their actions. One that only says what a command says
    #: is that command.
    actions: Mapping[str, Action | Intent] = field(default_factory=commands_of)
    #: What further buttons do, by the names of their actions.
    further: Mapping[str, Action] = field(default_factory=dict)
    #: What further modals do, by their callback ids.
    forms: Mapping[str, Form] = field(default_factory=dict)
    #: How long the acknowledgement waits for the answer.
    patience: float = ACK_SECONDS

    def register(self, app: App) -> None:
        """Tell Bolt what is listened to."""
        app.command(self.config.command)(self.command)
        names = "|".join(re.escape(name) for name in self._actions)
        app.action(re.compile(rf"\A({names})(:|\Z)"))(self.press)
        for name in self._forms:
            app.view(name)(self.send)
        app.message_shortcut(blocks.SEND)(self.choose)
        app.error(unhandled)

    @cached_property
    def _answers(self) -> Answers:
        return Answers(
            store=self.store,
            marks=Marks(self.store),
            ring_daemon=lambda: ring(daemon_bell(self.config.daemon)),
            quiet=self.config.quiet,
            channel=lambda: self.channel.id,
        )

    @cached_property
    def _asking(self) -> Asking:
        return Asking(
            daemon=self.config.daemon.name, commands=self.commands, tell=self._answers.tell
        )

    @cached_property
    def _handover(self) -> Handover:
        return Handover(
            daemon=self.config.daemon.name,
            store=self.store,
            commands=self.commands,
            workspace_url=self.workspace_url,
            channel=lambda: self.channel.id,
            later=self.pool.submit,
            tell=self._answers.tell,
        )

    @cached_property
    def _lines(self) -> LastLines:
        return LastLines(config=self.config.daemon, store=self.store)

    @cached_property
    def _actions(self) -> Mapping[str, Action | Intent]:
        table = actions_of(self._answers, self._asking, self._lines)
        return {**self.actions, **self.further, **table}

    @cached_property
    def _forms(self) -> Mapping[str, Form]:
        sending = {blocks.SEND: self._handover.form}
        return {**self.forms, **forms_of(self._answers, self._asking), **sending}

    def command(self, ack: Ack, respond: Respond, body: dict[str, Any]) -> None:
        """Take a slash command."""
        said = parse_command(plain(body.get("text") or ""))
        if isinstance(said, Intent):
            said = replace(said, where=str(body.get("channel_id") or ""))
        work = self.pool.submit(self._take, respond, body.get("user_id"), said)
        try:
            answer = work.result(self.patience)
        except NotYet:
            ack()
            work.add_done_callback(lambda done: respond_with(respond, outcome(done)))
        else:
            ack(**private(answer)) if answer else ack()

    def press(self, ack: Ack, respond: Respond, body: dict[str, Any], client: WebClient) -> None:
        """Take a press of a button. Pressing it twice is safe."""
        ack()
        press = read_press(body, client)
        action = self._actions[press.name]
        tell = self._teller(press, respond)
        if isinstance(action, Intent) and action.verb in SLOW:
            self.slow(lambda: tell(self._pressed(press, action)))
            return
        work = self.pool.submit(self._pressed, press, action)
        work.add_done_callback(lambda done: tell(outcome(done)))

    def choose(self, ack: Ack, respond: Respond, body: dict[str, Any], client: WebClient) -> None:
        """Take an entry that was chosen from the menu of a message."""
        ack()
        chosen = read_chosen(body, client)
        work = self.pool.submit(self._press, chosen, self._handover.action(chosen))
        work.add_done_callback(lambda done: respond_with(respond, outcome(done)))

    def _teller(self, press: Press, respond: Respond) -> Callable[[Message | None], None]:
        """Where the person who pressed is told what became of it."""
        if press.home is None:
            return partial(respond_with, respond)
        return partial(self.at_home, press.user, press.home)

    def _pressed(self, press: Press, action: Action | Intent) -> Message | None:
        if isinstance(action, Action):
            return self._press(press, action)
        said = replace(action, number=press.number or None, text=":".join(press.ids))
        asked = self._person(press.user, said)
        return asked if isinstance(asked, Message) else self._run(said, asked)

    def send(self, ack: Ack, body: dict[str, Any]) -> None:
        """Take a modal that was sent: closed when it is taken, else it says why it is not."""
        sent = read_sent(body)
        form = self._forms[sent.name]
        why = form.check(sent)
        if not why:
            work = self.pool.submit(self._sent, sent, form)
            if work not in wait([work], self.patience).done:
                ack()
                work.add_done_callback(lambda done: self._tell_late(sent, done))
                return
            why = problem(work)
        ack(response_action="errors", errors={_place(form, sent): why}) if why else ack()

    def _sent(self, sent: Sent, form: Form) -> str:
        """Take what was sent; return why it is not taken, or nothing."""
        found = self.access.check(sent.user, form.role)
        if isinstance(found, Denied):
            self._note_refusal(sent, form.verb, found.reason)
            return found.reason
        try:
            return form.run(sent, found.person)
        except CoffeeError as error:
            return error.message
        finally:
            self.wake()

    def _tell_late(self, sent: Sent, done: Future[str]) -> None:
        if said := problem(done):
            self._answers.tell(sent, blocks.refusal(said))
            self.wake()

    def _press(self, press: Press, action: Action) -> Message | None:
        if action.role is None:
            return action.run(press, Person(id=press.user, name=press.user))
        found = self.access.check(press.user, action.role)
        if isinstance(found, Denied):
            self._note_refusal(press, action.verb, found.reason)
            return blocks.refusal(found.reason)
        try:
            return action.run(press, found.person)
        except CoffeeError as error:
            return blocks.trouble(error, command=self.config.command)
        finally:
            self.wake()

    def _note_refusal(self, made: Press | Sent, verb: str, reason: str) -> None:
        who = self._somebody(made.user)
        target = f"#{made.number}" if made.number else self.config.daemon.name
        try:
            self.store.audit.add(who, verb, target, Via.SLACK, "refused", reason)
        except StoreTrouble as error:
            log.warning("A refusal is not in the audit: %s", error, extra={"action": verb})

    def _take(
        self, respond: Respond, user: str | None, said: Intent | Misunderstood
    ) -> Message | None:
        """Carry a command out; None when its answer follows later."""
        asked = self._person(user, said)
        if isinstance(asked, Message):
            return asked
        if isinstance(said, Intent) and said.verb in SLOW:
            self.slow(lambda: respond_with(respond, self._run(said, asked)))
            return None
        return self._run(said, asked)

    def _person(self, user: str | None, said: Intent | Misunderstood) -> Person | Message:
        """Who asks, or the refusal."""
        role = said.role if isinstance(said, Intent) else Role.VIEWER
        found = self.access.check(user, role)
        if isinstance(found, Denied):
            self.commands.refused(said, self._somebody(user), Via.SLACK, found.reason)
            return blocks.refusal(found.reason)
        return found.person

    def _somebody(self, user: str | None) -> Person:
        """Who was refused, by the name that Slack tells."""
        return Person(id=user, name=self.access.name(user)) if user else _NOBODY

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
                channel=self.channel.id,
                text=reply.public.text,
                blocks=[dict(block) for block in reply.public.blocks] or None,
            )
        self.wake()


def _place(form: Form, sent: Sent) -> str:
    return form.block or next(iter(sent.words), "")
