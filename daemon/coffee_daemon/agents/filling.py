"""What stands in a command for something that differs from turn to turn."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coffee_daemon.agents.protocol import Job

#: Becomes the git folders that the turn may write to, in quotes and with commas between them.
GIT_FOLDERS = "{git_folders}"


def filled(command: Iterable[str], job: Job) -> list[str]:
    """The command with a turn's git folders in the place of their name."""
    told = ", ".join(json.dumps(str(one), ensure_ascii=False) for one in job.git_folders)
    return [part.replace(GIT_FOLDERS, told) for part in command]
