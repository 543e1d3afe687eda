"""Whom Slack's payloads are for."""

from __future__ import annotations

from typing import Any

import pytest

from coffee_bot.app.address import Address
from coffee_bot.intake import Me

OURS, OTHER = "T0COFFEE01", "T0OTHER001"
APP = "A0COFFEE01"
HOME = Address.of(Me(team=OURS, user="U0COFFEE01"), f"xapp-1-{APP}-123-abc")


@pytest.mark.parametrize(
    "named",
    [
        {"team_id": OURS},
        {"team": {"id": OURS, "domain": "coffee"}},
        {"team_id": OTHER, "context_team_id": OURS},
        {"team_id": OTHER, "authorizations": [{"team_id": OTHER}, {"team_id": OURS}]},
    ],
    ids=["event or command", "press", "shared channel", "one of two installations"],
)
def test_what_names_our_workspace_and_app_is_for_us(named: dict[str, Any]) -> None:
    assert HOME.wrong({"api_app_id": APP, **named}) == ""


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"team_id": OTHER},
        {"team_id": None, "team": None, "authorizations": None},
        {"team_id": [OURS], "team": OURS, "authorizations": [OURS, 3]},
        {"team": {"id": OTHER}, "user": {"team_id": OURS}},
        {"event": {"team": OURS}},
    ],
    ids=["nothing", "another", "null", "wrong types", "only its user", "only its message"],
)
def test_what_does_not_name_our_workspace_is_for_another(named: dict[str, Any]) -> None:
    assert HOME.wrong({"api_app_id": APP, **named}) == "another workspace"


@pytest.mark.parametrize("app", ["A0OTHER001", "", None])
def test_what_does_not_name_our_app_is_for_another(app: str | None) -> None:
    assert HOME.wrong({"api_app_id": app, "team_id": OURS}) == "another app"


def test_where_the_token_names_no_app_the_workspace_decides() -> None:
    home = Address.of(Me(team=OURS, user="U0COFFEE01"), "xapp-of-a-shape-to-come")

    assert home.wrong({"api_app_id": "A0OTHER001", "team_id": OURS}) == ""
    assert home.wrong({"team_id": OTHER}) == "another workspace"
