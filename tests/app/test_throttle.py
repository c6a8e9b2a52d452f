"""What is counted before it is looked at (S2, S5, decisions/0015): passwords, codes, passes, joins, requests; and what
two do at one moment is done once. Over HTTP; how long it takes is in tests/faults."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher
from live import NEVER, PACED, Answer, Line, Server, fetch, until
from sqlalchemy import func, select

from config import Settings, WrongSetting, from_environment
from workshop.app import create_app
from workshop.core.budget import Budget
from workshop.extensions import db
from workshop.models import Account
from workshop.rooms.opening import Wanted, open_room
from workshop.web.paces import PACES
from workshop.web.throttle import count

Dial = Callable[..., Line]
OWNER, PASSWORD = "noor@example.org", "a long enough password"
HASH = PasswordHasher().hash(PASSWORD)
BEHIND_A_PROXY = {"TRUSTED_PROXIES": "1"}


class Browser:
    """Somewhere with cookies and an address of its own."""

    def __init__(self, server: Server, address: str = "192.0.2.1") -> None:
        self.server, self.address = server, address
        self.jar: dict[str, str] = {}
        self.form = ""

    def ask(self, path: str, method: str = "GET", data: bytes | None = None) -> Answer:
        """One request; cookies are kept."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        headers = {"X-Forwarded-For": self.address, "Cookie": cookie}
        if data is not None and data.startswith(b"{"):
            headers["Content-Type"] = "application/json"
        answer = fetch(self.server.url + path, method, headers, data)
        for one in answer.headers.get_all("Set-Cookie") or []:  # type: ignore[attr-defined]
            name, _, value = one.split(";")[0].partition("=")
            self.jar[name] = value
        if found := re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', answer.body.decode()):
            self.form = found[0]
        return answer

    def send(self, path: str, **values: str) -> Answer:
        """Sends a form of a page that was asked for."""
        return self.ask(path, "POST", urlencode(values | {"csrf_token": self.form}).encode())

    def log_in(self, email: str = OWNER, password: str = PASSWORD) -> Answer:
        """Tries a password."""
        if not self.form:
            self.ask("/login")
        return self.send("/login", email=email, password=password)

    def log_out(self) -> None:
        """As the button does."""
        self.send("/logout")
        self.jar.pop("samen_login", None)


def at_once(*works: Callable[[], Answer]) -> list[Answer]:
    """All of them at one moment; in their order."""
    gate = threading.Barrier(len(works))

    def one(work: Callable[[], Answer]) -> Answer:
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as together:
        return list(together.map(one, works))


def statuses(answers: list[Answer]) -> Counter[int]:
    """How often each; whoever is to come again later is told when."""
    for answer in answers:
        assert (int(answer.headers.get("Retry-After", "0")) > 0) == (answer.status in (429, 503)), answer.status
    return Counter(answer.status for answer in answers)


def until_refused(ask: Callable[[], Answer], most: int = 600) -> list[Answer]:
    """Asks on and on; the last answer is the refusal."""
    answers: list[Answer] = []
    while not answers or answers[-1].status != 429:
        assert len(answers) < most, "it was never too fast"
        answers.append(ask())
    return answers


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, to which one may come from any address, with one account."""
    with Server(tmp_path, **BEHIND_A_PROXY) as server:
        server.account(OWNER, password_hash=HASH)
        yield server


@pytest.fixture
def still(still_server: Server) -> Server:
    """The same, in which nothing comes back of what was tried."""
    still_server.account(OWNER, password_hash=HASH)
    return still_server


@pytest.fixture(params=["sqlite", "postgres"])
def empty_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server without any account, once on each database."""
    if request.param == "sqlite":
        with Server(tmp_path) as server:
            yield server
    else:
        with Server(tmp_path, DATABASE_URL=request.getfixturevalue("empty_postgres_url")) as server:
            yield server


def test_many_at_once_take_no_more_than_there_is() -> None:
    budget, gate, got = Budget(50, 0.001), threading.Barrier(20), []

    def take() -> None:
        gate.wait()
        got.extend(count((budget, "a")) for _ in range(10))

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got.count(0) == 50


