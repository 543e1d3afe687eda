"""Slack itself says that nobody is home, if we cannot."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coffee_bot.channel import Channel
from coffee_bot.sandbox import Effect, Fault, Moment
from coffee_bot.watch import DeadMan
from coffee_daemon import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Sandbox
    from coffee_daemon import ManualClock, Store

NAME = "code_developer"
AHEAD = 900


@pytest.fixture
def make(
    store: Store, client: WebClient, clock: ManualClock, config: BotConfig
) -> Callable[[], DeadMan]:
    def made(host: str = "ada-laptop") -> DeadMan:
        return DeadMan(
            store,
            client,
            clock,
            Channel(store, config.channel),
            daemon=NAME,
            host=host,
            ahead=timedelta(seconds=AHEAD),
        )

    return made


@pytest.fixture
def dead_man(make: Callable[[], DeadMan]) -> DeadMan:
    return make()


def ask(store: Store) -> int:
    return store.questions.ask(daemon=NAME, text="Which database?").number


def planned(client: WebClient) -> list[int]:
    answer = client.chat_scheduledMessages_list()
    return [int(one["post_at"]) for one in answer["scheduled_messages"]]


def shown(sandbox: Sandbox) -> list[str]:
    sandbox.workspace.post_due()
    return [one.text for one in sandbox.workspace.messages("dev")]


def backs(store: Store) -> list[str]:
    posts = []
    while (post := store.posts.claim(attempt_owner="test")) is not None:
        posts.append(post)
        store.posts.sent(post.id, f"1.{post.id}")
    return [post.text for post in posts if post.key.startswith("back:")]


def live(dead_man: DeadMan, clock: ManualClock, seconds: int, step: int = 15) -> None:
    for _ in range(0, seconds, step):
        dead_man.work()
        clock.advance(step)


def test_nothing_is_planned_while_there_is_nothing_to_wait_for(
    dead_man: DeadMan, client: WebClient
) -> None:
    assert dead_man.work() is None
    assert planned(client) == []


def test_one_message_is_kept_ahead_while_a_question_is_open(
    dead_man: DeadMan, client: WebClient, clock: ManualClock, store: Store, sandbox: Sandbox
) -> None:
    ask(store)

    for _ in range(20):
        live(dead_man, clock, 180)
        (at,) = planned(client)
        assert AHEAD / 2 < at - clock.now().timestamp() <= AHEAD

    assert shown(sandbox) == []
    assert backs(store) == []


def test_a_running_task_is_worth_one_too(
    dead_man: DeadMan, client: WebClient, store: Store
) -> None:
    store.tasks.from_roadmap(daemon=NAME, source="roadmap:1", title="CI", prompt="p", priority=1)
    assert dead_man.work() is None
    assert planned(client) == []

    store.turns.pick_up(NAME, nonce="n")
    dead_man.work()

    assert len(planned(client)) == 1


def test_it_is_taken_back_a_while_after_the_last_work(
    dead_man: DeadMan, client: WebClient, clock: ManualClock, store: Store
) -> None:
    number = ask(store)
    dead_man.work()
    store.questions.withdraw(number, who=Person(id="U1", name="Ada"))

    live(dead_man, clock, 45)
    assert len(planned(client)) == 1
    live(dead_man, clock, 45)

    assert planned(client) == []


def test_a_bot_that_sleeps_is_missed_once_and_says_so_once(
    dead_man: DeadMan, clock: ManualClock, store: Store, sandbox: Sandbox
) -> None:
    ask(store)
    live(dead_man, clock, 600)

    clock.sleep(12 * 3600)
    (missed,) = shown(sandbox)
    live(dead_man, clock, 600)

    assert missed.startswith("🔇 Not heard from code_developer on ada-laptop since")
    assert "Answers are kept." in missed
    (back,) = backs(store)
    assert "had not been heard of for 12 h" in back
    assert shown(sandbox) == [missed]


def test_a_short_sleep_is_no_news(
    dead_man: DeadMan, client: WebClient, clock: ManualClock, store: Store, sandbox: Sandbox
) -> None:
    ask(store)
    dead_man.work()

    clock.sleep(500)
    dead_man.work()

    assert shown(sandbox) == []
    assert backs(store) == []
    assert len(planned(client)) == 1


def test_a_message_that_can_no_longer_be_taken_back_is_owned_up_to(
    dead_man: DeadMan, clock: ManualClock, store: Store, sandbox: Sandbox
) -> None:
    ask(store)
    dead_man.work()

    clock.sleep(AHEAD - 30)
    live(dead_man, clock, 60)

    assert len(shown(sandbox)) == 1
    assert len(backs(store)) == 1


def test_an_orderly_end_leaves_none(dead_man: DeadMan, client: WebClient, store: Store) -> None:
    ask(store)
    dead_man.work()

    dead_man.close()

    assert planned(client) == []
    assert dead_man.work() is None
    assert planned(client) == []


def test_a_bot_that_was_killed_and_is_back_in_time_takes_its_message_over(
    make: Callable[[], DeadMan],
    client: WebClient,
    clock: ManualClock,
    store: Store,
    sandbox: Sandbox,
) -> None:
    ask(store)
    make().work()

    for _ in range(5):
        clock.advance(120)
        make().work()

    assert len(planned(client)) == 1
    assert shown(sandbox) == []
    assert backs(store) == []


def test_a_bot_that_was_killed_and_is_back_late_says_how_long_nobody_was_there(
    make: Callable[[], DeadMan], clock: ManualClock, store: Store, sandbox: Sandbox
) -> None:
    ask(store)
    make().work()
    clock.advance(hours=3)
    assert len(shown(sandbox)) == 1

    make().work()
    make().work()

    (back,) = backs(store)
    assert "for 3 h" in back


def test_a_lost_reply_leaves_one_message_not_two(
    dead_man: DeadMan, client: WebClient, clock: ManualClock, store: Store, sandbox: Sandbox
) -> None:
    ask(store)
    sandbox.faults.add(
        Fault(moment=Moment.STORED, effect=Effect.LOSE_REPLY, of="chat.scheduleMessage")
    )

    wait = dead_man.work()
    assert wait
    clock.advance(wait)
    dead_man.work()

    assert len(planned(client)) == 1


def test_a_slack_that_refuses_is_asked_ever_less_often(
    dead_man: DeadMan, clock: ManualClock, store: Store, sandbox: Sandbox
) -> None:
    ask(store)
    sandbox.faults.add(
        Fault(
            moment=Moment.BEFORE,
            effect=Effect.REFUSE,
            of="chat.scheduleMessage",
            error="is_archived",
            times=None,
        )
    )

    waits = []
    for _ in range(8):
        waits.append(dead_man.work() or 0.0)
        clock.advance(waits[-1])

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize(
    "method", ["chat.scheduleMessage", "chat.scheduledMessages.list", "chat.deleteScheduledMessage"]
)
def test_a_slack_that_asks_to_wait_is_not_asked_before(
    dead_man: DeadMan,
    client: WebClient,
    clock: ManualClock,
    store: Store,
    sandbox: Sandbox,
    method: str,
) -> None:
    ask(store)
    if method == "chat.deleteScheduledMessage":
        live(dead_man, clock, AHEAD // 3, step=1)
    before = len(sandbox.workspace.calls(method))
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of=method, seconds=30, times=2)
    )

    live(dead_man, clock, 30, step=1)
    assert len(sandbox.workspace.calls(method)) == before + 1
    live(dead_man, clock, 30, step=1)
    assert len(sandbox.workspace.calls(method)) == before + 2
    live(dead_man, clock, 15, step=1)

    assert len(planned(client)) == 1


def test_another_hosts_message_is_left_alone(
    make: Callable[..., DeadMan], client: WebClient, store: Store
) -> None:
    ask(store)
    make(host="ben-desktop").work()

    make().work()

    assert len(planned(client)) == 2
