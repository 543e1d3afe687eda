"""What became of an unclear post: the settle window, complete readings, and second tries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from coffee_bot.delivery import Delivery, Line
from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings
from coffee_daemon import Store
from coffee_daemon.store.backup import back_up, restore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Message
    from coffee_daemon import ManualClock, Post

QUESTION = "question:12"
HOUR = timedelta(hours=1)

LOST_ANSWER = Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of="chat.postMessage")
LOST_CALL = Fault(moment=Moment.BEFORE, effect=Effect.LOSE_REPLY, of="chat.postMessage")


@pytest.fixture
def sandbox(clock: ManualClock) -> Iterator[Sandbox]:
    """Slack goes by a clock of its own, which nobody sets."""
    ahead = clock.now().timestamp() - clock.boot()
    settings = Settings(limits=None, seed=7, now=lambda: clock.boot() + ahead)
    with Sandbox(settings) as running:
        yield running


@pytest.fixture
def start(
    store: Store, client: WebClient, config: BotConfig, clock: ManualClock, sandbox: Sandbox
) -> Callable[[str], Delivery]:
    return lambda owner: Delivery(store, Line(client, sandbox.bot_id), config, clock, owner)


@pytest.fixture
def delivery(start: Callable[[str], Delivery]) -> Delivery:
    return start("first")


@pytest.fixture
def ask(store: Store, config: BotConfig) -> Callable[[], Post]:
    return lambda: store.posts.want(
        QUESTION, kind="message", channel=config.channel, text="Which database?"
    )


def shown(sandbox: Sandbox, key: str = QUESTION) -> list[Message]:
    found = sandbox.workspace.messages("dev", replies=True)
    return [one for one in found if one.metadata and one.metadata["event_payload"]["key"] == key]


def state(store: Store) -> str:
    post = store.posts.get(QUESTION)
    return post.state if post else ""


def work_through(delivery: Delivery, clock: ManualClock, seconds: int, step: int = 1) -> None:
    for _ in range(0, seconds, step):
        delivery.work()
        clock.advance(step)


def land(delivery: Delivery, store: Store) -> None:
    """Let the call that was lost on its way arrive now."""
    post = store.posts.get(QUESTION)
    assert post is not None
    delivery.line.post(post)


# Late, lagging, paged


def test_a_message_that_lands_late_inside_the_settle_window_is_found(
    delivery: Delivery, ask: Callable[[], Post], store: Store, sandbox: Sandbox, clock: ManualClock
) -> None:
    sandbox.faults.add(LOST_CALL)
    ask()
    work_through(delivery, clock, 55)
    assert shown(sandbox) == []

    land(delivery, store)
    work_through(delivery, clock, 20)

    (message,) = shown(sandbox)
    assert state(store) == "sent"
    assert store.posts.by_ts(message.channel, message.ts) is not None


def test_a_history_that_lags_within_the_settle_window_leads_to_no_second_message(
    delivery: Delivery, ask: Callable[[], Post], store: Store, sandbox: Sandbox, clock: ManualClock
) -> None:
    sandbox.faults.add(LOST_ANSWER)
    lag = Fault(
        moment=Moment.READ, effect=Effect.LAG, of="conversations.history", seconds=50, times=None
    )
    sandbox.faults.add(lag)
    ask()

    work_through(delivery, clock, 90)

    assert len(sandbox.workspace.calls("chat.postMessage")) == 1
    assert state(store) == "sent"


def test_a_history_that_lags_for_longer_makes_a_second_message_that_is_removed(
    delivery: Delivery, ask: Callable[[], Post], store: Store, sandbox: Sandbox, clock: ManualClock
) -> None:
    sandbox.faults.add(LOST_ANSWER)
    lag = Fault(
        moment=Moment.READ, effect=Effect.LAG, of="conversations.history", seconds=120, times=None
    )
    sandbox.faults.add(lag)
    ask()
    work_through(delivery, clock, 90)
    assert len(shown(sandbox)) == 2

    work_through(delivery, clock, 300)

    (kept,) = shown(sandbox)
    assert store.posts.by_ts(kept.channel, kept.ts) is not None


@pytest.mark.parametrize("effect", [Effect.SERVER_ERROR, Effect.RATE_LIMITED, Effect.LOSE_REPLY])
def test_a_second_page_that_fails_is_no_proof_that_nothing_is_there(
    delivery: Delivery,
    ask: Callable[[], Post],
    store: Store,
    sandbox: Sandbox,
    clock: ManualClock,
    effect: Effect,
) -> None:
    sandbox.faults.add(LOST_ANSWER)
    ask()
    delivery.work()
    for _ in range(40):
        sandbox.workspace.say("bob", "dev", "chatter")
        clock.advance(2)
    short = Fault(
        moment=Moment.READ,
        effect=Effect.SHORT_PAGES,
        of="conversations.history",
        size=15,
        times=None,
    )
    sandbox.faults.add(short)
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=effect, of="conversations.history", skip=1)
    )

    delivery.work()

    assert len(sandbox.workspace.calls("conversations.history")) == 2
    assert state(store) == "sending"
    work_through(delivery, clock, 30)
    assert len(sandbox.workspace.calls("chat.postMessage")) == 1
    assert state(store) == "sent"


@pytest.mark.parametrize("restart", [False, True], ids=["lives on", "is started again"])
def test_a_limit_on_reading_is_waited_out_whatever_else_is_said_meanwhile(
    delivery: Delivery,
    start: Callable[[str], Delivery],
    ask: Callable[[], Post],
    store: Store,
    sandbox: Sandbox,
    clock: ManualClock,
    restart: bool,
) -> None:
    sandbox.faults.add(LOST_ANSWER)
    sandbox.faults.add(
        Fault(
            moment=Moment.BEFORE,
            effect=Effect.RATE_LIMITED,
            of="conversations.history",
            seconds=30,
        )
    )
    ask()
    delivery.work()
    clock.advance(61)
    delivery.work()
    delivery = start("second") if restart else delivery
    direct = sandbox.workspace.dm("ada")

    for number in range(29):
        clock.advance(1)
        store.posts.want(f"note:{number}", kind="message", channel=direct, text="x")
        delivery.work()

    assert len(sandbox.workspace.calls("conversations.history")) == 1
    assert len(sandbox.workspace.messages(direct)) == 29
    work_through(delivery, clock, 3)
    assert len(sandbox.workspace.calls("conversations.history")) == 2
    assert state(store) == "sent"


def test_a_message_to_a_person_whose_answer_was_lost_is_neither_repeated_nor_looked_for_for_ever(
    delivery: Delivery, store: Store, sandbox: Sandbox, clock: ManualClock
) -> None:
    sandbox.faults.add(LOST_ANSWER)
    ada = sandbox.workspace.user("ada").id
    store.posts.want("held:C1:1", kind="message", channel=ada, text="I cannot post there.")

    work_through(delivery, clock, 400, step=5)

    assert len(sandbox.workspace.messages(sandbox.workspace.dm("ada"))) == 1
    assert sandbox.workspace.calls("conversations.history") == ()
    post = store.posts.get("held:C1:1")
    assert post is not None
    assert (post.state, "answer was lost" in post.reason) == ("dead", True)


# A clock that is set


def test_a_clock_set_forward_shortens_no_settle_window(
    delivery: Delivery, ask: Callable[[], Post], store: Store, sandbox: Sandbox, clock: ManualClock
) -> None:
    sandbox.faults.add(LOST_CALL)
    ask()
    delivery.work()

    clock.at += HOUR
    work_through(delivery, clock, 55)
    land(delivery, store)
    work_through(delivery, clock, 20)

    assert len(sandbox.workspace.calls("chat.postMessage")) == 2, "the lost one, and its landing"
    assert len(shown(sandbox)) == 1
    assert state(store) == "sent"


@pytest.mark.parametrize("fault", [LOST_ANSWER, LOST_CALL], ids=["stored", "not stored"])
def test_a_clock_set_back_leaves_no_post_unclear(
    delivery: Delivery,
    ask: Callable[[], Post],
    store: Store,
    sandbox: Sandbox,
    clock: ManualClock,
    fault: Fault,
) -> None:
    sandbox.faults.add(fault)
    ask()
    delivery.work()

    clock.at -= HOUR
    work_through(delivery, clock, 50)
    assert state(store) == "sending"
    work_through(delivery, clock, 15)

    assert state(store) == "sent"
    assert len(shown(sandbox)) == 1


def test_a_clock_that_was_an_hour_ahead_when_it_was_sent_hides_no_message(
    delivery: Delivery, ask: Callable[[], Post], store: Store, sandbox: Sandbox, clock: ManualClock
) -> None:
    sandbox.faults.add(LOST_ANSWER)
    clock.at += HOUR
    ask()
    delivery.work()

    clock.at -= HOUR
    work_through(delivery, clock, 65)

    assert state(store) == "sent"
    assert len(sandbox.workspace.calls("chat.postMessage")) == 1


def test_what_a_killed_bot_left_is_settled_after_one_window_though_the_clock_was_set_back(
    delivery: Delivery, ask: Callable[[], Post], store: Store, sandbox: Sandbox, clock: ManualClock
) -> None:
    ask()
    killed = store.posts.claim(attempt_owner="killed")
    assert killed is not None
    delivery.line.post(killed)

    clock.at -= HOUR
    work_through(delivery, clock, 65)

    assert state(store) == "sent"
    assert len(shown(sandbox)) == 1


# Second tries


@pytest.fixture
def sent_again(
    delivery: Delivery, ask: Callable[[], Post], sandbox: Sandbox, clock: ManualClock
) -> Message:
    """The message of a second try; the first has not landed yet."""
    sandbox.faults.add(LOST_CALL)
    ask()
    work_through(delivery, clock, 65)
    (message,) = shown(sandbox)
    return message


def test_a_duplicate_is_found_by_a_bot_that_was_started_meanwhile(
    delivery: Delivery,
    start: Callable[[str], Delivery],
    sent_again: Message,
    store: Store,
    sandbox: Sandbox,
    clock: ManualClock,
) -> None:
    land(delivery, store)
    work_through(start("second"), clock, 60, step=15)
    assert len(shown(sandbox)) == 2

    work_through(start("third"), clock, 300, step=15)

    assert shown(sandbox) == [sent_again]


def test_a_bot_that_dies_between_the_two_tries_looks_for_the_duplicate_too(
    delivery: Delivery,
    start: Callable[[str], Delivery],
    ask: Callable[[], Post],
    store: Store,
    sandbox: Sandbox,
    clock: ManualClock,
) -> None:
    class Dies(Line):
        def post(self, post: Post) -> str:
            raise KeyboardInterrupt(post.key)

    ask()
    assert store.posts.claim(attempt_owner="killed") is not None
    clock.advance(61)
    dying = start("dying")
    dying.line = Dies(delivery.line.client)
    with pytest.raises(KeyboardInterrupt):
        dying.work()

    work_through(start("third"), clock, 65)
    (kept,) = shown(sandbox)
    land(delivery, store)
    work_through(start("fourth"), clock, 390, step=15)

    assert shown(sandbox) == [kept]


@pytest.mark.parametrize("method", ["conversations.history", "chat.delete"])
def test_a_duplicate_is_removed_though_slack_asks_to_wait(
    delivery: Delivery,
    sent_again: Message,
    store: Store,
    sandbox: Sandbox,
    clock: ManualClock,
    method: str,
) -> None:
    land(delivery, store)
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of=method, seconds=30, times=2)
    )

    work_through(delivery, clock, 420)

    assert shown(sandbox) == [sent_again]
    first, second, third = [one.at for one in sandbox.workspace.calls(method)][-3:]
    assert min(second - first, third - second) >= 30


def test_after_the_look_nothing_is_kept_of_a_second_try(
    delivery: Delivery, sent_again: Message, store: Store, clock: ManualClock
) -> None:
    assert store.facts.beginning_with("second_try:") != {}, sent_again

    work_through(delivery, clock, 310)

    assert store.facts.beginning_with("second_try:") == {}


# A record that was restored


@pytest.mark.parametrize("posted_since", [0, 1, 2, 3])
def test_what_was_posted_since_the_backup_is_not_posted_again_and_the_rest_is(
    store: Store,
    client: WebClient,
    config: BotConfig,
    sandbox: Sandbox,
    clock: ManualClock,
    tmp_path: Path,
    posted_since: int,
) -> None:
    place: dict[str, Any] = {"kind": "message", "channel": config.channel}
    store.posts.want("task:1", text="A task", **place)
    store.posts.want("turn:1:1", text="A turn of it", parent="task:1", **place)
    store.posts.want("turn:1:2", text="Another", parent="task:1", **place)
    back_up(config.daemon.database, tmp_path / "copy.db")
    line = Line(client, sandbox.bot_id)
    before = Delivery(store, line, config, clock, owner="before")
    for _ in range(posted_since):
        before.work()
        clock.advance(1)
    clock.advance(hours=10)
    sandbox.workspace.say("bob", "dev", "chatter")
    restore(config.daemon.database, tmp_path / "copy.db", now=clock.now())

    with Store.open(config.daemon.database, clock=clock) as restored:
        work_through(Delivery(restored, line, config, clock, owner="after"), clock, 20)
        states = [restored.posts.get(key) for key in ("task:1", "turn:1:1", "turn:1:2")]

    (task,) = shown(sandbox, "task:1")
    for key in ("turn:1:1", "turn:1:2"):
        (turn,) = shown(sandbox, key)
        assert turn.thread_ts == task.ts
    assert [post.state for post in states if post] == ["sent"] * 3