# Passwords


@pytest.mark.parametrize("tries", [40, 120])
def test_of_many_passwords_at_once_ten_are_looked_at(still: Server, tries: int) -> None:
    browsers = [Browser(still) for _ in range(tries)]
    browsers[0].ask("/login")
    for browser in browsers:
        browser.jar, browser.form = browsers[0].jar, browsers[0].form
    before = still.resident
    answers = at_once(*(lambda b=b: b.log_in(password="wrong") for b in browsers))
    found = statuses(answers)
    assert found[200] + found[503] == 10 and found[429] == tries - 10, "no more are looked at, or wait for it"
    assert still.resident - before < 200


def test_of_many_accounts_at_once_no_more_are_looked_at_than_the_line_is_long(proxied: Server) -> None:
    browsers = [Browser(proxied, f"192.0.2.{n}") for n in range(100)]
    for browser in browsers:
        browser.ask("/login")
    before = proxied.resident
    found = statuses(at_once(*(lambda b=b: b.log_in(f"{b.address}@example.org") for b in browsers)))
    assert found[503] and found[200] and set(found) <= {200, 429, 503}
    assert proxied.resident - before < 200, "two hashes at a time"
    assert Browser(proxied, "203.0.113.1").log_in().status == 302


def test_nobody_locks_out_the_owner(proxied: Server) -> None:
    known = Browser(proxied, "192.0.2.1")
    assert known.log_in().status == 302
    known.log_out()
    attackers = [Browser(proxied, f"198.51.100.{n}") for n in range(100)]

    def ten(browser: Browser) -> Answer:
        return [browser.log_in(password=f"wrong {n}") for n in range(10)][-1]

    at_once(*(lambda b=b: ten(b) for b in attackers))
    assert {a.log_in(password="wrong").status for a in attackers} <= {429, 503, 200}
    assert known.log_in().status == 302, "at the first try, from a browser that signed in before"
    new = Browser(proxied, "203.0.113.1")
    deadline = time.monotonic() + 60
    while (answer := new.log_in()).status != 302:
        wait = int(answer.headers["Retry-After"])
        assert time.monotonic() + wait < deadline, "within a minute, from a new one"
        threading.Event().wait(wait)
    known.log_out()
    known.address = attackers[0].address
    assert known.log_in().status == 302, "also from where they are"


def test_a_browser_knows_the_accounts_that_signed_in_in_it_and_no_other(proxied: Server) -> None:
    proxied.account("sem@example.org", password_hash=HASH)
    browser = Browser(proxied)
    assert browser.log_in("sem@example.org").status == 302
    browser.log_out()
    assert OWNER not in json.dumps(browser.jar) and "sem" not in browser.jar["samen_browser"]
    assert len(until_refused(lambda: browser.log_in(password="wrong"))) > 10, "at the owner's account it is a stranger"
    assert browser.log_in("sem@example.org").status == 302
    browser.log_out()
    browser.jar["samen_browser"] = browser.jar["samen_browser"][:-3] + "abc"
    assert browser.log_in().status == 429, "a cookie of one's own making says nothing"
    known = [Browser(proxied, "198.51.100.1") for _ in range(2)]
    assert known[0].log_in().status == 302
    known[0].log_out()
    known[1].jar = dict(known[0].jar)
    turns = itertools.cycle(known)
    assert len(until_refused(lambda: next(turns).log_in(password="wrong"))) > 10, "also a known one"


def test_an_account_that_is_there_is_answered_as_one_that_is_not(proxied: Server) -> None:
    def told(email: str, address: str) -> set[tuple[int, str]]:
        browser = Browser(proxied, address)
        answers = until_refused(lambda: browser.log_in(email, "wrong"))
        assert len(answers) > 10
        return {(answer.status, re.sub(rb'value="[^"]*"', b"", answer.body).decode()) for answer in answers}

    assert told(OWNER, "192.0.2.1") == told("nobody@example.org", "192.0.2.2")


def test_right_passwords_cost_nothing(proxied: Server) -> None:
    for _ in range(15):
        assert Browser(proxied).log_in().status == 302


