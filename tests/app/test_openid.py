"""Logging in by an organisation's own login: with a provider that is real but for its size (`provider`), who gets in as
what, and that nothing else does.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from live import Answer, Line, Server, fetch, until
from provider import Provider
from sqlalchemy import select, update

from config import OpenID
from tests.app.test_again import PASSWORD, press
from tests.app.test_logins import is_over
from workshop import accounts, openid, resets, schema
from workshop.access import DAY, LOGIN_DAYS
from workshop.cookies import LOGIN, OPENID
from workshop.core.errors import Refused
from workshop.database import Database
from workshop.models import Account, Base, Identity, Login, Room
from workshop.provider import Said
from workshop.store import due
from workshop.web.account import hashed

NOW = 1_800_000_000_000
ISSUER = "https://login.example.org"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as made:
        yield made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Server]:
    """A server of an organisation with a login of its own, in a folder of its site; and an admin with a password."""
    settings = provider.settings | {"OPENID_ADMINS": "chief"}
    with Server(tmp_path_factory.mktemp("openid"), root="/workshop", **settings) as server:
        assert server.workshop("user", "add", "admin@example.org", text=f"{PASSWORD}\n").returncode == 0
        yield server


@pytest.fixture(autouse=True)
def anew(provider: Provider) -> None:
    """Each test says itself what the provider does."""
    provider.claims = {"sub": "1", "email": "noor@example.org", "roles": ["trainer"]}
    provider.sign, provider.document, provider.is_away = provider.signed, {}, False


class Browser:
    """Somebody's browser: it keeps cookies, and goes where it is sent only if it is told to."""

    def __init__(self, server: Server) -> None:
        self.server, self.jar = server, dict[str, str]()

    def get(self, address: str) -> Answer:
        """One page, at an address of ours."""
        address = address if address.startswith("http") else self.server.url + address
        answer = fetch(address, headers={"Cookie": self.cookies})
        self.keep(answer)
        return answer

    def press(self, path: str, **values: str) -> Answer:
        """The button of a form."""
        answer = press(
            self.server, path, self.cookies, self.get("/account" if LOGIN in self.jar else "/login"), **values
        )
        self.keep(answer)
        return answer

    def keep(self, answer: Answer) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or []:  # type: ignore[attr-defined]
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0]
            self.jar.pop(name, None)
            if value:
                self.jar[name] = value

    @property
    def cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.jar.items())

    def away(self) -> str:
        """Presses the button; where that leads."""
        return sent(self.get("/login/openid"))

    def comes_by(self, provider: Provider) -> str:
        """All of it; the page on which they are in the end."""
        return page_of(self.get(provider.logs_in(self.away())))

    @property
    def is_in(self) -> bool:
        return self.get("/lead").status == 200


def sent(answer: Answer) -> str:
    """Where an answer leads."""
    assert answer.status in (302, 303), (answer.status, answer.body)
    return answer.headers["Location"]


def page_of(answer: Answer) -> str:
    """Where an answer leads, in the folder in which the workshop is."""
    assert sent(answer).startswith("/workshop/"), sent(answer)
    return sent(answer).removeprefix("/workshop")


def rows(server: Server) -> dict[str, list[Any]]:
    """What is there of accounts; of logins only which there are, as the day of their use is kept a while later."""
    tables = [Base.metadata.tables[name] for name in ("accounts", "memberships", "identities")]
    with server.database.reading() as session:
        found = {str(table.name): sorted(map(tuple, session.execute(select(table)))) for table in tables}
        return found | {"logins": sorted(session.scalars(select(Login.token_hash)))}


def roles(server: Server, email: str) -> set[str]:
    with server.database.reading() as session:
        account = accounts.the_account(session, email)
        return {one.role for one in account.memberships} | ({"admin"} if account.admin else set())


