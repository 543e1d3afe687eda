"""Nouns of the roadmap: its priorities and what they say about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PriorityStatus(StrEnum):
    """What the roadmap says about a priority."""

    PLANNED = "Planned"  # also when it says nothing
    IN_PROGRESS = "In Progress"
    COMPLETE = "Complete"
    OTHER = "other"  # a person's own word, such as Blocked; neither started nor changed


#: The statuses that we may set, with the emoji that goes with each.
EMOJI = {
    PriorityStatus.PLANNED: "📝",
    PriorityStatus.IN_PROGRESS: "🔄",
    PriorityStatus.COMPLETE: "✅",
}


class Marked(StrEnum):
    """What became of the wish to change a status in the file."""

    WRITTEN = "written"
    ALREADY = "already"  # it said so before
    GONE = "gone"  # no such heading, or its title is another one now
    UNMARKED = "unmarked"  # it has no status that could be changed
    OVERRULED = "overruled"  # a person has set another status meanwhile


@dataclass(frozen=True, kw_only=True)
class Priority:
    """One heading such as `### PRIORITY 2.6: CI Testing` and the text below it."""

    #: `2.6`
    key: str
    #: The heading without its number and status: `CI Testing`.
    heading_title: str
    status: PriorityStatus
    #: The text up to the next heading, word for word, with `\n` as line end.
    body: str
    #: The heading's line in the file, 1 for the first.
    line: int

    @property
    def name(self) -> str:
        """The name people see: `PRIORITY 2.6 - CI Testing`."""
        return f"PRIORITY {self.key} - {self.heading_title}".removesuffix(" - ")

    @property
    def words(self) -> str:
        """The task's own words: its heading and the text below it."""
        return f"PRIORITY {self.key}: {self.heading_title}\n\n{self.body}".strip()


@dataclass(frozen=True, kw_only=True)
class Roadmap:
    """What a roadmap's text holds."""

    #: In the order of the text; the first one of each key counts.
    priorities: tuple[Priority, ...] = ()
    #: What a person should know, one sentence each.
    warnings: tuple[str, ...] = ()

    def get(self, key: str) -> Priority | None:
        """The priority with that key."""
        return next((one for one in self.priorities if one.key == key), None)
