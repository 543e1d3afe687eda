"""Wake another process now: a datagram on loopback, to a port that is told in a private file."""

from __future__ import annotations

import os
import select
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from coffee_daemon.system import read_small, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from coffee_daemon.config import Config

_LOOPBACK = "127.0.0.1"
#: A ring is this long at most; longer datagrams are not ours.
_RING_BYTES = 64


class Doorbell:
    """A bell that other processes of this user can ring.

    A ring while nobody waits is kept until the next wait; many rings count as one.

    Raises:
        OSError: No port can be had, or the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        #: Only who can read the file can ring; others on this machine only find the port.
        self._word = os.urandom(16).hex().encode()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        try:
            self._socket.bind((_LOOPBACK, 0))
            self._address = self._socket.getsockname()
            write_private(path, self._told(), durable=False)
        except BaseException:
            self._socket.close()
            raise

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most `seconds`; True when it rang."""
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            readable, _, _ = select.select([self._socket], [], [], left)
            if self._rang():
                return True
            if not readable and time.monotonic() >= deadline:
                return False

    def ring(self) -> None:
        """Ring it oneself; safe from signal handlers and threads, and after `close`."""
        # A full buffer means that enough rings wait already; a closed bell has nobody to wake.
        with suppress(OSError):
            self._socket.sendto(self._word, self._address)

    def close(self) -> None:
        """Take the bell away; its file too, unless another bell has replaced it."""
        self._socket.close()
        with suppress(OSError):
            if read_small(self._path) == self._told():
                self._path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _told(self) -> bytes:
        return b"%d %s\n" % (self._address[1], self._word)

    def _rang(self) -> bool:
        """Take all datagrams that lie there; tell whether one was a ring."""
        rang = False
        while True:
            try:
                rang |= self._socket.recv(_RING_BYTES) == self._word
            except (BlockingIOError, InterruptedError):
                return rang
            except ConnectionResetError:
                # Windows reports here that an earlier ring of ours met a closed port.
                continue


def ring(path: Path) -> bool:
    """Ring another process's bell; False when there is none, or nobody behind it."""
    try:
        port, word = (read_small(path) or b"").split()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.connect((_LOOPBACK, int(port)))
            line.send(word)
            return _arrived(line)
    except (OSError, ValueError, OverflowError):
        return False


def daemon_bell(config: Config) -> Path:
    """Where the daemon's bell is told."""
    return config.state / "doorbell"


def bot_bell(config: Config) -> Path:
    """Where the bot's bell is told."""
    return config.home / "bot.doorbell"


def _arrived(line: socket.socket) -> bool:
    """Whether no refusal came back; on loopback it is there at once."""
    try:
        line.recv(1)
    except BlockingIOError:
        return True
    return False