def test_a_first_time_makes_an_account_and_each_time_says_what_it_is(house: Server, provider: Provider) -> None:
    noor = Browser(house)
    assert re.search(r'href="/workshop/login/openid">[^<]*Hogeschool “Zo”', noor.get("/login").body.decode())
    assert noor.comes_by(provider) == "/lead" and noor.is_in and OPENID not in noor.jar
    assert roles(house, "noor@example.org") == {"leader"}
    assert noor.press("/lead/new", title="Zuid", programme="triads", pack="nl").status == 302

    provider.claims = {"sub": "1", "email": "another@example.org", "roles": ["coordinator"]}
    other = Browser(house)
    assert other.comes_by(provider) == "/lead"
    assert roles(house, "noor@example.org") == {"organiser"}, "it is she, by whatever address"
    assert noor.get("/reflections").status == 200 and noor.get("/lead/new").status == 403

    account_page = noor.get("/account").body.decode()
    assert 'name="present"' not in account_page and 'name="password_now"' not in account_page
    assert noor.press("/account/password", present="", password=PASSWORD, again=PASSWORD).status == 400
    assert Browser(house).press("/login", email="noor@example.org", password="").status == 200

    assert noor.press("/account/others").status == 303 and not other.is_in, "it is a login as any other"
    assert noor.press("/logout").status == 302 and not noor.is_in


def test_who_has_no_role_any_more_is_out_with_a_sentence_and_their_desk_closes(
    house: Server, provider: Provider
) -> None:
    provider.claims = {"sub": "2", "email": "sem@example.org", "roles": ["trainer"]}
    sem = Browser(house)
    assert sem.comes_by(provider) == "/lead"
    made = house.create()
    with house.database.writing() as session:
        owner = accounts.the_account(session, "sem@example.org").id
        session.execute(update(Room).where(Room.code == made["code"]).values(account_id=owner))
    desk = Line(house, None, {"Cookie": sem.cookies}, **{"as": "leader", "code": made["code"]})
    provider.claims = {"sub": "2", "email": "sem@example.org", "roles": ["cook"]}
    again = Browser(house)
    assert again.comes_by(provider) == "/login?openid=no_role" and not again.is_in
    assert 'role="alert"' in again.get("/login?openid=no_role").body.decode()
    assert roles(house, "sem@example.org") == set()
    is_over(desk)
    desk.close()


def test_who_never_had_one_leaves_nothing(house: Server, provider: Provider) -> None:
    before = rows(house)
    provider.claims = {"sub": "3", "email": "cook@example.org", "roles": ["cook"]}
    assert Browser(house).comes_by(provider) == "/login?openid=no_role"
    provider.claims = {"sub": "3", "email": "cook@example.org"}
    assert Browser(house).comes_by(provider) == "/login?openid=no_role"
    assert rows(house) == before


@pytest.mark.parametrize("what", ["unsigned", "state", "no cookie", "another browser", "error", "issuer"])
def test_what_is_not_right_lets_in_nobody_and_changes_nothing(house: Server, provider: Provider, what: str) -> None:
    provider.claims = {"sub": "4", "email": "fatma@example.org", "roles": ["trainer"]}
    before, browser, asked = rows(house), Browser(house), len(provider.asked)
    if what == "unsigned":
        provider.sign = lambda claims: provider.signed(claims).rpartition(".")[0] + "."
    back = provider.logs_in(browser.away())
    begun = len(provider.asked)
    match what:
        case "state":
            back = re.sub("state=[^&]+", "state=guessed", back)
        case "no cookie":
            del browser.jar[OPENID]
        case "another browser":  # somebody is sent the end of another's way
            browser = Browser(house)
            own = browser.away()
        case "error":
            back = re.sub("code=[^&]+", "error=access_denied", back)
        case "issuer":
            back += "&iss=https://other.example.org"
    ends = {"unsigned": "untrusted", "issuer": "untrusted", "error": "refused"}.get(what, "again")
    assert page_of(browser.get(back)) == f"/login?openid={ends}"
    assert not browser.is_in and rows(house) == before
    assert what == "unsigned" or len(provider.asked) <= max(begun, asked + 2), "nobody is asked for nothing"
    if what == "another browser":
        assert page_of(browser.get(provider.logs_in(own))) == "/lead", "what is on its way there goes on"


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("invalid_scope", "untrusted"),
        ("temporarily_unavailable", "away"),
        ("access_denied", "refused"),
        ("x\ny", "refused"),
    ],
)
def test_what_a_provider_cannot_do_is_told_and_logged_by_its_word(
    house: Server, provider: Provider, word: str, told: str
) -> None:
    browser = Browser(house)
    back = re.sub("code=[^&]+", f"error={quote(word)}", provider.logs_in(browser.away()))
    assert page_of(browser.get(back)) == f"/login?openid={told}"
    assert (f"error={word}" in house.said.read_text()) is (told != "refused")


