"""Typed reading of the settings file, with the file named in every complaint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from coffee_daemon.config.nouns import WorkingHours
from coffee_daemon.errors import BadConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

Choice = TypeVar("Choice", bound=StrEnum)


def read_settings(home: Path) -> dict[str, Any]:
    """Return the tables of `config.toml` in `home`; empty when there is no such file.

    Raises:
        BadConfig: The file cannot be read or is not TOML.
    """
    path = home / "config.toml"
    if not path.exists():
        return {}
    import tomllib  # noqa: PLC0415 - looking must stay cheap where nothing is set

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{path} cannot be read: {error}.", hint="Mend it and try again.") from None


@dataclass(frozen=True)
class Settings:
    """The tables of one file."""

    table: Mapping[str, Any]
    path: Path
    #: The settings that were asked for, and so are known: section and key.
    _asked: set[tuple[str, str]] = field(default_factory=set, init=False)

    def refuse_unknown(self, *others: str) -> None:
        """Refuse what nobody has asked for: a misspelt limit would be no limit.

        Args:
            others: Sections that somebody else reads.

        Raises:
            BadConfig: Names the first such setting, and what it may have been meant for.
        """
        sections = {section for section, _ in self._asked} | set(others)
        for section in sorted(self.table.keys() - set(others)):
            if section not in sections:
                raise BadConfig(
                    f"{section} in {self.path} is no section of the settings.",
                    hint=f"The sections are {', '.join(f'[{one}]' for one in sorted(sections))}.",
                )
            known = {key for one, key in self._asked if one == section}
            if unknown := sorted(self.table[section].keys() - known):
                raise BadConfig(
                    f"[{section}] {unknown[0]} in {self.path} is no setting.",
                    hint=f"[{section}] knows {', '.join(sorted(known))}.",
                )

    def text(self, section: str, key: str) -> str | None:
        """A text, or None."""
        value = self._get(section, key)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(section, key, "a text in quotes")

    def folder(self, section: str, key: str) -> Path | None:
        """A path, or None."""
        value = self.text(section, key)
        return Path(value).expanduser() if value else None

    def whole(self, section: str, key: str, usual: int, *, least: int = 1) -> int:
        """A whole number of at least 1, or of at least 0 where that means something."""
        value = self._get(section, key)
        if value is None:
            return usual
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        wanted = "a whole number above 0" if least else "a whole number, 0 or above"
        raise self._wrong(section, key, wanted)

    def amount(self, section: str, key: str) -> float | None:
        """A number above 0, or None."""
        value = self._get(section, key)
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < inf:
            return float(value)
        raise self._wrong(section, key, "a number above 0, such as 12.50")

    def argv(self, section: str, key: str) -> tuple[str, ...]:
        """A list of texts; empty when there is none."""
        value = self._get(section, key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise self._wrong(section, key, 'a list of texts, such as ["program", "argument"]')

    def pattern(self, section: str, key: str, *, grouped: bool = False) -> str:
        """A regular expression, with a group in it where that is wanted; empty if there is none."""
        value = self.text(section, key) or ""
        wanted = "a regular expression with a group in it" if grouped else "a regular expression"
        try:
            groups = re.compile(value).groups
        except re.error:
            raise self._wrong(section, key, wanted) from None
        if value and grouped and not groups:
            raise self._wrong(section, key, wanted)
        return value

    def choice(self, section: str, key: str, usual: Choice) -> Choice:
        """One word of an enum."""
        value = self._get(section, key)
        if value is None:
            return usual
        kind = type(usual)
        if value in list(kind):
            return kind(value)
        raise self._wrong(section, key, "one of " + ", ".join(f'"{one}"' for one in kind))

    def hours(self, section: str, key: str) -> WorkingHours | None:
        """Hours of a day, or None."""
        value = self.text(section, key)
        if value is None:
            return None
        try:
            start, end = (time.fromisoformat(part.strip()) for part in value.split("-"))
        except ValueError:
            raise self._wrong(section, key, 'hours such as "09:00-18:00"') from None
        return WorkingHours(start=start, end=end)

    def _get(self, section: str, key: str) -> Any:
        self._asked.add((section, key))
        inner = self.table.get(section, {})
        if not isinstance(inner, dict):
            raise BadConfig(f"[{section}] in {self.path} must be a table.")
        return inner.get(key)

    def _wrong(self, section: str, key: str, wanted: str) -> BadConfig:
        return BadConfig(f"[{section}] {key} in {self.path} must be {wanted}.")
