"""The roadmap: Markdown text -> priorities -> text with one status changed."""

from __future__ import annotations

from coffee_daemon.roadmap.file import RoadmapFile
from coffee_daemon.roadmap.nouns import Marked, Priority, PriorityStatus, Roadmap
from coffee_daemon.roadmap.text import mark, parse, read

__all__ = [
    "Marked",
    "Priority",
    "PriorityStatus",
    "Roadmap",
    "RoadmapFile",
    "mark",
    "parse",
    "read",
]
