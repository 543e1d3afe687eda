"""An agent that speaks the protocol by hand, line by line, and not always well.

raw_acp_agent.py MANNER [RESULT...]

It answers `initialize` and `session/new`; MANNER says what it does about the prompt, or before.
What it is given besides goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

MANNER = sys.argv[1]
CALL = {
    "toolCallId": "c1",
    "title": "git push",
    "kind": "execute",
    "rawInput": {"command": "git push", "description": "Publish it"},
}
#: These want a login until they have one.
LOCKED = {"locked", "returns", "stubborn"}
OPTIONS = [
    {"optionId": "y", "name": "Allow", "kind": "allow_once"},
    {"optionId": "n", "name": "Reject", "kind": "reject_once"},
]
FORM = {
    "type": "object",
    "properties": {
        "db": {
            "type": "string",
            "title": "Database",
            "oneOf": [{"const": "pg", "title": "Postgres"}],
        },
        "other": {"type": "string"},
        "port": {"type": "integer", "title": "Port"},
    },
    "required": ["port"],
}


def tell(**message: Any) -> None:
    put(json.dumps({"jsonrpc": "2.0", **message}))


def put(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def note(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def hear() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    heard: dict[str, Any] = json.loads(line)
    return heard


def update(**told: Any) -> None:
    tell(method="session/update", params={"sessionId": "s1", "update": told})


def say(words: str) -> None:
    update(sessionUpdate="agent_message_chunk", content={"type": "text", "text": words})


def ask(method: str, **params: Any) -> dict[str, Any]:
    """Ask the client, and return its answer; what it cancels meanwhile is told."""
    tell(id="q", method=method, params={"sessionId": "s1", **params})
    while (heard := hear()).get("id") != "q":
        note(heard["method"])
    answer: dict[str, Any] = heard.get("result") or heard["error"]
    return answer


def hello(asked: dict[str, Any]) -> None:
    version = 2 if MANNER == "newer" else 1
    can: dict[str, Any] = {"loadSession": MANNER in {"forgetful", "dawdles"}}
    if MANNER in {"resumes", "spends", "returns"}:
        can["sessionCapabilities"] = {"resume": {}}
    ways: list[dict[str, Any]] = [{"id": "w", "name": "Log in with Coffee"}]
    if MANNER in LOCKED:
        ways += [by_key("unset", "UNSET_KEY"), by_key("pair", "MY_KEY", "UNSET_KEY")]
        ways += [by_key("mine", "MY_KEY"), by_key("later", "MY_KEY")]
    result = {"protocolVersion": version, "agentCapabilities": can, "authMethods": ways}
    if MANNER == "unheeding":
        named = {"name": "@agentclientprotocol/codex-acp", "version": "2.6.0"}
        result["agentInfo"] = named
    tell(id=asked["id"], result=result)


def by_key(way: str, *names: str) -> dict[str, Any]:
    """A way to log in by keys in variables."""
    wanted = [{"name": name} for name in names]
    return {"type": "env_var", "id": way, "name": f"Use {way}", "vars": wanted}


def authenticate(asked: dict[str, Any]) -> None:
    way = asked["params"]["methodId"]
    note(f"logs in by {way}")
    if os.environ["MY_KEY"] != "right":
        tell(id=asked["id"], error={"code": -32603, "message": "The key is refused"})
        return
    if MANNER != "stubborn":
        LOCKED.discard(MANNER)
    tell(id=asked["id"], result={})


def begin(asked: dict[str, Any]) -> None:
    if MANNER == "login" or MANNER in LOCKED:
        tell(id=asked["id"], error={"code": -32000, "message": "Authentication required"})
    else:
        tell(id=asked["id"], result={"sessionId": "s1"})


def load(asked: dict[str, Any]) -> None:
    if MANNER == "dawdles":
        say("As I said before, ")
        tell(id=asked["id"], result={})
        say("long ago: ")
        return
    error = {"code": -32002, "message": "Resource not found"}
    tell(id=asked["id"], error=error)


def resume(asked: dict[str, Any]) -> None:
    if MANNER in LOCKED:
        begin(asked)
        return
    tell(id=asked["id"], result={})


def prompt(asked: dict[str, Any]) -> None:
    words = asked["params"]["prompt"][0]["text"]
    done = MANNERS[MANNER](words)
    tell(id=asked["id"], result={"stopReason": done})


def echoes(words: str) -> str:
    say(words)
    return "end_turn"


def refuses(_words: str) -> str:
    say("No.")
    return "refusal"


def dies(_words: str) -> str:
    note("out of memory")
    sys.exit(7)


def leaves(_words: str) -> str:
    """Dies, and a child of its own goes on with its streams in hand."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(4)"])
    sys.exit(7)


def chats(_words: str) -> str:
    put("Loading plugins ...")
    put("[1, 2]")
    say("All ")
    say("done.")
    return "end_turn"


def nests(_words: str) -> str:
    put("[" * 200_000)
    return chats("")


def works(_words: str) -> str:
    say("First I look.")
    update(sessionUpdate="tool_call", **{**CALL, "title": "ls", "toolCallId": "c0"})
    update(sessionUpdate="tool_call_update", toolCallId="c0", status="failed")
    entry = {"content": "Mend it", "priority": "high", "status": "in_progress"}
    update(sessionUpdate="plan", entries=[entry])
    say("It is mended.")
    cost = {"amount": 0.75, "currency": "USD"}
    update(sessionUpdate="usage_update", used=1, size=2, cost=cost)
    return "end_turn"


def wants(_words: str) -> str:
    say(json.dumps(ask("session/request_permission", toolCall=CALL, options=OPTIONS)["outcome"]))
    return "end_turn"


def insists(words: str) -> str:
    """Does not heed that it was cancelled."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    wants(words)
    time.sleep(60)
    return "end_turn"


def fills(_words: str) -> str:
    told = ask("elicitation/create", mode="form", message="Where to?", requestedSchema=FORM)
    say(json.dumps(told))
    return "end_turn"


def visits(_words: str) -> str:
    place = {"elicitationId": "e1", "url": "https://example.com/login"}
    told = ask("elicitation/create", mode="url", message="Log in there", **place)
    say(json.dumps(told))
    return "end_turn"


def fails(_words: str) -> str:
    error = {"code": -32603, "message": "Internal error", "data": {"details": "no such model"}}
    tell(id=2, error=error)
    time.sleep(60)
    return ""


MANNERS = {
    "dies": dies,
    "chats": chats,
    "nests": nests,
    "leaves": leaves,
    "works": works,
    "spends": works,
    "wants": wants,
    "insists": insists,
    "fills": fills,
    "visits": visits,
    "fails": fails,
    "echoes": echoes,
    "forgetful": echoes,
    "dawdles": echoes,
    "resumes": echoes,
    "locked": echoes,
    "returns": echoes,
    "refuses": refuses,
}
METHODS = {
    "initialize": hello,
    "authenticate": authenticate,
    "session/new": begin,
    "session/load": load,
    "session/resume": resume,
    "session/prompt": prompt,
}

if __name__ == "__main__":
    if MANNER == "deaf":
        note("unknown option: deaf")
        sys.exit(3)
    while True:
        asked = hear()
        METHODS[asked["method"]](asked)
