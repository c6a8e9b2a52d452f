"""Logins that end take along what is open by them: signing out, a change of password, *end all others*, and the removal
of an account by another process; and an account's own page."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from live import Answer, Line, Server, fetch, until
from sqlalchemy import delete, select, update

from tests.app.test_across import account
from tests.app.test_again import PASSWORD, press
from tests.app.test_links import owned
from tests.app.test_web import cookie
from workshop import accounts
from workshop.access import sign_in, token_hash
from workshop.cookies import LOGIN
from workshop.core.errors import Refused
from workshop.days import day_began
from workshop.extensions import db, now
from workshop.models import ZONE, Account, Login, Room
from workshop.web.account import _renew, enter, hashed

Dial = Callable[..., Line]
OVER = {"why": "signed_out"}


class House:
    """A room, its owner's browsers, and what is open in each."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.made, self.first = owned(server, "logins")
        self.code = self.made["code"]
        self.lines: list[Line] = []
        with server.database.reading() as session:
            self.owner = session.scalars(
                select(Account).join(Room, Room.account_id == Account.id).where(Room.code == self.code)
            ).one()

    def browser(self) -> str:
        """One more in which the owner is signed in."""
        with self.server.database.writing() as session:
            owner = session.get(Account, self.owner.id)
            assert owner is not None
            return f"{LOGIN}={sign_in(session, owner, self.owner.created_at)}"

    def open(self, cookies: str, role: str = "leader") -> Line:
        """A desk, or a screen, in a browser."""
        self.lines.append(Line(self.server, None, {"Cookie": cookies}, **{"as": role, "code": self.code}))
        return self.lines[-1]

    def press(self, path: str, cookies: str, **values: str) -> int:
        """Presses a button; the status of the answer."""
        return press(self.server, path, cookies, fetch(f"{self.server.url}/login"), **values).status

    def reads_rooms(self, cookies: str) -> bool:
        """Is one signed in with this?"""
        return fetch(f"{self.server.url}/lead", headers={"Cookie": cookies}).status == 200


@pytest.fixture
def house(server: Server) -> Iterator[House]:
    made = House(server)
    yield made
    for line in made.lines:
        line.close()


def is_over(*lines: Line) -> None:
    """Each is told that its login ended, and closed."""
    for line in lines:
        assert line.wait("removed") == OVER
        until(lambda line=line: not line.open)


def goes_on(line: Line) -> None:
    """Nothing was said to it, and it is answered."""
    assert line.say("clock")["ok"] and not line.all("removed")


def test_signing_out_closes_what_is_open_by_that_login_and_nothing_else(house: House, dial: Dial) -> None:
    other = house.browser()
    here, there = [house.open(house.first), house.open(house.first, "screen")], house.open(other)
    by_link = dial(house.server, house.made["lead_token"])
    phone = dial(house.server, house.server.join(house.code, "Noor")["token"])
    assert house.press("/logout", house.first) == 302
    is_over(*here)
    for line in (there, by_link, phone):
        goes_on(line)
    assert there.do("next")["version"] > 1
    assert "step" not in {event for line in here for event, _ in line.heard}
    assert not house.reads_rooms(house.first) and house.reads_rooms(other)


def test_who_signs_out_and_has_a_link_too_goes_on_by_the_link(house: House) -> None:
    both = f"{house.first}; {cookie(fetch(house.made['screen_url']))}"
    screen = house.open(both, "screen")
    assert house.press("/logout", house.first) == 302
    goes_on(screen)


