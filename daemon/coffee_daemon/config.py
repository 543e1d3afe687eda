"""Settings of the daemon's side, read once at the door."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from coffee_daemon.errors import BadConfig
from coffee_daemon.system import read_small, write_private

if TYPE_CHECKING:
    from collections.abc import Mapping

Choice = TypeVar("Choice", bound=StrEnum)

DEFAULT_NAME = "code_developer"


class Isolation(StrEnum):
    """Where a task works."""

    WORKTREE = "worktree"  # its own git worktree and branch
    NONE = "none"  # the project's folder itself


class Integrate(StrEnum):
    """What becomes of a finished task's branch."""

    FF = "ff"
    MERGE = "merge"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class WorkingHours:
    """The hours of a day in which new turns begin, in the host's local time."""

    start: time
    end: time

    def contains(self, moment: time) -> bool:
        """Whether `moment` lies within; hours may span midnight."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds that keep a night from running away."""

    #: Turns one task may take.
    turns: int = 10
    #: Failed attempts after which a task has failed.
    attempts: int = 2
    #: Lost turns in a row after which a task has failed.
    lost_turns: int = 3
    #: Wall time of one turn.
    turn_time: timedelta = timedelta(hours=4)
    #: Bytes of output kept of one turn.
    turn_output_bytes: int = 10_000_000
    #: Turns a daemon may begin in a day.
    turns_per_day: int = 500


@dataclass(frozen=True, kw_only=True)
class AgentSettings:
    """Which program does the coding."""

    kind: str = "command"
    #: The argv; empty means that no agent is set yet.
    command: tuple[str, ...] = ()
    #: The argv that goes on with a session, holding `{session}`; optional.
    resume: tuple[str, ...] = ()
    #: Names of further environment variables that the agent may see.
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything the ground floor needs to know."""

    home: Path
    name: str = DEFAULT_NAME
    #: May hold a password, so it stays out of the repr.
    database_url: str | None = field(default=None, repr=False)
    #: How long what has ended stays in the record.
    keep: timedelta = timedelta(days=90)
    #: The project's main folder.
    project: Path = field(default_factory=Path.cwd)
    #: The roadmap's file; None looks in the usual two places.
    roadmap: Path | None = None
    isolation: Isolation = Isolation.WORKTREE
    integrate: Integrate = Integrate.FF
    working_hours: WorkingHours | None = None
    limits: Limits = field(default_factory=Limits)
    agent: AgentSettings = field(default_factory=AgentSettings)
    heartbeat: timedelta = timedelta(seconds=5)
    poll: timedelta = timedelta(seconds=15)

    @property
    def state(self) -> Path:
        """This daemon's own folder; the default daemon keeps the specification's paths."""
        if self.name == DEFAULT_NAME:
            return self.home
        return self.home / "daemons" / self.name

    @property
    def database(self) -> str:
        """The database's URL; the SQLite file of the home folder unless set."""
        return self.database_url or f"sqlite:///{self.home / 'notifications.db'}"

    def roadmap_file(self) -> Path | None:
        """The roadmap: the set one, else the first of the usual places that exists."""
        if self.roadmap is not None:
            return self.project / self.roadmap
        places = (self.project / "ROADMAP.md", self.project / "docs" / "roadmap" / "ROADMAP.md")
        return next((place for place in places if place.is_file()), None)


def load_config(environment: Mapping[str, str], *, here: bool = False, **flags: Any) -> Config:
    """Read the settings: the file in the state folder, environment over file, flags over both.

    Args:
        environment: Usually `os.environ`.
        here: Where no project is set, take the current folder, whatever this daemon worked on
            before; for a person who starts it.
        flags: Fields of `Config` by name; None means not given.

    Raises:
        BadConfig: Names the setting, what is wrong with it and the file it stands in.
    """
    home = _home(environment, flags.pop("home", None))
    table = read_settings(home)
    config = _from_table(table, home)
    url, name = environment.get("COFFEE_DATABASE_URL"), environment.get("COFFEE_DAEMON")
    config = replace(config, database_url=url or config.database_url, name=name or config.name)
    given = {key: value for key, value in flags.items() if value is not None}
    config = _checked(replace(config, **given))
    if "project" in given:
        return config
    named = environment.get("COFFEE_WORKDIR")
    return replace(config, project=_project(config, table, named, here=here))


def remember_project(config: Config) -> None:
    """Keep the project for whoever starts this daemon next from anywhere else, such as the bot.

    Raises:
        OSError: It cannot be written.
    """
    write_private(config.state / "project", f"{config.project}\n")


