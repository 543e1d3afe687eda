"""One turn with an agent over the protocol, from its start to its outcome."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from acp import PROTOCOL_VERSION, RequestError, text_block
from acp.client.connection import ClientSideConnection
from acp.schema import Implementation
from pydantic import ValidationError

from coffee_daemon.agents.acp import ending
from coffee_daemon.agents.acp.calls import Calls
from coffee_daemon.agents.acp.client import CAPABILITIES, Client
from coffee_daemon.agents.acp.elicitation import Elicitation
from coffee_daemon.agents.acp.hearing import Hearing
from coffee_daemon.agents.acp.hold import Hold
from coffee_daemon.agents.acp.ledger import keep_spent
from coffee_daemon.agents.acp.login import way_by_key
from coffee_daemon.agents.acp.permissions import Permissions
from coffee_daemon.agents.acp.process import AgentProcess
from coffee_daemon.agents.acp.session import Sessions
from coffee_daemon.agents.acp.voice import Voice
from coffee_daemon.errors import CoffeeError
from coffee_daemon.system import resolve_program
from coffee_daemon.tasks import TurnEnd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acp.schema import InitializeResponse, PromptResponse

    from coffee_daemon.agents.driver import Driver
    from coffee_daemon.tasks import Outcome

#: A program that npm has to fetch first takes its time.
_HELLO_SECONDS = 120.0
#: How long a cancelled agent may take to end its turn; within the time that a stop leaves.
_CANCEL_SECONDS = 2.5
#: Progress is kept this often at most.
_PROGRESS_SECONDS = 2.0
#: After these a conversation is not gone on with.
_UNWELL = frozenset({TurnEnd.FAILED, TurnEnd.CRASHED})

#: What the prompt, which is written for every kind of agent, lacks for these.
_BY_TOOL = """
Your tools of the MCP server `coffee` do the same: to ask people, prefer its ask_human to
`coffee ask`, and its report_progress to `coffee report`.
"""
_ENDING = """
To end your turn, stop calling tools: your last words are what people read as the result.
"""


def work(driver: Driver) -> Outcome:
    """Have the agent do a turn; see `coffee_daemon.agents.driver.drive`."""
    voice = Voice(sys.stdout.buffer)
    complaints = _Complaints(voice)
    logging.getLogger().addHandler(complaints)
    try:
        return asyncio.run(_turn(driver, voice))
    finally:
        logging.getLogger().removeHandler(complaints)


class _Complaints(logging.Handler):
    """The SDK's complaints, a line each and without their tracebacks."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(logging.WARNING)
        self._voice = voice

    def emit(self, record: logging.LogRecord) -> None:
        why = record.exc_info[1] if record.exc_info else None
        self._voice.line(f"- {record.getMessage()}" + (f": {why!r}" if why else ""))


async def _turn(driver: Driver, voice: Voice) -> Outcome:
    program, *arguments = driver.order.command
    found = resolve_program(program, os.environ.get("PATH"))
    if found is None:
        return ending.not_found(program)
    try:
        process = await AgentProcess.start((found, *arguments), driver.order.folder, voice)
    except OSError as error:
        return ending.crashed(f"The agent program {program!r} cannot be run: {error}.")
    talk = Talk(driver, process, voice)
    with _on_stop(talk.stop):
        try:
            return await talk.outcome()
        finally:
            await talk.close()


