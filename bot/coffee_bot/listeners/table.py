"""What can be pressed and sent about questions: an action's name -> what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffee_bot import blocks
from coffee_bot.intent import Role
from coffee_bot.listeners.form import Form
from coffee_bot.listeners.press import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coffee_bot.listeners.answers import Answers


def actions_of(answers: Answers) -> Mapping[str, Action]:
    """What the buttons of a question do."""
    return {
        blocks.CHOOSE: Action(verb="answer", role=Role.ANSWERER, run=answers.choose),
        blocks.SAME: Action(verb="answer", role=Role.ANSWERER, run=answers.choose_same),
        blocks.SEND_NOW: Action(verb="answer", role=Role.ANSWERER, run=answers.send_now),
        blocks.NOT_AN_ANSWER: Action(verb="answer", role=Role.ANSWERER, run=answers.take_back),
        # A modal must open within three seconds; who sends it is looked at then.
        blocks.OTHER: Action(verb="answer", role=None, run=answers.open_form),
    }


def forms_of(answers: Answers) -> Mapping[str, Form]:
    """What the modals do, by their callback ids."""
    return {
        blocks.FORM: Form(
            verb="answer",
            role=Role.ANSWERER,
            block=blocks.FORM,
            check=answers.missing,
            run=answers.send_form,
        )
    }
