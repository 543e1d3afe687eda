"""The sandbox's page in a real browser, over the real sandbox, with a small real Bolt app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser import MISSING, Page, chromium
from selenium.webdriver.common.keys import Keys
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from waiting import eventually

from coffee_bot.intent import VERBS
from coffee_bot.sandbox import Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium import webdriver
    from slack_sdk import WebClient

    from coffee_bot.sandbox import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

RENDER = """
const [texts, done] = arguments;
const names = {
  user: (id) => ({U1: {name: "Ada", isMe: true}})[id] ?? null,
  channel: (id) => ({C1: "dev"})[id] ?? null,
  group: (id) => ({S1: "baristas"})[id] ?? null,
};
const html = (node) => { const box = document.createElement("p"); box.append(node); return box; };
import(new URL("mrkdwn.js", document.querySelector("script[src]").src))
  .then(({mrkdwn}) => done(texts.map((text) => html(mrkdwn(text, names)).innerHTML)))
  .catch((error) => done([String(error)]));
"""

IN_SIGHT = """
const [inner, outer] = [...arguments].map((css) =>
  document.querySelector(css).getBoundingClientRect());
return inner.top >= outer.top && inner.bottom <= outer.bottom;
"""
TABLE = """
const [done] = arguments;
import(new URL("verbs.js", document.querySelector("script[src]").src))
  .then(({VERBS}) => done(VERBS))
