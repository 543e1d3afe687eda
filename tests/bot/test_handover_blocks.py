"""The modal in which somebody makes a task of a message."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from coffee_bot import blocks
from coffee_bot.sandbox.web_api.views import checked

outside = st.one_of(
    st.text(),
    st.text(alphabet="<>&`*_~|@!#\n \ud800\x00\u202e"),
    st.text(min_size=1, max_size=3).map(lambda text: text * 2_100),
)


@settings(max_examples=80, deadline=None)
@given(outside, st.sampled_from(("U0ADA00001", "", "<!channel>")), outside)
def test_slack_takes_the_modal_whatever_the_message_says(
    words: str, author: str, daemon: str
) -> None:
    form = blocks.send_form(
        daemon=daemon,
        words=words.encode("utf-8", "replace").decode(),
        author=author,
        channel="C0DEV00001",
        url="https://team.example/archives/C0DEV00001/p1",
        feed="C0DEV00001",
        again=12,
        about="{}",
    )

    checked(dict(form))
    assert "<!channel>" not in json.dumps([one for one in form["blocks"] if one["type"] != "input"])
