"""Who may do what, on a terminal: read from the settings alone, without asking Slack."""

from __future__ import annotations

import os

import click

from coffee_bot.config import ENVIRONMENT, load_roles
from coffee_bot.intent import VERBS, Role
from coffee_daemon.cli import screen

_ROLES = {Role.ADMIN: "admins", Role.OPERATOR: "operators", Role.ANSWERER: "members"}


@click.command("roles")
@click.option("--json", "as_json", is_flag=True, help="Print the lists as JSON.")
def roles_command(*, as_json: bool) -> None:
    """Tell who may do what in Slack, by the settings. They are changed there and nowhere else."""
    lists = load_roles(os.environ)
    if as_json:
        screen.show_json(
            [
                {
                    "role": role.name.lower(),
                    "setting": ENVIRONMENT[name],
                    "ids": list(lists[name]),
                    "commands": _commands(role),
                }
                for role, name in _ROLES.items()
            ]
        )
        return
    rows = [
        (role.name.lower(), ENVIRONMENT[name], "\n".join(lists[name]) or "nobody", _may(role))
        for role, name in _ROLES.items()
    ]
    everybody = ("viewer", "", "all others of the workspace", _may(Role.VIEWER))
    screen.table(("Role", "Setting", "Who", "May"), [*rows, everybody])


def _commands(role: Role) -> list[str]:
    return [verb.name for verb in VERBS.values() if verb.role is role]


def _may(role: Role) -> str:
    below = "" if role is Role.VIEWER else ", and all below"
    return ", ".join(_commands(role)) + below
