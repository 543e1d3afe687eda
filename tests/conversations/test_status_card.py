"""The status card in the channel, pressed by people, with a real daemon behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot_house import key_of, settle, words
from waiting import eventually

from coffee_bot.sandbox import Effect, Fault, Moment

if TYPE_CHECKING:
    from bot_house import House

    from coffee_bot.sandbox import Message

CARD = "card:code_developer"


def card(house: House, *parts: str) -> Message:
    """Wait until the card holds these words."""

    def look() -> Message | None:
        found = [one for one in house.workspace.messages("dev") if key_of(one) == CARD]
        assert len(found) <= 1, "there is one card"
        return next((one for one in found if all(part in words(one) for part in parts)), None)

    return eventually(look, 30, f"the card with {parts}")


def press(house: House, action: str, user: str = "ada", *, on: str) -> None:
    assert house.workspace.press(user, "dev", card(house, on).ts, action).acked


def whispered(house: House, part: str, user: str = "ada") -> str:
    """Wait for a private word to somebody."""

    def look() -> str | None:
        told = (words(one) for one in house.workspace.ephemerals(user, "dev"))
        return next((one for one in told if part in one), None)

    return eventually(look, 30, part)


def test_a_daemon_is_started_restarted_and_stopped_on_its_card(house: House) -> None:
    press(house, "start", on="is stopped")
    whispered(house, "Daemon Started Successfully")
    first = house.process.status().pid
    running = card(house, "is idle", "Restart", "Last sign of life", "Up since", "{ago}")
    assert "'start'" not in words(running), "nobody is asked to start what runs"

    press(house, "restart", on="is idle")
    whispered(house, "Daemon restarted")
    assert house.process.status().pid not in {None, first}

    press(house, "stop", on="is idle")
    whispered(house, "Daemon Stopped Successfully")
    assert not house.process.is_daemon_running()
    card(house, "is stopped", "stopped by Ada", "'start'")
    house.message("Ada restarted code_developer")
    house.message("Ada stopped code_developer")


def test_whoever_may_not_control_it_is_told_privately_why(house: House) -> None:
    press(house, "start", on="is stopped")
    card(house, "is idle")

    for action in ("stop", "restart"):
        press(house, action, "bob", on="is idle")
    whispered(house, "COFFEE_OPERATORS", "bob")

    assert house.process.is_daemon_running()
    settle(lambda: len([1 for one in house.store.audit.list() if one.outcome == "refused"]) == 2)


def test_ask_opens_a_modal_that_hands_work_over(house: House) -> None:
    press(house, "ask", "bob", on="is stopped")
    (view,) = eventually(lambda: house.workspace.views("bob"), 30, "the modal")

    sent = house.workspace.submit_view("bob", view.id, {"ask": {"words": "Mend <it> & run"}})

    assert sent.acked
    whispered(house, "Stored as #", "bob")
    house.message("Mend &lt;it&gt; &amp; run", "waiting for its turn")
    (task,) = house.store.tasks.list()
    assert (task.prompt, task.wants_answer) == ("Mend <it> & run", False)
    assert task.author is not None
    assert task.author.id == house.workspace.user("bob").id


def test_what_is_asked_with_a_question_mark_is_answered_in_its_thread(house: House) -> None:
    press(house, "start", on="is stopped")
    press(house, "ask", on="is idle")
    (view,) = eventually(lambda: house.workspace.views("ada"), 30, "the modal")

    house.workspace.submit_view("ada", view.id, {"ask": {"words": "What did you build?"}})

    house.message("Answer to #", "Built with nothing")


def test_whoever_may_not_hand_over_work_is_told_before_writing_it(house: House) -> None:
    press(house, "ask", "eve", on="is stopped")

    whispered(house, "Guests", "eve")
    assert not house.workspace.views("eve")


def test_the_card_names_the_open_question_and_links_to_it(house: House) -> None:
    house.command("tell ASK and build it")
    press(house, "start", on="is stopped")
    asked = house.message("Which database?", "reply in this thread")

    link = asked.ts.replace(".", "")
    card(house, "1 open question", "Which database?", f"p{link}")


def pins(house: House, channel: str = "dev") -> list[str]:
    return [one.ts for one in house.workspace.messages(channel) if one.pinned]


def test_the_card_is_pinned_on_request_and_the_pin_taken_away(house: House) -> None:
    ts = card(house, "is stopped").ts

    assert "is pinned now" in house.answer_to("pin")
    assert pins(house) == [ts]
    house.message("Ada pinned the card of code_developer")
    assert "is pinned already" in house.answer_to("pin")

    assert "not pinned any more" in house.answer_to("unpin")
    assert pins(house) == []
    house.message("Ada unpinned the card")
    assert "is not pinned" in house.answer_to("unpin")


def test_whoever_may_not_pin_is_told_so_privately(house: House) -> None:
    card(house, "is stopped")

    assert "COFFEE_OPERATORS" in house.answer_to("pin", "bob")
    assert pins(house) == []


def test_a_refused_pin_says_what_is_missing(house: House) -> None:
    card(house, "is stopped")
    house.sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.REFUSE, of="pins.add", error="missing_scope")
    )

    assert "pins:write" in house.answer_to("pin")
    assert pins(house) == []


def test_a_pin_goes_along_with_a_feed_that_moves(house: House) -> None:
    card(house, "is stopped")
    house.answer_to("pin")
    ops = house.workspace.add_channel("ops", members=("ada", "bob", "code_developer"))

    house.workspace.command("ada", ops, "/coffee", "here")

    settle(lambda: len(pins(house, ops)) == 1, "the new card is pinned")
    settle(lambda: pins(house) == [], "the old one is not")
    (ts,) = pins(house, ops)
    assert key_of(house.workspace.message(ops, ts)) == f"{CARD}@1"
