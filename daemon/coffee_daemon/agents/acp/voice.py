"""What people read of a turn in `coffee logs --task`: the agent's words, and lines about its work.

Everything is written as soon as it comes: the age of a turn's last output is how people tell a
busy agent from a hung one.
"""

from __future__ import annotations

from typing import BinaryIO

#: The end of what the agent said is kept for the turn's result.
_KEPT_CHARS = 60_000


class Voice:
    """Writes the agent's streamed words and our lines so that neither runs into the other."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._speaker = ""
        self._at_start = True
        self._said = ""

    @property
    def closing(self) -> str:
        """What the agent has said since its last tool call; all it said when that is nothing."""
        return self._said.strip()

    def say(self, words: str) -> None:
        """Write a piece of the agent's message."""
        self._said = (self._said + words)[-_KEPT_CHARS:]
        self._speak("agent", words)

    def think(self, words: str) -> None:
        """Write a piece of its thoughts."""
        self._speak("thoughts", words)

    def aside(self, words: str) -> None:
        """Write what its program printed besides."""
        self._speak("program", words)

    def line(self, words: str) -> None:
        """Write a line about its work."""
        self._speak("", f"{' '.join(words.split())}\n")

    def working(self, words: str) -> None:
        """Write what it does next; its closing words are what comes after."""
        self.line(f"> {words}")
        self._said = ""

    def _speak(self, speaker: str, words: str) -> None:
        if not words:
            return
        if speaker != self._speaker and not self._at_start:
            self._write("\n")
        if speaker == "thoughts" and speaker != self._speaker:
            self._write("(thinks) ")
        self._speaker = speaker
        self._write(words)

    def _write(self, words: str) -> None:
        self._out.write(words.encode("utf-8", "replace"))
        self._out.flush()
        self._at_start = words.endswith("\n")
