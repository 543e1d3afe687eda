"""`python -m coffee_daemon` is `code-developer`: the daemon in the foreground."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the daemon until it is stopped, and return its exit code."""
    from coffee_daemon.cli.control import daemon_command  # noqa: PLC0415 - loads click
    from coffee_daemon.cli.group import run  # noqa: PLC0415 - loads click

    return run(daemon_command)


if __name__ == "__main__":
    sys.exit(main())
