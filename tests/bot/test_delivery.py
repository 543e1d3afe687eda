from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_bot.delivery import Delivery, Line
from coffee_bot.sandbox import Effect, Fault, Moment
from coffee_daemon import ManualClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Message, Sandbox, Workspace
    from coffee_daemon import Post, Store

#: That wait for Slack, and for how long it is away; 500 and 3600 s take a minute and a half.
POSTS, AWAY_SECONDS = 50, 600


@pytest.fixture
def delivery(
    store: Store, client: WebClient, config: BotConfig, clock: ManualClock, sandbox: Sandbox
) -> Delivery:
    return Delivery(store, Line(client, sandbox.bot_id), config, clock, owner="test")


def want(store: Store, key: str, text: str, channel: str) -> None:
    store.posts.want(key, kind="message", channel=channel, text=text)


def shown(workspace: Workspace) -> list[str]:
    return [message.text for message in workspace.messages("dev", replies=True)]


def with_key(workspace: Workspace, key: str) -> list[Message]:
    found = workspace.messages("dev", replies=True)
    return [one for one in found if one.metadata and one.metadata["event_payload"]["key"] == key]


def work_through(delivery: Delivery, clock: ManualClock, rounds: int = 10) -> None:
    for _ in range(rounds):
        delivery.work()
        clock.advance(1)


def test_a_wanted_post_is_shown_with_its_key_and_version(
    delivery: Delivery, store: Store, workspace: Workspace, config: BotConfig
) -> None:
    want(store, "question:12", "Which database?", config.channel)

    delivery.work()

    (message,) = with_key(workspace, "question:12")
    assert message.metadata == {
        "event_type": "coffee_post",
        "event_payload": {"key": "question:12", "version": 1},
    }
    post = store.posts.get("question:12")
    assert post is not None
    assert (post.state, post.ts) == ("sent", message.ts)


def test_posts_come_oldest_first_and_one_per_interval(
    delivery: Delivery,
    store: Store,
    workspace: Workspace,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    for number in range(3):
        want(store, f"note:{number}", f"note {number}", config.channel)

    assert delivery.work() == pytest.approx(1.0)
    assert shown(workspace) == ["note 0"]
    clock.advance(1)
    delivery.work()
    clock.advance(1)
    delivery.work()

    assert shown(workspace) == ["note 0", "note 1", "note 2"]


class HurryingClock(ManualClock):
    """Time passes at each look at it, as it does for a real worker."""

    step = 0.0

    def monotonic(self) -> float:
        self.elapsed += self.step
        return self.elapsed


@pytest.mark.parametrize("step", [0.1, 0.25, 0.3, 0.4, 0.5])
def test_a_post_held_up_by_a_rest_that_ends_meanwhile_is_come_back_for(
    store: Store, client: WebClient, config: BotConfig, step: float
) -> None:
    clock = HurryingClock()
    delivery = Delivery(store, Line(client), config, clock, owner="test")
    for number in range(3):
        want(store, f"note:{number}", f"note {number}", config.channel)
    delivery.work()
    clock.step = step

    while not all(state_of(store, f"note:{number}") == "sent" for number in range(3)):
        wait = delivery.work()
        assert wait is not None
        assert wait <= config.post_interval.total_seconds()
        clock.advance(wait)


def state_of(store: Store, key: str) -> str:
    post = store.posts.get(key)
    return post.state if post else ""


def test_a_busy_channel_does_not_hold_back_another_one(
    delivery: Delivery, store: Store, workspace: Workspace, config: BotConfig
) -> None:
    direct = workspace.dm("ada")
    for number in range(3):
        want(store, f"note:{number}", f"note {number}", config.channel)
    want(store, "reply:1", "for you", direct)

    delivery.work()

    assert shown(workspace) == ["note 0"]
    assert [one.text for one in workspace.messages(direct)] == ["for you"]


def test_a_reply_waits_for_its_parent(
    delivery: Delivery,
    store: Store,
    workspace: Workspace,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    store.posts.want(
        "receipt:12:1", kind="message", channel=config.channel, text="taken", parent="question:12"
    )
    delivery.work()
    assert shown(workspace) == []
    want(store, "question:12", "Which?", config.channel)

    work_through(delivery, clock, 3)

    (question,) = with_key(workspace, "question:12")
    (receipt,) = with_key(workspace, "receipt:12:1")
    assert receipt.thread_ts == question.ts


@pytest.mark.parametrize("effect", [Effect.LOSE_REPLY, Effect.SERVER_ERROR, Effect.INTERNAL_ERROR])
def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
    effect: Effect,
) -> None:
    sandbox.faults.add(Fault(moment=Moment.STORED, effect=effect, of="chat.postMessage"))
    want(store, "question:12", "Which?", config.channel)
    delivery.work()
    assert store.posts.sending_in(config.channel)

    clock.advance(61)
    delivery.work()

    assert len(with_key(sandbox.workspace, "question:12")) == 1
    post = store.posts.get("question:12")
    assert post is not None
    assert post.state == "sent"


def test_an_unclear_reply_is_found_in_its_thread(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    want(store, "question:12", "Which?", config.channel)
    delivery.work()
    clock.advance(1)
    sandbox.faults.add(Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of="chat.postMessage"))
    store.posts.want(
        "receipt:12:1", kind="message", channel=config.channel, text="taken", parent="question:12"
    )
    delivery.work()

    clock.advance(61)
    delivery.work()

    assert len(with_key(sandbox.workspace, "receipt:12:1")) == 1


def test_before_the_settle_window_has_passed_nothing_is_tried_again(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of="chat.postMessage")
    )
    want(store, "question:12", "Which?", config.channel)
    delivery.work()

    work_through(delivery, clock, 58)
    assert shown(sandbox.workspace) == []

    work_through(delivery, clock, 5)
    assert shown(sandbox.workspace) == ["Which?"]