def test_the_first_account_is_made_once_also_by_two_at_one_moment(empty_server: Server) -> None:
    link = re.findall(r"http\S+(/first\S+)", empty_server.said.read_text())[0]
    key = link.partition("key=")[2]
    browsers = [Browser(empty_server) for _ in range(6)]
    for browser in browsers:
        browser.ask(link)
    answers = at_once(
        *(
            lambda b=b, n=n: b.send("/first", key=key, email=f"p{n}@example.org", password=PASSWORD)
            for n, b in enumerate(browsers)
        )
    )
    assert Counter(a.headers["Location"] for a in answers) == {"/lead": 1, "/login": 5}
    with empty_server.database.reading() as session:
        assert session.scalar(select(func.count(Account.id))) == 1


def test_an_address_gets_one_account_also_by_two_at_one_moment(empty_server: Server) -> None:
    done = at_once(*[lambda: empty_server.workshop("user", "add", OWNER, text=f"{PASSWORD}\n")] * 3)  # type: ignore[list-item]
    assert sorted(d.returncode for d in done) == [0, 1, 1]  # type: ignore[attr-defined]
    told = {d.stderr.strip() for d in done if d.returncode}  # type: ignore[attr-defined]
    assert told == {"There is an account with this address already."}


# Codes and passes


def test_of_many_codes_at_once_no_more_are_looked_at_than_may_be_wrong(tmp_path: Path, empty_postgres_url: str) -> None:
    with Server(tmp_path, program=PACED, GIVES_BACK=NEVER, DATABASE_URL=empty_postgres_url) as server:
        guesses = [lambda n=n: server.get(f"/api/rooms/{n:08d}") for n in range(120)]
        found = statuses(at_once(*guesses))
        assert found == {404: 60, 429: 60}


def test_a_room_that_types_its_code_at_one_moment_gets_in(tmp_path: Path, empty_postgres_url: str) -> None:
    with Server(tmp_path, DATABASE_URL=empty_postgres_url) as server:
        made = server.create()
        ask = lambda: server.get(f"/api/rooms/{made['code']}")  # noqa: E731
        answers = at_once(*[ask] * 150)
        assert statuses(answers).keys() <= {200, 503}, "nobody is taken for a guesser; a slow machine may be busy"
        assert all(until(lambda: ask().status == 200) for answer in answers if answer.status == 503)


def test_guessers_in_some_networks_close_typed_codes_for_nobody_else(proxied: Server) -> None:
    made = proxied.create()
    right, wrong = f"/api/rooms/{made['code']}", "/api/rooms/00000001"
    guessers = [Browser(proxied, f"198.51.100.{n}") for n in range(8)]
    for guesser in guessers:
        until_refused(partial(guesser.ask, wrong))
    others = [Browser(proxied, f"203.0.113.{n}").ask(right) for n in range(20)]
    assert statuses(others) == {200: 20}, "who did not fail gets in"


def test_one_connection_with_many_networks_closes_nothing_for_nobody_else(still: Server) -> None:
    """A /48, as one customer gets it, has 65,536 askers in it. They are one in what they leave to the others."""
    made = still.create()
    token = still.join(made["code"], "Noor")["token"]
    digits = still.get("/api/me/passes", token, "POST").json()["pass"]
    door, right = f"/api/rooms/{made['code']}/people", f"/api/rooms/{made['code']}"
    inside = [Browser(still, f"2001:db8:7:{n:x}::1") for n in range(400)]

    def at_each(try_it: Callable[[Browser], Answer]) -> Counter[int]:
        with ThreadPoolExecutor(8) as pool:
            return statuses(list(pool.map(try_it, inside)))

    assert at_each(lambda b: b.ask("/api/rooms/00000001"))[429] > 100
    assert at_each(lambda b: b.ask(door, "POST", b'{"pass": "00000001"}'))[429] > 100
    assert at_each(lambda b: b.log_in(password="wrong"))[200] < 300
    others = [Browser(still, f"203.0.113.{n}") for n in range(120)]
    assert statuses([other.ask(right) for other in others]) == {200: 120}
    assert others[0].ask(door, "POST", json.dumps({"pass": digits}).encode()).status == 201
    failed = [other.ask("/api/rooms/00000001") for other in others]
    assert statuses(failed) == {404: 120}, "there is room for many who did not fail before"
    assert others[0].log_in().status == 302


