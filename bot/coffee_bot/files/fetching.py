"""Fetching what came with replies. How far each file has come is in the record alone."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from coffee_bot.config import FileKind
from coffee_bot.files.downloading import Never, NotNow
from coffee_bot.files.kinds import kind_of
from coffee_bot.files.offers import PROGRAM
from coffee_daemon import BadConfig, FileState, kept_folder, private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from coffee_bot.config import BotConfig
    from coffee_bot.files.desk import FileDesk
    from coffee_bot.files.downloading import Door
    from coffee_daemon import Clock, ReplyFile, Store

log = logging.getLogger(__name__)

#: Together a little more than an hour: 5 s, 10 s, 20 s and so on, half an hour at most.
MOST_TRIES = 11
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=30)


@dataclass(kw_only=True)
class Fetcher:
    """Takes one file after the other from Slack into the state folder."""

    config: BotConfig
    store: Store
    door: Door
    desk: FileDesk
    clock: Clock
    #: Wakes the daemon, which may wait for a file.
    ring_daemon: Callable[[], object]
    #: Says that there may be something to post.
    wake: Callable[[], object]
    stopping: Callable[[], bool]
    #: What the record was like when nothing was due in it.
    _quiet: int | None = field(default=None, init=False)
    #: When something is due, as far as that was known then.
    _next: datetime | None = field(default=None, init=False)

    def work(self) -> float | None:
        """See to what is due; return the seconds until something is again, None for never."""
        marker = self.store.change_marker()
        if marker == self._quiet and (wait := self._wait()) != 0.0:
            return wait
        due = self.store.reply_files.due(self.config.daemon.name)
        for file in due:
            if self.stopping():
                return None
            self._see_to(file)
        if due:
            self.ring_daemon()
            self.wake()
            return 0.0
        # Looked for after the marker was read: what came in between is seen the next time.
        self._next = self.store.reply_files.next_try(self.config.daemon.name)
        self._quiet = marker
        return self._wait()

    def _wait(self) -> float | None:
        if self._next is None:
            return None
        return max(0.0, (self._next - self.clock.now()).total_seconds())

    def _see_to(self, file: ReplyFile) -> None:
        if file.state is FileState.DROPPED:
            self._path(file).unlink(missing_ok=True)
            self.store.reply_files.forget(file.id)
            return
        try:
            self._fetch(file)
        except Never as reason:
            self._refuse(file, str(reason))
        except NotNow as trouble:
            self._again(file, trouble)
        except OSError as error:
            self._again(file, NotNow(f"It cannot be kept ({error.strerror or 'no reason given'})."))
        except BadConfig as error:
            self._again(file, NotNow("It cannot be kept in the state folder."))
            log.warning("%s", error, extra={"action": "file_not_kept"})

    def _fetch(self, file: ReplyFile) -> None:
        data = self.door.fetch(file.source)
        kind = kind_of(file.name, data)
        if kind not in self.config.file_kinds:
            raise Never(PROGRAM if kind is FileKind.PROGRAM else _unwanted(kind, self.config))
        path = self._path(file)
        for folder in (path.parent.parent, path.parent):
            private_folder(folder)
        write_private(path, data)
        if not self.store.reply_files.keep(file.id, len(data)):
            # Its reply was taken back meanwhile.
            path.unlink(missing_ok=True)
        self.desk.tell(file.answer)

    def _refuse(self, file: ReplyFile, reason: str) -> None:
        log.info("A file was not taken: %s", reason, extra={"action": "file_refused"})
        self.store.reply_files.refuse(file.id, reason)
        self.desk.tell(file.answer)

    def _again(self, file: ReplyFile, trouble: NotNow) -> None:
        if file.tries + 1 >= MOST_TRIES:
            self._refuse(file, f"It could not be fetched. {trouble}")
            return
        pause = min(_FIRST_PAUSE * 2**file.tries, _LONGEST_PAUSE)
        pause = max(pause, timedelta(seconds=min(trouble.seconds, 3600)))
        self.store.reply_files.later(file.id, self.clock.now() + pause, str(trouble))

    def _path(self, file: ReplyFile) -> Path:
        return kept_folder(self.config.daemon.state, file.task or 0) / file.name


def _unwanted(kind: FileKind, config: BotConfig) -> str:
    wanted = ", ".join(sorted(config.file_kinds))
    return f"Its kind is {kind.value}; taken are {wanted} (`file_kinds` in `[slack]`)."
