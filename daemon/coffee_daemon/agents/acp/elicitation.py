"""`elicitation/create`: the agent's own questions, asked as ours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from acp.schema import (
    AcceptElicitationResponse,
    CancelElicitationResponse,
    DeclineElicitationResponse,
)

from coffee_daemon.agents.acp.forms import Field, fields_of, holds_secret
from coffee_daemon.errors import CoffeeError
from coffee_daemon.notifications import QuestionState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon.agents.acp.hold import Hold
    from coffee_daemon.agents.acp.voice import Voice
    from coffee_daemon.asking import Asker
    from coffee_daemon.tasks import Exchange

    Response = AcceptElicitationResponse | CancelElicitationResponse | DeclineElicitationResponse

_CONFIRM = {"Accept": True, "Decline": False}


class Elicitation:
    """Fills the agent's forms in with what people say."""

    def __init__(self, asker: Asker, hold: Hold, voice: Voice, turn: int) -> None:
        self._asker = asker
        self._hold = hold
        self._voice = voice
        self._turn = turn
        self._given: set[int] = set()

    async def fill(self, message: str, schema: Mapping[str, Any] | None) -> Response:
        """Return what became of a form: accepted with its content, declined or cancelled.

        Args:
            message: What it is about.
            schema: Its fields; None for what is no form, such as an address to visit.
        """
        if schema is None or holds_secret(schema):
            self._voice.line(f"- declined, as no channel is the place for it: {message}")
            return DeclineElicitationResponse(action="decline")
        fields = fields_of(message, schema)
        try:
            told = await (self._all(fields) if fields else self._confirmed(message))
        except CoffeeError as error:
            self._voice.line(str(error))
            told = None
        if told is not None:
            return AcceptElicitationResponse(action="accept", content=told)
        if self._hold.over.is_set():
            return CancelElicitationResponse(action="cancel")
        return DeclineElicitationResponse(action="decline")

    async def _all(self, fields: tuple[Field, ...]) -> dict[str, Any] | None:
        known = self._known(await asyncio.to_thread(self._asker.exchanges), fields)
        told = await asyncio.gather(*(self._one(one, known.get(one.name)) for one in fields))
        content: dict[str, Any] = {}
        for part in told:
            if part is None:
                return None
            content |= part
        return content

    async def _confirmed(self, message: str) -> dict[str, Any] | None:
        confirm = Field(name="", type="boolean", text=message, choices=_CONFIRM)
        told = await self._all((confirm,))
        return {} if told and told[""] else None

    async def _one(self, field: Field, known: dict[str, Any] | None) -> dict[str, Any] | None:
        """Ask until the answer can be read; None when there is none."""
        text = field.text
        while known is None and not self._hold.over.is_set():
            question = await asyncio.to_thread(
                lambda words: self._asker.ask(
                    words, options=field.labels, subject={"field": field.digest}
                ),
                text,
            )
            self._voice.line(f"- asked as #{question.number}: {field.text}")
            exchange = await self._hold.wait(question.number)
            if exchange is None or exchange.question.state is not QuestionState.PICKED_UP:
                return None
            known = _read(exchange, field)
            text = f"{field.text}\n(“{_said(exchange)}” cannot be read as {_WANTED[field.type]}.)"
        return known

    def _known(
        self, exchanges: tuple[Exchange, ...], fields: tuple[Field, ...]
    ) -> dict[str, dict[str, Any] | None]:
        """The answers, by field, to a form that an earlier turn had to leave.

        It had to, where one of its answers came with this turn; the turn that asked may have got
        the others. Given once: a form that comes again after that is a new one.
        """
        by_digest = {one.digest: one for one in fields}
        asked = [
            (by_digest[digest], each)
            for each in exchanges
            if (digest := each.question.subject.get("field")) in by_digest
            and each.answers
            and each.question.number not in self._given
        ]
        left = {each.question.turn for _, each in asked if self._is_news(each)}
        found = [(field, each) for field, each in asked if each.question.turn in left]
        self._given |= {each.question.number for _, each in found}
        return {field.name: _read(each, field) for field, each in found}

    def _is_news(self, exchange: Exchange) -> bool:
        return exchange.answers[-1].turn == self._turn != exchange.question.turn


_WANTED = {
    "string": "one of the options",
    "boolean": "one of the options",
    "integer": "a whole number",
    "number": "a number",
    "array": "some of the options",
}


def _read(exchange: Exchange, field: Field) -> dict[str, Any] | None:
    if not exchange.answers:
        return None
    answer = exchange.answers[-1]
    labels = {one.id: one.label for one in exchange.question.options}
    return field.read(answer.text, labels.get(answer.option or ""))


def _said(exchange: Exchange) -> str:
    return " ".join(exchange.answers[-1].text.split())[:80] if exchange.answers else ""
