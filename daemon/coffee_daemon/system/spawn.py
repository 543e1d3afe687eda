"""Starting programs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from pathlib import Path

#: Microsoft's process creation flags.
_CREATE_NEW_PROCESS_GROUP = 0x0000_0200
_CREATE_NO_WINDOW = 0x0800_0000


def spawn_detached(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start a program that outlives us and our terminal; its output is added to `log` (0600).

    Whoever starts it reaps it: wait for the returned process, in a thread if need be.

    Raises:
        OSError: The program cannot be run or the log not be opened.
    """
    import subprocess  # noqa: PLC0415 - whoever only looks does not pay for it

    return _spawn(argv, cwd=cwd, env=env, log=log, stdin=subprocess.DEVNULL)


def spawn_on_life_line(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start a program like `spawn_detached`, with a pipe from us as its standard input.

    The pipe's other end is ours alone: other children do not inherit it, so it closes with us.

    Raises:
        OSError: The program cannot be run or the log not be opened.
    """
    import subprocess  # noqa: PLC0415 - whoever only looks does not pay for it

    return _spawn(argv, cwd=cwd, env=env, log=log, stdin=subprocess.PIPE)


def _spawn(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, stdin: int
) -> subprocess.Popen[bytes]:
    import subprocess  # noqa: PLC0415 - whoever only looks does not pay for it

    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(log, flags, 0o600)
    try:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=dict(env),
            stdin=stdin,
            stdout=handle,
            stderr=subprocess.STDOUT,
            bufsize=0,
            **own_session(),
        )
    finally:
        os.close(handle)


def own_session() -> dict[str, Any]:
    """What to tell Popen for a child apart from our terminal and its Ctrl-C.

    The Windows flags (own group, no console) have not been run here.
    """
    if os.name == "nt":
        return {"creationflags": _CREATE_NEW_PROCESS_GROUP | _CREATE_NO_WINDOW}
    return {"start_new_session": True}


def resolve_program(name: str, path: str | None) -> str | None:
    """Find a program as the shell would, with the endings of Windows; None when there is none."""
    import shutil  # noqa: PLC0415 - whoever only looks does not pay for it

    return shutil.which(name, path=path)