def test_a_reading_that_fails_proves_nothing(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    sandbox.faults.add(Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of="chat.postMessage"))
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of="conversations.history")
    )
    want(store, "question:12", "Which?", config.channel)
    delivery.work()
    clock.advance(61)

    delivery.work()
    assert store.posts.sending_in(config.channel)
    work_through(delivery, clock, 20)

    assert len(with_key(sandbox.workspace, "question:12")) == 1


def test_a_message_that_lands_after_the_settle_window_is_removed_again(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    want(store, "question:12", "Which?", config.channel)
    lost = store.posts.claim(attempt_owner="killed")
    assert lost is not None
    clock.advance(61)
    work_through(delivery, clock, 3)
    (kept,) = with_key(sandbox.workspace, "question:12")

    delivery.line.post(lost)
    assert len(with_key(sandbox.workspace, "question:12")) == 2
    clock.advance(300)
    delivery.work()

    assert with_key(sandbox.workspace, "question:12") == [kept]
    assert "question:12 was there 2 times; 1 removed." in caplog.text


def test_of_two_copies_that_nobody_knows_the_oldest_stays_and_so_does_one_with_replies(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    want(store, "question:12", "Which?", config.channel)
    killed = store.posts.claim(attempt_owner="killed")
    assert killed is not None
    oldest, _second, third = (delivery.line.post(killed) for _ in range(3))
    sandbox.workspace.say("ada", "dev", "SQLite", thread_ts=third)
    clock.advance(61)

    delivery.work()

    assert [one.ts for one in with_key(sandbox.workspace, "question:12")] == [oldest, third]
    post = store.posts.get("question:12")
    assert post is not None
    assert post.ts == oldest


def test_a_message_of_another_app_that_bears_our_key_is_neither_ours_nor_touched(
    store: Store,
    sandbox: Sandbox,
    client: WebClient,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    ours_is_another = Delivery(store, Line(client, "B0ANOTHER1"), config, clock, owner="test")
    want(store, "question:12", "Which?", config.channel)
    killed = store.posts.claim(attempt_owner="killed")
    assert killed is not None
    for _ in range(2):
        ours_is_another.line.post(killed)
    clock.advance(61)

    ours_is_another.work()

    assert len(with_key(sandbox.workspace, "question:12")) == 3


def test_an_unclear_reply_whose_thread_is_gone_is_given_up(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    client: WebClient,
    clock: ManualClock,
) -> None:
    want(store, "question:12", "Which?", config.channel)
    delivery.work()
    sandbox.faults.add(Fault(moment=Moment.BEFORE, effect=Effect.LOSE_REPLY, of="chat.postMessage"))
    store.posts.want(
        "receipt:12:1", kind="message", channel=config.channel, text="Got it", parent="question:12"
    )
    work_through(delivery, clock, 3)
    (root,) = with_key(sandbox.workspace, "question:12")
    client.chat_delete(channel=config.channel, ts=root.ts)

    clock.advance(config.settle.total_seconds())
    work_through(delivery, clock, 3)

    post = store.posts.get("receipt:12:1")
    assert post is not None
    assert (post.state, post.reason) == ("dead", "thread_not_found")


def test_an_unclear_post_holds_back_its_thread_and_nothing_else(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    sandbox.faults.add(Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of="chat.postMessage"))
    want(store, "question:12", "Which?", config.channel)
    want(store, "question:13", "And which?", config.channel)

    work_through(delivery, clock, 3)

    assert len(with_key(sandbox.workspace, "question:13")) == 1


def test_another_process_finds_what_a_killed_one_left(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    want(store, "question:12", "Which?", config.channel)
    killed = store.posts.claim(attempt_owner="killed")
    assert killed is not None
    delivery.line.post(killed)

    delivery.work()
    clock.advance(61)
    delivery.work()

    assert len(with_key(sandbox.workspace, "question:12")) == 1
    assert not store.posts.sending_in(config.channel)


def test_a_limit_of_slack_is_waited_out(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of="chat.postMessage", seconds=30)
    )
    want(store, "question:12", "Which?", config.channel)

    assert delivery.work() == pytest.approx(30.0)
    work_through(delivery, clock, 29)
    assert len(sandbox.workspace.calls("chat.postMessage")) == 1

    work_through(delivery, clock, 3)
    assert shown(sandbox.workspace) == ["Which?"]


def limit(sandbox: Sandbox, method: str, seconds: float = 30) -> None:
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of=method, seconds=seconds)
    )


def want_edit(delivery: Delivery, store: Store, clock: ManualClock, channel: str) -> None:
    want(store, "card", "old", channel)
    work_through(delivery, clock, 2)
    want(store, "card", "new", channel)


def want_reaction(delivery: Delivery, store: Store, channel: str) -> None:
    ts = delivery.line.client.chat_postMessage(channel=channel, text="SQLite")["ts"]
    store.posts.want("mark", kind="reaction", channel=channel, text="eyes", target_ts=str(ts))


def test_a_limit_on_edits_is_waited_out_and_messages_go_on(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    want_edit(delivery, store, clock, config.channel)
    limit(sandbox, "chat.update")
    delivery.work()
    want(store, "note", "note", config.channel)

    work_through(delivery, clock, 29)
    assert len(sandbox.workspace.calls("chat.update")) == 1
    assert shown(sandbox.workspace) == ["old", "note"]

    work_through(delivery, clock, 3)
    assert shown(sandbox.workspace) == ["new", "note"]
    assert len(sandbox.workspace.calls("chat.update")) == 2


def test_a_limit_on_reactions_is_waited_out_and_messages_go_on(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    want_reaction(delivery, store, config.channel)
    limit(sandbox, "reactions.add")
    delivery.work()
    want(store, "note", "note", config.channel)

    work_through(delivery, clock, 29)
    assert len(sandbox.workspace.calls("reactions.add")) == 1
    assert shown(sandbox.workspace) == ["SQLite", "note"]

    work_through(delivery, clock, 3)
    assert state_of(store, "mark") == "sent"
    assert len(sandbox.workspace.calls("reactions.add")) == 2


def test_a_limit_in_one_channel_spares_another(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    limit(sandbox, "chat.postMessage")
    direct = sandbox.workspace.dm("ada")
    want(store, "question:12", "Which?", config.channel)
    want(store, "question:13", "And which?", config.channel)
    for number in range(5):
        want(store, f"reply:{number}", f"reply {number}", direct)

    work_through(delivery, clock, 29)
    assert shown(sandbox.workspace) == []
    assert len(sandbox.workspace.messages(direct)) == 5

    work_through(delivery, clock, 4)
    assert shown(sandbox.workspace) == ["Which?", "And which?"]


@pytest.mark.parametrize("set_back", [0, 3600], ids=["", "clock set back"])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "reactions.add"])
def test_a_bot_that_is_started_while_slack_asks_to_wait_goes_on_waiting_and_no_longer(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    client: WebClient,
    config: BotConfig,
    clock: ManualClock,
    method: str,
    set_back: int,
) -> None:
    if method == "chat.update":
        want_edit(delivery, store, clock, config.channel)
    elif method == "reactions.add":
        want_reaction(delivery, store, config.channel)
    else:
        want(store, "question:12", "Which?", config.channel)
        # In a thread of its own: nothing in the record holds it back.
        want(store, "question:13", "And which?", config.channel)
    before = len(sandbox.workspace.calls(method))
    limit(sandbox, method)
    work_through(delivery, clock, 10)
    clock.at -= timedelta(seconds=set_back)

    anew = Delivery(store, Line(client, sandbox.bot_id), config, clock, owner="anew")
    work_through(anew, clock, 19)
    assert len(sandbox.workspace.calls(method)) == before + 1

    work_through(anew, clock, 15)
    assert len(sandbox.workspace.calls(method)) > before + 1
    assert store.posts.claim(attempt_owner="nobody") is None
    assert store.posts.claim_edit() is None


@dataclass(frozen=True)
class Stopped(Line):
    """The line of a poster that is stopped once for longer than the settle window."""

    clock: ManualClock = field(default_factory=ManualClock)
    meanwhile: Callable[[], object] = lambda: None
    in_the_call: bool = False
    _stops: list[bool] = field(default_factory=lambda: [True])

    def is_external(self, channel: str) -> bool:
        if not self.in_the_call:
            self._stop()
        return super().is_external(channel)

    def post(self, post: Post) -> str:
        if self.in_the_call:
            self._stop()
        return super().post(post)

    def _stop(self) -> None:
        if self._stops:
            self._stops.clear()
            self.clock.sleep(70)
            self.meanwhile()


@pytest.mark.parametrize("in_the_call", [False, True], ids=["before its call", "in its call"])
def test_a_poster_that_wakes_after_another_took_over_leaves_one_message(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    client: WebClient,
    config: BotConfig,
    clock: ManualClock,
    in_the_call: bool,
) -> None:
    line = Stopped(
        client, sandbox.bot_id, clock=clock, meanwhile=delivery.work, in_the_call=in_the_call
    )
    paused = Delivery(store, line, config, clock, owner="paused")
    want(store, "question:12", "Which?", config.channel)

    paused.work()

    post = store.posts.get("question:12")
    assert post is not None
    assert post.state == "sent"
    assert len(with_key(sandbox.workspace, "question:12")) == (2 if in_the_call else 1)
    clock.advance(310)
    delivery.work()
    assert [one.ts for one in with_key(sandbox.workspace, "question:12")] == [post.ts]


def test_a_poster_that_wakes_while_another_is_in_its_call_takes_no_claim_away(
    store: Store,
    sandbox: Sandbox,
    client: WebClient,
    config: BotConfig,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    taken: list[Post | None] = []

    def take_over() -> None:
        (unclear,) = store.posts.unclear()
        store.posts.pending(unclear.id, attempt=unclear.attempts)
        taken.append(store.posts.claim(attempt_owner="another"))

    line = Stopped(client, sandbox.bot_id, clock=clock, meanwhile=take_over)
    want(store, "question:12", "Which?", config.channel)

    Delivery(store, line, config, clock, owner="paused").work()

    assert [store.posts.get("question:12")] == taken
    assert sandbox.workspace.calls("chat.postMessage") == ()
    assert "Another poster took over: The post question:12 is sending in attempt 2" in caplog.text


def test_what_cannot_have_left_is_sent_again_without_the_settle_window(
    store: Store, config: BotConfig, clock: ManualClock, client: WebClient
) -> None:
    nobody = type(client)(token="xoxb-1", base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    allowing = replace(config, allow_external=True)
    delivery = Delivery(store, Line(nobody), allowing, clock, owner="test")
    want(store, "question:12", "Which?", config.channel)

    delivery.work()

    post = store.posts.get("question:12")
    assert post is not None
    assert post.state == "pending"


def test_a_channel_that_refuses_us_holds_its_posts_until_it_is_mended(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    workspace = sandbox.workspace
    workspace.remove_member(sandbox.bot_user_id, "dev")
    want(store, "question:12", "Which?", config.channel)
    want(store, "question:13", "And which?", config.channel)

    work_through(delivery, clock, 30)
    tried = workspace.calls("chat.postMessage")
    assert len([one for one in tried if one.arguments["channel"] == config.channel]) == 1
    assert "not_in_channel" in delivery.troubles[config.channel]

    workspace.add_member(sandbox.bot_user_id, "dev")
    work_through(delivery, clock, 40)

    assert shown(workspace) == ["Which?", "And which?"]
    assert delivery.troubles == {}


def test_admins_are_told_once_in_person_that_a_channel_refuses_us(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    client: WebClient,
    clock: ManualClock,
) -> None:
    workspace = sandbox.workspace
    workspace.remove_member(sandbox.bot_user_id, "dev")
    want(store, "question:12", "Which?", config.channel)
    want(store, "question:13", "And which?", config.channel)

    work_through(delivery, clock, 150)
    anew = Delivery(store, Line(client, sandbox.bot_id), config, clock, owner="anew")
    work_through(anew, clock, 70)

    (told,) = workspace.messages(workspace.dm("ada"))
    assert "not_in_channel" in told.text
    assert config.channel in told.text
    workspace.add_member(sandbox.bot_user_id, "dev")
    work_through(anew, clock, 70)
    assert shown(workspace) == ["Which?", "And which?"]
    assert len(workspace.messages(workspace.dm("ada"))) == 1


def test_admins_who_cannot_be_reached_are_not_told_later(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    refused = Fault(
        moment=Moment.BEFORE, effect=Effect.REFUSE, of="chat.postMessage", error="invalid_auth"
    )
    sandbox.faults.add(replace(refused, times=2))
    want(store, "question:12", "Which?", config.channel)

    work_through(delivery, clock, 90)

    assert shown(sandbox.workspace) == ["Which?"]
    assert sandbox.workspace.messages(sandbox.workspace.dm("ada")) == ()


def test_a_new_process_tries_what_an_earlier_one_held(
    delivery: Delivery, store: Store, workspace: Workspace, config: BotConfig
) -> None:
    want(store, "question:12", "Which?", config.channel)
    held = store.posts.claim(attempt_owner="earlier")
    assert held is not None
    store.posts.hold(held.id, "is_archived")

    delivery.work()

    assert shown(workspace) == ["Which?"]


def test_nothing_is_posted_where_another_organisation_reads(
    delivery: Delivery,
    store: Store,
    workspace: Workspace,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    workspace.share("dev")
    want(store, "question:12", "Which?", config.channel)

    work_through(delivery, clock, 5)

    assert shown(workspace) == []
    assert "another organisation" in delivery.troubles[config.channel]


def test_while_slack_does_not_say_who_reads_a_channel_nothing_is_posted(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of="conversations.info")
    )
    want(store, "question:12", "Which?", config.channel)

    delivery.work()
    assert shown(sandbox.workspace) == []

    work_through(delivery, clock, 10)
    assert shown(sandbox.workspace) == ["Which?"]


def test_other_words_under_the_same_key_edit_the_message(
    delivery: Delivery,
    store: Store,
    workspace: Workspace,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    want(store, "question:12", "Which?", config.channel)
    delivery.work()
    for words in ("Which one?", "Which one, please?"):
        want(store, "question:12", words, config.channel)

    work_through(delivery, clock, 5)

    assert shown(workspace) == ["Which one, please?"]
    assert len(workspace.calls("chat.update")) == 1


def test_an_edit_is_tried_until_slack_shows_it(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    want(store, "question:12", "Which?", config.channel)
    delivery.work()
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of="chat.update", times=2)
    )
    want(store, "question:12", "Which one?", config.channel)

    work_through(delivery, clock, 30)

    assert shown(sandbox.workspace) == ["Which one?"]


def test_a_reaction_that_is_there_already_is_fine(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    client: WebClient,
    config: BotConfig,
) -> None:
    workspace = sandbox.workspace
    ts = workspace.say("ada", "dev", "SQLite")
    client.reactions_add(channel=config.channel, timestamp=ts, name="eyes")
    store.posts.want("mark:1", kind="reaction", channel=config.channel, text="eyes", target_ts=ts)

    delivery.work()

    assert [one.name for one in workspace.reactions("dev", ts)] == ["eyes"]
    post = store.posts.get("mark:1")
    assert post is not None
    assert post.state == "sent"


def test_private_words_reach_one_person_and_are_tried_once(
    delivery: Delivery, store: Store, sandbox: Sandbox, config: BotConfig
) -> None:
    workspace = sandbox.workspace
    ada = workspace.user("ada").id
    store.posts.want("why:1", kind="ephemeral", channel=config.channel, text="not yet", user=ada)
    sandbox.faults.add(
        Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of="chat.postEphemeral")
    )

    delivery.work()
    delivery.work()

    assert [one.text for one in workspace.ephemerals("ada", "dev")] == ["not yet"]
    assert workspace.ephemerals("bob", "dev") == ()


def test_a_claim_that_grew_old_before_the_call_is_given_back(
    store: Store, client: WebClient, config: BotConfig, clock: ManualClock, sandbox: Sandbox
) -> None:
    class SleepyLine(Line):
        """The host falls asleep between the claim and the call, once."""

        def is_external(self, channel: str) -> bool:
            clock.sleep(10)
            return super().is_external(channel)

    delivery = Delivery(store, SleepyLine(client), config, clock, owner="test")
    want(store, "question:12", "Which?", config.channel)

    delivery.work()

    assert len(with_key(sandbox.workspace, "question:12")) == 1
    post = store.posts.get("question:12")
    assert post is not None
    assert post.attempts == 2


def test_what_slack_tells_of_a_channel_is_heeded_at_once(
    delivery: Delivery,
    store: Store,
    workspace: Workspace,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    delivery.work()
    delivery.refused(config.channel, "is_archived")
    work_through(delivery, clock, 2)
    want(store, "question:12", "Which?", config.channel)
    work_through(delivery, clock, 2)

    (held,) = store.posts.troubles()
    assert (held.posts, held.channel) == (1, config.channel)
    assert "unarchive it, or type `/coffee here`" in held.reason
    assert shown(workspace) == []
    (told,) = workspace.messages(workspace.dm("ada"))
    assert "is_archived" in told.text

    delivery.mended(config.channel)
    work_through(delivery, clock, 2)

    assert shown(workspace) == ["Which?"]
    assert (delivery.troubles, store.posts.troubles()) == ({}, [])


def test_an_edit_that_another_poster_died_over_is_come_back_for(
    delivery: Delivery, store: Store, workspace: Workspace, config: BotConfig, clock: ManualClock
) -> None:
    want(store, "card:x", "works", config.channel)
    delivery.work()
    want(store, "card:x", "rests", config.channel)
    assert store.posts.claim_edit() is not None
    clock.advance(5)

    wait = delivery.work()

    assert wait == pytest.approx(55.0)
    clock.advance(55.0)
    delivery.work()
    assert shown(workspace) == ["rests"]


def test_an_edit_that_a_left_channel_refuses_holds_back_no_other(
    delivery: Delivery,
    store: Store,
    sandbox: Sandbox,
    config: BotConfig,
    clock: ManualClock,
) -> None:
    workspace = sandbox.workspace
    other = workspace.channel("random").id
    workspace.add_member(sandbox.bot_user_id, "random")
    want(store, "left", "old", config.channel)
    want(store, "card", "old", other)
    work_through(delivery, clock, 4)
    workspace.archive("dev")
    want(store, "left", "new", config.channel)
    want(store, "card", "new", other)

    work_through(delivery, clock, 5)

    assert [one.text for one in workspace.messages("random")] == ["new"]


def test_what_waited_while_slack_was_away_comes_once_and_in_order(
    delivery: Delivery, store: Store, workspace: Workspace, config: BotConfig, clock: ManualClock
) -> None:
    notes = [f"note {number}" for number in range(POSTS)]
    for number, note in enumerate(notes):
        want(store, f"note:{number}", note, config.channel)
    client = delivery.line.client
    address, client.base_url = client.base_url, "http://127.0.0.1:9/api/"
    calls, begun = 0, clock.monotonic()

    while clock.monotonic() < begun + AWAY_SECONDS:
        clock.advance(delivery.work() or 1.0)
        calls += 1
    assert calls <= AWAY_SECONDS / 5 + 1
    client.base_url = address
    begun = clock.monotonic()
    while shown(workspace) != notes and clock.monotonic() < begun + 2 * len(notes):
        clock.advance(delivery.work() or 1.0)

    assert shown(workspace) == notes
    # One a second, and the pause after the last try.
    assert clock.monotonic() - begun <= len(notes) + 5
    assert len(workspace.calls("chat.postMessage")) == len(notes)
