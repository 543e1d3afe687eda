"""The agent's program: the protocol's messages on its streams, and all else it prints.

One message is one line of JSON. What is none, on either stream, is shown to people and changes
nothing.
"""

from __future__ import annotations

import asyncio
import codecs
import json
from asyncio import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coffee_daemon.agents.acp.voice import Voice

#: The SDK's own bound for one message, which may hold a picture.
_LARGEST_BYTES = 50 * 1024 * 1024
_CHUNK_BYTES = 65_536
#: How long a program may take to end once nobody talks to it any more, and once it is asked to.
_FAREWELL_SECONDS = 2.0
_LAST_WORDS_CHARS = 600
_LAST_WORDS_SECONDS = 0.5


class _Streams(subprocess.SubprocessStreamProtocol):
    """The program's streams, and an event for its end.

    A process of asyncio's has no such event: its `wait` waits for the streams too, which a child
    that stays may hold for ever.
    """

    def __init__(self) -> None:
        super().__init__(limit=_LARGEST_BYTES, loop=asyncio.get_running_loop())
        self.over = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.over.set()


class AgentProcess:
    """A running agent, as the SDK's transport of messages."""

    def __init__(
        self, process: asyncio.SubprocessTransport, streams: _Streams, voice: Voice
    ) -> None:
        self._process = process
        self._streams = streams
        self._voice = voice
        self._stray = ""
        #: Set when what it sent cannot be read any further.
        self.trouble = ""
        self._reader = asyncio.create_task(self._read_errors())
        self._watch = asyncio.create_task(self._until_end())

    @classmethod
    async def start(cls, argv: Sequence[str], folder: str, voice: Voice) -> AgentProcess:
        """Start the program in a folder, with this process's environment.

        Raises:
            OSError: It cannot be run.
        """
        loop = asyncio.get_running_loop()
        process, streams = await loop.subprocess_exec(_Streams, *argv, cwd=folder)
        return cls(process, streams, voice)

    @property
    def last_words(self) -> str:
        """The end of what it printed beside the protocol."""
        return self._stray.strip()

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            OSError: The program has gone.
        """
        assert self._streams.stdin is not None  # noqa: S101 - for the type checker
        self._streams.stdin.write(json.dumps(message).encode() + b"\n")
        await self._streams.stdin.drain()

    async def receive(self) -> dict[str, Any] | None:
        """Return the next message; None when there will be no more."""
        while line := await self._line():
            message = _message(line)
            if message is not None:
                return message
            self._aside(line.decode("utf-8", "replace"))
        return None

    async def close(self) -> None:
        """Say nothing more, wait a little for its end, and end it then."""
        assert self._streams.stdin is not None  # noqa: S101 - for the type checker
        self._streams.stdin.close()
        for end in (self._process.terminate, self._process.kill):
            if await self.ended(_FAREWELL_SECONDS) is not None:
                break
            # It may end in this very moment.
            with suppress(ProcessLookupError):
                end()
        await self.ended(_FAREWELL_SECONDS)
        self._process.close()
        for task in (self._reader, self._watch):
            task.cancel()
        await asyncio.wait({self._reader, self._watch})

    async def ended(self, seconds: float) -> int | None:
        """Wait for its end; returns the exit code, or None when it still runs after that time."""
        await asyncio.wait({self._watch}, timeout=seconds)
        return self._process.get_returncode()

    async def _until_end(self) -> None:
        """Take the program's end for the end of what it says, whoever still holds its streams."""
        await self._streams.over.wait()
        # Its very last words are often the reason.
        await asyncio.wait({self._reader}, timeout=_LAST_WORDS_SECONDS)
        for number in (1, 2):
            if (stream := self._process.get_pipe_transport(number)) is not None:
                stream.close()

    async def _line(self) -> bytes:
        assert self._streams.stdout is not None  # noqa: S101 - for the type checker
        try:
            return await self._streams.stdout.readuntil(b"\n")
        except asyncio.IncompleteReadError as end:
            return end.partial
        except asyncio.LimitOverrunError:
            megabytes = _LARGEST_BYTES // 1024 // 1024
            self.trouble = f"It sent a message of more than {megabytes} MB."
            return b""

    async def _read_errors(self) -> None:
        assert self._streams.stderr is not None  # noqa: S101 - for the type checker
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while data := await self._streams.stderr.read(_CHUNK_BYTES):
            self._aside(decoder.decode(data))

    def _aside(self, words: str) -> None:
        self._stray = (self._stray + words)[-_LAST_WORDS_CHARS:]
        self._voice.aside(words)


def _message(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("jsonrpc") == "2.0" else None
