"""`session/request_permission`: a person's decision, with the agent's own options."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from acp.schema import AllowedOutcome, DeniedOutcome, RequestPermissionResponse

from coffee_daemon.agents.acp.calls import Calls, call_of, reason_of, words_of
from coffee_daemon.agents.acp.ours import is_ours
from coffee_daemon.agents.approvals import Choice, Grant, Standing, decision_for, subject_of
from coffee_daemon.errors import CoffeeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acp.schema import PermissionOption, ToolCallUpdate

    from coffee_daemon.agents.acp.hold import Hold
    from coffee_daemon.agents.acp.voice import Voice
    from coffee_daemon.agents.approvals import Call
    from coffee_daemon.asking import Asker
    from coffee_daemon.notifications import Question
    from coffee_daemon.tasks import Exchange

_LONGEST_LABEL = 75  # characters, on a button


class Permissions:
    """Answers the agent's requests for permission, from the record or by asking."""

    def __init__(self, asker: Asker, calls: Calls, hold: Hold, voice: Voice) -> None:
        self._asker = asker
        self._calls = calls
        self._hold = hold
        self._voice = voice
        #: The title of the call that was denied last, by a person's word.
        self.denied = ""

    async def decide(
        self, told: ToolCallUpdate, options: Sequence[PermissionOption]
    ) -> RequestPermissionResponse:
        """Return the person's decision; `cancelled` where there is none in time.

        A decision that the task's record holds about the same call is given at once. Silence,
        and whatever cannot be read, is never an allowance.
        """
        known = self._calls.asked(told)
        title = str(known.get("title") or "a tool")
        try:
            option = await self._option(known, choices_of(options))
        except CoffeeError as error:
            self._voice.line(str(error))
            option = None
        if option is None:
            self._voice.line(f"- not decided: {title}")
            return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
        self._voice.line(f"- {option.label}: {title}")
        if not option.grant.allows:
            self.denied = title
        return _selected(option)

    async def _option(self, known: Mapping[str, Any], choices: Sequence[Choice]) -> Choice | None:
        if not choices or self._hold.over.is_set():
            return None
        if is_ours(known):
            return next((one for one in choices if one.grant is Grant.ALLOW_ONCE), None)
        call = call_of(known)
        exchanges = await asyncio.to_thread(self._asker.exchanges)
        decided = decision_for(exchanges, call).choice
        if decided is not None and (again := matching(decided, choices)):
            return again
        question = await asyncio.to_thread(self._ask, known, call, choices)
        self._voice.line(f"- asked as #{question.number}: {known.get('title') or 'a tool'}")
        exchange = await self._hold.wait(question.number)
        return None if exchange is None else _answered(exchange, call, choices)

    def _ask(self, known: Mapping[str, Any], call: Call, choices: Sequence[Choice]) -> Question:
        def asked(words: str) -> Question:
            return self._asker.ask(
                words,
                options=[one.label for one in choices],
                why=reason_of(known),
                approve=True,
                subject=subject_of(call, choices),
            )

        question = asked(words_of(known))
        if question.subject.get("digest") == call.digest:
            return question
        # What is shown of two calls may be the same, and a decision is on one of them.
        return asked(f"{words_of(known)}\n(call {call.digest[:12]})")


def choices_of(options: Sequence[PermissionOption]) -> tuple[Choice, ...]:
    """The agent's own options, each under a label of its own; a grant that is not known is none."""
    found: dict[str, Choice] = {}
    for option in options:
        grant = Grant(option.kind)
        name = " ".join(option.name.split())[:_LONGEST_LABEL] or grant.value.replace("_", " ")
        # Two of the same name differ in what they grant, or one of them is too many.
        label = name if name not in found else f"{name} ({grant.value.replace('_', ' ')})"
        found.setdefault(label, Choice(label=label, grant=grant, token=option.option_id))
    return tuple(found.values())


def matching(decided: Choice, choices: Sequence[Choice]) -> Choice | None:
    """The option of a new request that says what was decided on an earlier one; never more."""
    same = [one for one in choices if one.grant is decided.grant]
    named = [one for one in same if one.token == decided.token]
    milder = [one for one in choices if one.grant.allows is decided.grant.allows]
    # An allowance for once must not become one for ever, and the other way round does no harm.
    lesser = [one for one in milder if not one.grant.lasting]
    return next(iter([*named, *same, *lesser]), None)


def _answered(exchange: Exchange, call: Call, choices: Sequence[Choice]) -> Choice | None:
    decision = decision_for([exchange], call)
    if decision.standing is Standing.DECIDED and decision.choice is not None:
        return matching(decision.choice, choices)
    # Withdrawn: nobody will say yes any more, so the agent may as well go on without.
    refusing = [one for one in choices if one.grant is Grant.REJECT_ONCE]
    return next(iter(refusing), None) if exchange.question.closed else None


def _selected(choice: Choice) -> RequestPermissionResponse:
    outcome = AllowedOutcome(outcome="selected", option_id=choice.token)
    return RequestPermissionResponse(outcome=outcome)