def test_a_way_back_is_walked_once(house: Server, provider: Provider) -> None:
    noor, thief = Browser(house), Browser(house)
    back = provider.logs_in(noor.away())
    thief.jar |= noor.jar
    assert page_of(noor.get(back)) == "/lead"
    assert page_of(thief.get(back)) == "/login?openid=again" and not thief.is_in
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    provider_knows = provider.logs_in(thief.away())
    assert page_of(thief.get(re.sub("code=[^&]+", f"code={code}", provider_knows))) == "/login?openid=untrusted"


def test_it_leads_to_our_own_pages_and_nowhere_else(house: Server, provider: Provider) -> None:
    for more in ("next=https://evil.example", "return_to=//evil.example", "redirect_uri=https://evil.example/"):
        browser = Browser(house)
        asks = dict(parse_qsl(urlsplit(address := sent(browser.get(f"/login/openid?{more}"))).query))
        assert asks["redirect_uri"] == f"{house.url}/login/openid/return"
        assert page_of(browser.get(f"{provider.logs_in(address)}&{more}")) == "/lead"
    with house.database.writing() as session:
        first = accounts.first_organisation(session)
        assert first is not None
        invited = accounts.invite(session, first, "organiser", int(time.time() * 1000))
    browser = Browser(house)
    assert page_of(browser.get(f"/invitation?key={invited}")) == "/invitation"
    assert browser.comes_by(provider) == "/invitation", "it was open in this browser, and waits for a yes"


def test_a_provider_that_is_away_is_a_sentence_and_passwords_go_on(house: Server, provider: Provider) -> None:
    browser, before = Browser(house), rows(house)
    back = provider.logs_in(browser.away())
    provider.is_away = True
    assert page_of(browser.get(back)) == "/login?openid=away" and rows(house) == before
    assert page_of(browser.get("/login/openid")) == "/login?openid=away"
    assert "Hogeschool “Zo” antwoordt nu niet" in browser.get("/login?openid=away").body.decode()
    assert browser.press("/login", email="admin@example.org", password=PASSWORD).status == 302 and browser.is_in
    assert "kind=away" in house.said.read_text()


def test_while_a_provider_thinks_everyone_else_is_served(house: Server, provider: Provider) -> None:
    noor = Browser(house)
    back, asked = provider.logs_in(noor.away()), len(provider.asked)
    provider.goes_on.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(noor.get, back)
        until(lambda: len(provider.asked) > asked)
        assert [fetch(f"{house.url}{path}").status for path in ("/healthz", "/login")] == [200, 200]
        assert not waiting.done()
        provider.goes_on.set()
        assert page_of(waiting.result()) == "/lead"


def test_a_disabled_account_stays_out(house: Server, provider: Provider) -> None:
    provider.claims = {"sub": "5", "email": "out@example.org", "roles": ["trainer"]}
    assert Browser(house).comes_by(provider) == "/lead"
    with house.database.writing() as session:
        accounts.set_disabled(session, accounts.the_account(session, "out@example.org"), True)
    browser = Browser(house)
    assert browser.comes_by(provider) == "/login?openid=disabled" and not browser.is_in


