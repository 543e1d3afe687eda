from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_sdk import WebClient

from coffee_bot import blocks
from coffee_bot.config import BotConfig
from coffee_bot.intent import VERBS
from coffee_bot.sandbox import Settings

HOUSE = Path(__file__).parents[2]
#: Slack's own schema of app manifests.
SCHEMA = Path(__file__).with_name("slack-manifest-schema.json")
BOT = HOUSE / "bot" / "coffee_bot"

#: What a method needs, from the methods' pages in Slack's documentation.
SCOPES = {
    "auth_test": set[str](),
    "api_test": set[str](),
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set[str](),
    "chat_scheduleMessage": {"chat:write"},
    "chat_deleteScheduledMessage": {"chat:write"},
    "chat_scheduledMessages_list": set[str](),
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_join": {"channels:join"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},
    "pins_add": {"pins:write"},
    "pins_remove": {"pins:write"},
    "reactions_add": {"reactions:write"},
    "reactions_remove": {"reactions:write"},
    "views_open": set[str](),
    "views_publish": set[str](),
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "apps_connections_open": set[str](),
}
#: What an event needs, from the events' pages in Slack's documentation.
EVENT_SCOPES = {
    "app_home_opened": set[str](),
    "app_mention": {"app_mentions:read"},
    "channel_archive": {"channels:read"},
    "channel_id_changed": {"groups:read"},
    "channel_rename": {"channels:read"},
    "channel_unarchive": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "subteam_members_changed": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
}
#: How our code calls Slack: `client.chat_postMessage(`.
METHOD = re.compile(r"client\.((?!api_call)[a-z]+_[a-zA-Z_]+)\(")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HOUSE / "manifest.yml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def source() -> str:
    """The bot's own code; the sandbox plays Slack and calls nothing."""
    files = [path for path in BOT.rglob("*.py") if "sandbox" not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def scopes_of(manifest: dict[str, Any]) -> set[str]:
    return set(manifest["oauth_config"]["scopes"]["bot"])


def events_of(manifest: dict[str, Any]) -> list[str]:
    found: list[str] = manifest["settings"]["event_subscriptions"]["bot_events"]
    return found


def test_slacks_schema_accepts_it(manifest: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    jsonschema.validate(manifest, schema)


def test_slacks_schema_would_refuse_a_mistake(manifest: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**manifest, "sockets": True}, schema)


def test_its_command_is_the_usual_one_and_hints_at_every_verb(manifest: dict[str, Any]) -> None:
    (command,) = manifest["features"]["slash_commands"]
    (usual,) = (
        one.default for one in BotConfig.__dataclass_fields__.values() if one.name == "command"
    )

    assert usual == command["command"]
    assert " | ".join(verb.usage for verb in VERBS.values()) == command["usage_hint"]
    assert command["should_escape"] is True


def test_its_shortcut_is_the_one_that_the_bot_takes_and_the_sandbox_offers(
    manifest: dict[str, Any],
) -> None:
    (shortcut,) = manifest["features"]["shortcuts"]
    (offered,) = Settings().shortcuts

    assert shortcut["type"] == "message"
    assert shortcut["callback_id"] == blocks.SEND
    assert (shortcut["callback_id"], shortcut["name"]) == (offered.callback_id, offered.name)


def test_buttons_and_direct_messages_work_over_the_socket(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert manifest["features"]["bot_user"]["always_online"] is True


def test_every_list_is_sorted_and_holds_nothing_twice(manifest: dict[str, Any]) -> None:
    listed = manifest["oauth_config"]["scopes"]["bot"]

    assert sorted(set(listed)) == listed
    assert sorted(set(events_of(manifest))) == events_of(manifest)


def test_its_scopes_are_those_that_its_events_and_our_calls_need(
    manifest: dict[str, Any], source: str
) -> None:
    # The Socket Mode client has methods too; only those of the Web API need scopes.
    called = {name for name in METHOD.findall(source) if hasattr(WebClient, name)}
    assert called <= set(SCOPES), "say in SCOPES what the new call needs"
    needed = set[str]().union(
        {"commands"},
        *(SCOPES[method] for method in called),
        *(EVENT_SCOPES[event] for event in events_of(manifest)),
    )

    assert needed == scopes_of(manifest)


def test_every_event_that_it_subscribes_to_is_heard(manifest: dict[str, Any], source: str) -> None:
    heard = {event for event in events_of(manifest) if f'"{event.split(".")[0]}"' in source}

    assert set(events_of(manifest)) == heard
