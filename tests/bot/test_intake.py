from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from store_scene import DAEMON, Scene

from coffee_bot.access import Access
from coffee_bot.channel import Channel
from coffee_bot.files import FileDesk
from coffee_bot.intake import Calls, CatchUp, ChannelNews, Intake, Me, build_intake, plain
from coffee_bot.intent import Intent, Message, Misunderstood, Reply
from coffee_bot.sandbox import Effect, Fault, Moment, Sandbox, Settings
from coffee_daemon import InboxRow, Person, Store, StoreTrouble, TaskState, Via

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from coffee_bot.config import BotConfig
    from coffee_bot.sandbox import Workspace
    from coffee_daemon import ManualClock, Question

ADA = Person(id="U0ADA00001", name="Ada")


@dataclass
class Heard:
    """Stands where the commands are: notes what it is asked to do."""

    asked: list[tuple[Intent | Misunderstood | None, str]] = field(default_factory=list)
    refusals: list[tuple[Intent | Misunderstood | None, str]] = field(default_factory=list)

    def refused(
        self, intent: Intent | Misunderstood | None, who: Person, via: Via, reason: str
    ) -> None:
        self.refusals.append((intent, who.id))

    def run(
        self,
        intent: Intent | Misunderstood | None,
        who: Person,
        via: Via,
        *,
        source: str | None = None,
    ) -> Reply:
        self.asked.append((intent, who.name))
        return Reply(message=Message(text="done"))


class Desk:
    """An intake with everything around it, spoken to as Slack would."""

    def __init__(
        self,
        config: BotConfig,
        store: Store,
        clock: ManualClock,
        sandbox: Sandbox,
        client: WebClient,
    ) -> None:
        self.config, self.store, self.clock, self.client = config, store, clock, client
        self.me = Me(
            team=sandbox.team_id, user=sandbox.bot_user_id, bot=sandbox.bot_id, url=sandbox.url
        )
        self.heard = Heard()
        self.channel = Channel(store, config.channel)
        self.told: list[tuple[str, str]] = []
        self.rings: list[None] = []
        self.slow: list[Any] = []
        self.fetches: list[None] = []
        self.lookup_fails = False
        self.intake: Intake = build_intake(
            config,
            store=store,
            me=self.me,
            access=Access(config, self._lookup, clock=clock, team=self.me.team),
            commands=self.heard,
            calls=Calls(
                ring_daemon=lambda: self.rings.append(None),
                slow=self.slow.append,
                wake=lambda: None,
            ),
            clock=clock,
            news=ChannelNews(
                channel=self.channel,
                refused=lambda channel, why: self.told.append((channel, why)),
                mended=lambda channel: self.told.append((channel, "")),
            ),
            files=FileDesk(
                store=store, most=config.file_bytes, fetch=lambda: self.fetches.append(None)
            ),
        )

    def _lookup(self, user: str) -> Any:
        if self.lookup_fails:
            raise TimeoutError
        return self.client.users_info(user=user)["user"]

    def shown(self, key: str, ts: str) -> None:
        """Make a post of ours that Slack shows."""
        self.store.posts.want(key, kind="message", channel=self.config.channel, text=key)
        while (post := self.store.posts.claim(attempt_owner="test")) is not None:
            self.store.posts.sent(post.id, ts if post.key == key else None)

    def asks(self, text: str = "Which database?", *options: str) -> Question:
        """Ask a question that is shown at ts 100.000001."""
        question = self.store.questions.ask(
            daemon="code_developer", text=text, options=options, who=ADA
        )
        self.shown(f"question:{question.number}", "100.000001")
        return question

    def event(self, text: str, *, user: str = ADA.id, ts: str = "200.000001", **more: Any) -> bool:
        message = {
            "type": "message",
            "channel": self.config.channel,
            "channel_type": "channel",
            "user": user,
            "text": text,
            "ts": ts,
        }
        return self.intake.keep(body(message | more))

    def reply(self, text: str, *, ts: str = "200.000001", **more: Any) -> bool:
        return self.event(text, ts=ts, thread_ts="100.000001", **more)

    def edit(self, text: str, *, ts: str = "200.000001", at: str = "250.000001") -> bool:
        message = {
            "type": "message",
            "user": ADA.id,
            "text": text,
            "ts": ts,
            "thread_ts": "100.000001",
            "edited": {"user": ADA.id, "ts": at},
        }
        changed = {"type": "message", "subtype": "message_changed", "message": message}
        return self.intake.keep(body(changed | {"channel": self.config.channel}))

    def delete(self, *, ts: str = "200.000001") -> bool:
        gone = {"type": "message", "subtype": "message_deleted", "deleted_ts": ts}
        before = {"ts": ts, "user": ADA.id, "thread_ts": "100.000001", "text": "x"}
        more = {"channel": self.config.channel, "previous_message": before}
        return self.intake.keep(body(gone | more))

    def row(self, ts: str = "200.000001") -> InboxRow:
        found = self.store.inbox.get(f"msg:{self.me.team}:{self.config.channel}:{ts}")
        assert found is not None
        return found

    def wanted(self, kind: str) -> list[str]:
        """The texts of the posts of a kind that wait to be sent."""
        found = []
        while (post := self.store.posts.claim(attempt_owner="test", kinds=[kind])) is not None:
            self.store.posts.sent(post.id, None)
            found.append(post.text)
        return found

    def answers(self, number: int) -> list[str]:
        return [answer.text for answer in self.store.questions.answers(number)]


