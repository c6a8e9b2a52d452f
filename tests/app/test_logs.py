"""The log in both forms, after an afternoon in which everything goes wrong: a line for each thing, and in none of them
what anyone wrote, is called or holds."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile import TEXTS
from live import PATIENCE, Line, Server, fetch, until
from sqlalchemy import text

from tests.app.test_quiet import BROKEN, KEY, PHONE, say
from workshop.access import Keys
from workshop.logs import SAID

ROOT = Path(__file__).parents[2]
FORMS = ("text", "json")
CANARY = "kanarie"
STARTS = re.compile(r"(Leaders log in|First time here|Only this computer|Phones |Also on|To let) ?")
"""What the server says on standard output."""


def hostile_afternoon(server: Server, dial: Callable[..., Line]) -> list[str]:
    """A room in which all that is written is odd, and in which the database fails, too. What may be nowhere."""
    room = server.create(title=f"{CANARY} {TEXTS[12]}")
    code = room["code"]
    leader = dial(server, room["lead_token"])
    joined = [server.join(code, f"{CANARY}{n}", team=CANARY) for n in range(3)]
    phone = dial(server, joined[0]["token"])
    for word in TEXTS:
        phone.say("post", id=CANARY, column="snags", text=f"{CANARY} {word}"[:280].encode(errors="replace").decode())
    phone.say(CANARY, key=CANARY)
    leader.say("command", do="notice", text=CANARY)
    dial(server, joined[2]["token"])._wire.send(f'42["{CANARY}')  # half a word, for which it is cut
    for path in (f"/r/{code}", f"/lead/{code}?key={room['lead_token']}", f"/r/{code}?k={CANARY}", f"/{CANARY}/%ff"):
        server.get(path)
    server.get("/api/me", f"{CANARY}.{joined[1]['token']}")
    server.get(f"/api/rooms/{code}/people", method="POST", body={"name": f"{CANARY}\n" * 30})
    fetch(f"{server.url}/login", method="POST", data=f"email={CANARY}@example.org&password={CANARY}".encode())
    for pieces in BROKEN.values():
        say(server.port, pieces, "waits")
    with server.database.writing() as session:  # from here on the database fails, with a message of its own
        for table in ("notes", "posts"):
            session.execute(
                text(f"CREATE TRIGGER no_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, '{CANARY}'); END")
            )
        session.execute(text("ALTER TABLE accounts RENAME TO gone"))
    assert phone.note("keep", CANARY)["code"] == "failed"
    assert phone.post("snags", CANARY)["code"] == "failed"
    assert server.get(f"/lead?email={CANARY}").status in (302, 500)
    assert fetch(f"{server.url}/first?key={CANARY}").status == 500
    secrets = [room[name] for name in ("lead_token", "screen_token", "organiser_token")]
    return [CANARY, KEY, PHONE, code, f"{code[:4]} {code[4:]}", *secrets, *(one["token"] for one in joined)]


@pytest.mark.parametrize("form", FORMS)
def test_a_hostile_afternoon_leaves_nothing_of_itself(tmp_path: Path, dial: Callable[..., Line], form: str) -> None:
    with Server(tmp_path, silent=False, LOG_FORMAT=form) as server:
        nowhere = hostile_afternoon(server, dial)
        for event in ("request failed", "not stored", "a line was cut"):
            until(lambda event=event: any(event in line for line in logged(server)))
        whole = "\n".join(lines := logged(server))
        assert [word for word in nowhere if word.lower() in whole.lower()] == []
        if form == "json":
            for line in lines:
                event = json.loads(line)
                assert list(event)[:3] == ["timestamp", "level", "event"] and event.keys() - SAID - {"exception"} == {
                    "timestamp", "level", "event"
                }  # fmt: skip
        else:
            assert all(line.startswith("timestamp=") for line in lines), "one line each, tracebacks too"


def logged(server: Server) -> list[str]:
    """What it said so far, without what it says to whoever starts it."""
    return [line for line in server.said.read_text().splitlines() if line and not STARTS.match(line)]


def test_a_room_goes_by_a_mark_that_nobody_works_out() -> None:
    one, other = Keys(), Keys()
    one.use("a secret")
    other.use("another secret")
    assert re.fullmatch("[0-9a-f]{8}", one.mark(1))
    assert one.mark(1) == one.mark(1) != one.mark(2) and one.mark(1) != other.mark(1)


PROGRAM = """
import sys, threading, warnings, logging
{patch}
from workshop import logs
logs.set_up("json")
canary = "kana" + "rie"
def fail():
    raise ValueError(canary)
with logs.nothing_else():
    logging.getLogger("lib.part").error("%s is wrong", canary)
    logging.getLogger("lib.part").info(canary)
    try:
        fail()
    except ValueError:
        logging.getLogger("lib").exception(canary)
        import traceback; traceback.print_exc()
    warnings.warn(canary, UserWarning)
    print(canary, file=sys.stderr)
    {spawn}
"""


@pytest.mark.parametrize("patch, spawn", [
    ("", "thread = threading.Thread(target=fail); thread.start(); thread.join()"),
    ("import eventlet; eventlet.monkey_patch()", "eventlet.spawn(fail); eventlet.sleep(0.01)"),
    ("", "class Odd:\n        def __del__(self):\n            fail()\n    Odd()"),
], ids=["thread", "greenthread", "unseen"])  # fmt: skip
def test_what_libraries_print_is_told_by_its_place(patch: str, spawn: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "default", "-W", "ignore::DeprecationWarning", "-c",
         PROGRAM.format(patch=patch, spawn=spawn)],
        cwd=ROOT, capture_output=True, text=True, timeout=2 * PATIENCE,
    )  # fmt: skip
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert CANARY not in done.stderr
    said = [(event["event"], event["level"]) for event in events]
    assert said[0] == ("a library logged something", "error") and events[0]["library"] == "lib"
    assert events[1]["exception"].endswith("ValueError")
    assert said[2] == ("a library printed something", "warning") and "ValueError" in events[2]["exception"]
    assert said[3] == ("Python warns", "warning") and events[3]["kind"] == "UserWarning"
    assert said[4][0] == "a library printed something" and re.fullmatch(r"<string>:\d+", events[4]["place"])
    assert len(events) >= 6 and all("ValueError" in event["exception"] for event in events[5:])


def test_no_line_of_ours_says_more_than_is_written_down() -> None:
    calls = list(_calls())
    assert len(calls) > 20
    for file, call in calls:
        where = f"{file.name}:{call.lineno}"
        assert isinstance(call.args[0], ast.Constant) or "WHY" in ast.unparse(call.args[0]), where
        assert len(call.args) == 1, where
        for keyword in call.keywords:
            assert keyword.arg in SAID or (keyword.arg is None and "'error'" in ast.unparse(keyword.value)), where


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    for file in (ROOT / "workshop").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            function = node.func if isinstance(node, ast.Call) else None
            if isinstance(function, ast.Attribute) and ast.unparse(function.value) == "log":
                assert isinstance(node, ast.Call)
                yield file, node
