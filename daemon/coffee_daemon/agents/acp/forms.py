"""The forms of `elicitation/create`: their fields as questions, and the answers as their content.

One field is one question. Every choice and every required field is asked; a free text that may be
left out is asked only where the form has nothing else, and takes the words of a person who
answers a choice before it with none of its options.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SECRET = re.compile(r"pass(word|phrase|code)|secret|credential|(api|access|auth)[ _-]?(key|token)")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a form, as it is asked."""

    name: str
    #: string, number, integer, boolean or array.
    type: str
    text: str
    #: The labels of the choices, and the value that each stands for.
    choices: Mapping[str, Any] = field(default_factory=dict)
    #: The field that takes words which are none of the choices.
    other: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """What the question offers; of several things at once, none can be pressed."""
        return () if self.type == "array" else tuple(self.choices)

    @property
    def digest(self) -> str:
        """The same for the same field of the same form, and for no other."""
        said = json.dumps([self.name, self.type, self.text, list(self.choices)])
        return hashlib.sha256(said.encode()).hexdigest()

    def read(self, words: str, label: str | None) -> dict[str, Any] | None:
        """Return the content that an answer makes; None when it cannot be read as the field's.

        Args:
            words: What the person said.
            label: The label of the option that it chose, if any.
        """
        if label is not None and label in self.choices:
            return {self.name: self.choices[label]}
        if self.type == "array":
            return self._several(words)
        if self.choices:
            return {self.other: words} if self.other else None
        value = _READ[self.type](words.strip())
        return None if value is None else {self.name: value}

    def _several(self, words: str) -> dict[str, Any] | None:
        by_word = {label.casefold(): value for label, value in self.choices.items()}
        by_word |= {str(place): value for place, value in enumerate(self.choices.values(), 1)}
        said = [part.strip().casefold() for part in re.split(r"[,\n]", words) if part.strip()]
        if said and all(part in by_word for part in said):
            return {self.name: list(dict.fromkeys(by_word[part] for part in said))}
        return {self.other: words} if self.other else None


def fields_of(message: str, schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a form that a person is asked about.

    Args:
        message: What the form as a whole is about.
        schema: Its flat JSON schema.
    """
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties") or {}
    required = set(schema.get("required") or ())
    names = [name for name, told in properties.items() if name in required or _choices(told)]
    names = names or list(properties)
    others = _others(properties, names)
    alone = len(names) == 1
    return tuple(
        _field(name, properties[name], message, alone=alone, other=others.get(name))
        for name in names
    )


def holds_secret(schema: Mapping[str, Any]) -> bool:
    """Whether a form wants a secret, which the protocol forbids and a channel must not see."""
    return any(
        told.get("type") == "string" and not _choices(told) and _is_secret(name, told)
        for name, told in (schema.get("properties") or {}).items()
    )


def _is_secret(name: str, told: Mapping[str, Any]) -> bool:
    said = f"{name} {told.get('title') or ''}".casefold()
    return told.get("format") == "password" or _SECRET.search(said) is not None


def _others(properties: Mapping[str, Mapping[str, Any]], asked: Sequence[str]) -> dict[str, str]:
    """For each choice, the free text that follows it and is not asked for itself."""
    names = list(properties)
    return {
        before: after
        for before, after in pairwise(names)
        if before in asked and after not in asked and properties[after].get("type") == "string"
    }


def _field(
    name: str, told: Mapping[str, Any], message: str, *, alone: bool, other: str | None
) -> Field:
    kind = str(told.get("type"))
    title = str(told.get("title") or ("" if alone else name))
    parts = [message, *(str(one) for one in (title, told.get("description")) if one)]
    choices = _choices(told)
    if kind == "array" and choices:
        parts.append("Name one or more, with commas between them: " + ", ".join(choices))
    return Field(
        name=name,
        type=kind if kind in _READ else "string",
        text="\n".join(dict.fromkeys(parts)),
        choices=choices,
        other=other,
    )


def _choices(told: Mapping[str, Any]) -> dict[str, Any]:
    if told.get("type") == "boolean":
        return {"Yes": True, "No": False}
    source = told.get("items") if told.get("type") == "array" else told
    source = source if isinstance(source, dict) else {}
    titled = source.get("oneOf") or source.get("anyOf") or ()
    named = {_label(one): one.get("const") for one in titled}
    return named or {str(one): one for one in source.get("enum") or ()}


def _label(option: Mapping[str, Any]) -> str:
    return str(option.get("title") or option.get("const"))


def _integer(words: str) -> int | None:
    return int(words) if re.fullmatch(r"[+-]?\d{1,18}", words) else None


def _number(words: str) -> float | None:
    return float(words) if re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", words) else None


_READ: dict[str, Any] = {
    "string": lambda words: words or None,
    "integer": _integer,
    "number": _number,
    # These have choices; words that are none of them say nothing.
    "boolean": lambda _words: None,
    "array": lambda _words: None,
}