def body(event: dict[str, Any]) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "event": event}


@pytest.fixture
def desk(
    config: BotConfig, store: Store, clock: ManualClock, sandbox: Sandbox, client: WebClient
) -> Desk:
    return Desk(config, store, clock, sandbox, client)


# What is kept


def test_other_talk_in_the_channel_is_not_kept(desk: Desk) -> None:
    assert not desk.event("lunch?")
    assert not desk.event("me too", ts="200.000002", thread_ts="150.000001")
    assert desk.store.inbox.received() == []


def test_a_reply_in_a_thread_of_ours_a_mention_and_a_direct_message_are_kept(desk: Desk) -> None:
    desk.asks()

    assert desk.reply("SQLite", ts="200.000001")
    assert desk.event(f"{desk.me.mention} status", ts="200.000002")
    assert desk.event("status", ts="200.000003", channel="D0ADA", channel_type="im")
    assert [row.kind for row in desk.store.inbox.received()] == ["reply", "mention", "direct"]


def test_the_same_message_is_kept_once_however_it_comes(desk: Desk) -> None:
    assert desk.event(f"{desk.me.mention} status")
    assert not desk.event(f"{desk.me.mention} status")
    assert not desk.event(f"{desk.me.mention} status", type="app_mention")


def test_our_own_messages_are_not_kept(desk: Desk) -> None:
    desk.asks()

    assert not desk.reply("picked up", user=desk.me.user, bot_id=desk.me.bot)


def test_edits_and_deletions_are_kept_only_of_what_is_kept(desk: Desk) -> None:
    assert not desk.edit("PostgreSQL")
    assert not desk.delete()
    desk.asks()
    desk.reply("SQLite")

    assert desk.edit("PostgreSQL")
    assert desk.delete()


def test_an_unfurled_link_is_no_edit(desk: Desk) -> None:
    desk.asks()
    desk.reply("see https://a.example")
    message = {"ts": "200.000001", "user": ADA.id, "text": "x", "attachments": [{}]}
    changed = {"type": "message", "subtype": "message_changed", "message": message}

    assert not desk.intake.keep(body(changed | {"channel": desk.config.channel}))


def test_a_deleted_messages_text_is_not_kept(desk: Desk) -> None:
    desk.asks()
    desk.reply("secret")
    desk.delete()

    (deletion,) = [row for row in desk.store.inbox.received() if row.kind == "delete"]
    assert deletion.payload == {}


def test_what_cannot_be_stored_is_not_said_to_be(desk: Desk) -> None:
    desk.store.close()
    for file in desk.config.daemon.home.glob("notifications.db*"):
        file.unlink()
    desk.config.daemon.home.joinpath("notifications.db").mkdir()

    with pytest.raises(StoreTrouble):
        desk.event("status", channel="D0ADA", channel_type="im")


# Answers


