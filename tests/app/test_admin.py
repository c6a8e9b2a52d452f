"""An admin looks after accounts and organisations, sees numbers and days, and opens no room (decisions/0036)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from live import Answer, Line, Server, fetch, until
from sqlalchemy import select, update

from tests.app.test_across import account
from tests.app.test_again import press, row
from tests.app.test_web import cookie, post_form
from workshop import accounts, cookies, removing
from workshop.access import sign_in
from workshop.core.errors import Refused
from workshop.days import day_began
from workshop.extensions import db, now, room_locks
from workshop.models import ZONE, Account, Identity, Invitation, Login, Organisation, Room
from workshop.restoring import LEAP
from workshop.rooms.opening import Wanted, open_room

Dial = Callable[..., Line]


def admin(server: Server, email: str) -> str:
    """The cookie of a browser in which an admin is signed in."""
    number = server.account(email, admin=True)
    with server.database.writing() as session:
        known = session.get(Account, number)
        assert known is not None
        return f"{cookies.LOGIN}={sign_in(session, known, 3_000_000_000_000)}"


def numbered(server: Server, email: str) -> int:
    """The number of an account."""
    with server.database.reading() as session:
        return session.scalars(select(Account.id).where(Account.email == email)).one()


def page(server: Server, browser: str, address: str = "/admin") -> Answer:
    return fetch(server.url + address, headers={"Cookie": browser, "Accept-Language": "en"})


def make_room(server: Server, browser: str, title: str) -> str:
    """A room by the form; its code."""
    form = page(server, browser, "/lead/new")
    made = press(server, "/lead/new", browser, form, title=title, programme="triads", label="canary label")
    assert made.status == 302
    return made.headers["Location"].rpartition("/")[2]


def test_an_admin_sees_numbers_days_and_versions_and_nothing_of_a_room(server: Server) -> None:
    looks = admin(server, "looks@example.org")
    leader = account(server, "looked-at@example.org", organisation="Kijkstad")
    code = make_room(server, leader, "canary title")
    server.join(code, "canary name")
    body = page(server, looks).body.decode()
    assert "looked-at@example.org" in body and "Kijkstad" in body and "1 account · 1 room" in body
    assert "SQLite" in body or "PostgreSQL" in body
    one = page(server, looks, f"/admin/accounts/{numbered(server, 'looked-at@example.org')}").body.decode()
    for text in (body, one):
        assert not [word for word in ("canary", code, f"{code[:4]} {code[4:]}") if word in text]


def test_nobody_else_looks_after_anything(sqlite_server: Server) -> None:
    looks, leader = admin(sqlite_server, "only@example.org"), account(sqlite_server, "plain@example.org", "organiser")
    number = numbered(sqlite_server, "only@example.org")
    form = page(sqlite_server, looks)
    for address in ("/admin", f"/admin/accounts/{number}"):
        assert page(sqlite_server, leader, address).status == 403
        assert page(sqlite_server, "", address).status == 302
    for address in (
        "organisations",
        "organisations/1",
        *(f"accounts/{number}/{do}" for do in ("roles", "disable", "reset", "remove")),
    ):
        answer = press(sqlite_server, f"/admin/{address}", leader, form, name="Mijne", off="yes", sure="yes")
        assert answer.status == 403, address
    assert page(sqlite_server, looks, "/admin/accounts/999999").status == 404
    assert press(sqlite_server, "/admin/organisations/999999", looks, form, name="x").status == 404


def test_an_account_that_may_not_is_told_so_and_not_about_a_link(sqlite_server: Server) -> None:
    looks, leader = admin(sqlite_server, "hands-over@example.org"), account(sqlite_server, "may-not@example.org")
    number = numbered(sqlite_server, "may-not@example.org")
    with sqlite_server.database.writing() as session:
        for one in list(accounts.account(session, number).memberships):
            session.delete(one)
    for address in ("/admin", f"/admin/accounts/{number}", "/ops", "/lead/new"):
        said = page(sqlite_server, leader, address)
        assert said.status == 403 and "Your account may not do this" in said.body.decode(), address
        assert 'href="/lead"' in said.body.decode() and "link you need" not in said.body.decode()
    sqlite_server.account("takes-over@example.org", admin=True)
    own = numbered(sqlite_server, "hands-over@example.org")
    form = page(sqlite_server, looks, f"/admin/accounts/{own}")
    done = press(sqlite_server, f"/admin/accounts/{own}/roles", looks, form, was="admin")
    assert done.status == 302 and done.headers["Location"] == "/lead"
    assert page(sqlite_server, looks, "/lead").status == 200 and page(sqlite_server, looks).status == 403


def test_an_organisation_is_added_and_gets_another_name(sqlite_server: Server) -> None:
    looks = admin(sqlite_server, "adds@example.org")
    form = page(sqlite_server, looks)
    assert press(sqlite_server, "/admin/organisations", looks, form, name="Nieuw <b>").status == 302
    assert "Nieuw &lt;b&gt;" in page(sqlite_server, looks).body.decode()
    for wrong in (" ", "x" * 81, "Nieuw <b>"):
        answer = press(sqlite_server, "/admin/organisations", looks, form, name=wrong)
        assert answer.status == 200 and b'role="alert"' not in answer.body and b"name-error" in answer.body
    with sqlite_server.database.reading() as session:
        number = session.scalars(select(Organisation.id).where(Organisation.name == "Nieuw <b>")).one()
    assert press(sqlite_server, f"/admin/organisations/{number}", looks, form, name="Beter").status == 302
    assert "Beter" in page(sqlite_server, looks).body.decode()


def test_what_an_account_is_changes_at_once(sqlite_server: Server) -> None:
    looks, leader = admin(sqlite_server, "roles@example.org"), account(sqlite_server, "changes@example.org")
    code = make_room(sqlite_server, leader, "T")
    number = numbered(sqlite_server, "changes@example.org")
    place = row(sqlite_server, code).organisation_id
    form = page(sqlite_server, looks, f"/admin/accounts/{number}")
    assert f'value="{place}.leader" checked' in form.body.decode()
    address = f"/admin/accounts/{number}/roles"
    assert f'name="was" value="{place}.leader"' in form.body.decode()
    changes = {"role": f"{place}.organiser", "was": f"{place}.leader"}
    assert press(sqlite_server, address, looks, form, **changes).status == 302
    assert page(sqlite_server, leader, f"/lead/{code}").status == 404
    assert page(sqlite_server, leader, f"/reflections/{code}").status == 200
    changes = {"role": "999999.leader", "admin": "yes", "was": f"{place}.organiser"}
    assert press(sqlite_server, address, looks, form, **changes).status == 302
    assert page(sqlite_server, leader, f"/reflections/{code}").status == 404
    assert page(sqlite_server, leader).status == 200, "an admin now, and nothing besides"
    assert "You do not belong to an organisation" in page(sqlite_server, leader, "/lead").body.decode()
    assert page(sqlite_server, leader, "/lead/new").status == 403


def test_an_old_page_of_an_account_changes_only_what_was_changed_on_it(sqlite_server: Server) -> None:
    """Another admin took roles away meanwhile, and gave one; whoever presses "Keep this" did not touch those."""
    looks, number = admin(sqlite_server, "long-ago@example.org"), sqlite_server.account("m@example.org", admin=True)
    address = f"/admin/accounts/{number}"
    with sqlite_server.database.writing() as session:
        known, first = accounts.account(session, number), accounts.organisation_called(session, None, 1)
        accounts.join(session, known, first, "leader")
        other = accounts.add_organisation(session, "Meanwhile", 1)
        accounts.join(session, known, other, "organiser")
        places = first.id, other.id
    form = page(sqlite_server, looks, address)
    was = f"{places[0]}.leader {places[1]}.organiser admin"
    assert f'name="was" value="{was}"' in form.body.decode()
    with sqlite_server.database.writing() as session:
        known, other = accounts.account(session, number), accounts.organisation(session, places[1])
        accounts.leave(session, known, other, "organiser")
        accounts.set_admin(session, known, False)
        accounts.join(session, known, other, "leader")

    def now_is() -> tuple[set[tuple[int, str]], bool]:
        with sqlite_server.database.reading() as session:
            known = accounts.account(session, number)
            return {(one.organisation_id, one.role) for one in known.memberships}, known.admin

    ticks = {"role": f"{places[1]}.organiser", "admin": "yes"}  # "leader" in the first was unticked
    assert press(sqlite_server, f"{address}/roles", looks, form, was=was, **ticks).status == 302
    assert now_is() == ({(places[1], "leader")}, False)
    odds = ({"was": "999999.leader x.y \x00 1.admin admin admin", "admin": "yes"}, {"was": "²", "role": "1.captain"})
    for odd in odds:
        assert press(sqlite_server, f"{address}/roles", looks, form, **odd).status == 302
        assert now_is() == ({(places[1], "leader")}, False), "what is no tick of ours is nothing"
    answer = press(sqlite_server, f"{address}/roles", looks, form, **ticks)  # of a page that did not say what it had
    assert answer.status == 400 and now_is() == ({(places[1], "leader")}, False)


def test_admin_by_a_claim_is_kept_only_by_a_tick_that_is_made_or_a_command(server: Server) -> None:
    looks, number = admin(server, "ticks@example.org"), server.account("claims@example.org", admin=True)
    with server.database.writing() as session:
        session.add(Identity(issuer="i", subject=f"{number}", account_id=number, admin_until=9_000_000_000_000))
    form, address = page(server, looks), f"/admin/accounts/{number}/roles"

    def until() -> tuple[bool, int | None]:
        with server.database.reading() as session:
            found = session.get(Identity, ("i", f"{number}"))
            assert found is not None
            return found.account.admin, found.admin_until

    assert press(server, address, looks, form, admin="yes", role="1.organiser", was="admin").status == 302
    assert until() == (True, 9_000_000_000_000), "another role was ticked"
    assert press(server, address, looks, form, was="admin").status == 302 and until() == (False, None)
    assert press(server, address, looks, form, admin="yes", was="").status == 302 and until() == (True, None)
    with server.database.writing() as session:
        session.execute(update(Identity).where(Identity.subject == f"{number}").values(admin_until=9_000_000_000_000))
    assert server.workshop("user", "grant", "claims@example.org", "--admin").returncode == 0
    assert until() == (True, None)


def test_a_page_of_somebody_who_was_removed_is_never_anothers(server: Server) -> None:
    looks, number = admin(server, "open@example.org"), server.account("leaves@example.org")
    address = f"/admin/accounts/{number}"
    form = page(server, looks, address)
    assert server.workshop("user", "remove", "leaves@example.org", "--yes").returncode == 0
    assert server.account("stranger@example.org") > number
    for button, fields in (("roles", {"admin": "yes", "was": ""}), ("reset", {}), ("disable", {"off": "yes"})):
        assert press(server, f"{address}/{button}", looks, form, **fields).status == 404
    with server.database.reading() as session:
        stranger = session.scalars(select(Account).where(Account.email == "stranger@example.org")).one()
        assert not stranger.admin and not stranger.disabled


def test_the_last_admin_stays(own_server: Server) -> None:
    looks, number = admin(own_server, "last@example.org"), numbered(own_server, "last@example.org")
    account(own_server, "not-admin@example.org")
    form = page(own_server, looks)
    for do, fields in (("roles", {"was": "admin"}), ("disable", {"off": "yes"}), ("remove", {"sure": "yes"})):
        answer = press(own_server, f"/admin/accounts/{number}/{do}", looks, form, **fields)
        assert answer.status == 200 and b'role="alert"' in answer.body, do
    with own_server.database.reading() as session:
        known = session.get(Account, number)
        assert known is not None and known.admin and not known.disabled and known.memberships, "nothing was changed"


def test_whoever_is_disabled_is_out_on_open_lines_too_and_can_come_back(own_server: Server, dial: Dial) -> None:
    looks = admin(own_server, "disables@example.org")
    password = "een heel lang wachtwoord"
    assert own_server.workshop("user", "add", "out@example.org", text=f"{password}\n").returncode == 0
    fields = {"email": "out@example.org", "password": password}
    leader = cookie(post_form(own_server, "/login", own_server.get("/login"), **fields))
    code = make_room(own_server, leader, "T")
    desk = Line(own_server, None, {"Cookie": leader}, **{"as": "leader", "code": code})
    assert desk.do("next")["ok"]
    address = f"/admin/accounts/{numbered(own_server, 'out@example.org')}/disable"
    form = page(own_server, looks)
    assert press(own_server, address, looks, form, off="yes").status == 302
    until(lambda: not desk.open)
    assert page(own_server, leader, "/lead").status == 302
    wrong = post_form(own_server, "/login", own_server.get("/login"), **fields)
    assert wrong.status == 200 and "Set-Cookie" not in wrong.headers
    assert press(own_server, address, looks, form).status == 302
    assert post_form(own_server, "/login", own_server.get("/login"), **fields).status == 302
    with own_server.database.reading() as session:
        known = session.scalars(select(Account).where(Account.email == "out@example.org")).one()
        assert known.signed_in_on == day_began(known.signed_in_on or 0, ZONE), "the day, and no hour"


@pytest.mark.parametrize("choice", ["pass", "erase"])
def test_a_removed_account_leaves_its_rooms_to_another_or_they_go(own_server: Server, choice: str) -> None:
    looks = admin(own_server, "removes@example.org")
    leader = account(own_server, "goes@example.org", organisation="Noord")
    heir = account(own_server, "heir@example.org", organisation="Noord")
    account(own_server, "elsewhere@example.org", organisation="Zuid")
    code = make_room(own_server, leader, "T")
    number, place = numbered(own_server, "goes@example.org"), row(own_server, code).organisation_id
    address, form = f"/admin/accounts/{number}", page(own_server, looks, f"/admin/accounts/{number}")
    assert "heir@example.org" in form.body.decode() and "elsewhere@example.org" not in form.body.decode()
    to = {"pass": str(numbered(own_server, "heir@example.org")), "erase": "erase"}[choice]
    for wrong in (
        {f"rooms-{place}": to},
        {"sure": "yes"},
        {"sure": "yes", f"rooms-{place}": str(numbered(own_server, "elsewhere@example.org"))},
        {"sure": "yes", f"rooms-{place}": str(number)},
        {"sure": "yes", f"rooms-{place}": "²"},
    ):
        answer = press(own_server, f"{address}/remove", looks, form, **wrong)
        assert answer.status == 200 and b'role="alert"' in answer.body, wrong
    assert page(own_server, leader, f"/lead/{code}").status == 200, "nothing was changed"
    gone = press(own_server, f"{address}/remove", looks, form, sure="yes", **{f"rooms-{place}": to})
    assert gone.status == 302
    assert page(own_server, looks, address).status == 404 and page(own_server, leader, "/lead").status == 302
    dashboard = page(own_server, heir, f"/lead/{code}")
    if choice == "pass":
        assert dashboard.status == 200 and b"/reflections/" not in dashboard.body, "it did not make the room"
    else:
        assert dashboard.status == 404 and own_server.get(f"/api/rooms/{code}").status == 404
    with own_server.database.reading() as session:
        assert not session.scalars(select(Login).where(Login.account_id == number)).all()
        assert len(session.scalars(select(Room)).all()) == (1 if choice == "pass" else 0)


def test_two_admins_who_remove_each_other_erase_the_rooms_of_one(app: Flask) -> None:
    """Each looked at the other's page before; the second is the last admin by now, and keeps what is theirs."""
    with db.writing() as session:
        place = accounts.organisation_called(session, None, now())
        admins = [
            accounts.add_account(session, f"{name}@example.org", "x", place, admin=True, now=now())
            for name in ("one", "other")
        ]
        theirs = [
            open_room(session, Wanted("T"), now(), account_id=one.id, organisation_id=place.id).id for one in admins
        ]
    removing.remove(admins[1].email, [([theirs[1]], None)])
    for last in ("one@example.org", "other@example.org"):
        with pytest.raises(Refused):
            removing.remove(last, [([theirs[0]], None)])
    with db.reading() as session:
        assert session.scalars(select(Room.id)).all() == [theirs[0]]
        assert [(one.email, one.disabled) for one in session.scalars(select(Account))] == [("one@example.org", False)]