def test_an_account_that_there_is_gets_it_only_from_whoever_is_in_it_and_knows_its_password(
    house: Server, provider: Provider
) -> None:
    """An address says nothing: here anyone may have typed it, and there too."""
    number = house.account("bo@example.org", "leader")
    with house.database.writing() as session:
        session.execute(update(Account).where(Account.email == "bo@example.org").values(password_hash=hashed(PASSWORD)))
    provider.claims = {"sub": "6", "email": "bo@example.org", "email_verified": True, "roles": ["coordinator"]}
    assert Browser(house).comes_by(provider) == "/login?openid=taken"

    bo = Browser(house)
    assert bo.press("/login", email="bo@example.org", password=PASSWORD).status == 302
    assert page_of(bo.press("/account/openid", password_now="a wrong one")) == "/account?openid=wrong"
    away = bo.press("/account/openid", password_now=PASSWORD)
    address = away.headers["Refresh"].partition("url=")[2]
    assert away.status == 200 and "Location" not in away.headers
    stranger = Browser(house)
    assert stranger.press("/login", email="admin@example.org", password=PASSWORD).status == 302
    stranger.jar[OPENID] = bo.jar[OPENID]
    assert page_of(stranger.get(provider.logs_in(address))) == "/account?openid=again", "only in that login"

    away = bo.press("/account/openid", password_now=PASSWORD)
    assert page_of(bo.get(provider.logs_in(away.headers["Refresh"].partition("url=")[2]))) == "/account?openid=done"
    assert roles(house, "bo@example.org") == {"leader", "organiser"}
    assert "eigen login van de organisatie" in stranger.get(f"/admin/accounts/{number}").body.decode()
    assert Browser(house).comes_by(provider) == "/lead"
    assert page_of(bo.press("/account/openid/off")) == "/account?openid=off"
    assert roles(house, "bo@example.org") == {"leader"}, "what somebody here gave stays"
    assert Browser(house).comes_by(provider) == "/login?openid=taken"


def test_who_left_and_logs_in_by_a_password_is_admin_no_longer_after_thirty_days(
    house: Server, provider: Provider
) -> None:
    number = house.account("eva@example.org", "leader", password_hash=hashed(PASSWORD))
    provider.claims = {"sub": "7", "email": "eva@example.org", "roles": ["chief"]}
    eva = Browser(house)
    assert eva.press("/login", email="eva@example.org", password=PASSWORD).status == 302
    address = eva.press("/account/openid", password_now=PASSWORD).headers["Refresh"].partition("url=")[2]
    assert page_of(eva.get(provider.logs_in(address))) == "/account?openid=done"
    assert roles(house, "eva@example.org") == {"leader", "admin"} and eva.get("/admin").status == 200
    house.stop()
    with house.database.writing() as session:
        made = session.scalars(select(Identity).where(Identity.account_id == number)).one()
        assert abs(made.admin_until - time.time() * 1000 - LOGIN_DAYS * DAY) < DAY  # type: ignore[operator]
        made.admin_until = int(time.time() * 1000)
    house.start()  # what is over is looked at then, and each minute
    until(lambda: eva.get("/admin").status == 403)
    assert roles(house, "eva@example.org") == {"leader"} and eva.is_in, "what somebody here gave stays"


def test_by_another_name_of_the_server_it_begins_at_its_own(house: Server, provider: Provider) -> None:
    browser, elsewhere = Browser(house), house.url.replace("127.0.0.1", "localhost")
    assert sent(browser.get(f"{elsewhere}/login/openid")) == f"{house.url}/login/openid?here=1"
    begun = browser.get(f"{house.url}/login/openid?here=1")
    cookie = begun.headers["Set-Cookie"]
    assert "Path=/workshop;" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Max-Age=600" in cookie, "ten minutes, as /privacy says"
    assert provider.logs_in(sent(begun)).startswith(f"{house.url}/login/openid/return?")


def test_with_another_password_a_login_that_somebody_else_connected_can_go(house: Server, provider: Provider) -> None:
    email = "reset@example.org"
    owner = house.account(email, password_hash=hashed(PASSWORD))
    provider.claims |= {"sub": "an intruder's", "email": email}

    def chooses(**ticks: str) -> None:
        with house.database.writing() as session:
            key = resets.make(session, session.get_one(Account, owner), int(time.time() * 1000))
        browser = Browser(house)
        assert browser.get(f"/reset?key={key}").status == 302
        shown = browser.get("/reset").body
        assert b'name="openid"' in shown and "Koppel ook Hogeschool" in shown.decode()
        form = {"password": PASSWORD, "again": PASSWORD} | ticks
        assert press(house, "/reset", browser.cookies, browser.get("/reset"), **form).status == 303

    with house.database.writing() as session:
        session.add(Identity(issuer=provider.issuer, subject="an intruder's", account_id=owner))
    chooses()
    assert Browser(house).comes_by(provider) == "/lead", "it stays, unless one wants it gone"
    chooses(openid="disconnect")
    assert Browser(house).comes_by(provider) == "/login?openid=taken"
    with house.database.reading() as session:
        assert not openid.identities(session, session.get_one(Account, owner))


