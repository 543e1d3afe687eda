"""Nouns of plain values <-> JSON objects, so that every file of ours is read with the same care."""

from __future__ import annotations

import json
import math
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

Noun = TypeVar("Noun", bound="DataclassInstance")


def to_plain(noun: DataclassInstance) -> dict[str, Any]:
    """Turn a noun into a dict ready for JSON: times as ISO 8601, enums as their words."""
    return {field.name: _plain(getattr(noun, field.name)) for field in fields(noun)}


def dump(noun: DataclassInstance) -> str:
    """Write a noun as JSON text that people can read too, a field in a line."""
    # `indent` would leave the work to Python's own encoder, at each heartbeat.
    plain = to_plain(noun).items()
    lines = (f'  "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in plain)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def load(kind: type[Noun], raw: bytes) -> Noun:
    """Read a noun from JSON. Unknown keys are left out: a newer version may have written them.

    Raises:
        ValueError: It is no JSON object, or a field is missing or of another kind.
    """
    try:
        table = json.loads(raw, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if isinstance(table, dict):
        return kind(**_values(kind, table))
    raise ValueError("it is not a JSON object")


def _values(kind: type[Noun], table: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for field in fields(kind):
        if field.name in table:
            values[field.name] = _read(str(field.type), field.name, table[field.name])
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{field.name} is missing")
    return values


def _read(kind: str, name: str, value: Any) -> Any:
    plain, optional = kind.removesuffix(" | None"), kind.endswith(" | None")
    if value is None and optional:
        return None
    try:
        return _READERS[plain](value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is not of the kind {plain}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return read


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError
    return float(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError
    return tuple(value)


#: How a value is read, by the words of its field's annotation.
_READERS: dict[str, Callable[[Any], Any]] = {
    "bool": _exactly(bool),
    "int": _exactly(int),
    "str": _exactly(str),
    "float": _number,
    "datetime": _moment,
    "tuple[str, ...]": _texts,
}
