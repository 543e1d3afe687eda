"""What a terminal runs: a session of its own, in which somebody types one command and stays."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import termios

READY = "the command has ended with"


def main(*command: str) -> None:
    fcntl.ioctl(sys.stdin, termios.TIOCSCTTY, 0)
    code = subprocess.run(command, check=False).returncode
    sys.stdout.write(f"{READY} {code}.\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