def test_where_nothing_is_set_there_is_nothing(sqlite_server: Server) -> None:
    assert [fetch(f"{sqlite_server.url}{path}").status for path in ("/login/openid", "/login/openid/return")] == [
        404
    ] * 2
    assert "openid" not in fetch(f"{sqlite_server.url}/login").body.decode()


# --- Who gets in as what, without a server ---


def known(**other: Any) -> OpenID:
    return OpenID(ISSUER, "x", "x", "Zo", leaders=frozenset({"trainer"}), organisers=frozenset({"head"}), **other)


def said(subject: str, *roles: str, organisations: tuple[str, ...] = ()) -> Said:
    return Said(ISSUER, subject, f"{subject}@example.org", list(roles), list(organisations))


@pytest.fixture
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nobody in it, of SQLite unless a test asks for each."""
    found, kind = Database(), getattr(request, "param", "sqlite")
    sqlite = f"sqlite:///{tmp_path / 'openid.sqlite'}"
    found.connect(sqlite if kind == "sqlite" else request.getfixturevalue("empty_postgres_url"))
    schema.bring_up_to_date(found)
    yield found
    found.disconnect()


@pytest.fixture
def places(here: Database) -> dict[str, int]:
    """Three organisations, and an admin."""
    with here.writing() as session:
        first = accounts.organisation_called(session, None, NOW)
        accounts.add_account(session, "admin@example.org", "x", first, now=NOW)
        return {name: accounts.add_organisation(session, name, NOW).id for name in ("HAN", "Zuyd")} | {"": first.id}


def arrive(here: Database, known: OpenID, said: Said, now: int = NOW) -> Account | openid.Why:
    with here.writing() as session:
        return openid.arrive(session, known, said, now)


def admins_on(here: Database, now: int) -> set[str]:
    """Who is admin after what was over by then has ended."""
    with here.writing() as session:
        openid.expire(session, now)
        return {one.email.partition("@")[0] for one in session.scalars(select(Account).where(Account.admin))}


def make_admin(here: Database, email: str, admin: bool) -> None:
    """By hand."""
    with here.writing() as session:
        accounts.set_admin(session, accounts.the_account(session, email), admin)


def of(account: Account | openid.Why) -> set[tuple[int, str]]:
    assert isinstance(account, Account), account
    return {(one.organisation_id, one.role) for one in account.memberships}


def test_two_organisations_by_a_claim_and_only_those_that_are_named(here: Database, places: dict[str, int]) -> None:
    two = known(organisation_claim="home", organisations=(("han.nl", "HAN"), ("zuyd.nl", "Zuyd"), ("no.nl", "Nowhere")))
    assert of(arrive(here, two, said("noor", "trainer", organisations=("han.nl",)))) == {(places["HAN"], "leader")}
    both = arrive(here, two, said("noor", "trainer", "head", organisations=("zuyd.nl", "han.nl", "other.nl")))
    assert of(both) == {(places[name], role) for name in ("HAN", "Zuyd") for role in ("leader", "organiser")}
    assert of(arrive(here, two, said("noor", "head", organisations=("zuyd.nl",)))) == {(places["Zuyd"], "organiser")}
    for nowhere in ((), ("other.nl",), ("no.nl",), ("HAN",)):
        assert arrive(here, two, said("noor", "trainer", organisations=nowhere)) == "no_role"
    with here.reading() as session:
        assert accounts.the_account(session, "noor@example.org").memberships == []


def test_one_organisation_by_its_name_or_else_the_first(here: Database, places: dict[str, int]) -> None:
    assert of(arrive(here, known(organisation="Zuyd"), said("sem", "trainer"))) == {(places["Zuyd"], "leader")}
    assert of(arrive(here, known(), said("bo", "trainer"))) == {(places[""], "leader")}
    assert arrive(here, known(organisation="Gone"), said("eva", "trainer")) == "no_role"


def test_what_somebody_here_gave_stays_and_what_the_login_gave_ends_with_it(
    here: Database, places: dict[str, int]
) -> None:
    arrive(here, known(), said("noor", "trainer"))
    with here.writing() as session:
        noor = accounts.the_account(session, "noor@example.org")
        accounts.join(session, noor, accounts.organisation(session, places["HAN"]), "organiser")
    assert of(arrive(here, known(), said("noor", "trainer"), NOW + DAY)) == {
        (places[""], "leader"), (places["HAN"], "organiser"),
    }  # fmt: skip
    with here.writing() as session:
        due.expire(session, NOW + LOGIN_DAYS * DAY)
        assert len(accounts.the_account(session, "noor@example.org").memberships) == 2, "it was said again since"
    with here.writing() as session:
        due.expire(session, NOW + (LOGIN_DAYS + 1) * DAY)
        assert of(accounts.the_account(session, "noor@example.org")) == {(places["HAN"], "organiser")}
    assert arrive(here, known(), said("noor"), NOW + DAY) == "no_role", (
        "a role that was given here does not open this door"
    )


def test_nobody_becomes_admin_unless_that_is_set_and_the_last_one_stays(here: Database, places: dict[str, int]) -> None:
    assert not arrive(here, known(), said("noor", "admin", "trainer")).admin  # type: ignore[union-attr]
    admins = known(admins=frozenset({"boss"}))
    assert arrive(here, admins, said("noor", "boss")).admin  # type: ignore[union-attr]
    assert not arrive(here, admins, said("noor", "trainer")).admin  # type: ignore[union-attr]
    with here.writing() as session:
        first = accounts.the_account(session, "admin@example.org")
        assert openid.connect(session, admins, said("first", "trainer"), first, NOW) is None and first.admin
    assert arrive(here, admins, said("first", "trainer")).admin, "somebody here made them admin"  # type: ignore[union-attr]
    arrive(here, admins, said("noor", "boss"))
    with here.writing() as session:
        accounts.set_admin(session, accounts.the_account(session, "admin@example.org"), False)
    assert arrive(here, admins, said("noor", "trainer")).admin, "there is no other"  # type: ignore[union-attr]


BOTH = pytest.mark.parametrize("here", ["sqlite", "postgres"], indirect=True)
BOSSES = known(admins=frozenset({"boss"}))


@BOTH
def test_being_admin_by_a_claim_ends_unless_it_is_said_again(here: Database, places: dict[str, int]) -> None:
    for when in (NOW, NOW + DAY):
        arrive(here, BOSSES, said("noor", "boss"), when)
    assert admins_on(here, NOW + (LOGIN_DAYS + 1) * DAY - 1) == {"admin", "noor"}
    assert admins_on(here, NOW + (LOGIN_DAYS + 1) * DAY) == {"admin"}
    arrive(here, BOSSES, said("noor", "boss"), NOW + 40 * DAY)
    assert admins_on(here, NOW + 40 * DAY) == {"admin", "noor"}, "it says so again"


@BOTH
def test_the_last_admin_is_one_until_there_is_another(here: Database, places: dict[str, int]) -> None:
    for when, who in enumerate(("sem", "noor", "bo")):
        arrive(here, BOSSES, said(who, "boss"), NOW + when)
    make_admin(here, "admin@example.org", False)
    late = NOW + 2 * LOGIN_DAYS * DAY
    assert admins_on(here, late) == {"bo"}, "of whom it was said last"
    make_admin(here, "admin@example.org", True)
    assert admins_on(here, late) == {"admin"}


def test_the_last_admin_by_a_claim_stays_connected_until_there_is_another(
    here: Database, places: dict[str, int]
) -> None:
    """Without that login nothing would be left that says until when."""
    arrive(here, BOSSES, said("noor", "boss"))
    make_admin(here, "admin@example.org", False)
    with here.writing() as session:
        noor = accounts.the_account(session, "noor@example.org")
        with pytest.raises(Refused, match="last admin"):
            openid.may_be_disconnected(session, noor)
        assert openid.connect(session, BOSSES, said("noor-too", "boss"), noor, NOW) == "last_admin"
        assert [(one.subject, one.admin_until) for one in openid.identities(session, noor)] == [
            (said("noor").subject, NOW + LOGIN_DAYS * DAY)
        ]
    make_admin(here, "admin@example.org", True)
    with here.writing() as session:
        noor = accounts.the_account(session, "noor@example.org")
        openid.may_be_disconnected(session, noor)
        assert openid.connect(session, BOSSES, said("noor-too", "boss"), noor, NOW) is None
    assert admins_on(here, NOW + 2 * LOGIN_DAYS * DAY) == {"admin"}


def test_who_is_the_last_admin_by_a_claim_reads_why_it_is_not_disconnected(house: Server, provider: Provider) -> None:
    last = house.account("last@example.org", password_hash=hashed(PASSWORD), admin=True)
    with house.database.writing() as session:
        session.add(Identity(issuer=provider.issuer, subject="last", account_id=last, admin_until=9_000_000_000_000))
        others = session.scalars(select(Account.id).where(Account.admin, Account.id != last)).all()
        session.execute(update(Account).where(Account.id.in_(others)).values(admin=False))
    browser = Browser(house)
    assert browser.press("/login", email="last@example.org", password=PASSWORD).status == 302
    said_why = page_of(browser.press("/account/openid/off"))
    assert (
        said_why == "/account?openid=last_admin" and "Je bent de enige beheerder" in browser.get(said_why).body.decode()
    )
    with house.database.writing() as session:
        session.execute(update(Account).where(Account.id.in_(others)).values(admin=True))
    assert page_of(browser.press("/account/openid/off")) == "/account?openid=off"
    assert roles(house, "last@example.org") == {"leader"}


@BOTH
def test_who_was_made_admin_by_hand_stays_it(here: Database, places: dict[str, int]) -> None:
    """Taken away and given again, as on an admin's page, or just given, as by `user grant`."""
    for who, ways in (("noor", (False, True)), ("sem", (True,))):
        arrive(here, BOSSES, said(who, "boss"))
        for way in ways:
            make_admin(here, f"{who}@example.org", way)
        arrive(here, BOSSES, said(who, "boss"))
        assert arrive(here, BOSSES, said(who, "trainer")).admin  # type: ignore[union-attr]
    assert admins_on(here, NOW + 2 * LOGIN_DAYS * DAY) == {"admin", "noor", "sem"}