def test_signing_out_keeps_no_key_of_an_organisers_page(house: House) -> None:
    """The page of several workshops leads to it by a key, to whoever made the room."""
    begun = Line(house.server, house.made["lead_token"])
    begun.do("next")
    begun.close()
    several = unescape(fetch(f"{house.server.url}/reflections", headers={"Cookie": house.first}).body.decode())
    (link,) = re.findall(rf'href="(/reflections/{house.code}\?key=[^"]+)"', several)
    kept = cookie(fetch(f"{house.server.url}{link}", headers={"Cookie": house.first}))
    by_link = [cookie(fetch(house.made[which])) for which in ("lead_url", "screen_url")]
    browser = "; ".join([house.first, kept, *by_link])
    assert kept.startswith(f"samen_organiser_{house.code}=")
    out = press(house.server, "/logout", browser, fetch(f"{house.server.url}/login"))
    told = out.headers.get_all("Set-Cookie")  # type: ignore[attr-defined]
    dropped = {one.partition("=")[0] for one in told if "Max-Age=0" in one}
    assert dropped == {LOGIN, f"samen_organiser_{house.code}"}, "a screen and who leads along stay by their link"
    assert fetch(house.made["reflections_url"]).status == 302, "the link opens it again"


def test_an_account_that_another_process_removes_is_out_within_moments(house: House, dial: Dial) -> None:
    account(house.server, f"stays-{house.code}@example.org")
    desks = [house.open(house.first), house.open(house.browser())]
    by_link = dial(house.server, house.made["lead_token"])
    done = house.server.workshop(
        "user", "remove", house.owner.email, "--pass-to", f"stays-{house.code}@example.org", "--yes"
    )
    assert done.returncode == 0, done.stderr
    is_over(*desks)
    goes_on(by_link)


def test_whoever_no_longer_leads_a_room_is_not_told_that_they_are_logged_out(sqlite_server: Server) -> None:
    """Where the page of a desk goes when its line is closed."""
    house = House(sqlite_server)

    def asked(cookies: str) -> Answer:
        headers = {"Cookie": cookies, "Accept-Language": "en"}
        return fetch(f"{house.server.url}/login?out=1&room={house.code}", headers=headers)

    def said(cookies: str) -> str:
        return asked(cookies).body.decode()

    assert "a login that has ended" in said("") and "do not lead" not in said("")
    back = asked(house.first)
    assert back.status == 302 and back.headers["Location"].endswith(f"/lead/{house.code}"), "who leads it is back at it"
    with house.server.database.writing() as session:
        session.execute(update(Room).where(Room.code == house.code).values(account_id=None))
    shown = said(house.first)
    assert f"{house.owner.email}, and with this account you do not lead the room" in shown
    assert "a login that has ended" not in shown and 'href="/lead"' in shown
    assert house.press("/logout", house.first) == 302
    assert "a login that has ended" in said(house.first)


def test_a_login_that_ran_out_or_a_room_that_is_no_longer_ones_own_closes_too(house: House) -> None:
    desk, other = house.open(house.first), house.open(house.browser())
    with house.server.database.writing() as session:
        oldest = session.scalars(select(Login).where(Login.account_id == house.owner.id)).all()
        for login in oldest[:1]:
            login.expires_at = 1
    closed = until(lambda: [line for line in (desk, other) if line.all("removed")])
    is_over(*closed)
    rest = next(line for line in (desk, other) if line not in closed)
    goes_on(rest)
    with house.server.database.writing() as session:
        session.execute(update(Room).where(Room.code == house.code).values(account_id=None))
    is_over(rest)


def test_who_leads_no_more_in_the_organisation_of_a_room_is_out_though_the_login_goes_on(house: House) -> None:
    desk, screen = house.open(house.first), house.open(house.first, "screen")
    done = house.server.workshop("user", "revoke", house.owner.email, "--role", "leader")
    assert done.returncode == 0, done.stderr
    is_over(desk, screen)
    assert house.reads_rooms(house.first)
    assert fetch(f"{house.server.url}/lead/{house.code}", headers={"Cookie": house.first}).status == 404


ANOTHER = "another long password"


@pytest.fixture
def with_password(house: House) -> House:
    """Its owner knows their password, and this browser knows them: nobody else's tries keep it out."""
    with house.server.database.writing() as session:
        session.execute(update(Account).where(Account.id == house.owner.id).values(password_hash=hashed(PASSWORD)))
    return house


def logs_in(house: House, password: str) -> bool:
    """Does this password open a new browser?"""
    answer = press(
        house.server, "/login", "", fetch(f"{house.server.url}/login"), email=house.owner.email, password=password
    )
    assert answer.status in (200, 302)
    return answer.status == 302


