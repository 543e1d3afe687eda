"""Lines for logs, none of which may hold a secret."""

from __future__ import annotations

import logging
import re
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_HIDDEN = "[secret]"
#: Slack's tokens and the tickets of its sockets, what HTTP carries for proof, keys of model
#: vendors, and the name and password of an address. A password may hold an `@` itself, so
#: everything up to the last one goes.
_SECRET = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]+"
    r"|xapp-[\w-]+"
    r"|wss?://\S+"
    r"|(?:(?<=Bearer )|(?<=Basic )(?!Information\b))\S{6,}"
    r"|\bsk-[\w-]{8,}"
    r"|(?<=://)[^\s/@:]*:\S+@"
    r"|(?:(?<=password=)|(?<=ticket=)|(?<=token=))[^\s&\"']+",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """Leave out what looks like a token, a ticket or a password."""
    return _SECRET.sub(_HIDDEN, text)


class SafeFormatter(logging.Formatter):
    """Writes whole lines, with tracebacks, and leaves the secrets out of them."""

    def format(self, record: logging.LogRecord) -> str:
        """Format as usual, then look at every word: an error's text comes from anywhere."""
        return redact(super().format(record))


def begin_log(level: int, line: str) -> None:
    """Log this process's lines to standard error, and what ends a thread or the process too.

    Args:
        level: The least level that is written.
        line: The format of a line, as `logging` has it.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter(line))
    logging.basicConfig(level=level, handlers=[handler])
    # Python itself would print these past every handler.
    sys.excepthook = _ended
    threading.excepthook = _thread_ended


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("It ends.", exc_info=(kind, error, trace))


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        name = ended.thread.name if ended.thread else "?"
        told = (ended.exc_type, ended.exc_value, ended.exc_traceback)
        logging.getLogger(__name__).error("The thread %s has ended.", name, exc_info=told)