def test_what_stopped_half_way_says_so_and_goes_on_when_it_is_pressed_again(app: Flask) -> None:
    """A room that is busy: the account is out already, and one room is gone."""
    with db.writing() as session:
        place = accounts.organisation_called(session, None, now())
        looks, goes = (
            accounts.add_account(session, f"{n}@example.org", "x", place, now=now()) for n in ("looks", "goes")
        )
        opened = [open_room(session, Wanted("T"), now(), account_id=goes.id, organisation_id=place.id) for _ in "123"]
        login = sign_in(session, looks, now())
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    browser.set_cookie(cookies.LOGIN, login)
    address = f"/admin/accounts/{goes.id}"
    word = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(address).get_data(as_text=True))[0]
    form = {"sure": "yes", f"rooms-{place.id}": "erase", "csrf_token": word}
    with in_use(opened[1].id):
        said = browser.post(f"{address}/remove", data=form).get_data(as_text=True)
        with pytest.raises(removing.HalfWay, match="cannot log in any more, 2 of its rooms are left"):
            removing.remove(goes.email, [([one.id for one in opened[1:]], None)])  # as the command line does
    assert "this account can no longer log in. 2 rooms are left." in said and "Nothing was changed" not in said
    with db.reading() as session:
        assert accounts.account(session, goes.id).disabled
        assert set(session.scalars(select(Room.id))) == {one.id for one in opened[1:]}
    assert browser.post(f"{address}/remove", data=form).status_code == 302
    with db.reading() as session:
        assert not session.scalars(select(Room.id)).all() and session.get(Account, goes.id) is None


