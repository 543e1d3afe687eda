"""`python -m coffee_daemon` is `code-developer`: the daemon in the foreground."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the daemon until it is stopped, and return its exit code."""
    from coffee_daemon.cli.control import daemon_command  # noqa: PLC0415 - loads click
    from coffee_daemon.cli.group import run  # noqa: PLC0415 - loads click

    code = run(daemon_command)
    # At its end Python searches all that was loaded for cycles; somebody would wait for that.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