@pytest.mark.parametrize(
    "spellings",
    [
        [f"2001:db8:1:2::{n:x}" for n in range(35)] + [f"[2001:db8:1:2:{n:x}::1]:{1000 + n}" for n in range(35)],
        [f"192.0.2.9:{1000 + n}" for n in range(35)] + [f"::ffff:192.0.2.9%{n}" for n in range(35)],
    ],
    ids=["6", "4"],
)
def test_a_guesser_is_one_asker_however_the_gateway_writes_the_address(proxied: Server, spellings: list[str]) -> None:
    made = proxied.create()
    places = itertools.cycle(spellings)
    guessed = until_refused(lambda: Browser(proxied, next(places)).ask("/api/rooms/00000001"))
    assert len(guessed) > 60, "an honest asker may be wrong sixty times"
    for other in ("2001:db8:1:3::1", "192.0.2.10"):
        assert Browser(proxied, other).ask(f"/api/rooms/{made['code']}").status == 200


def test_wrong_passes_of_one_close_passes_for_nobody_else(still_server: Server) -> None:
    made = still_server.create()
    door = f"/api/rooms/{made['code']}/people"
    token = still_server.join(made["code"], "Noor")["token"]
    digits = still_server.get("/api/me/passes", token, "POST").json()["pass"]
    guesser, other = Browser(still_server, "198.51.100.1"), Browser(still_server, "203.0.113.1")
    guesses = [lambda n=n: guesser.ask(door, "POST", b'{"pass": "%08d"}' % n) for n in range(100)]
    found = statuses(at_once(*guesses))
    assert found[401] <= 60 and found[429] >= 38, found
    assert other.ask(door, "POST", json.dumps({"pass": digits}).encode()).status == 201
    assert statuses([guesser.ask(f"/api/rooms/{made['code']}")]) == {200: 1}, "passes are no codes"


def test_a_pass_and_an_attempt_are_good_once_also_at_one_moment(server: Server) -> None:
    made = server.create()
    door = f"{server.url}/api/rooms/{made['code']}/people"
    token = server.join(made["code"], "Noor")["token"]
    digits = server.get("/api/me/passes", token, "POST").json()["pass"]
    shown = json.dumps({"pass": digits}).encode()
    assert statuses(at_once(*[lambda: fetch(door, "POST", data=shown)] * 8)) == {201: 1, 401: 7}
    tried = json.dumps({"name": "Sem", "attempt": str(uuid.uuid4())}).encode()
    answers = at_once(*[lambda: fetch(door, "POST", data=tried)] * 8)
    assert statuses(answers) == {201: 8} and len({a.body for a in answers}) == 1


def test_no_two_rooms_get_one_code_also_at_one_moment(server: Server) -> None:
    gate, codes = threading.Barrier(4), []

    def make() -> None:
        random = Random(7)
        gate.wait()
        with server.database.writing() as session:
            codes.append(open_room(session, Wanted("Samen oefenen"), int(time.time() * 1000), random=random).code)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(codes)) == 4


def test_a_room_is_adopted_by_one_and_the_other_hears_of_it(proxied: Server) -> None:
    made = proxied.create()
    browsers = [Browser(proxied), Browser(proxied)]
    proxied.account("sem@example.org", password_hash=HASH)
    for browser, email in zip(browsers, (OWNER, "sem@example.org"), strict=True):
        assert browser.log_in(email).status == 302
        browser.ask(made["lead_url"].removeprefix(proxied.url))
        browser.ask(f"/lead/{made['code']}")
    answers = at_once(*(lambda b=b: b.send(f"/lead/{made['code']}/adopt") for b in browsers))
    assert statuses(answers) == {302: 1, 409: 1}