def test_another_password_ends_every_other_login_and_this_one_goes_on(with_password: House) -> None:
    house = with_password
    other = house.browser()
    here, there = house.open(house.first), house.open(other)
    new = {"password": ANOTHER, "again": ANOTHER}
    assert house.press("/account/password", house.first, present=PASSWORD, **new) == 303
    is_over(there)
    goes_on(here)
    assert house.reads_rooms(house.first) and not house.reads_rooms(other)
    assert logs_in(house, ANOTHER) and not logs_in(house, PASSWORD)


@pytest.mark.parametrize(
    ("present", "password", "again", "says"),
    [
        ("not the present one", ANOTHER, ANOTHER, "niet je huidige wachtwoord"),
        ("", ANOTHER, ANOTHER, "niet je huidige wachtwoord"),
        (PASSWORD, ANOTHER, f"{ANOTHER}?", "niet hetzelfde"),
        (PASSWORD, "short", "short", "te kort"),
    ],
)
def test_what_is_wrong_changes_nothing_and_says_why(
    with_password: House, present: str, password: str, again: str, says: str
) -> None:
    house = with_password
    other = house.browser()
    form = {"present": present, "password": password, "again": again}
    answer = press(house.server, "/account/password", house.first, fetch(f"{house.server.url}/login"), **form)
    assert answer.status == 400 and says in answer.body.decode() and 'aria-invalid="true"' in answer.body.decode()
    for secret in (*form.values(), PASSWORD):
        assert not secret or f'value="{secret}"' not in answer.body.decode(), "what was typed is not sent back"
    assert house.reads_rooms(other) and logs_in(house, PASSWORD)


def test_trying_present_passwords_is_counted_as_trying_to_log_in_is(with_password: House) -> None:
    house = with_password
    wrong = {"present": "a wrong one", "password": ANOTHER, "again": ANOTHER}
    tries = [house.press("/account/password", house.first, **wrong)]
    while tries[-1] == 400 and len(tries) < 60:  # one more every six seconds: a slow machine comes to more than ten
        tries.append(house.press("/account/password", house.first, **wrong))
    assert len(tries) > 10 and tries[-1] == 429
    assert house.press("/account/password", house.first, **wrong | {"present": PASSWORD}) == 429
    assert not logs_in_at_once(house), "they are the same tries"


def logs_in_at_once(house: House) -> bool:
    form = {"email": house.owner.email, "password": PASSWORD}
    return press(house.server, "/login", "", fetch(f"{house.server.url}/login"), **form).status == 302


@pytest.mark.parametrize("change", [{"password_hash": "of another one"}, {"disabled": True}, None])
def test_who_was_looked_at_while_the_account_changed_is_not_let_in(app: Flask, change: dict[str, Any] | None) -> None:
    """A password is looked at for a while, and waits its turn for that; meanwhile its owner may have changed it."""
    with db.writing() as session:
        place = accounts.organisation_called(session, None, now())
        looked_at = accounts.add_account(session, f"{uuid.uuid4()}@example.org", "of the old one", place, now=now())
    with db.writing() as session:
        found = session.get_one(Account, looked_at.id)
        session.delete(found) if change is None else session.execute(
            update(Account).where(Account.id == found.id).values(**change)
        )
    with app.test_request_context("/login", method="POST"), pytest.raises(Refused, match="changed just now"):
        enter(looked_at)
    with db.reading() as session:
        assert session.scalars(select(Login).where(Login.account_id == looked_at.id)).all() == []


def test_a_password_that_is_replaced_while_a_login_goes_on_is_not_put_back(app: Flask) -> None:
    """Its hash is made anew when the figures for hashes are others by now, and that takes a while."""
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with db.writing() as session:
        place = accounts.organisation_called(session, None, now())
        came = accounts.add_account(session, f"{uuid.uuid4()}@example.org", old, place, now=now())
    with app.test_request_context("/login", method="POST"):
        _renew(came, PASSWORD)
        with db.writing() as session:
            kept = session.get_one(Account, came.id)
            assert kept.password_hash == came.password_hash != old, "made anew"
            kept.password_hash = "of another one"
        came.password_hash = old
        _renew(came, PASSWORD)
        with db.reading() as session:
            assert session.get_one(Account, came.id).password_hash == "of another one"
        with pytest.raises(Refused, match="changed just now"):
            enter(came)


