"""How often, and how much: each bound of the promise is met, and those who did nothing go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from live import NEVER, PACED, Answer, Line, Server, until
from matrix.holders import Holder
from matrix.promise import BOUNDS

PASSWORD = "matrix+test+12345"
ROOM = str(BOUNDS["people in a room"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """In which nothing comes back of what was tried or said."""
    with Server(
        tmp_path_factory.mktemp("bounds"), program=PACED, GIVES_BACK=NEVER, TRUSTED_PROXIES="1", PEOPLE_A_ROOM=ROOM
    ) as server:
        server.account("one@example.org", password_hash=PasswordHasher().hash(PASSWORD.replace("+", " ")))
        yield server


@pytest.fixture
def asker(server: Server) -> Callable[[], Holder]:
    """Somebody new, at an address of their own, in no network of anybody else's."""

    def make() -> Holder:
        make.n += 1  # type: ignore[attr-defined]
        return Holder("an asker", server, f"{90 + make.n}.3.{make.n}.7")  # type: ignore[attr-defined]

    make.n = next(_askers) * 10  # type: ignore[attr-defined]
    return make


_askers = iter(range(10))


def until_refused(most: int, ask: Callable[[int], Answer], is_refused: Callable[[Answer], bool]) -> int:
    """How many were answered before one was refused; one more than `most` where none was."""
    return next((n for n in range(most + 1) if is_refused(ask(n))), most + 1)


def sign_in(holder: Holder, email: str, password: str) -> Answer:
    return holder.ask("POST /login", form={"email": email, "password": password}, keep=False)


def too_fast(answer: Answer) -> bool:
    return answer.status == 429


def test_passwords_of_one_account(asker: Callable[[], Holder]) -> None:
    guesser, owner = asker(), asker()
    most = BOUNDS["wrong passwords at one account"]
    assert until_refused(most, lambda n: sign_in(guesser, "one@example.org", f"wrong-{n}-wrong"), too_fast) == most
    assert sign_in(guesser, "one@example.org", PASSWORD).status == 429, "not even with the right one"
    assert sign_in(owner, "one@example.org", PASSWORD).status == 302, "nobody locks out anybody"


def test_codes(server: Server, asker: Callable[[], Holder]) -> None:
    guesser, other, made = asker(), asker(), server.create()
    most, right = BOUNDS["wrong codes"], f"GET /api/rooms/{made['code']}"
    assert until_refused(most, lambda n: guesser.ask(f"GET /api/rooms/{n:08d}"), too_fast) == most
    assert guesser.ask(right).status == 429, "they do not hear whether it is one"
    assert other.ask(right).status == 200
    guesser.token = made["screen_token"]
    assert guesser.ask(f"GET /api/rooms/{made['code']}/wall").status == 200, "a key is a key"


def test_passes(server: Server, asker: Callable[[], Holder]) -> None:
    guesser, owner, made = asker(), asker(), server.create()
    owner.token = server.join(made["code"], "Noor")["token"]
    given = owner.ask("POST /api/me/passes").json()["pass"]
    door = f"POST /api/rooms/{made['code']}/people"
    most = BOUNDS["wrong passes"]
    guesser.cookies = {}

    def guess(n: int) -> Answer:
        return guesser.ask(door, body={"pass": f"{n:08d}"})

    assert until_refused(most, guess, too_fast) == most
    assert guesser.ask(door, body={"pass": given}).status == 429, "they do not hear whether it is one"
    assert server.join(made["code"], "Sem")["token"], "the door itself stands open"


def test_joining_by_the_code_alone_has_a_pace_and_a_room_is_full(server: Server, asker: Callable[[], Holder]) -> None:
    made = server.create()
    key = made["join_url"].partition("#k=")[2]
    door, people, most = (
        f"POST /api/rooms/{made['code']}/people",
        BOUNDS["people in a room"],
        BOUNDS["joins by the code alone"],
    )
    for _ in range(people):
        assert asker().ask(door, body={"name": "somebody", "key": key}).status == 201
    full = asker().ask(door, body={"name": "one too many", "key": key})
    assert full.status == 403 and full.json()["code"] == "closed"
    crowd = asker()
    assert until_refused(most, lambda _: crowd.ask(door, body={"name": "someone"}, keep=False), too_fast) == most
    assert crowd.ask(door, body={"name": "someone", "key": key}).status == 403, "with the key nobody is too fast"


def test_into_a_full_room_nobody_comes_by_another_way(tmp_path: Path) -> None:
    with Server(tmp_path, PEOPLE_A_ROOM=ROOM) as server:
        leader = Holder("a leader", server, "90.1.1.1", server.create()["lead_token"])
        leader.open()
        try:
            fill(leader)
        finally:
            leader.line.close()  # type: ignore[union-attr]


def fill(leader: Holder) -> None:
    first = leader.do("add_person", name="the first")["person"]
    for _ in range(BOUNDS["people in a room"] - 1):
        leader.do("add_person", name="somebody")
    assert leader.say("command", do="add_person", name="one too many")["code"] == "closed"
    leader.do("remove", person=first)
    leader.do("add_person", name="in their place")
    assert leader.say("command", do="restore", person=first)["code"] == "closed"
    assert leader.do("undo")["undone"] is None
    assert len(leader.snapshot()["people"]) == BOUNDS["people in a room"]


def test_things_to_say_and_bytes_of_a_message(server: Server) -> None:
    made = server.create()
    loud, other = (Line(server, server.join(made["code"], name)["token"]) for name in ("Noor", "Sem"))
    most = BOUNDS["things to say"]
    codes = [loud.say_once("clock").get("code") for _ in range(most * 2)]
    assert codes == [None] * most + ["too_fast"] * most
    other._client.emit("note", {"text": "x" * BOUNDS["bytes of a message"]})
    until(lambda: not other.open)
    assert loud.open
    for line in (loud, other):
        line.close()


def test_lines_of_one_person(server: Server) -> None:
    made = server.create()
    token = server.join(made["code"], "Noor")["token"]
    lines = [Line(server, token) for _ in range(BOUNDS["lines of one person"] + 1)]
    until(lambda: not lines[0].open)
    assert all(line.open for line in lines[1:])
    quick = Holder("quick", server, "89.1.1.1", token)
    most = BOUNDS["lines that one person opens"]
    with ThreadPoolExecutor(8) as pool:
        refusals = list(pool.map(lambda _: quick.refusal({"token": token}), range(most * 3)))
    assert {refusal["data"]["code"] for refusal in refusals if refusal} == {"busy"}
    for line in lines:
        line.close()


def test_requests_of_one_person_and_their_bytes(server: Server, asker: Callable[[], Holder]) -> None:
    made, reader, other = server.create(), asker(), asker()
    reader.token, other.token = (server.join(made["code"], name)["token"] for name in ("Noor", "Sem"))
    most = BOUNDS["requests of one person"]
    assert until_refused(most, lambda _: reader.ask("GET /api/me"), too_fast) == most
    assert other.ask("GET /api/me").status == 200
    door, name = f"POST /api/rooms/{made['code']}/people", "x" * BOUNDS["bytes of a request"]
    assert other.ask(door, body={"name": name}).status == 413
    assert json.loads(other.ask("GET /api/me").body)["notes"] == []