def read_settings(home: Path) -> dict[str, Any]:
    """Return the tables of `config.toml` in `home`; empty when there is no such file.

    Raises:
        BadConfig: The file cannot be read or is not TOML.
    """
    path = home / "config.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{path} cannot be read: {error}.", hint="Mend it and try again.") from None


def _home(environment: Mapping[str, str], flag: Path | None) -> Path:
    if flag is not None:
        return flag.expanduser().absolute()
    if named := environment.get("COFFEE_HOME"):
        return Path(named).expanduser().absolute()
    return Path.home() / ".coffee_maker"


def _project(config: Config, table: Mapping[str, Any], named: str | None, *, here: bool) -> Path:
    if named:
        return Path(named).expanduser().absolute()
    settings = _Settings(table, config.home / "config.toml")
    before = None if here else _remembered(config)
    return settings.folder("daemon", "workdir") or before or Path.cwd()


def _remembered(config: Config) -> Path | None:
    try:
        told = (read_small(config.state / "project") or b"").decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return Path(told) if told else None


def _checked(config: Config) -> Config:
    if not config.name.replace("-", "_").isidentifier():
        raise BadConfig(
            f"A daemon cannot be called {config.name!r}.",
            hint="Use letters, digits, - and _ only, beginning with a letter.",
        )
    return config


def _from_table(table: Mapping[str, Any], home: Path) -> Config:
    settings = _Settings(table, home / "config.toml")
    return Config(
        home=home,
        name=settings.text("daemon", "name") or DEFAULT_NAME,
        database_url=settings.text("database", "url"),
        keep=timedelta(days=settings.whole("database", "keep_days", 90)),
        roadmap=settings.folder("daemon", "roadmap"),
        isolation=settings.choice("daemon", "isolation", Isolation.WORKTREE),
        integrate=settings.choice("daemon", "integrate", Integrate.FF),
        working_hours=settings.hours("daemon", "working_hours"),
        limits=_limits(settings),
        agent=AgentSettings(
            kind=settings.text("agent", "kind") or "command",
            command=settings.argv("agent", "command"),
            resume=settings.argv("agent", "resume"),
            environment=settings.argv("agent", "environment"),
        ),
    )


def _limits(settings: _Settings) -> Limits:
    usual = Limits()
    minutes = settings.whole("limits", "turn_minutes", int(usual.turn_time.total_seconds() // 60))
    return Limits(
        turns=settings.whole("limits", "turns", usual.turns),
        attempts=settings.whole("limits", "attempts", usual.attempts),
        lost_turns=settings.whole("limits", "lost_turns", usual.lost_turns),
        turn_time=timedelta(minutes=minutes),
        turn_output_bytes=settings.whole("limits", "turn_output_bytes", usual.turn_output_bytes),
        turns_per_day=settings.whole("limits", "turns_per_day", usual.turns_per_day),
    )


@dataclass(frozen=True)
class _Settings:
    """Typed reading of the file's tables, with the file named in every complaint."""

    table: Mapping[str, Any]
    path: Path

    def text(self, section: str, key: str) -> str | None:
        value = self._get(section, key)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(section, key, "a text in quotes")

    def folder(self, section: str, key: str) -> Path | None:
        value = self.text(section, key)
        return Path(value).expanduser() if value else None

    def whole(self, section: str, key: str, usual: int) -> int:
        value = self._get(section, key)
        if value is None:
            return usual
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        raise self._wrong(section, key, "a whole number above 0")

    def argv(self, section: str, key: str) -> tuple[str, ...]:
        value = self._get(section, key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise self._wrong(section, key, 'a list of texts, such as ["program", "argument"]')

    def choice(self, section: str, key: str, usual: Choice) -> Choice:
        value = self._get(section, key)
        if value is None:
            return usual
        kind = type(usual)
        if value in list(kind):
            return kind(value)
        raise self._wrong(section, key, "one of " + ", ".join(f'"{one}"' for one in kind))

    def hours(self, section: str, key: str) -> WorkingHours | None:
        value = self.text(section, key)
        if value is None:
            return None
        try:
            start, end = (time.fromisoformat(part.strip()) for part in value.split("-"))
        except ValueError:
            raise self._wrong(section, key, 'hours such as "09:00-18:00"') from None
        return WorkingHours(start=start, end=end)

    def _get(self, section: str, key: str) -> Any:
        inner = self.table.get(section, {})
        if not isinstance(inner, dict):
            raise BadConfig(f"[{section}] in {self.path} must be a table.")
        return inner.get(key)

    def _wrong(self, section: str, key: str, wanted: str) -> BadConfig:
        return BadConfig(f"[{section}] {key} in {self.path} must be {wanted}.")
