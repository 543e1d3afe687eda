"""What people sent along, put where a task's agent finds it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from coffee_daemon.errors import WorkspaceTrouble
from coffee_daemon.reply_files import FileState, kept_folder
from coffee_daemon.system import read_small, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from coffee_daemon.config import Config
    from coffee_daemon.reply_files import ReplyFile
    from coffee_daemon.workspace.nouns import Workspace

#: Below the agent's working folder; the task's number and the file's name follow.
PLACE = ".coffee/files"
#: Above every limit that may be set.
_MOST_BYTES = 1_100_000_000


def lay_files(config: Config, task: int, place: Workspace, files: Iterable[ReplyFile]) -> None:
    """Copy the files of a task's replies into its folder, where git does not see them.

    Raises:
        WorkspaceTrouble: They cannot be put there.
    """
    kept = [one for one in files if one.state is FileState.KEPT]
    if not kept:
        return
    try:
        folder = _folder(place.folder, task)
        for one in kept:
            _lay(kept_folder(config.state, task) / one.name, folder / one.name)
    except OSError as error:
        raise WorkspaceTrouble(
            f"The files that came with replies cannot be put into {place.folder}: {error}.",
            hint=f"Make room for {PLACE} there, and retry the task.",
        ) from None


def take_away(task: int, place: Workspace) -> None:
    """Remove a task's copies again from a folder that is not its own."""
    folder = place.folder / PLACE / str(task)
    if not any(path.is_symlink() for path in (folder, folder.parent, folder.parent.parent)):
        shutil.rmtree(folder, ignore_errors=True)


def _folder(root: Path, task: int) -> Path:
    """Make the folder; a link in its way is removed, for it may lead anywhere."""
    folder = root
    for part in (*PLACE.split("/"), str(task)):
        folder /= part
        if folder.is_symlink():
            folder.unlink()
        folder.mkdir(mode=0o700, exist_ok=True)
    # It ignores itself too, so nothing of it is ever committed, and no file of git's is touched.
    write_private(folder.parent / ".gitignore", "*\n", durable=False)
    return folder


def _lay(source: Path, target: Path) -> None:
    data = read_small(source, _MOST_BYTES)
    if data is None:
        raise FileNotFoundError(f"{source} is gone")
    if target.is_symlink() or not target.is_file() or target.stat().st_size != len(data):
        write_private(target, data, durable=False)
