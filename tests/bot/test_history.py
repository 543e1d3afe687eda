"""`history`: drawn outside the bot's process, posted once, or told in text."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from store_scene import Scene
from waiting import eventually

from coffee_bot.channel import Channel
from coffee_bot.history import Album, Painter, Picture, Posted, Poster
from coffee_bot.intent import Intent, parse_command
from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings
from coffee_bot.sandbox.settings import ALL_SCOPES
from coffee_daemon import BadInput, DaemonState, Person, Store, Via

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.intent import Reply
    from coffee_bot.sandbox import Workspace
    from coffee_daemon import ManualClock

ADA = Person(id="U0ADA00001", name="Ada")
PICTURE = Picture(data=b"\x89PNG", title="The last 7 days", alt="Bands", comment="By Ada")
needs_matplotlib = pytest.mark.skipif(
    find_spec("matplotlib") is None, reason="the extra history is not installed"
)


@pytest.fixture
def album(config: BotConfig, store: Store, client: WebClient, clock: ManualClock) -> Album:
    config = replace(config, environment=dict(os.environ))
    store.transitions.observe(config.daemon.name, DaemonState.WORKING, "")
    clock.advance(hours=3)
    return Album(
        config=config,
        store=store,
        painter=Painter(config),
        poster=Poster(client),
        channel=Channel(store, config.channel),
    )


def ask(album: Album, days: int | None = None) -> Reply:
    return album.verbs["history"](Intent(verb="history", number=days), ADA, Via.SLACK, "ask:1")


def without_the_extra(album: Album) -> Album:
    return replace(album, painter=replace(album.painter, can_paint=lambda: False))


@needs_matplotlib
def test_a_picture_is_drawn_and_posted_with_words_for_screen_readers(
    album: Album, workspace: Workspace
) -> None:
    reply = ask(album, 14)

    (message,) = workspace.messages("dev")
    (file,) = message.files
    assert "in the channel" in reply.message.text
    assert "*The last 14 days*, asked for by Ada" in message.text
    assert file["mimetype"] == "image/png"
    assert file["size"] > 10_000
    assert "a row for each day" in file["alt_txt"]


@needs_matplotlib
def test_a_month_with_many_answers_still_fits_through_the_pipe(
    album: Album, clock: ManualClock
) -> None:
    scene = Scene(album.store, clock)
    for _ in range(80):
        question = album.store.questions.ask(daemon=album.config.daemon.name, text="Which?")
        scene.reply(question)

    assert "in the channel" in ask(album, 31).message.text


def test_without_the_extra_it_is_told_in_text_with_what_to_install(
    album: Album, workspace: Workspace
) -> None:
    said = str(ask(without_the_extra(album)).message.blocks)

    assert "coffee-developer[history]" in said
    assert "w working" in said
    assert workspace.messages("dev") == ()


def test_a_drawing_that_fails_is_told_in_text(album: Album) -> None:
    broken = replace(album.painter, config=replace(album.config, environment={"PYTHONHOME": "/"}))
    album = replace(album, painter=replace(broken, can_paint=lambda: True))

    assert "could not be drawn" in str(ask(album).message.blocks)


def test_more_days_than_there_is_room_for_are_refused(album: Album) -> None:
    with pytest.raises(BadInput, match="31 days are the most"):
        ask(album, 32)


@pytest.mark.parametrize("typed", ["history 14d", "history 14", "history 14 days", "history"])
def test_days_may_be_typed_in_any_way(typed: str) -> None:
    said = parse_command(typed)

    assert isinstance(said, Intent)
    assert said.number == (None if typed == "history" else 14)


def test_anything_else_is_answered_with_its_usage() -> None:
    assert not isinstance(parse_command("history of the world"), Intent)


def test_a_refusal_of_slack_is_told(sandbox: Sandbox, client: WebClient) -> None:
    random = sandbox.workspace.channel("random").id

    assert Poster(client).post(PICTURE, random) == (Posted.REFUSED, "not_in_channel")


def test_without_the_scope_it_is_told(config: BotConfig, client: WebClient) -> None:
    from slack_sdk import WebClient as Client  # noqa: PLC0415 - the fixture's has all scopes

    with Sandbox(Settings(limits=None, scopes=ALL_SCOPES - {"files:write"})) as scopeless:
        channel = scopeless.workspace.channel("dev").id
        mine = Client(token=scopeless.bot_token, base_url=scopeless.api_url, retry_handlers=[])

        assert Poster(mine).post(PICTURE, channel) == (Posted.REFUSED, "missing_scope")


@pytest.mark.parametrize("effect", [Effect.LOSE_REPLY, Effect.SERVER_ERROR, Effect.INTERNAL_ERROR])
def test_a_picture_whose_answer_is_lost_is_looked_up_and_not_posted_again(
    sandbox: Sandbox, client: WebClient, dev: str, effect: Effect
) -> None:
    method = "files.completeUploadExternal"
    sandbox.faults.add(Fault(moment=Moment.STORED, effect=effect, of=method))

    assert Poster(client).post(PICTURE, dev) == (Posted.SHOWN, "")
    assert len(sandbox.workspace.messages("dev")) == 1


def test_one_that_comes_later_is_not_called_lost(
    sandbox: Sandbox, client: WebClient, dev: str
) -> None:
    method = "files.completeUploadExternal"
    sandbox.faults.add(Fault(moment=Moment.BEFORE, effect=Effect.LAND_LATE, of=method, seconds=0.2))

    assert Poster(client).post(PICTURE, dev) == (Posted.UNCLEAR, "")
    eventually(lambda: len(sandbox.workspace.messages("dev")) == 1, what="it has landed")


def test_bytes_that_do_not_arrive_are_no_picture(
    sandbox: Sandbox, client: WebClient, dev: str
) -> None:
    sandbox.faults.add(Fault(moment=Moment.BEFORE, effect=Effect.LOSE_REPLY, of="files.upload"))

    posted, _why = Poster(client).post(PICTURE, dev)

    assert posted is Posted.REFUSED
    assert sandbox.workspace.messages("dev") == ()


@pytest.fixture
def dev(workspace: Workspace) -> str:
    return workspace.channel("dev").id
