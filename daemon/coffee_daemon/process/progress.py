"""What the roadmap says is in progress, for whoever only looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def task_in_progress(roadmap: Path) -> str | None:
    """The first priority in progress, by the name people see; None when there is none."""
    try:
        text = roadmap.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # Most roadmaps of an idle daemon have none, and need not be taken apart to know it.
    if "progress" not in text.lower():
        return None
    from coffee_daemon.roadmap import PriorityStatus, parse  # noqa: PLC0415 - looking stays cheap

    priorities = parse(text)
    return next((one.name for one in priorities if one.status is PriorityStatus.IN_PROGRESS), None)
