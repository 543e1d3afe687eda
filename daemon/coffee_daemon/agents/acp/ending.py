"""How a turn ended, in one sentence for people."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from coffee_daemon.agents.limits import limit_from_words, speaks_of_limit
from coffee_daemon.agents.protocol import ANSWER_CHARS, SUMMARY_CHARS
from coffee_daemon.system import system_clock
from coffee_daemon.tasks import Outcome, TurnEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acp import RequestError
    from acp.schema import InitializeResponse

    from coffee_daemon.agents.limits import Limit

#: JSON-RPC's error code for "Authentication required", from the protocol's schema.
AUTH_REQUIRED = -32000
#: Gemini CLI answers with the code of its model's service.
_TOO_MANY_REQUESTS = 429
_DETAIL_CHARS = 600
#: Agents by their own names that pass over all arguments, and what to install instead. Without
#: them Codex would work under another sandbox than the one that its preset sets.
_HEED_NO_ARGUMENTS = {"@agentclientprotocol/codex-acp": "@zed-industries/codex-acp"}

#: The protocol's other reasons for a turn's end, and whose fault they are.
_STOPS = {
    "refusal": "The model refused to go on with this.",
    "max_tokens": "The agent ended its turn because its model's limit on tokens was reached.",
    "max_turn_requests": "The agent ended its turn because it had asked its model too often.",
    "cancelled": "The agent cancelled its turn by itself.",
}


def ended(reason: str, said: str, *, wants_answer: bool = False, denied: str = "") -> Outcome:
    """The outcome of a turn that the agent ended, by the protocol's reason for it.

    Args:
        reason: The protocol's word.
        said: What the agent said in it.
        wants_answer: Whether its last words are an answer, which is kept longer.
        denied: The call that it was denied last in this turn, if any.
    """
    # At such a call Codex cancels its turn, and opencode ends it without a word.
    if denied and (reason == "cancelled" or (reason == "end_turn" and not said)):
        why = f"The agent ended its turn because this was denied: {denied}"
    elif reason == "end_turn":
        return Outcome(end=TurnEnd.OK, summary=closing(said, wants_answer=wants_answer))
    else:
        why = _STOPS.get(reason, f"The agent ended its turn: {reason}.")
    return Outcome(end=TurnEnd.FAILED, summary=f"{why}\n{closing(said)}".strip())


def closing(said: str, *, wants_answer: bool = False) -> str:
    """The end of what the agent said, from the beginning of a line."""
    longest = ANSWER_CHARS if wants_answer else SUMMARY_CHARS
    if len(said) <= longest:
        return said
    return said[-longest:].partition("\n")[2] or said[-longest:]


def waits(numbers: Iterable[int]) -> Outcome:
    """The outcome of a turn whose agent needs an answer that nobody has given yet."""
    named = " and ".join(f"#{number}" for number in sorted(numbers))
    return Outcome(end=TurnEnd.OK, summary=f"It goes on when {named} is answered.")


def interrupted(said: str) -> Outcome:
    """The outcome of a turn that was stopped."""
    return Outcome(end=TurnEnd.INTERRUPTED, summary=closing(said))


def crashed(why: str) -> Outcome:
    """The outcome of a turn whose agent could not work."""
    return Outcome(end=TurnEnd.CRASHED, summary=why)


def refused(error: RequestError) -> Outcome:
    """The outcome of a turn in which the agent answered with an error."""
    return Outcome(end=TurnEnd.FAILED, summary=f"The agent reported an error: {sentence(error)}")


def limited(error: RequestError, told: Limit | None) -> Outcome | None:
    """The outcome of a turn that met a usage limit; None when its error is another one.

    The protocol knows no such limits. Claude Code's adapter tells of them beside it, the others in
    an error's words or code.

    Args:
        error: What the agent said.
        told: The limit that it has told of in this turn, if any.
    """
    words = sentence(error)
    if told is None and error.code != _TOO_MANY_REQUESTS and not speaks_of_limit(words):
        return None
    limit = told or limit_from_words(words, system_clock().now())
    # Without a time, the daemon knows how long to wait.
    until = limit.until if limit.told else None
    return Outcome(end=TurnEnd.LIMITED, summary=words, until=until)


def sentence(error: RequestError) -> str:
    """What the agent's error says, with its details where they say more."""
    said, detail = str(error), _detail(error.data)
    if detail and detail not in said:
        said = f"{said}: {detail}"
    return f"{said[:_DETAIL_CHARS].rstrip('.')}."


def wants_login(program: str, hello: InitializeResponse) -> Outcome:
    """The outcome where the agent wants its person to log in first."""
    ways = ", ".join(f"“{one.name}”" for one in hello.auth_methods or ())
    offered = f" It offers {ways}." if ways else ""
    return crashed(
        f"The agent wants a login first.{offered} Log in to it once by hand as the daemon's "
        f"user, or let it see its key: [agent] environment names the variables that {program} "
        "may see."
    )


def not_found(program: str) -> Outcome:
    """The outcome where the program cannot be found."""
    return crashed(
        f"The agent program {program!r} was not found. "
        "Install it, or correct [agent] command in the settings."
    )


def other_version(theirs: int, ours: int) -> Outcome:
    """The outcome where the agent speaks another version of the protocol."""
    older = "coffee" if theirs > ours else "the agent"
    return crashed(
        f"The agent speaks version {theirs} of the Agent Client Protocol, and we speak {ours}. "
        f"Update {older}."
    )


def unheeding(command: Sequence[str], hello: InitializeResponse) -> Outcome | None:
    """The outcome where the program is known to pass over its arguments; None where it is not."""
    info = hello.agent_info
    heeding = _HEED_NO_ARGUMENTS.get(info.name) if info else None
    if info is None or heeding is None or len(command) < 2:
        return None
    return crashed(
        f"The program {command[0]!r} is {info.name} {info.version}, which passes over its "
        "arguments, and so over the sandbox and approvals that they ask for. "
        f"Install {heeding} in its place, or set [agent] command to one without arguments."
    )


def silent(command: Sequence[str], seconds: float, words: str) -> Outcome:
    """The outcome where the program does not say hello."""
    return crashed(
        f"{_shown(command)} did not answer within {seconds:g} seconds. Is it an agent that speaks "
        f"the Agent Client Protocol, with all its arguments?{_quoted(words)}"
    )


def gone(command: Sequence[str], code: int | None, words: str, *, greeted: bool) -> Outcome:
    """The outcome where the program ended, or closed its line, too early."""
    if greeted:
        return crashed(
            f"The agent's program ended in the middle of its turn{_by(code)}.{_quoted(words)}"
        )
    return crashed(
        f"{_shown(command)} ended{_by(code)} before it said hello. Is it an agent that speaks the "
        f"Agent Client Protocol, with all its arguments?{_quoted(words)}"
    )


def _by(code: int | None) -> str:
    if code is None:
        return ""
    if code >= 0:
        return f" (exit code {code})"
    try:
        return f" by signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f" by signal {-code}"


def _quoted(words: str) -> str:
    return f"\nIt said: {words[-_DETAIL_CHARS:]}" if words else ""


def _shown(command: Sequence[str]) -> str:
    return f"“{' '.join(command)}”"


def _detail(data: Any) -> str:
    if isinstance(data, dict):
        data = next((data[name] for name in ("details", "message", "error") if name in data), "")
    return data if isinstance(data, str) else ""
