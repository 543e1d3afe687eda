"""Is it ours? What the files say, held against what the process table says."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from coffee_daemon.process.files import StateFiles, read_pid
from coffee_daemon.status import Damage, Life, Proof, StatusRecord, plain, read_record
from coffee_daemon.system import (
    START_TOLERANCE,
    Identity,
    boot_id,
    environment_of,
    lock_holders,
    process_facts,
    read_small,
)

if TYPE_CHECKING:
    from datetime import datetime

    from coffee_daemon.config import Config

#: In the daemon's environment: what its starter will know it by.
NONCE = "COFFEE_START_NONCE"

#: A bot writes its file four times a minute.
BOT_SILENT = timedelta(seconds=90)
#: A daemon has its lock for so long at most before its record is there to be read.
_MOVING_IN_SECONDS = 1.0
_LOOK_SECONDS = 0.01
_ABSENT = frozenset({Proof.GONE, Proof.OTHER})
_LINKS = frozenset({"connected", "reconnecting", "deaf"})
_MOST_NOTES, _NOTE_LENGTH = 5, 300


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Our daemon's process, and its own last word."""

    life: Life
    record: StatusRecord | None

    @property
    def ours(self) -> StatusRecord | None:
        """The record of a daemon that is alive and proved to be ours."""
        return self.record if self.life.proof is Proof.OURS else None


def find(config: Config) -> Finding:
    """Look for the configured daemon; never raises, takes no lock, disturbs nothing."""
    deadline = time.monotonic() + _MOVING_IN_SECONDS
    found = _look(config)
    while (holder := _unaccounted(config, found)) is not None:
        if time.monotonic() >= deadline:
            return Finding(life=_recordless(holder), record=found.record)
        time.sleep(_LOOK_SECONDS)
        found = _look(config)
    return found


def _look(config: Config) -> Finding:
    files = StateFiles.of(config)
    told, pid = read_record(files.status), read_pid(files.pid)
    if told is Damage.UNREADABLE:
        why = f"{files.status} cannot be read: a link, a folder, or another user's"
        return Finding(life=Life(proof=Proof.UNCLEAR, pid=pid, why=why), record=None)
    if not isinstance(told, StatusRecord):
        return Finding(life=_guess(config, pid), record=None)
    life = _prove(told)
    if life.proof in _ABSENT and pid not in {None, told.pid}:
        # A newer daemon may have written its number and not yet its record.
        newer = _guess(config, pid)
        life = newer if newer.proof is Proof.UNCLEAR else life
    return Finding(life=life, record=told)


@dataclass(frozen=True, kw_only=True)
class BotCard:
    """What we need of the bot's status file."""

    pid: int
    process_start: float
    boot_id: str
    #: How its line to Slack is, and since when.
    link: str = ""
    link_since: datetime | None = None
    notes: tuple[str, ...] = ()
    last_updated: datetime | None = None

    def facts(self, now: datetime) -> dict[str, Any]:
        """What a daemon's status says of it."""
        written = self.last_updated
        if written is not None and now - written > BOT_SILENT:
            return {"bot_link": "silent", "bot_link_since": written}
        link = self.link if self.link in _LINKS else ""
        notes = tuple(one[:_NOTE_LENGTH] for one in self.notes[:_MOST_NOTES])
        return {"bot_link": link, "bot_link_since": self.link_since, "bot_notes": notes}


def bot_card(config: Config) -> BotCard | None:
    """What the bot of this home says of itself; None unless it proves to run."""
    try:
        raw = read_small(config.home / "bot_status.json")
        card = plain.load(BotCard, raw or b"")
    except (OSError, ValueError):
        return None
    own = Identity(pid=card.pid, start=card.process_start, boot_id=card.boot_id)
    return card if own.lives() else None


def _prove(record: StatusRecord) -> Life:
    """Hold a record against the process of its number."""
    pid, rebooted = record.pid, record.boot_id != boot_id()
    if record.ended:
        return Life(proof=Proof.GONE, pid=pid, why="it ended in order", rebooted=rebooted)
    if rebooted:
        why = "the host has been restarted since"
        return Life(proof=Proof.GONE, pid=pid, why=why, rebooted=True)
    facts = process_facts(pid)
    if facts.alive is False:
        return Life(proof=Proof.GONE, pid=pid, why=f"process {pid} is gone")
    if facts.alive is None or facts.start is None:
        return Life(proof=Proof.UNCLEAR, pid=pid, why=f"process {pid} cannot be looked at")
    same = abs(facts.start - record.process_start) <= START_TOLERANCE
    if not same or _carries_another_nonce(record):
        why = f"its number {pid} belongs to another process now"
        return Life(proof=Proof.OTHER, pid=pid, why=why)
    return Life(proof=Proof.OURS, pid=pid, why=f"process {pid} is alive")


def _carries_another_nonce(record: StatusRecord) -> bool:
    if not record.spawned:
        return False
    environment = environment_of(record.pid)
    return environment is not None and environment.get(NONCE) != record.nonce


def _guess(config: Config, pid: int | None) -> Life:
    """Without a record nothing is ours for sure; but much is certainly not."""
    if pid is None:
        return Life(proof=Proof.GONE, pid=None, why="no process of it is known")
    facts = process_facts(pid)
    if facts.alive is False:
        return Life(proof=Proof.GONE, pid=pid, why=f"process {pid} is gone")
    if facts.alive and _is_foreign(facts.user):
        return Life(proof=Proof.OTHER, pid=pid, why=f"process {pid} is another user's")
    if facts.alive is None:
        return Life(proof=Proof.UNCLEAR, pid=pid, why=f"process {pid} cannot be looked at")
    # Whose environment is closed to its own user is no program like ours.
    if _is_daemons(environment_of(pid) or {}, config):
        return _recordless(pid)
    return Life(proof=Proof.OTHER, pid=pid, why=f"process {pid} is something else")


def _recordless(pid: int) -> Life:
    why = f"process {pid} looks like it, but its status record is missing"
    return Life(proof=Proof.UNCLEAR, pid=pid, why=why)


def _unaccounted(config: Config, found: Finding) -> int | None:
    """Who holds the daemon's lock and looks like it, although its files tell of none.

    A daemon that hangs can write neither its record nor its number again when they are lost.
    """
    if found.life.proof not in _ABSENT:
        return None
    # One that has said goodbye lets go of its lock in a moment.
    leaving = found.record.pid if found.record and found.record.ended else None
    holders = (pid for pid in lock_holders(StateFiles.of(config).lock) if pid != leaving)
    return next((pid for pid in holders if _is_daemons(environment_of(pid) or {}, config)), None)


def _is_foreign(user: int | None) -> bool:
    return sys.platform != "win32" and user is not None and user != os.geteuid()


def _is_daemons(environment: dict[str, str], config: Config) -> bool:
    return (
        NONCE in environment
        and "COFFEE_TURN" not in environment
        and environment.get("COFFEE_DAEMON") == config.name
        and os.path.realpath(environment.get("COFFEE_HOME", "")) == os.path.realpath(config.home)
    )