"""

#: mrkdwn -> what is in the HTML.
MRKDWN = {
    "*a* _b_ ~c~ `*d*`": "<b>a</b> <i>b</i> <s>c</s> <code>*d*</code>",
    "2*3*4 snake_case_name": "2*3*4 snake_case_name",
    "*_both_*": "<b><i>both</i></b>",
    "&lt;b&gt; &amp;lt;": "&lt;b&gt; &amp;lt;",
    "<@U1> <@U2|zed>": '>@Ada</span> <span class="mention">@zed</span>',
    "<!subteam^S1> <!subteam^S2>": '>@baristas</span> <span class="mention">@S2</span>',
    "<#C1> <!channel>": '>#dev</span> <span class="mention mention-me">@channel</span>',
    "<https://x.example/?a=1&amp;b=2|*x*>": 'href="https://x.example/?a=1&amp;b=2"',
    "<javascript:alert(1)|x>": "&lt;javascript:alert(1)|x&gt;",
    "&gt; one\n&gt; two\nthree": "<blockquote>one\ntwo</blockquote>",
    "• one\n• two": "<ul><li>one</li><li>two</li></ul>",
    "```\na &lt; *b*\n```": "<pre>a &lt; *b*</pre>",
    ":eyes: :nope: 12:30:45": "👀</span> :nope: 12:30:45",
    "<!date^0^{date_num}|then> <!date^x^{date}|then>": ">1970-01-01</time> then",
}
STATUS = [
    {"type": "header", "text": {"type": "plain_text", "text": ":coffee: Working"}},
    {
        "type": "section",
        "fields": [
            {"type": "mrkdwn", "text": "*PID*\n`4711`"},
            {"type": "mrkdwn", "text": "*Uptime*\n3 h"},
        ],
    },
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "_12 hours_ are normal"}]},
]


def button(action_id: str, words: str, **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": words}
    return {"type": "button", "action_id": action_id, "text": text, "value": "12", **more}


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "acts", "elements": list(elements)}]


def modal() -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "text", "multiline": True}
    label = {"type": "plain_text", "text": "What to do"}
    return {
        "type": "modal",
        "callback_id": "tell",
        "title": {"type": "plain_text", "text": "Hand over"},
        "submit": {"type": "plain_text", "text": "Tell"},
        "blocks": [{"type": "input", "block_id": "task", "label": label, "element": element}],
    }


class Colleague:
    """A small app that answers, and remembers what it was told."""

    def __init__(self, client: WebClient) -> None:
        self.told: list[str] = []
        self.app = App(client=client)
        self.app.command("/coffee")(self.command)
        self.app.action("go")(self.go)
        self.app.view("tell")(self.tell)
        self.app.event("message")(self.message)
        self.app.event("app_home_opened")(self.home)
        self.app.action("count")(self.count)
        self.app.shortcut("send_to_daemon")(self.shortcut)

    def command(self, ack: Any, respond: Any, command: Any, client: WebClient) -> None:
        ack()
        if command["text"] == "form":
            client.views_open(trigger_id=command["trigger_id"], view=modal())
        else:
            respond(text="Working", blocks=STATUS)

    def go(self, ack: Any, body: Any, client: WebClient) -> None:
        ack()
        self.told.append(body["actions"][0]["value"])
        message = body["message"]
        client.chat_update(channel=body["channel"]["id"], ts=message["ts"], text="Gone on")

    def tell(self, ack: Any, view: Any) -> None:
        text = view["state"]["values"]["task"]["text"]["value"]
        if len(text) < 5:
            ack(response_action="errors", errors={"task": "Say a little more."})
        else:
            ack()
            self.told.append(text)

    def message(self, event: Any) -> None:
        self.told.append(event.get("text", ""))

    def home(self, event: Any, client: WebClient) -> None:
        if event["tab"] == "home":
            self.publish(client, event["user"], 2)

    def publish(self, client: WebClient, user: str, waiting: int) -> None:
        said = {"type": "mrkdwn", "text": f"{waiting} questions wait"}
        label = {"type": "plain_text", "text": "Answer one"}
        press = {"type": "button", "action_id": "count", "text": label, "value": str(waiting)}
        section = {"type": "section", "block_id": "one", "text": said, "accessory": press}
        client.views_publish(user_id=user, view={"type": "home", "blocks": [section]})

    def count(self, ack: Any, body: Any, client: WebClient) -> None:
        ack()
        self.publish(client, body["user"]["id"], int(body["actions"][0]["value"]) - 1)

    def shortcut(self, ack: Any, body: Any, client: WebClient) -> None:
        ack()
        self.told.append(body["message"]["text"])
        client.views_open(trigger_id=body["trigger_id"], view=modal())


@pytest.fixture
def settings() -> Settings:
    return Settings(limits=None)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture
def colleague(sandbox: Sandbox, client: WebClient) -> Iterator[Colleague]:
    colleague = Colleague(client)
    # Bolt leaves the handler's methods without types.
    handler: Any = SocketModeHandler(colleague.app, sandbox.app_token)
    try:
        handler.connect()
        eventually(lambda: sandbox.workspace.connections == 1)
        yield colleague
    finally:
        # The SDK waits up to three seconds for a quiet socket; a closed one it leaves at once.
        handler.client.auto_reconnect_enabled = False
        sandbox.workspace.cut_sockets()
        handler.close()


@pytest.fixture
def page(driver: webdriver.Chrome, sandbox: Sandbox) -> Iterator[Page]:
    page = Page(driver, sandbox.url)
    page.look()
    page.complaints()
    page.open()
    yield page
    assert page.complaints() == []


def post(client: WebClient, text: str, **more: Any) -> str:
    return str(client.chat_postMessage(channel=channel_of(client), text=text, **more)["ts"])


def channel_of(client: WebClient) -> str:
    channels: list[dict[str, str]] = client.conversations_list()["channels"]
    return next(one["id"] for one in channels if one["name"] == "dev")


def test_an_empty_channel_says_what_to_try(page: Page) -> None:
    page.click(".try", "/coffee status")

    assert page.ask("return document.activeElement.value") == "/coffee status"


def test_a_command_is_answered_to_its_author_alone(page: Page, colleague: Colleague) -> None:
    page.say("/coffee status")

    assert "Only visible to you" in page.sees(".message.ephemeral", "Working")
    page.click(".person", "Bob")
    page.misses(".message")


def test_a_command_nobody_acknowledges_says_so(page: Page) -> None:
    page.say("/coffee status")

    page.sees(".message.ephemeral", 'failed with the error "dispatch_failed"')


def test_blocks_look_like_blocks(page: Page, client: WebClient) -> None:
    post(client, "Working", blocks=STATUS)

    assert "☕ Working" in page.sees(".block-header")
    page.sees(".field b", "PID")
    page.sees(".field code", "4711")
    page.sees(".block-context i", "12 hours")
    assert len(page.texts(".block-divider")) == 1


def test_a_button_tells_the_app_and_its_update_shows(
    page: Page, client: WebClient, colleague: Colleague
) -> None:
    post(client, "Go on?", blocks=actions(button("go", "Go on", style="primary")))

    page.click(".button.primary", "Go on")

    page.sees(".message", "Gone on")
    assert colleague.told == ["12"]


def test_a_button_with_a_confirmation_asks_first(
    page: Page, client: WebClient, colleague: Colleague
) -> None:
    sure = {
        "title": {"type": "plain_text", "text": "Go on?"},
        "text": {"type": "mrkdwn", "text": "It *costs* money."},
        "confirm": {"type": "plain_text", "text": "Do it"},
        "deny": {"type": "plain_text", "text": "Rather not"},
    }
    post(client, "Go on?", blocks=actions(button("go", "Go on", confirm=sure)))

    page.click(".button", "Go on")
    page.sees("dialog b", "costs")
    page.click("dialog .button", "Rather not")
    page.misses("dialog")
    assert colleague.told == []

    page.click(".button", "Go on")
    page.click("dialog .button", "Do it")
    eventually(lambda: colleague.told == ["12"])


def test_a_thread_opens_and_takes_a_reply(
    page: Page, client: WebClient, workspace: Workspace, colleague: Colleague
) -> None:
    ts = post(client, "Which database?")

    page.find(".message", "Which database?").click()
    page.ask("document.querySelector('.message [aria-label=\"Reply in thread\"]').click()")
    page.say("SQLite", "#thread-composer")

    page.sees(".thread .message", "SQLite")
    page.sees(".thread-link", "1 reply")
    assert [one.text for one in workspace.thread("dev", ts)][-1] == "SQLite"
    eventually(lambda: "SQLite" in colleague.told)
    page.keys(Keys.ESCAPE)
    page.misses(".thread")


def test_a_command_in_a_thread_is_refused_and_kept(page: Page, client: WebClient) -> None:
    ts = post(client, "Which database?")
    page.open(f"channel={channel_of(client)}&thread={ts}")

    page.say("/coffee status", "#thread-composer")

    page.sees(".toast", "not supported in threads")
    # The browser itself notes an answer of 400.
    assert len(page.complaints()) == 1
    assert page.find("#thread-composer").get_property("value") == "/coffee status"


def test_news_arrives_without_a_reload(page: Page, client: WebClient, workspace: Workspace) -> None:
    page.ask("window.untouched = true")

    ts = post(client, "First")
    page.sees(".message", "First")
    client.chat_update(channel=channel_of(client), ts=ts, text="Second")
    page.sees(".message", "Second")
    workspace.react("bob", "dev", ts, "eyes")
    page.sees(".chip", "👀")
    client.chat_delete(channel=channel_of(client), ts=ts)
    page.misses(".message")

    assert page.ask("return window.untouched") is True


def test_an_own_message_can_be_edited_marked_and_deleted(page: Page, workspace: Workspace) -> None:
    ts = workspace.say("ada", "dev", "Fist <b>")
    page.sees(".message", "Fist <b>")

    page.find(".message").click()
    page.click("[aria-label='Edit message']")
    page.keys(Keys.CONTROL, "a", Keys.NULL, "First & last", Keys.ENTER)
    page.sees(".message", "(edited)")
    assert workspace.message("dev", ts).text == "First &amp; last"

    page.find(".message").click()
    page.click("[aria-label='Add a reaction']")
    page.click(".menu-item[title=eyes]")
    page.click(".chip", "👀")
    page.misses(".chip")

    page.find(".message").click()
    page.click("[aria-label='Delete message']")
    page.click("dialog .button", "Delete")
    page.misses(".message")


def test_markup_in_what_people_write_stays_text(page: Page, workspace: Workspace) -> None:
    evil = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
    workspace.say("bob", "dev", evil)

    assert evil in page.sees(".message .content", "script")
    assert page.ask("return window.pwned ?? null") is None
    assert page.ask("return document.querySelectorAll('.message img').length") == 0


def test_mrkdwn_becomes_what_slack_shows(page: Page) -> None:
    shown = page.ask_later(RENDER, list(MRKDWN))

    wrong = [
        (html, got) for html, got in zip(MRKDWN.values(), shown, strict=True) if html not in got
    ]
    assert wrong == []


def test_completion_offers_the_bots_own_verbs(page: Page) -> None:
    page.find("#composer").send_keys("/cof")
    page.sees(".choice-line", "/coffee tell <text>")

    offered = page.ask_later(TABLE)
    assert offered == [[verb.name, verb.takes.value, verb.summary] for verb in VERBS.values()]


def test_whoever_reads_further_up_is_taken_along_by_a_message_of_their_own(
    page: Page, client: WebClient
) -> None:
    for number in range(30):
        post(client, f"Line {number}", blocks=None)
    page.sees(".message", "Line 29")
    page.ask("document.querySelector('.conversation .scroller').scrollTo(0, 0)")
    post(client, "Somebody else's", blocks=None)
    page.sees(".jump", "New messages")

    page.say("My own words")

    page.sees(".message", "My own words")
    page.misses(".jump")
    assert page.ask(IN_SIGHT, ".message:last-child", ".conversation .scroller")


def test_every_verb_can_be_reached_in_the_list_of_completions(page: Page) -> None:
    page.find("#composer").send_keys("/coffee ")
    page.sees(".choice-line", "/coffee status")
    offered = page.ask("return document.querySelectorAll('.choice-line').length")
    # Upwards from the first one leads to the last.
    page.keys(Keys.ARROW_UP)
    last = page.sees(".choice-line[aria-selected='true']", "/coffee help")
    in_sight = page.ask(IN_SIGHT, ".choice-line[aria-selected='true']", ".choices-list")
    page.keys(Keys.ENTER)

    assert len(VERBS) == offered
    assert list(VERBS)[-1] in last
    assert in_sight
    assert page.find("#composer").get_attribute("value") == "/coffee help"


def test_a_modal_is_filled_in_and_answered(page: Page, colleague: Colleague) -> None:
    page.say("/coffee form")
    page.sees("dialog h2", "Hand over")

    page.keys("Hm")
    page.click("dialog .button", "Tell")
    page.sees(".input-error", "Say a little more.")
    page.find("dialog textarea").send_keys(", tea")
    page.click("dialog .button", "Tell")

    page.misses("dialog")
    assert colleague.told == ["Hm, tea"]


def test_the_apps_home_is_a_tab_of_its_direct_message(page: Page, colleague: Colleague) -> None:
    page.click(".place", "code_developer")
    page.click(".tab", "Home")
    page.sees(".home", "2 questions wait")

    page.click(".tab", "Messages")
    page.say("hello")
    eventually(lambda: colleague.told == ["hello"])


def test_the_home_is_live_its_buttons_work_and_what_is_published_anew_is_shown(
    page: Page, colleague: Colleague, workspace: Workspace, client: WebClient
) -> None:
    page.click(".place", "code_developer")
    page.click(".tab", "Home")
    page.click(".home button", "Answer one")
    page.sees(".home", "1 questions wait")
    # Where the keyboard was, it still is.
    focused = page.ask("return document.activeElement.innerText")

    colleague.publish(client, workspace.user("ada").id, 7)
    page.sees(".home", "7 questions wait")

    assert focused == "Answer one"


def test_everybody_has_a_home_of_their_own_and_the_address_leads_to_it(
    page: Page, colleague: Colleague, workspace: Workspace
) -> None:
    bob, place = workspace.user("bob").id, workspace.dm("bob")

    page.open(f"user={bob}&channel={place}&view=home")
    page.sees(".home", "2 questions wait")

    assert workspace.home("ada") is None


def test_a_home_that_no_app_has_published_says_so(page: Page) -> None:
    page.click(".place", "code_developer")
    page.click(".tab", "Home")

    page.sees(".home", "Nothing is here yet")


def test_a_messages_menu_offers_the_apps_shortcut(
    page: Page, colleague: Colleague, workspace: Workspace
) -> None:
    workspace.say("bob", "dev", "The tests are slow")
    page.sees(".message", "The tests are slow")
    page.ask("document.querySelector('.toolbar [aria-label=\"More actions\"]').click()")
    page.click(".menu-item", "Send to code_developer")

    page.sees("dialog h2", "Hand over")
    eventually(lambda: "The tests are slow" in colleague.told)


def test_a_shortcut_that_the_app_does_not_take_says_so(page: Page, workspace: Workspace) -> None:
    workspace.say("bob", "dev", "The tests are slow")
    page.sees(".message", "The tests are slow")
    page.ask("document.querySelector('.toolbar [aria-label=\"More actions\"]').click()")
    page.click(".menu-item", "Send to code_developer")

    page.sees(".toast", "dispatch_failed")


def test_a_link_to_a_message_opens_it_here(page: Page, client: WebClient) -> None:
    dev = channel_of(client)
    ts = post(client, "Which database?")
    post(client, "SQLite", thread_ts=ts)
    link = client.chat_getPermalink(channel=dev, message_ts=ts)["permalink"]
    post(client, f"See <{link}|the question>")
    page.ask("window.untouched = true")

    page.click(".message a", "the question")

    page.sees(".thread .message", "SQLite")
    assert page.ask("return window.untouched") is True


def test_unread_channels_stand_out(page: Page, workspace: Workspace) -> None:
    workspace.say("bob", "random", "Anyone?")

    page.sees(".place.unread .count-badge", "1")
    page.click(".place", "random")
    page.misses(".place.unread")


def test_names_and_emoji_complete_while_typing(page: Page, workspace: Workspace) -> None:
    page.find("#composer").send_keys("@code_d")
    page.sees(".choice-line", "code_developer")
    page.keys(Keys.TAB, "thanks :tad", Keys.TAB, Keys.ENTER)

    wanted = [f"<@{Sandbox.bot_user_id}> thanks :tada:"]
    eventually(lambda: [one.text for one in workspace.messages("dev")] == wanted)


def test_a_narrow_screen_shows_one_thing_at_a_time(page: Page, client: WebClient) -> None:
    ts = post(client, "Which database? " + "x" * 200, blocks=None)
    page.look(width=390, height=800)
    page.open(f"channel={channel_of(client)}&thread={ts}")

    page.sees(".thread .message", "Which database?")
    page.misses(".conversation .message")
    page.click("[aria-label='Close thread']")
    page.sees(".conversation .message", "Which database?")
    page.misses(".place")
    page.click("[aria-label=Channels]")
    page.click(".place", "random")
    page.sees("h1", "random")
    assert page.ask("return document.documentElement.scrollWidth") == 390


def test_the_page_follows_the_readers_light_or_dark(page: Page) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"

    assert page.ask(ground) == "rgb(255, 255, 255)"
    page.look(scheme="dark")
    assert page.ask(ground) != "rgb(255, 255, 255)"


def test_every_control_has_a_name(page: Page, client: WebClient) -> None:
    post(client, "Go on?", blocks=actions(button("go", "Go on")))
    page.sees(".button", "Go on")

    nameless = page.ask("""
      return [...document.querySelectorAll("button, input, select, textarea, [role=log]")]
        .filter((node) => node.checkVisibility())
        .filter((node) => !node.ariaLabel && !node.innerText.trim() && !node.labels?.length)
        .map((node) => node.outerHTML)
    """)
    assert nameless == []


def test_the_page_asks_nobody_else(page: Page, sandbox: Sandbox) -> None:
    names = page.ask("return performance.getEntriesByType('resource').map((one) => one.name)")

    assert [name for name in names if not name.startswith(sandbox.url)] == []


def test_the_page_comes_back_with_the_sandbox(driver: webdriver.Chrome) -> None:
    with Sandbox(Settings(limits=None)) as first:
        port = int(first.url.rstrip("/").rpartition(":")[2])
        page = Page(driver, first.url)
        page.open()
    page.sees(".link", "Reconnecting")

    with Sandbox(Settings(limits=None, port=port)) as second:
        second.workspace.say("bob", "dev", "Back again")
        page.sees(".link", "Live")
        page.sees(".message", "Back again")
    page.complaints()
