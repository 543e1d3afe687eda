"""Settings for agents that people run: a few lines each over the kinds of agents there are."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coffee_daemon.agents.filling import GIT_FOLDERS
from coffee_daemon.errors import BadConfig

if TYPE_CHECKING:
    from coffee_daemon.config import AgentSettings


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What `[agent] preset` stands for; each field gives way to the user's own setting."""

    kind: str
    command: tuple[str, ...]
    resume: tuple[str, ...] = ()
    #: Finds the conversation's name in the output.
    session_pattern: str = ""
    #: Finds a usage limit in the last lines of a failed run.
    limit_pattern: str = ""
    #: The mode that it works in.
    mode: str | None = None
    #: Names of the variables that it reads its keys and folders from.
    environment: tuple[str, ...] = ()
    #: The version it was tried with; None: written from its documentation alone.
    tried_with: str | None = None


#: Codex starts MCP servers with an environment of its own making.
_CODEX_PASSES = (
    "COFFEE_HOME",
    "COFFEE_DAEMON",
    "COFFEE_TASK_ID",
    "COFFEE_TURN",
    "COFFEE_DATABASE_URL",
)
_CODEX_ASKS = (
    "--config",
    'mcp_servers.coffee.command="coffee"',
    "--config",
    'mcp_servers.coffee.args=["mcp"]',
    "--config",
    # Else its first words to the model may come before our tools are there.
    "mcp_servers.coffee.required=true",
    "--config",
    f"mcp_servers.coffee.env_vars={json.dumps(_CODEX_PASSES)}",
)
#: It may write in the task's folder and commit there without asking, and nothing else.
_CODEX_WRITES = (
    "--config",
    'sandbox_mode="workspace-write"',
    "--config",
    f"sandbox_workspace_write.writable_roots=[{GIT_FOLDERS}]",
)
#: Where programs that heed them keep their settings and logins.
_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME")
_CODEX_GIVES_UP = r"^ERROR: .*(?i:usage limit|rate limit|quota exceeded|out of credits|\b429\b)"
_CODEX_VARIABLES = ("OPENAI_API_KEY", "CODEX_API_KEY", "CODEX_HOME")

#: Logins, where to find the model, and what the user has switched off.
_CLAUDE_VARIABLES = (
    *("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"),
    *("ANTHROPIC_BASE_URL", "ANTHROPIC_MODEL", "CLAUDE_CONFIG_DIR"),
    *("CLAUDE_CODE_USE_BEDROCK", "AWS_REGION", "AWS_PROFILE"),
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("CLAUDE_CODE_USE_VERTEX", "CLOUD_ML_REGION"),
    *("ANTHROPIC_VERTEX_PROJECT_ID", "GOOGLE_APPLICATION_CREDENTIALS"),
    *("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING"),
)

#: How to reach any model from behind a company's door; their names in small letters count too.
ROUTES = (
    *("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"),
)

PRESETS = {
    "claude": Preset(
        kind="claude",
        command=("claude",),
        environment=_CLAUDE_VARIABLES,
        tried_with="2.1.330",
    ),
    "codex": Preset(
        kind="acp",
        command=("codex-acp", *_CODEX_WRITES, "--config", 'approval_policy="on-request"'),
        environment=_CODEX_VARIABLES,
        tried_with="0.16.0",
    ),
    "codex-exec": Preset(
        kind="command",
        command=("codex", "exec", *_CODEX_WRITES, *_CODEX_ASKS),
        resume=("codex", "exec", "resume", *_CODEX_WRITES, *_CODEX_ASKS, "{session}", "-"),
        session_pattern=r"^session id: ([0-9a-f-]+)$",
        limit_pattern=_CODEX_GIVES_UP,
        environment=_CODEX_VARIABLES,
        tried_with="0.169.0",
    ),
    "gemini": Preset(
        kind="acp",
        # Each task has a new folder, and MCP servers are off in a folder that is not trusted.
        command=("gemini", "--acp", "--skip-trust"),
        # Else it asks for each change of a file. As an argument it could not be given twice.
        mode="autoEdit",
        environment=(
            "GEMINI_API_KEY",
            "GOOGLE_API_KEY",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "GOOGLE_CLOUD_LOCATION",
            "GOOGLE_CLOUD_PROJECT",
            "GOOGLE_GEMINI_BASE_URL",
            "GOOGLE_GENAI_USE_VERTEXAI",
        ),
        tried_with="0.61.0",
    ),
    "goose": Preset(
        kind="acp",
        command=("goose", "acp"),
        environment=(
            "ANTHROPIC_API_KEY",
            "GOOGLE_API_KEY",
            "GOOSE_DISABLE_KEYRING",
            "GOOSE_MODE",
            "GOOSE_MODEL",
            "GOOSE_PROVIDER",
            "OPENAI_API_KEY",
            *_FOLDERS,
        ),
    ),
    "opencode": Preset(
        kind="acp",
        command=("opencode", "acp"),
        environment=(
            "ANTHROPIC_API_KEY",
            "OPENAI_API_KEY",
            "OPENCODE_API_KEY",
            "OPENCODE_CONFIG",
            *_FOLDERS,
        ),
        tried_with="1.18.33",
    ),
}


def settled(settings: AgentSettings) -> AgentSettings:
    """Return the settings with the preset's where the user set none, and the kind settled.

    The arguments are appended to the commands, so nobody else has to know of them; the names of
    variables are those of both.

    Raises:
        BadConfig: There is no such preset.
    """
    # A kind that is one program needs no command of the user's.
    name = settings.preset or (settings.kind if settings.kind in PRESETS else None)
    given = settings if name is None else _filled(settings, _preset(name))
    return replace(
        given,
        kind=given.kind or "command",
        command=given.command and given.command + given.arguments,
        resume=given.resume and given.resume + given.arguments,
        arguments=(),
    )


def _filled(settings: AgentSettings, preset: Preset) -> AgentSettings:
    return replace(
        settings,
        kind=settings.kind or preset.kind,
        command=settings.command or preset.command,
        # Another program's, or the same one's with other rights, may have no use for these.
        resume=settings.resume or (() if settings.command else preset.resume),
        mode=settings.mode or (None if settings.command else preset.mode),
        session_pattern=settings.session_pattern or preset.session_pattern,
        limit_pattern=settings.limit_pattern or preset.limit_pattern,
        environment=tuple(dict.fromkeys(preset.environment + ROUTES + settings.environment)),
    )


def _preset(name: str) -> Preset:
    try:
        return PRESETS[name]
    except KeyError:
        names = ", ".join(f'"{one}"' for one in sorted(PRESETS))
        raise BadConfig(
            f'[agent] preset is "{name}", which is not known.',
            hint=f"Set it to one of {names}, or leave it out and set [agent] command.",
        ) from None