@contextmanager
def in_use(room: int) -> Iterator[None]:
    """Somebody else is at work in this room for a long time."""
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        with room_locks[room]:
            begun.set()
            over.wait()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_room_that_is_anothers_by_now_is_not_erased_with_an_account(app: Flask) -> None:
    with db.writing() as session:
        place = accounts.organisation_called(session, None, now())
        stays, goes = (
            accounts.add_account(session, f"{name}@example.org", "x", place, now=now()) for name in ("stays", "goes")
        )
        room = open_room(session, Wanted("T"), now(), account_id=stays.id, organisation_id=place.id)
    removing.remove(goes.email, [([room.id], None)])
    with db.reading() as session:
        assert session.scalars(select(Room.account_id)).all() == [stays.id]


def test_what_has_a_high_number_is_within_reach(sqlite_server: Server) -> None:
    """After a restore everything new has one above a million."""
    looks, high = admin(sqlite_server, "high@example.org"), LEAP + 1
    with sqlite_server.database.writing() as session:
        place = Organisation(id=high, name="Hoog", created_at=0)
        session.add_all([place, Account(id=high, email="up@example.org", password_hash="-", created_at=0)])
        session.flush()
        session.add(
            Invitation(id=high, token_hash="x", organisation_id=high, role="leader", expires_at=4_000_000_000_000)
        )
    form = page(sqlite_server, looks)
    for address, fields in {
        f"/admin/organisations/{high}": {"name": "Hoger"},
        f"/admin/invitations/{high}/withdraw": {},
        f"/admin/accounts/{high}/disable": {"off": "on"},
        f"/admin/accounts/{high}/reset": {},
    }.items():
        assert f'action="{address}"' in form.body.decode() or address.startswith("/admin/accounts")
        answer = press(sqlite_server, address, looks, form, **fields)
        assert answer.status == (302 if "reset" not in address else 400), address
    assert page(sqlite_server, looks, f"/admin/accounts/{high}").status == 200