def test_a_rehearsal_starts_once_also_at_one_moment(tmp_path: Path) -> None:
    with Server(tmp_path, ASYNC_MODE="threading") as server:
        made = server.create()
        browser = Browser(server)
        browser.ask(made["lead_url"].removeprefix(server.url))
        browser.ask(f"/lead/{made['code']}")
        start = f"/lead/{made['code']}/rehearsal"
        answers = at_once(*[lambda: browser.send(start, people="2", speed="20")] * 4)
        assert statuses(answers) == {302: 1, 400: 3}
        assert browser.send(f"{start}/stop").status == 302


# Coming in


def come(server: Server, code: str, address: str = "192.0.2.1", **body: str) -> Answer:
    """Someone tries to come in, from an address."""
    data = json.dumps({"name": "Noor"} | body).encode()
    return fetch(f"{server.url}/api/rooms/{code}/people", "POST", {"X-Forwarded-For": address}, data)


def test_a_room_takes_so_many_people(tmp_path: Path, dial: Dial) -> None:
    with Server(tmp_path, PEOPLE_A_ROOM="4") as server:
        made = server.create()
        leader = dial(server, made["lead_token"])
        attempt = str(uuid.uuid4())
        first = server.join(made["code"], "Noor", attempt=attempt)
        second = server.join(made["code"], "Sem")
        assert leader.do("add_person", name="Ans")["person"]
        key = made["join_url"].partition("#k=")[2]
        answers = at_once(*[lambda: come(server, made["code"], key=key)] * 6)
        assert statuses(answers) == {201: 1, 403: 5}
        refused = next(a.json() for a in answers if a.status == 403)
        assert refused["code"] == "closed" and refused["type"] == "urn:workshop:full" and "full" in refused["detail"]
        assert leader.say("command", do="add_person", name="Bo")["code"] == "closed", "by hand they count too"
        assert server.join(made["code"], "Noor", attempt=attempt) == first, "they were in before"
        leader.do("remove", person=second["person"])
        third = server.join(made["code"], "Eva")
        assert leader.say("command", do="restore", person=second["person"])["code"] == "closed"
        assert server.get("/api/me", third["token"], "DELETE").status == 204
        leader.do("restore", person=second["person"])
        assert come(server, made["code"]).status == 403
        assert server.join(server.create()["code"], "Noor"), "another room has its own places"


def test_a_room_behind_one_address_comes_in_by_its_code_and_a_flood_does_not(still: Server) -> None:
    made, other = still.create(), still.create()
    assert statuses(at_once(*[lambda: come(still, made["code"])] * 60)) == {201: 60}
    found = statuses(at_once(*[lambda: come(still, made["code"])] * 200))
    assert found == {201: 90, 429: 110}
    assert come(still, made["code"]).json()["code"] == "too_fast"
    assert come(still, made["code"], "203.0.113.1").status == 201, "another address has its own pace"
    key = made["join_url"].partition("#k=")[2]
    assert statuses(at_once(*[lambda: come(still, made["code"], key=key)] * 60)) == {201: 60}, "never too fast"
    flood = [lambda n=n: come(still, made["code"], f"198.51.100.{n}") for n in range(200)]
    assert statuses(at_once(*flood)) == {201: 149, 429: 51}, "a room has a pace, wherever they come from"
    assert come(still, other["code"], "203.0.113.2").status == 201, "another room has its own"


def test_to_come_with_what_cannot_be_read_has_the_pace_of_coming_without_a_key(still_server: Server) -> None:
    made = still_server.create()
    path, here = f"{still_server.url}/api/rooms/{made['code']}/people", {"X-Forwarded-For": "192.0.2.1"}
    wrong = itertools.cycle(
        [b'{"name": "\xcc\x81", "key": "xxxxxxxxxxxx"}', b'{"name": 1}', b'{"pass": 1}', b"{", b"[]"]
    )
    answers = until_refused(lambda: fetch(path, "POST", here, next(wrong)))
    assert statuses(answers) == {400: 150, 429: 1} and answers[-1].json()["code"] == "too_fast"
    assert come(still_server, made["code"]).status == 429
    assert come(still_server, made["code"], key=made["join_url"].partition("#k=")[2]).status == 201
    assert come(still_server, made["code"], "192.0.2.2").status == 201, "nobody else waits for it"


