"""`python -m coffee_bot` is `coffee`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the `coffee` command and return its exit code."""
    from coffee_bot.cli import main as coffee  # noqa: PLC0415 - the entry point stays light

    code = coffee()
    # At its end Python searches all that was loaded for cycles; somebody would wait for that.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
