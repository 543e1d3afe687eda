"""A terminal in which somebody types one command about the stand-in daemon."""

from __future__ import annotations

import sys
from pathlib import Path

from coffee_daemon.config import Config
from coffee_daemon.errors import ProcessTrouble
from coffee_daemon.notifications import Person
from coffee_daemon.process import ProcessManager

STAND_IN = Path(__file__).with_name("stand_in_daemon.py")
GRACE_SECONDS = 1.0


def main(verb: str, home: str, *ways: str) -> int:
    """Do as `coffee start`, `stop` and `restart` do; the exit code is theirs."""
    config = Config(home=Path(home), project=Path(home).parent)
    manager = ProcessManager(config, argv=[sys.executable, "-P", str(STAND_IN), *ways])
    ben = Person(id="U2", name="Ben")
    try:
        if verb == "start":
            manager.start(ben)
        elif verb == "restart":
            manager.restart(ben, timeout=GRACE_SECONDS)
        else:
            manager.stop(ben, timeout=GRACE_SECONDS)
    except ProcessTrouble as trouble:
        sys.stderr.write(f"{type(trouble).__name__}: {trouble}\n")
        return trouble.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