def test_who_comes_in_by_the_code_is_not_handed_the_secret_of_the_qr_code(server: Server) -> None:
    made = server.create()
    answer = fetch(f"{server.url}/api/rooms/{made['code']}/people", "POST", data=b'{"name": "Noor"}')
    given = [one.split(";")[0].partition("=")[2] for one in answer.headers.get_all("Set-Cookie")]  # type: ignore[attr-defined]
    assert given and made["join_url"].partition("#k=")[2] not in given


def test_how_many_people_is_a_number(tmp_path: Path) -> None:
    for wrong in ("0", "-1", "many", "1e3", "1000000"):
        with pytest.raises(WrongSetting):
            from_environment({"INSTANCE_PATH": str(tmp_path), "PEOPLE_A_ROOM": wrong})
    assert from_environment({"INSTANCE_PATH": str(tmp_path)}).people_a_room == 400


# Any request


def test_every_address_has_a_pace(tmp_path: Path) -> None:
    app = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'x.sqlite'}", "secret", None, 0, "threading"))
    db.engine.dispose()
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(PACES), "a new address needs a line in paces.py"
    assert {name for name, pace in PACES.items() if pace is None} == {"ops.healthz", "api.join"}


def test_a_program_is_slowed_and_nobody_else_at_its_address(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    noor, sem = (sqlite_server.join(made["code"], name)["token"] for name in ("Noor", "Sem"))
    answers = until_refused(lambda: sqlite_server.get("/api/me/passes", noor, "POST"))
    assert statuses(answers)[201] >= 40 and answers[-1].json()["code"] == "too_fast"
    assert sqlite_server.get("/api/me/passes", sem, "POST").status == 201, "a person has a pace of their own"
    assert sqlite_server.get("/api/me", noor).status == 200, "and another one for reading"


@pytest.mark.parametrize(
    ("path", "role", "at_least"),
    [
        ("/api/me", "person", 120),
        ("/reflections/{code}.csv", "organiser_token", 30),
        ("/api/rooms/{code}/wall", "screen_token", 120),
        ("/qr/{code}.svg", "lead_token", 30),
    ],
)
def test_each_holder_of_a_key_has_a_pace(sqlite_server: Server, path: str, role: str, at_least: int) -> None:
    made, other = sqlite_server.create(), sqlite_server.create()
    for room in (made, other):
        room["person"] = sqlite_server.join(room["code"], "Noor")["token"]
    answers = until_refused(lambda: sqlite_server.get(path.format(code=made["code"]), made[role]))
    assert statuses(answers)[200] >= at_least
    assert sqlite_server.get(path.format(code=other["code"]), other[role]).status == 200


def test_a_leaders_cookie_has_a_pace_for_what_is_made_anew(sqlite_server: Server) -> None:
    made = sqlite_server.create()
    browser = Browser(sqlite_server)
    browser.ask(made["lead_url"].removeprefix(sqlite_server.url))
    assert statuses(until_refused(lambda: browser.ask(f"/lead/{made['code']}/wall.csv")))[200] >= 30
    assert browser.ask(f"/lead/{made['code']}").status == 200, "the dashboard itself goes on"


def test_a_token_that_is_none_is_no_new_asker(proxied: Server) -> None:
    made = proxied.create()
    path = f"/lead/{made['code']}/print.pdf"

    def ask() -> Answer:
        cookies = (
            f"samen_login={uuid.uuid4()}; samen_leader_{made['code']}={uuid.uuid4()}; samen_browser={uuid.uuid4()}"
        )
        headers = {"X-Forwarded-For": "198.51.100.7", "Cookie": cookies}
        return fetch(proxied.url + path, headers=headers | {"Authorization": f"Bearer {uuid.uuid4()}"})

    assert statuses(until_refused(ask, 60))[401] >= 12
    assert Browser(proxied, "203.0.113.1").ask(path).status == 401
    assert all(proxied.get("/healthz").status == 200 for _ in range(50)), "free"
