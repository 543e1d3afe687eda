"""`python -m chaos`: the headline, with figures and PASS or FAIL."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys

from chaos.run import Plan, go
from chaos.weather import Chance

from coffee_daemon.system import become_reaper


def say(words: str) -> None:
    """Say it now, also into a pipe."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    """Run, print the report, and end with 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--kills", type=int, default=200, help="of each side")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--together", action="store_true", help="kill both at the same instant")
    given = parser.parse_args()
    # An exception, so that nothing is left behind then either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    # Orphans come to us and are buried, as init would do.
    become_reaper()
    plan = Plan(
        questions=given.questions,
        kills=given.kills,
        runner_kills=given.kills // 20,
        together=given.together,
        seed=given.seed,
        weather=Chance(),
        say=say,
    )
    say(f"seed {plan.seed}")
    report = go(plan)
    say(str(report))
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
