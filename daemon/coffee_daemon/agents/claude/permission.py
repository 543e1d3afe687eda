"""Leave for a tool call: from the record where people have decided, else a question to them.

Claude Code asks for leave only where the user's own rules say neither yes nor no. It waits for the
reply, so the reply never waits for people: nobody has decided yet means no, for now.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coffee_daemon.agents.approvals import (
    SINGLE_CHOICES,
    USUAL_CHOICES,
    Decision,
    Standing,
    decision_for,
    subject_of,
)
from coffee_daemon.agents.claude.calls import Wanted, covers, wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_daemon.asking import Asker

#: Claude Code's own tool for asking; its questions are questions, not calls.
_ASKING_TOOL = "AskUserQuestion"

_ASKED = (
    "Nobody has decided about this yet; people are asked, as question {numbers}. End your turn "
    "now: say where you stand, and stop. Do not try to get there by another way. A later turn of "
    "this task begins with the decision; if it is yes, the very same call goes through then."
)
_DENIED = (
    "{who} has denied this call (question #{number}). Do without it, and do not try to get there "
    "by another way."
)
_QUESTIONS_ASKED = (
    "Asked as question {numbers}. End your turn now: say where you stand, and stop. The answer may "
    "take hours or days; a later turn of this task begins with it. Do not assume an answer."
)

_NOTHING_ASKED = "Nothing was asked: no question could be read. Ask with the tool ask_human."


def leave(asker: Asker, tool: str, arguments: Mapping[str, Any], folder: str) -> str:
    """Return the reply that Claude Code's `--permission-prompt-tool` expects, as JSON.

    Args:
        asker: The turn's line to the record.
        tool: The tool's name.
        arguments: What it is to be called with.
        folder: Where the agent works.

    Raises:
        TurnOver: The turn has ended.
        StoreTrouble: The record cannot be used.
    """
    if tool == _ASKING_TOOL:
        return refused(_ask_questions(asker, arguments))
    want = wanted(tool, arguments, folder)
    decision = _decision(asker, want)
    if decision.allows:
        return json.dumps({"behavior": "allow", "updatedInput": dict(arguments)})
    if decision.standing is Standing.DECIDED:
        who = decision.who.name if decision.who else "Somebody"
        return refused(_DENIED.format(who=who, number=decision.question))
    number = decision.question if decision.standing is Standing.ASKED else _ask(asker, want)
    return refused(_ASKED.format(numbers=f"#{number}"))


def _decision(asker: Asker, want: Wanted) -> Decision:
    decision = decision_for(asker.exchanges(), want.call)
    if decision.standing is not Standing.ASKED or decision.question is None:
        return decision
    # Its quiet time may have ended in mid turn; this call goes on with the answer then.
    asker.look(decision.question)
    return decision_for(asker.exchanges(), want.call)


def _ask(asker: Asker, want: Wanted) -> int:
    scope = covers(want.call)
    choices = USUAL_CHOICES if scope else SINGLE_CHOICES
    says = f"It says: {want.reason}." if want.reason else ""
    lasting = f"“{USUAL_CHOICES[1].label}” covers {scope}." if scope else ""
    question = asker.ask(
        want.text,
        options=[one.label for one in choices],
        why=" ".join(filter(None, (says, lasting))),
        approve=True,
        subject=subject_of(want.call, choices),
    )
    return question.number


def _ask_questions(asker: Asker, arguments: Mapping[str, Any]) -> str:
    """Ask what the agent wants to know in its own way, each question for itself."""
    asked = []
    for one in _objects(arguments.get("questions")):
        options = [option for option in _objects(one.get("options")) if option.get("label")]
        said = [f"{o['label']}: {o['description']}" for o in options if o.get("description")]
        labels = [str(option["label"]) for option in options]
        question = asker.ask(str(one.get("question", "")), options=labels, why="\n".join(said))
        asked.append(f"#{question.number}")
    if not asked:
        return _NOTHING_ASKED
    return _QUESTIONS_ASKED.format(numbers=" and ".join(asked))


def _objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; a model's arguments may be anything."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def refused(words: str) -> str:
    """Return the reply that refuses a call, with what the agent is told."""
    return json.dumps({"behavior": "deny", "message": words})