@contextmanager
def _on_stop(stop: Callable[[], None]) -> Iterator[None]:
    """Heed the signal of whoever ends the turn: it asks politely first, and the agent shall too."""
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Talk:
    """The conversation of one turn."""

    def __init__(self, driver: Driver, process: AgentProcess, voice: Voice) -> None:
        order, asker = driver.order, driver.asker
        self._driver = driver
        self._process = process
        self._voice = voice
        calls = Calls()
        self._hold = Hold(asker, order.hold_seconds, voice)
        self._hearing = Hearing(calls, voice)
        self._permissions = Permissions(asker, calls, self._hold, voice)
        client = Client(
            self._hearing,
            self._permissions,
            Elicitation(asker, self._hold, voice, order.turn),
        )
        # What it lacks of the SDK's protocol class is what we do not offer.
        self._connection = ClientSideConnection(
            cast("Any", client), process, use_unstable_protocol=True
        )
        self._session = ""
        self._stopping = False
        self._greeted = False

    async def outcome(self) -> Outcome:
        """Have the turn done."""
        reports = asyncio.create_task(self._report())
        try:
            found = await self._done()
        finally:
            reports.cancel()
        if self._stopping and found.end is not TurnEnd.OK:
            found = ending.interrupted(self._voice.closing)
        elif self._driver.order.session and found.end in _UNWELL:
            # Going on with that conversation may be what went wrong; the prompt holds all of it.
            await asyncio.to_thread(self._keep, "")
        if (spent := self._hearing.spent) is not None:
            keep_spent(self._driver.run_folder, self._session, spent)
        return replace(found, cost=self._hearing.cost)

    async def close(self) -> None:
        """Let the agent go."""
        await self._connection.close()

    async def _done(self) -> Outcome:
        order = self._driver.order
        try:
            hello = await self._hello()
            if hello.protocol_version != PROTOCOL_VERSION:
                return ending.other_version(hello.protocol_version, PROTOCOL_VERSION)
            if unheeding := ending.unheeding(order.command, hello):
                return unheeding
            return await self._worked(hello)
        except TimeoutError:
            return ending.silent(order.command, _HELLO_SECONDS, self._process.last_words)
        except RequestError as error:
            return ending.limited(error, self._hearing.limit) or ending.refused(error)
        except ValidationError:
            return ending.crashed("The agent's answer is not what the protocol asks for.")
        except (ConnectionError, BrokenPipeError):
            return await self._gone()

    async def _hello(self) -> InitializeResponse:
        hello = self._connection.initialize(
            protocol_version=PROTOCOL_VERSION,
            client_capabilities=CAPABILITIES,
            client_info=Implementation(name="coffee", title="The coffee daemon", version="1"),
        )
        found = await asyncio.wait_for(hello, _HELLO_SECONDS)
        self._greeted = True
        return found

    async def _worked(self, hello: InitializeResponse) -> Outcome:
        try:
            session, prompt = await self._opened(hello)
            if mode := self._driver.order.mode:
                await self._connection.set_session_mode(session_id=session, mode_id=mode)
            answer = await self._prompted(session, prompt)
        except RequestError as error:
            if error.code == ending.AUTH_REQUIRED:
                return ending.wants_login(self._driver.order.command[0], hello)
            raise
        if self._stopping:
            return ending.interrupted(self._voice.closing)
        if answer is None or self._hold.over.is_set():
            return ending.waits(self._hold.unanswered)
        return ending.ended(
            answer.stop_reason,
            self._voice.closing,
            wants_answer=self._driver.order.wants_answer,
            denied=self._permissions.denied,
        )

    async def _opened(self, hello: InitializeResponse) -> tuple[str, str]:
        """The conversation, and what to say in it; logs in first where a key is at hand."""
        sessions = Sessions(self._connection, hello, self._driver, self._hearing, self._voice)
        try:
            return await self._open(sessions)
        except RequestError as error:
            way = way_by_key(hello, os.environ)
            if error.code != ending.AUTH_REQUIRED or way is None:
                raise
        self._voice.line(f"- it wants a login: {way.name}")
        await self._connection.authenticate(method_id=way.id)
        return await self._open(sessions)

    async def _open(self, sessions: Sessions) -> tuple[str, str]:
        driver, order = self._driver, self._driver.order
        if order.session and await sessions.resumed(order.session):
            self._session = order.session
            return order.session, order.news or driver.prompt
        self._session = session = await sessions.begun()
        await asyncio.to_thread(self._keep, session)
        return session, driver.prompt + (_BY_TOOL if sessions.asks_by_tool else "") + _ENDING

    async def _prompted(self, session: str, prompt: str) -> PromptResponse | None:
        """Have the agent do what it is told; None when it does not heed that it was cancelled."""
        self._hold.cancel = lambda: self._cancel(session)
        answer = asyncio.ensure_future(
            self._connection.prompt(session_id=session, prompt=[text_block(prompt)])
        )
        over = asyncio.ensure_future(self._hold.over.wait())
        await asyncio.wait({answer, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if not answer.done():
            await asyncio.wait({answer}, timeout=_CANCEL_SECONDS)
        if answer.done():
            return answer.result()
        answer.cancel()
        return None

    async def _cancel(self, session: str) -> None:
        # An agent that has gone by itself has nothing to cancel.
        with suppress(ConnectionError):
            await self._connection.cancel(session)

    async def _gone(self) -> Outcome:
        code = await self._process.ended(1.0)
        if self._process.trouble:
            return ending.crashed(f"The agent cannot be understood. {self._process.trouble}")
        command, words = self._driver.order.command, self._process.last_words
        return ending.gone(command, code, words, greeted=self._greeted)

    def stop(self) -> None:
        """Let the agent know that its turn shall end now."""
        self._stopping = True
        self._ending = asyncio.ensure_future(self._hold.end())

    async def _report(self) -> None:
        """Keep the agent's progress in the record, now and then."""
        told = ""
        while True:
            if (now := self._hearing.progress) != told:
                told = now
                await asyncio.to_thread(self._tell, self._driver.asker.progress, now)
            await asyncio.sleep(_PROGRESS_SECONDS)

    def _keep(self, session: str) -> None:
        self._tell(self._driver.asker.session, session)

    def _tell(self, verb: Callable[[str], object], words: str) -> None:
        """Tell the record; without that the agent can still do its work."""
        try:
            verb(words)
        except CoffeeError as error:
            self._voice.line(f"- {error}")
