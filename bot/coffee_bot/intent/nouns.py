"""Nouns of wishes and replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coffee_bot.intent.verbs import VERBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.intent.kinds import Role, Verb


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What somebody clearly asked for."""

    verb: str
    #: The number of a task or question, where the verb takes one.
    number: int | None = None
    #: The other task, where the verb takes two; `text` says on which side of it.
    other: int | None = None
    #: The person's own words, as typed.
    text: str = ""
    #: The words are a question to the agent.
    wants_answer: bool = False
    #: The id of the channel or direct conversation where it was said.
    where: str = field(default="", compare=False)

    @property
    def role(self) -> Role:
        """The least role that may do this."""
        return VERBS[self.verb].role

    @property
    def changes(self) -> bool:
        """Whether this changes anything."""
        return VERBS[self.verb].changes


@dataclass(frozen=True, kw_only=True)
class Misunderstood:
    """A command that cannot be carried out as typed."""

    #: What is wrong, one sentence; holds nothing of what was typed.
    problem: str
    #: The first word that was typed.
    said: str = ""
    #: The verb that was meant; None when it is no verb at all.
    verb: Verb | None = None
    #: The verb that is spelled most alike, when there is one.
    close: Verb | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """What Slack shall show: plain text for phones and screen readers, blocks for the rest."""

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a person gets back."""

    #: For the person alone.
    message: Message
    #: For the channel; None when nothing changed or when the record's own posts show it.
    public: Message | None = None
