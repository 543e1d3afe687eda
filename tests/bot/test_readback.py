"""What became of an unclear post: the settle window, complete readings, and second tries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_bot.delivery import Delivery, Line
from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Message
    from coffee_daemon import ManualClock, Post, Store

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


def test_a_limit_on_reading_is_waited_out_whatever_else_is_said_meanwhile(
    delivery: Delivery,
    ask: Callable[[], Post],
    store: Store,
    sandbox: Sandbox,
    clock: ManualClock,
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
    assert len(sandbox.workspace.calls(method)) <= 4


def test_after_the_look_nothing_is_kept_of_a_second_try(
    delivery: Delivery, sent_again: Message, store: Store, clock: ManualClock
) -> None:
    assert store.facts.beginning_with("second_try:") != {}, sent_again

    work_through(delivery, clock, 310)

    assert store.facts.beginning_with("second_try:") == {}