def logs_in_over(house: House, email: str, before: str) -> Answer:
    """Somebody logs in, in a browser that has these cookies."""
    form = fetch(f"{house.server.url}/login")
    answer = press(house.server, "/login", before, form, email=email, password=PASSWORD)
    assert answer.status == 302
    return answer


def test_who_logs_in_again_is_in_once_and_what_they_have_open_goes_on(with_password: House) -> None:
    house, other = with_password, with_password.browser()
    desk, elsewhere = house.open(house.first), house.open(other)
    again = cookie(logs_in_over(house, house.owner.email, house.first))
    assert not house.reads_rooms(house.first) and house.reads_rooms(again)
    page = fetch(f"{house.server.url}/account", headers={"Cookie": again}).body.decode()
    assert page.count("<li>Sinds ") == 2, "this browser, and the other one"
    with house.server.database.writing() as session:
        session.execute(delete(Login).where(Login.token_hash == token_hash(other.partition("=")[2])))
    is_over(elsewhere)  # so it was looked who is still in
    goes_on(desk)
    assert house.press("/logout", again) == 302
    is_over(desk)


def test_who_logs_in_over_somebody_else_ends_the_login_of_that_one(with_password: House) -> None:
    house, email = with_password, f"second-{uuid.uuid4()}@example.org"
    house.server.account(email, password_hash=hashed(PASSWORD))
    desk, there = house.open(house.first), house.open(house.browser())
    keys = "; ".join(cookie(fetch(house.made[which])) for which in ("reflections_url", "screen_url"))
    answer = logs_in_over(house, email, f"{house.first}; {keys}")
    is_over(desk)
    goes_on(there)
    assert not house.reads_rooms(house.first) and house.reads_rooms(cookie(answer))
    told = answer.headers.get_all("Set-Cookie")  # type: ignore[attr-defined]
    assert [one.partition("=")[0] for one in told if "Max-Age=0" in one] == [f"samen_organiser_{house.code}"]


def test_all_others_end_at_once(house: House) -> None:
    others = [house.browser(), house.browser()]
    here, there = house.open(house.first), [house.open(one) for one in others]
    stranger = account(house.server, f"stranger-{house.code}@example.org")
    page = fetch(f"{house.server.url}/account", headers={"Cookie": house.first}).body.decode()
    assert page.count("<li>Sinds ") == 3 and page.count("Deze browser.") == 1
    assert house.press("/account/others", house.first) == 303
    is_over(*there)
    goes_on(here)
    assert [house.reads_rooms(one) for one in (*others, house.first, stranger)] == [False, False, True, True]
    page = fetch(f"{house.server.url}/account?done=others", headers={"Cookie": house.first}).body.decode()
    assert page.count("<li>Sinds ") == 1 and "Overal elders ben je uitgelogd." in page
    assert 'action="/account/others"' not in page, "there is nothing left to end"


def test_of_a_login_the_day_of_its_last_use_is_kept_and_nothing_else(house: House) -> None:
    assert {column.name for column in Login.__table__.columns} == {"token_hash", "account_id", "expires_at", "used_at"}
    assert house.reads_rooms(house.first)

    def used() -> int | None:
        with house.server.database.reading() as session:
            return session.scalars(select(Login.used_at).where(Login.account_id == house.owner.id)).one()

    day = until(used)
    assert day == day_began(day, ZONE)


def test_nobody_has_an_account_without_being_signed_in(house: House) -> None:
    answer = fetch(f"{house.server.url}/account")
    assert answer.status == 302 and answer.headers["Location"].endswith("/login")
    for path in ("/account/password", "/account/others"):
        assert house.press(path, cookie(fetch(house.made["lead_url"]))) == 401, (
            "by a link one leads, and has no account"
        )