def test_the_first_account_of_an_installation_is_nobodys_by_this(here: Database) -> None:
    with here.writing() as session:
        accounts.organisation_called(session, None, NOW)
    assert arrive(here, known(admins=frozenset({"boss"})), said("noor", "boss", "trainer")) == "first"


def test_who_has_no_address_or_anothers_gets_no_account(here: Database, places: dict[str, int]) -> None:
    assert arrive(here, known(), Said(ISSUER, "1", "", ["trainer"])) == "no_address"
    assert arrive(here, known(), Said(ISSUER, "1", "Admin@Example.org", ["trainer"])) == "taken"
    arrive(here, known(), said("noor", "trainer"))
    with here.writing() as session:
        admin = accounts.the_account(session, "admin@example.org")
        assert openid.connect(session, known(), said("noor", "trainer"), admin, NOW) == "theirs"
        assert openid.identities(session, admin) == []
        assert openid.connect(session, known(), said("new"), admin, NOW) == "no_role"
        assert openid.identities(session, admin) == []


def test_another_provider_is_somebody_else(here: Database, places: dict[str, int]) -> None:
    arrive(here, known(), said("noor", "trainer"))
    other = "https://other.example.org"
    assert arrive(here, known(), Said(other, "noor", "noor@example.org", ["trainer"])) == "taken"
    assert of(arrive(here, known(), Said(other, "noor", "n@example.org", ["head"]))) == {(places[""], "organiser")}
    assert of(arrive(here, known(), said("noor", "trainer"))) == {(places[""], "leader")}
