"""Who sits at the machine."""

from __future__ import annotations

import os
import sys


def login_name() -> str:
    """The login name of whoever runs this process; its number where it has no name."""
    if sys.platform == "win32":
        return os.environ.get("USERNAME") or "somebody"
    import pwd  # noqa: PLC0415 - not on Windows

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
