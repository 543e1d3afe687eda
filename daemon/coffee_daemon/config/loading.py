"""Settings of the daemon's side, read once at the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coffee_daemon.config.nouns import (
    DEFAULT_NAME,
    LONGEST_NAME,
    AgentSettings,
    Config,
    Integrate,
    Isolation,
    Limits,
)
from coffee_daemon.config.reading import Settings, read_settings
from coffee_daemon.errors import BadConfig
from coffee_daemon.system import read_small, write_private

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def _home(environment: Mapping[str, str], flag: Path | None) -> Path:
    if flag is not None:
        return flag.expanduser().absolute()
    if named := environment.get("COFFEE_HOME"):
        return Path(named).expanduser().absolute()
    return Path.home() / ".coffee_maker"


def _project(config: Config, table: Mapping[str, Any], named: str | None, *, here: bool) -> Path:
    if named:
        return Path(named).expanduser().absolute()
    settings = Settings(table, config.home / "config.toml")
    before = None if here else _remembered(config)
    return settings.folder("daemon", "workdir") or before or Path.cwd()


def _remembered(config: Config) -> Path | None:
    try:
        told = (read_small(config.state / "project") or b"").decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return Path(told) if told else None


def _checked(config: Config) -> Config:
    if len(config.name) > LONGEST_NAME or not config.name.replace("-", "_").isidentifier():
        raise BadConfig(
            f"A daemon cannot be called {config.name[:LONGEST_NAME]!r}.",
            hint=f"Use up to {LONGEST_NAME} letters, digits, - and _, beginning with a letter.",
        )
    return config


def _from_table(table: Mapping[str, Any], home: Path) -> Config:
    settings = Settings(table, home / "config.toml")
    # The project is read apart, and not at all where the environment names it.
    settings.folder("daemon", "workdir")
    config = Config(
        home=home,
        name=settings.text("daemon", "name") or DEFAULT_NAME,
        database_url=settings.text("database", "url"),
        keep=timedelta(days=settings.whole("database", "keep_days", 90)),
        roadmap=settings.folder("daemon", "roadmap"),
        isolation=settings.choice("daemon", "isolation", Isolation.WORKTREE),
        integrate=settings.choice("daemon", "integrate", Integrate.FF),
        working_hours=settings.hours("daemon", "working_hours"),
        on_event=settings.argv("daemon", "on_event"),
        limits=_limits(settings),
        agent=_agent(settings),
    )
    settings.refuse_unknown("slack")
    return config


def _agent(settings: Settings) -> AgentSettings:
    hold = int(AgentSettings().hold.total_seconds())
    return AgentSettings(
        kind=settings.text("agent", "kind") or "",
        preset=settings.text("agent", "preset"),
        command=settings.argv("agent", "command"),
        resume=settings.argv("agent", "resume"),
        session_pattern=settings.pattern("agent", "session_pattern", grouped=True),
        limit_pattern=settings.pattern("agent", "limit_pattern"),
        environment=settings.argv("agent", "environment"),
        arguments=settings.argv("agent", "arguments"),
        allowed_tools=settings.argv("agent", "allowed_tools"),
        mode=settings.text("agent", "mode"),
        hold=timedelta(seconds=settings.whole("agent", "hold_seconds", hold, least=0)),
    )


def _limits(settings: Settings) -> Limits:
    usual = Limits()
    minutes = settings.whole("limits", "turn_minutes", int(usual.turn_time.total_seconds() // 60))
    return Limits(
        turns=settings.whole("limits", "turns", usual.turns),
        attempts=settings.whole("limits", "attempts", usual.attempts),
        lost_turns=settings.whole("limits", "lost_turns", usual.lost_turns),
        open_questions=settings.whole("limits", "open_questions", usual.open_questions),
        turn_time=timedelta(minutes=minutes),
        turn_output_bytes=settings.whole("limits", "turn_output_bytes", usual.turn_output_bytes),
        turns_per_day=settings.whole("limits", "turns_per_day", usual.turns_per_day),
        dollars_per_day=settings.amount("limits", "dollars_per_day"),
        dollars_per_task=settings.amount("limits", "dollars_per_task"),
    )
