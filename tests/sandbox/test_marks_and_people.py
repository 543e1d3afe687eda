"""reactions.*, pins.*, users.* and usergroups.*, through the official client."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from sandbox_kit import Hands
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Sandbox, Workspace


def test_a_reaction_counts_once(
    client: WebClient, workspace: Workspace, sandbox: Sandbox, dev: str
) -> None:
    ts = workspace.say("ada", "dev", "done")
    client.reactions_add(channel=dev, timestamp=ts, name="eyes")
    workspace.react("ada", "dev", ts, "eyes")

    (reaction,) = workspace.reactions("dev", ts)
    assert (reaction.name, reaction.users) == (
        "eyes",
        (sandbox.bot_user_id, workspace.user("ada").id),
    )
    with pytest.raises(SlackApiError, match="already_reacted"):
        client.reactions_add(channel=dev, timestamp=ts, name="eyes")


def test_a_reaction_is_taken_away_once(client: WebClient, workspace: Workspace, dev: str) -> None:
    ts = workspace.say("ada", "dev", "done")
    client.reactions_add(channel=dev, timestamp=ts, name="eyes")
    client.reactions_remove(channel=dev, timestamp=ts, name="eyes")

    assert workspace.reactions("dev", ts) == ()
    with pytest.raises(SlackApiError, match="no_reaction"):
        client.reactions_remove(channel=dev, timestamp=ts, name="eyes")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "no such!"}, "invalid_name"),
        ({"timestamp": "1.000001"}, "message_not_found"),
        ({"channel": "C0NOWHERE1"}, "channel_not_found"),
    ],
)
def test_a_reaction_slack_refuses_is_refused(
    client: WebClient, workspace: Workspace, dev: str, changes: dict[str, Any], error: str
) -> None:
    ts = workspace.say("ada", "dev", "done")
    with pytest.raises(SlackApiError, match=error):
        client.reactions_add(**{"channel": dev, "timestamp": ts, "name": "eyes", **changes})


def test_a_message_is_pinned_once(client: WebClient, workspace: Workspace, dev: str) -> None:
    ts = workspace.say("ada", "dev", "rules")
    client.pins_add(channel=dev, timestamp=ts)

    assert client.conversations_history(channel=dev)["pin_count"] == 1
    with pytest.raises(SlackApiError, match="already_pinned"):
        client.pins_add(channel=dev, timestamp=ts)


def test_users_show_what_they_are(client: WebClient, workspace: Workspace) -> None:
    def shown(name: str) -> dict[str, Any]:
        return dict(client.users_info(user=workspace.user(name).id)["user"])

    assert shown("ada")["is_admin"] is True
    assert shown("eve")["is_restricted"] is True
    assert shown("stranger")["is_stranger"] is True
    assert shown("stranger")["team_id"] != shown("ada")["team_id"]
    assert shown("gone")["deleted"] is True
    assert shown("robot")["is_bot"] is True
    assert shown("bob")["tz_offset"] == 3600
    with pytest.raises(SlackApiError, match="user_not_found"):
        client.users_info(user="U0NOBODY01")


def test_people_are_listed_without_strangers(client: WebClient) -> None:
    names = [one["name"] for one in client.users_list()["members"]]

    assert {"ada", "bob", "eve", "gone", "robot", "code_developer"} <= set(names)
    assert "stranger" not in names


def test_a_person_is_found_by_address(client: WebClient, workspace: Workspace) -> None:
    found = client.users_lookupByEmail(email="ada@coffee-house.example")["user"]

    assert found["id"] == workspace.user("ada").id
    with pytest.raises(SlackApiError, match="users_not_found"):
        client.users_lookupByEmail(email="nobody@coffee-house.example")


def test_a_group_that_is_not_there_has_no_people(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        client.usergroups_users_list(usergroup="S0NOWHERE1")


def test_a_group_names_its_people(client: WebClient, workspace: Workspace) -> None:
    (group,) = client.usergroups_list()["usergroups"]
    people = client.usergroups_users_list(usergroup=group["id"])["users"]

    assert group["handle"] == "baristas"
    assert people == [workspace.user("ada").id, workspace.user("bob").id]


def test_a_persons_zone_is_told_with_the_offset_of_the_season(
    client: WebClient, workspace: Workspace, clock: Hands
) -> None:
    def shown() -> dict[str, Any]:
        user = client.users_info(user=workspace.user("ada").id)["user"]
        return {key: user[key] for key in user if key.startswith("tz")}

    workspace.change_user("ada", tz="Europe/Berlin")
    clock.at = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
    assert shown() == {"tz": "Europe/Berlin", "tz_label": "CET", "tz_offset": 3600}
    clock.at = datetime(2026, 7, 1, tzinfo=UTC).timestamp()
    assert shown() == {"tz": "Europe/Berlin", "tz_label": "CEST", "tz_offset": 7200}
    # Slack does not say the name of every zone.
    workspace.change_user("ada", tz="", tz_offset=19_800)
    assert shown() == {"tz_offset": 19_800}
    with pytest.raises(ValueError, match="no time zone 'Mars/Olympus'"):
        workspace.change_user("ada", tz="Mars/Olympus")
