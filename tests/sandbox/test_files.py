"""Files as the official SDK uploads and finds them, and as people send them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sandbox_kit import ask
from slack_sdk.errors import SlackApiError
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings, Upload
from coffee_bot.sandbox.settings import ALL_SCOPES

if TYPE_CHECKING:
    from sandbox_kit import Ear
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Workspace

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def fetch(url: str, token: str | None) -> tuple[str, bytes]:
    """Fetch a file as an app does; return its type and bytes."""
    request = Request(url)  # noqa: S310 - the sandbox's own address
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        return answer.headers.get_content_type(), answer.read()


def refusal(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(caught.value.response["error"])


def test_an_upload_of_the_sdk_becomes_a_message_with_the_file(
    client: WebClient, workspace: Workspace, dev: str, sandbox: Sandbox
) -> None:
    answer = client.files_upload_v2(
        filename="week.png",
        content=PICTURE,
        title="The week",
        alt_txt="A band for each day",
        channel=dev,
        initial_comment="Here it is",
    )

    (message,) = workspace.messages("dev")
    (file,) = message.files
    assert message.text == "Here it is"
    assert message.bot_id == sandbox.bot_id
    assert file["id"] == answer["files"][0]["id"]
    assert (file["title"], file["mimetype"], file["size"]) == ("The week", "image/png", 264)
    assert file["alt_txt"] == "A band for each day"
    assert fetch(file["url_private_download"], sandbox.bot_token) == ("image/png", PICTURE)


def test_an_upload_may_go_into_a_thread(client: WebClient, workspace: Workspace, dev: str) -> None:
    parent = workspace.say("ada", "dev", "How was it?")

    client.files_upload_v2(filename="a.txt", content="words", channel=dev, thread_ts=parent)

    (reply,) = workspace.thread("dev", parent)[1:]
    assert [one["name"] for one in reply.files] == ["a.txt"]


def test_a_file_is_looked_up_with_where_it_was_shared(
    client: WebClient, workspace: Workspace, dev: str
) -> None:
    answer = client.files_upload_v2(filename="a.txt", content="words", channel=dev)
    (message,) = workspace.messages("dev")

    file = client.files_info(file=answer["files"][0]["id"])["file"]

    assert [share["ts"] for share in file["shares"]["public"][dev]] == [message.ts]


def test_a_file_without_a_channel_is_shared_nowhere(
    client: WebClient, workspace: Workspace
) -> None:
    answer = client.files_upload_v2(filename="a.txt", content="words")

    assert workspace.messages("dev") == ()
    assert client.files_info(file=answer["files"][0]["id"])["file"]["shares"] == {}


def test_nothing_is_completed_before_its_bytes_have_come(client: WebClient, dev: str) -> None:
    file = client.files_getUploadURLExternal(filename="a.txt", length=5)["file_id"]

    with pytest.raises(SlackApiError) as caught:
        client.files_completeUploadExternal(files=[{"id": file}], channel_id=dev)

    assert refusal(caught) == "file_not_found"


def test_nothing_is_shared_where_the_app_is_not(client: WebClient, workspace: Workspace) -> None:
    random = workspace.channel("random").id

    with pytest.raises(SlackApiError) as caught:
        client.files_upload_v2(filename="a.txt", content="words", channel=random)

    assert refusal(caught) == "not_in_channel"
    assert workspace.messages("random") == ()


def test_the_message_may_come_after_the_answer(dev: str) -> None:
    del dev
    with Sandbox(Settings(limits=None, share_lag=0.2)) as sandbox:
        from slack_sdk import WebClient as Client  # noqa: PLC0415 - the fixture's has no lag

        channel = sandbox.workspace.channel("dev").id
        client = Client(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        client.files_upload_v2(filename="a.txt", content="words", channel=channel)

        assert sandbox.workspace.messages("dev") == ()
        eventually(lambda: sandbox.workspace.messages("dev"), what="the share")


@pytest.mark.parametrize("token", [None, "xoxb-wrong"])
def test_without_the_token_there_is_a_page_to_sign_in_instead_of_the_file(
    workspace: Workspace, token: str | None
) -> None:
    ts = workspace.say("ada", "dev", "see", files=[Upload(name="plan.pdf", data=b"%PDF")])
    url = workspace.message("dev", ts).files[0]["url_private_download"]

    kind, data = fetch(url, token)

    assert kind == "text/html"
    assert b"Sign in" in data


def test_without_the_scope_there_is_a_page_to_sign_in_too() -> None:
    with Sandbox(Settings(scopes=ALL_SCOPES - {"files:read"})) as sandbox:
        workspace = sandbox.workspace
        ts = workspace.say("ada", "dev", "see", files=["plan.pdf"])
        url = workspace.message("dev", ts).files[0]["url_private_download"]

        assert fetch(url, sandbox.bot_token)[0] == "text/html"


def test_a_persons_file_comes_as_an_event_that_tells_where_it_is(
    ear: Ear, workspace: Workspace, sandbox: Sandbox
) -> None:
    workspace.say("ada", "dev", "", files=[Upload(name="café log.txt", data=b"words")])

    (event,) = eventually(ear.events)

    (file,) = event["files"]
    assert event["subtype"] == "file_share"
    assert (file["name"], file["mimetype"], file["size"]) == ("café log.txt", "text/plain", 5)
    assert fetch(file["url_private_download"], sandbox.bot_token)[1] == b"words"


@pytest.mark.parametrize(
    ("effect", "status"), [(Effect.SERVER_ERROR, 500), (Effect.RATE_LIMITED, 429)]
)
def test_a_download_can_fail_on_demand(
    sandbox: Sandbox, workspace: Workspace, effect: Effect, status: int
) -> None:
    ts = workspace.say("ada", "dev", "see", files=["a.txt"])
    url = workspace.message("dev", ts).files[0]["url_private_download"]
    sandbox.faults.add(Fault(moment=Moment.BEFORE, effect=effect, of="files.download"))

    with pytest.raises(HTTPError) as caught:
        fetch(url, sandbox.bot_token)
    caught.value.close()

    assert caught.value.code == status
    assert fetch(url, sandbox.bot_token) == ("text/plain", b"a.txt\n")


def test_an_upload_can_fail_on_demand(sandbox: Sandbox, client: WebClient, dev: str) -> None:
    sandbox.faults.add(Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of="files.upload"))

    with pytest.raises(HTTPError) as caught:
        client.files_upload_v2(filename="a.txt", content="words", channel=dev)
    caught.value.close()

    assert sandbox.workspace.messages("dev") == ()


def test_the_page_gives_and_gets_files_that_can_do_no_harm(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    url = f"{sandbox.url}sandbox/upload?user=ada&name=x.html"
    given: dict[str, Any] = ask(url, "<script>").json
    said = {"user": "ada", "channel": "dev", "text": "", "files": [given["id"]]}
    assert ask(f"{sandbox.url}sandbox/say", said).status == 200
    (message,) = workspace.messages("dev")

    got = ask(f"{sandbox.url}sandbox/files/{message.files[0]['id']}")

    assert got.text == '"<script>"'
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("query", ["name=x.txt", "user=nobody&name=x.txt", "user=ada"])
def test_a_file_of_nobody_or_without_a_name_is_refused(sandbox: Sandbox, query: str) -> None:
    assert ask(f"{sandbox.url}sandbox/upload?{query}", "words").status == 400