def test_a_reply_becomes_the_answer_is_marked_and_wakes_the_daemon(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite")

    assert desk.intake.work() == 1

    assert desk.answers(question.number) == ["SQLite"]
    assert desk.row().state == "applied"
    assert desk.wanted("reaction") == ["white_check_mark"]
    assert desk.rings


def test_working_twice_records_once(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite")

    desk.intake.work()
    desk.intake.work()

    assert desk.answers(question.number) == ["SQLite"]


def test_a_sentence_about_the_daemon_in_a_questions_thread_is_an_answer(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("the daemon status page is red")

    desk.intake.work()

    assert desk.answers(question.number) == ["the daemon status page is red"]
    assert desk.heard.asked == []


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_reply_with_a_file_or_also_sent_to_the_channel_is_an_answer(
    desk: Desk, subtype: str
) -> None:
    question = desk.asks()
    desk.reply("see there", subtype=subtype, files=[{"name": "plan.pdf"}])

    desk.intake.work()

    assert desk.answers(question.number) == ["see there\n[file: plan.pdf]"]


@pytest.mark.parametrize(
    ("typed", "text", "option"),
    [
        ("PostgreSQL", "PostgreSQL", "2"),
        ("sqlite", "sqlite", "1"),
        ("2", "PostgreSQL", "2"),
        ("both", "both", None),
    ],
)
def test_an_options_number_or_words_choose_it(
    desk: Desk, typed: str, text: str, option: str | None
) -> None:
    question = desk.asks("Which?", "SQLite", "PostgreSQL")
    desk.reply(typed)

    desk.intake.work()

    (answer,) = desk.store.questions.answers(question.number)
    assert (answer.text, answer.option) == (text, option)


def test_three_replies_in_a_row_are_one_answer(desk: Desk) -> None:
    question = desk.asks()
    for number, text in enumerate(["SQLite", "for now", "at least"]):
        desk.reply(text, ts=f"20{number}.000001")
        desk.intake.work()
        desk.clock.advance(30)

    assert desk.answers(question.number) == ["SQLite", "for now", "at least"]
    closes_at = desk.store.questions.get(question.number).closes_at
    assert closes_at == desk.clock.now() + timedelta(seconds=30)


@pytest.mark.parametrize("text", ["// what do you think?", "<@U0BOB00001> you know this"])
def test_people_talking_with_each_other_are_left_alone(desk: Desk, text: str) -> None:
    question = desk.asks()
    desk.reply(text)

    desk.intake.work()

    assert desk.answers(question.number) == []
    assert desk.row().state == "refused"
    assert desk.wanted("reaction") == []
    assert desk.wanted("ephemeral") == []


def test_a_mention_with_an_exact_command_is_a_command(desk: Desk) -> None:
    question = desk.asks()
    desk.reply(f"{desk.me.mention} status")

    desk.intake.work()

    assert desk.heard.asked == [(Intent(verb="status"), "Ada")]
    assert desk.answers(question.number) == []
    assert desk.wanted("message") == ["done"]


def test_a_mention_with_other_words_is_an_answer(desk: Desk) -> None:
    question = desk.asks()
    desk.reply(f"{desk.me.mention} stop using mocks")

    desk.intake.work()

    assert desk.answers(question.number) == ["stop using mocks"]


def test_a_reply_after_pick_up_is_a_follow_up_or_too_late(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite")
    desk.intake.work()
    desk.clock.advance(61)
    desk.store.questions.collect(question.number)
    desk.wanted("reaction")

    desk.reply("no, wait", ts="300.000001")
    desk.intake.work()

    assert desk.wanted("reaction") == ["no_entry_sign"]
    (said,) = desk.wanted("ephemeral")
    assert "already answered by" in said


def test_a_reply_in_a_tasks_thread_is_a_follow_up(desk: Desk) -> None:
    task = desk.store.tasks.tell(daemon="code_developer", text="go", who=ADA, via=Via.CLI)
    desk.shown(f"task:{task.number}", "100.000001")
    desk.reply("and write tests")

    desk.intake.work()

    assignment = desk.store.turns.pick_up("code_developer", nonce="n")
    assert assignment is not None
    assert [one.text for one in assignment.follow_ups] == ["and write tests"]


def test_whoever_writes_below_the_card_is_told_once_that_nobody_reads_it(desk: Desk) -> None:
    desk.shown("card:code_developer", "100.000001")
    desk.reply("SQLite, please", ts="200.000001")
    desk.reply("hello?", ts="300.000001")

    desk.intake.work()

    (said,) = desk.wanted("ephemeral")
    assert "does not read this thread" in said


def test_a_mention_below_the_card_is_read_as_anywhere(desk: Desk) -> None:
    desk.shown("card:code_developer", "100.000001")
    desk.reply(f"{desk.me.mention} could you build me a cake")

    desk.intake.work()

    assert desk.wanted("ephemeral") == []
    assert desk.wanted("message") == ["done"]


# Edits and deletions


def test_an_edit_before_pick_up_changes_the_answer(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite")
    desk.edit("PostgreSQL")

    desk.intake.work()

    assert desk.answers(question.number) == ["PostgreSQL"]


def test_a_deletion_before_pick_up_opens_the_question_again(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite")
    desk.delete()

    desk.intake.work()

    assert desk.answers(question.number) == []
    assert desk.store.questions.get(question.number).state == "open"


def test_an_edit_after_pick_up_changes_nothing_and_is_told(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite")
    desk.intake.work()
    desk.clock.advance(61)
    desk.store.questions.collect(question.number)

    desk.edit("PostgreSQL")
    desk.intake.work()

    assert desk.answers(question.number) == ["SQLite"]
    assert len(desk.wanted("ephemeral")) == 1


def test_an_edit_into_discussion_takes_the_answer_back(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite")
    desk.edit("// SQLite, no?")

    desk.intake.work()

    assert desk.answers(question.number) == []


# Who may


@pytest.mark.parametrize("name", ["eve", "stranger", "gone", "robot"])
def test_guests_strangers_and_bots_are_refused_with_a_mark(
    desk: Desk, workspace: Workspace, name: str
) -> None:
    question = desk.asks()
    desk.reply("SQLite", user=workspace.user(name).id)

    desk.intake.work()

    assert desk.answers(question.number) == []
    assert desk.row().state == "refused"
    assert desk.wanted("reaction") == ["no_entry_sign"]


def test_a_refusal_says_privately_what_to_add_where(desk: Desk, workspace: Workspace) -> None:
    desk.asks()
    workspace.add_user(workspace.user("bob").__class__(**_outsider(workspace)))
    desk.reply("SQLite", user="U0ZOE00001")

    desk.intake.work()

    (said,) = desk.wanted("ephemeral")
    assert "COFFEE_MEMBERS" in said


def _outsider(workspace: Workspace) -> dict[str, Any]:
    bob = workspace.user("bob")
    return {"id": "U0ZOE00001", "name": "zoe", "real_name": "Zoe", "team_id": bob.team_id}


def test_a_bots_reply_is_refused_without_a_word_to_it(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite", bot_id="B0OTHER", subtype="bot_message", user=None)

    desk.intake.work()

    assert desk.answers(question.number) == []
    assert desk.wanted("ephemeral") == []


def test_while_slack_cannot_say_who_it_is_the_reply_waits(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("SQLite")
    desk.lookup_fails = True
    assert desk.intake.work() == 0
    assert desk.row().state == "received"

    desk.lookup_fails = False
    desk.intake.work()

    assert desk.answers(question.number) == ["SQLite"]


# What comes late, or turns out to mean something else


def test_an_edit_of_a_reply_that_never_came_is_the_reply(desk: Desk) -> None:
    question = desk.asks()
    desk.edit("PostgreSQL")
    assert not desk.reply("SQLite")

    desk.intake.work()

    assert desk.answers(question.number) == ["PostgreSQL"]


def test_a_mention_that_is_edited_in_later_asks_for_nothing(desk: Desk) -> None:
    message = {
        "user": ADA.id,
        "text": f"{desk.me.mention} stop",
        "ts": "9.1",
        "edited": {"ts": "9"},
    }
    changed = {"type": "message", "subtype": "message_changed", "message": message}

    assert not desk.intake.keep(body(changed | {"channel": desk.config.channel}))


def test_a_reply_that_comes_after_its_deletion_does_not_count(desk: Desk) -> None:
    question = desk.asks()
    desk.delete()
    desk.reply("SQLite")

    desk.intake.work()

    assert desk.answers(question.number) == []
    assert desk.wanted("reaction") == []


def test_discussion_that_is_edited_into_an_answer_is_one(desk: Desk) -> None:
    question = desk.asks()
    desk.reply("// SQLite?")
    desk.intake.work()
    desk.edit("SQLite")
    desk.intake.work()
    assert desk.answers(question.number) == ["SQLite"]

    desk.edit("PostgreSQL", at="251.000001")
    desk.intake.work()

    assert desk.answers(question.number) == ["PostgreSQL"]


def test_a_command_in_a_thread_does_not_become_an_answer_when_it_is_edited(desk: Desk) -> None:
    question = desk.asks()
    desk.reply(f"{desk.me.mention} status")
    desk.intake.work()
    desk.edit(f"{desk.me.mention} status please")
    desk.intake.work()

    assert desk.answers(question.number) == []


def test_a_deleted_messages_words_are_forgotten_and_old_ones_after_a_week(
    desk: Desk, clock: ManualClock
) -> None:
    desk.asks()
    desk.reply("SQLite")
    desk.reply("for now", ts="200.000002")
    desk.intake.work()
    desk.delete()
    desk.intake.work()
    assert desk.row().payload == {}
    assert desk.row("200.000002").payload != {}

    clock.advance(timedelta(days=8).total_seconds())
    desk.intake.forget(timedelta(days=7))

    assert desk.row("200.000002").payload == {}


# Parents


def test_a_reply_waits_while_its_parent_may_be_a_post_of_unknown_outcome(desk: Desk) -> None:
    question = desk.store.questions.ask(daemon="code_developer", text="Which?", who=ADA)
    key = f"question:{question.number}"
    desk.store.posts.want(key, kind="message", channel=desk.config.channel, text="Which?")
    post = desk.store.posts.claim(attempt_owner="test")
    assert post is not None
    assert desk.reply("SQLite")
    assert desk.intake.work() == 0

    desk.store.posts.sent(post.id, "100.000001")
    desk.intake.work()

    assert desk.answers(question.number) == ["SQLite"]


def test_a_letter_that_waits_does_not_hold_back_those_after_it(desk: Desk) -> None:
    desk.store.posts.want("x", kind="message", channel=desk.config.channel, text="x")
    desk.store.posts.claim(attempt_owner="test")
    desk.event("hm", ts="200.000001", thread_ts="150.000001")
    desk.event(f"{desk.me.mention} status", ts="200.000002")

    assert desk.intake.work() == 1
    assert desk.row("200.000001").state == "received"


# Mentions and direct messages


def test_a_direct_message_is_answered_there(desk: Desk) -> None:
    desk.event("what is the daemon doing?", channel="D0ADA", channel_type="im")

    desk.intake.work()

    assert desk.heard.asked == [(Intent(verb="status"), "Ada")]
    post = desk.store.posts.claim(attempt_owner="test")
    assert post is not None
    assert (post.channel, post.thread_ts, post.text) == ("D0ADA", None, "done")


def test_a_direct_message_in_a_thread_is_answered_in_that_thread(desk: Desk) -> None:
    desk.event("status", channel="D0ADA", channel_type="im", thread_ts="100.000001")

    desk.intake.work()

    assert desk.heard.asked == [(Intent(verb="status"), "Ada")]
    post = desk.store.posts.claim(attempt_owner="test")
    assert post is not None
    assert (post.channel, post.thread_ts) == ("D0ADA", "100.000001")


def test_a_mention_is_answered_in_its_thread(desk: Desk) -> None:
    desk.event(f"{desk.me.mention} status")

    desk.intake.work()

    post = desk.store.posts.claim(attempt_owner="test")
    assert post is not None
    assert (post.thread_ts, post.text) == ("200.000001", "done")


def test_what_is_not_understood_reaches_the_commands_as_nothing(desk: Desk) -> None:
    desk.event(f"{desk.me.mention} my coffee is cold")

    desk.intake.work()

    assert desk.heard.asked == [(None, "Ada")]


def test_what_waits_for_a_process_is_run_elsewhere(desk: Desk) -> None:
    desk.event(f"{desk.me.mention} start", ts=f"{desk.clock.now().timestamp():.6f}")

    assert desk.intake.work() == 1
    assert desk.heard.asked == []
    desk.slow[0]()

    assert desk.heard.asked == [(Intent(verb="start"), "Ada")]


def test_a_member_may_not_control(desk: Desk, workspace: Workspace) -> None:
    desk.event(f"{desk.me.mention} stop", user=workspace.user("bob").id)

    desk.intake.work()

    assert desk.slow == []
    assert desk.row().state == "refused"
    assert desk.heard.refusals == [(Intent(verb="stop"), workspace.user("bob").id)]


@pytest.mark.parametrize("said", ["Hey {}, status?", "hello {} what are you doing", "{}: status"])
def test_a_greeting_before_the_mention_does_not_matter(desk: Desk, said: str) -> None:
    desk.event(said.format(desk.me.mention))

    desk.intake.work()

    assert desk.heard.asked == [(Intent(verb="status"), "Ada")]


def test_bots_that_mention_the_bot_get_no_answer(desk: Desk) -> None:
    desk.event(f"{desk.me.mention} status", bot_id="B0OTHER", subtype="bot_message")

    desk.intake.work()

    assert desk.heard.asked == []
    assert desk.wanted("message") == []


# Words


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("edit <http://setup.py|setup.py>", "edit setup.py"),
        ("see <https://a.example/x?a=1&amp;b=2>", "see https://a.example/x?a=1&b=2"),
        ("see <https://a.example|the plan>", "see the plan (https://a.example)"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("ask in <#C1|general> <!here>", "ask in #general @here"),
        ("&amp;lt;", "&lt;"),
        ("half \ud800 a pair", "half ? a pair"),
    ],
)
def test_an_answer_is_stored_as_it_was_typed(raw: str, typed: str) -> None:
    assert plain(raw) == typed


# Catching up


@pytest.fixture
def catch_up(desk: Desk) -> CatchUp:
    return CatchUp(
        intake=desk.intake,
        client=desk.client,
        clock=desk.clock,
        settle=timedelta(seconds=60),
        channel=desk.channel,
    )


def posted(desk: Desk, key: str) -> str:
    """Let Slack really show a post of ours; return its ts."""
    ts = str(desk.client.chat_postMessage(channel=desk.config.channel, text=key)["ts"])
    desk.shown(key, ts)
    return ts


def asked(desk: Desk, text: str) -> tuple[int, str]:
    """Ask a question that Slack really shows; return its number and ts."""
    question = desk.store.questions.ask(daemon="code_developer", text=text, who=ADA)
    return question.number, posted(desk, f"question:{question.number}")


def read_all(desk: Desk, catch_up: CatchUp) -> float | None:
    """Catch up as far as it goes without waiting; return how long it wants to wait."""
    catch_up.begin()
    while (wait := catch_up.work()) == 0.0:
        desk.intake.work()
    return wait


def test_catching_up_finds_replies_edits_and_deletions_that_nobody_delivered(
    desk: Desk, catch_up: CatchUp, workspace: Workspace, clock: ManualClock
) -> None:
    number, ts = asked(desk, "Which?")
    first = workspace.say("ada", "dev", "SQLite", thread_ts=ts)
    workspace.say("ada", "dev", "for now", thread_ts=ts)

    def caught_up() -> list[str]:
        assert read_all(desk, catch_up) is None
        return desk.answers(number)

    assert caught_up() == ["SQLite", "for now"]
    clock.advance(10)
    workspace.edit("ada", "dev", first, "PostgreSQL")
    assert caught_up() == ["PostgreSQL", "for now"]
    clock.advance(50)
    workspace.delete("ada", "dev", first)
    clock.advance(5)
    assert caught_up() == ["for now"]


def test_a_thread_that_slack_refuses_to_show_does_not_hold_back_the_others(
    desk: Desk, catch_up: CatchUp, workspace: Workspace
) -> None:
    _, gone = asked(desk, "Which?")
    number, there = asked(desk, "Where?")
    desk.client.chat_delete(channel=desk.config.channel, ts=gone)
    workspace.say("ada", "dev", "Here", thread_ts=there)

    assert read_all(desk, catch_up) is None

    assert desk.answers(number) == ["Here"]


def test_catching_up_waits_as_long_as_slack_asks_and_then_goes_on(
    desk: Desk, catch_up: CatchUp, workspace: Workspace, sandbox: Sandbox, clock: ManualClock
) -> None:
    number, ts = asked(desk, "Which?")
    workspace.say("ada", "dev", "SQLite", thread_ts=ts)
    limited = Fault(
        moment=Moment.BEFORE, effect=Effect.RATE_LIMITED, of="conversations.replies", seconds=30
    )
    sandbox.faults.add(limited)

    assert read_all(desk, catch_up) == 30
    assert catch_up.work() == 30
    catch_up.begin()
    assert catch_up.work() == 30, "a new connection does not make Slack more patient"
    assert len(workspace.calls("conversations.replies")) == 1
    clock.advance(30)
    while catch_up.work() == 0.0:
        desk.intake.work()

    assert desk.answers(number) == ["SQLite"]


def test_catching_up_with_many_threads_keeps_to_slacks_rate_and_reads_them_all(
    desk: Desk, catch_up: CatchUp, clock: ManualClock
) -> None:
    """Under the limits that Slack documents; other tests have them switched off."""
    slack = Settings(seed=7, now=lambda: clock.now().timestamp())
    with Sandbox(slack) as strict:
        catch_up.client.base_url = strict.api_url
        catch_up.client.token = strict.bot_token
        numbers = []
        for count in range(70):
            number, ts = asked(desk, f"Question {count}?")
            strict.workspace.say("ada", "dev", f"Answer {count}", thread_ts=ts)
            numbers.append(number)
            clock.advance(1)
        begun = clock.monotonic()

        catch_up.begin()
        while (wait := catch_up.work()) is not None:
            desk.intake.work()
            clock.advance(wait + 0.001)

        assert [desk.answers(one) for one in numbers] == [[f"Answer {n}"] for n in range(70)]
        calls = strict.workspace.calls("conversations.replies")
        assert [one for one in calls if not one.ok] == []
        assert clock.monotonic() - begun < 60


def test_catching_up_finds_follow_ups_of_what_has_ended(
    desk: Desk, catch_up: CatchUp, workspace: Workspace
) -> None:
    task = desk.store.tasks.tell(daemon="code_developer", text="go", who=ADA, via=Via.CLI)
    ts = posted(desk, f"task:{task.number}")
    desk.store.tasks.cancel(task.number, who=ADA, via=Via.CLI)
    workspace.say("ada", "dev", "on second thought, do it", thread_ts=ts)

    read_all(desk, catch_up)

    assert desk.store.tasks.get(task.number).state is TaskState.QUEUED


def test_a_follow_up_that_was_deleted_while_the_bot_was_away_is_not_delivered(
    desk: Desk, catch_up: CatchUp, workspace: Workspace, clock: ManualClock
) -> None:
    task = desk.store.tasks.tell(daemon="code_developer", text="go", who=ADA, via=Via.CLI)
    ts = posted(desk, f"task:{task.number}")
    workspace.say("ada", "dev", "and write tests", thread_ts=ts)
    regretted = workspace.say("ada", "dev", "remove the old API too", thread_ts=ts)
    read_all(desk, catch_up)
    clock.advance(61)
    workspace.delete("ada", "dev", regretted)

    read_all(desk, catch_up)

    (left,) = desk.store.tasks.follow_ups(task.number)
    assert left.text == "and write tests"


def test_a_deleted_follow_up_below_a_question_is_not_delivered_however_old_the_question_is(
    desk: Desk, catch_up: CatchUp, workspace: Workspace, clock: ManualClock
) -> None:
    scene = Scene(desk.store, clock)
    question = scene.waiting()
    posted(desk, f"task:{question.task}")
    ts = posted(desk, f"question:{question.number}")
    workspace.say("ada", "dev", "SQLite", thread_ts=ts)
    read_all(desk, catch_up)
    clock.advance(61)
    turn = scene.turn()
    workspace.say("ada", "dev", "and write tests", thread_ts=ts)
    regretted = workspace.say("ada", "dev", "remove the old API too", thread_ts=ts)
    read_all(desk, catch_up)
    for number in range(20):
        scene.store.questions.ask(daemon=DAEMON, text=f"Something else {number}?")
    clock.advance(61)
    workspace.delete("ada", "dev", regretted)

    read_all(desk, catch_up)

    scene.end(turn)
    assert [one.text for one in scene.turn().follow_ups] == ["and write tests"]


def test_tasks_that_ended_are_queued_again_by_a_follow_up(desk: Desk) -> None:
    task = desk.store.tasks.tell(daemon="code_developer", text="go", who=ADA, via=Via.CLI)
    desk.shown(f"task:{task.number}", "100.000001")
    desk.store.tasks.cancel(task.number, who=ADA, via=Via.CLI)
    desk.reply("on second thought, do it")

    desk.intake.work()

    assert desk.store.tasks.get(task.number).state is TaskState.QUEUED


# Mentions and direct messages that nobody delivered


def history_calls(workspace: Workspace) -> int:
    return len(workspace.calls("conversations.history"))


def test_at_first_contact_nothing_of_before_is_taken(
    desk: Desk, catch_up: CatchUp, workspace: Workspace
) -> None:
    workspace.say("ada", "dev", "@code_developer status")

    read_all(desk, catch_up)
    read_all(desk, catch_up)

    assert desk.heard.asked == []


def test_missed_mentions_are_read_page_by_page_and_taken_once(
    desk: Desk, catch_up: CatchUp, workspace: Workspace, sandbox: Sandbox, clock: ManualClock
) -> None:
    read_all(desk, catch_up)
    clock.advance(3600)
    first = workspace.say("ada", "dev", "@code_developer status")
    for _ in range(5):
        workspace.say("bob", "dev", "chatter")
    workspace.say("ada", "dev", "@code_developer tasks")
    sandbox.faults.add(
        Fault(
            moment=Moment.READ,
            effect=Effect.SHORT_PAGES,
            of="conversations.history",
            size=2,
            times=None,
        )
    )

    read_all(desk, catch_up)

    assert [intent.verb for intent, _ in desk.heard.asked if isinstance(intent, Intent)] == [
        "status",
        "tasks",
    ]
    assert not desk.intake.keep_event(
        {
            "type": "app_mention",
            "channel": desk.config.channel,
            "user": ADA.id,
            "text": f"{desk.me.mention} status",
            "ts": first,
        }
    )
    read_all(desk, catch_up)
    assert len(desk.heard.asked) == 2


def test_where_nothing_is_new_one_page_is_read(
    desk: Desk, catch_up: CatchUp, workspace: Workspace, clock: ManualClock
) -> None:
    for _ in range(3):
        workspace.say("bob", "dev", "chatter")
        clock.advance(600)
    read_all(desk, catch_up)
    before = history_calls(workspace)

    read_all(desk, catch_up)

    assert history_calls(workspace) == before + 1


def test_a_reading_that_is_cut_off_moves_no_mark(
    desk: Desk, catch_up: CatchUp, workspace: Workspace, sandbox: Sandbox, clock: ManualClock
) -> None:
    read_all(desk, catch_up)
    clock.advance(3600)
    workspace.say("ada", "dev", "@code_developer status")
    sandbox.faults.add(
        Fault(moment=Moment.BEFORE, effect=Effect.SERVER_ERROR, of="conversations.history")
    )

    assert read_all(desk, catch_up)
    clock.advance(60)
    read_all(desk, catch_up)

    assert len(desk.heard.asked) == 1


@pytest.mark.parametrize(
    ("said", "hours", "obeyed"),
    [
        ("stop", 23, True),
        ("stop", 25, False),
        ("here", 25, False),
        ("tell fix it", 25, True),
        ("continue", 24, False),
    ],
)
def test_a_wish_of_a_moment_is_not_obeyed_a_day_later(
    desk: Desk,
    catch_up: CatchUp,
    workspace: Workspace,
    clock: ManualClock,
    said: str,
    hours: int,
    obeyed: bool,
) -> None:
    read_all(desk, catch_up)
    workspace.say("ada", "dev", f"@code_developer {said}")
    clock.advance(hours=hours)

    read_all(desk, catch_up)
    for job in desk.slow:
        job()

    assert len(desk.heard.asked) == int(obeyed)
    replies = desk.wanted("message")
    assert any("Say it again" in one or "You sent this" in one for one in replies) != obeyed


# What Slack tells of channels


def test_what_slack_tells_of_the_channel_is_passed_on_or_noted(desk: Desk) -> None:
    here, other = desk.config.channel, "C0OTHER001"
    for event in (
        {"type": "channel_archive", "channel": here, "user": ADA.id},
        {"type": "group_archive", "channel": other},
        {"type": "channel_unarchive", "channel": here},
        {"type": "group_rename", "channel": {"id": here, "name": "work"}},
        {"type": "channel_rename", "channel": "garbage"},
        {"type": "channel_archive"},
        {"type": "channel_id_changed", "old_channel_id": 7, "new_channel_id": None},
    ):
        desk.intake.keep(body(event))

    assert desk.told == [(here, "is_archived"), (here, "")]
    assert (desk.channel.id, desk.channel.name) == (here, "work")


def test_what_the_old_id_of_a_channel_refused_is_tried_under_the_new_one(desk: Desk) -> None:
    here = desk.config.channel

    desk.intake.keep(
        body(
            {
                "type": "channel_id_changed",
                "old_channel_id": here,
                "new_channel_id": "C0NEW00001",
            }
        )
    )

    assert desk.channel.id == "C0NEW00001"
    assert desk.told == [(here, ""), ("C0NEW00001", "")]
