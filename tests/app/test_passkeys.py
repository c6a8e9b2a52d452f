"""Passkeys beside passwords: what one opens, what of it is kept, and all that does not open anything
(docs/decisions/0038)."""

from __future__ import annotations

import dataclasses
import itertools
import re
import uuid
from collections.abc import Iterator
from html import unescape

import pytest
from authenticator import Passkey
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from tests.app.conftest import in_this_process
from workshop import accounts, models, passkeys
from workshop.access import sign_in
from workshop.addresses import Site, site_of_passkeys
from workshop.cookies import LOGIN
from workshop.days import day_began
from workshop.erasures import erasures
from workshop.extensions import db, now
from workshop.models import ZONE, Account, Login
from workshop.web.account import hashed
from workshop.web.passkeys import SURE_MS

HERE = "http://localhost:5000"
PASSWORD = "een heel lang wachtwoord"
NOT_HERE = "Deze passkey kon hier niet worden gebruikt"
_networks = itertools.count(1)


class Browser:
    """One browser, at an address of its own."""

    def __init__(self, app: Flask, at: str = HERE) -> None:
        self.origin, self.root = re.sub(r"(?<=\w)/.*", "", at), app.config["SETTINGS"].root
        self.client = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{next(_networks)}"
        self.at = {"base_url": self.origin, "headers": {"Accept-Language": "nl", "Referer": f"{at}/login"}}

    def get(self, path: str) -> str:
        """A page, as text."""
        return unescape(self.client.get(self.root + path, **self.at).get_data(as_text=True))

    def press(self, path: str, **form: str) -> TestResponse:
        """Sends a form of a page."""
        word = re.findall(r'name="csrf_token" value="([^"]+)"', self.get("/login"))[0]
        return self.client.post(self.root + path, data={"csrf_token": word, **form}, **self.at)

    def sign_in(self, account: Account, ago: int = 0) -> Browser:
        """By a login that began so long ago (ms)."""
        with db.writing() as session:
            token = sign_in(session, account, now() - ago)
        host = re.findall(r"//([^:/]+)", self.origin)[0]
        self.client.set_cookie(LOGIN, token, domain=host, path=self.root or "/")
        return self

    def add(self, passkey: Passkey, name: str = "telefoon", **instead: str) -> str:
        """Adds a passkey; what the page then says."""
        options = self.press("/account/passkeys/challenge", **{"for": "add"}).get_json()
        credential = passkey.make(options, self.origin, **instead)
        return self.said(self.press("/account/passkeys", name=name, credential=credential))

    def log_in(self, passkey: Passkey, **instead: str) -> TestResponse:
        """Logs in with a passkey."""
        options = self.press("/login/passkey/challenge").get_json()
        return self.press("/login/passkey", credential=passkey.answer(options, self.origin, **instead))

    def said(self, answer: TestResponse) -> str:
        """What an answer has the page of the account say; empty for nothing."""
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return (re.findall(r"passkeys=(\w+)", answer.headers["Location"]) or [""])[0]

    def is_in(self) -> bool:
        """Is somebody signed in here?"""
        return self.client.get(f"{self.root}/account", **self.at).status_code == 200


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """One application for all of these; a parameter is its PUBLIC_URL."""
    with in_this_process(tmp_path_factory.mktemp("passkeys"), getattr(request, "param", None)) as app:
        somebody()  # the first account is admin, and the last admin cannot be kept out
        yield app


@pytest.fixture
def owner(app: Flask) -> Account:
    """Somebody with a password."""
    return somebody()


def somebody() -> Account:
    """An account more."""
    with db.writing() as session:
        place = accounts.organisation_called(session, None, now())
        return accounts.add_account(session, f"{uuid.uuid4()}@example.org", "x", place, now=now())


def kept(owner: Account) -> list[models.Passkey]:
    """The passkeys of an account, as they are stored."""
    with db.reading() as session:
        return passkeys.of_account(session, owner)


def logins() -> int:
    """How many there are."""
    with db.reading() as session:
        return session.scalar(select(func.count(Login.token_hash))) or 0


@pytest.mark.parametrize("app", [None, "https://tools.example.org/workshop"], indirect=True)
def test_one_adds_a_passkey_logs_in_with_it_and_removes_it(app: Flask, owner: Account) -> None:
    at = app.config["SETTINGS"].public_url or HERE
    browser, other, passkey = Browser(app, at).sign_in(owner), Browser(app, at).sign_in(owner), Passkey()
    assert browser.add(passkey, "  mijn   telefoon ") == "added"
    assert other.is_in(), "nobody else is signed out"
    (row,), today = kept(owner), day_began(now(), ZONE)
    assert (row.name, row.added_on, row.used_on, row.account_id) == ("mijn telefoon", today, None, owner.id)
    assert "mijn telefoon" in browser.get("/account") and "Nog niet gebruikt." in browser.get("/account")

    new, before = Browser(app, at), logins()
    answer = new.log_in(passkey)
    assert answer.status_code == 302 and answer.headers["Location"].endswith("/lead")
    assert new.is_in() and logins() == before + 1 and kept(owner)[0].used_on == today
    assert new.get("/account").count("<li>Sinds ") == 3, "it is a login as any other"
    assert new.press("/logout").status_code == 302 and not new.is_in()

    assert browser.said(browser.press(f"/account/passkeys/{row.id}/name", name="oude telefoon")) == "renamed"
    assert [one.name for one in kept(owner)] == ["oude telefoon"]
    assert browser.said(browser.press(f"/account/passkeys/{row.id}/remove")) == "removed"
    assert not kept(owner) and erasures.path is not None and f'"passkey":{row.id}' in erasures.path.read_text()
    assert NOT_HERE in new.log_in(passkey).get_data(as_text=True) and not new.is_in()


def test_an_account_that_an_organisations_own_login_opens_adds_none(app: Flask, owner: Account) -> None:
    """That login says each time what somebody may do; a passkey would go past it (docs/decisions/0038)."""
    with db.writing() as session:
        session.execute(update(Account).where(Account.id == owner.id).values(password_hash=""))
    browser = Browser(app).sign_in(owner)
    assert browser.press("/account/passkeys/challenge", **{"for": "add"}).status_code == 403
    assert browser.press("/account/passkeys", name="x", credential="x").status_code == 403
    page = browser.get("/account")
    assert "Dit account heeft geen wachtwoord." in page and 'id="passkeys"' not in page


def test_one_passkey_is_of_use_again_and_again_whether_it_counts_or_not(app: Flask, owner: Account) -> None:
    for counts in (0, 1):
        passkey = Passkey(count=counts)
        Browser(app).sign_in(owner).add(passkey)
        for _ in range(3):
            passkey.count += counts
            assert Browser(app).log_in(passkey).status_code == 302


WRONG: dict[str, dict[str, str]] = {
    "by the page of another site": {"origin": "https://localhost.example.org"},
    "at another port of this machine": {"origin": "http://localhost:5001"},
    "for another site": {"site": "example.org"},
    "as if it were made anew": {"type": "webauthn.create"},
    "what it was not given": {"challenge": "A" * 43},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_was_signed_otherwise_opens_nothing(app: Flask, owner: Account, wrong: str) -> None:
    passkey, browser = Passkey(), Browser(app)
    Browser(app).sign_in(owner).add(passkey)
    refused(browser, browser.log_in(passkey, **WRONG[wrong]))
    instead = WRONG[wrong] | ({"type": "webauthn.get"} if "type" in WRONG[wrong] else {})
    assert Browser(app).sign_in(owner).add(Passkey(), **instead) == "unknown"
    assert [one.used_on for one in kept(owner)] == [None]


def refused(browser: Browser, answer: TestResponse) -> None:
    """It says one thing, whatever was wrong, and nobody is signed in."""
    assert answer.status_code == 200 and NOT_HERE in answer.get_data(as_text=True)
    assert not browser.is_in()


def test_nor_does_another_key_one_that_nobody_unlocked_or_a_copy(app: Flask, owner: Account) -> None:
    passkey, browser = Passkey(count=5), Browser(app)
    Browser(app).sign_in(owner).add(passkey)
    refused(browser, browser.log_in(Passkey(count=6)))
    refused(browser, browser.log_in(Passkey(count=6, id=passkey.id)))
    refused(browser, browser.log_in(dataclasses.replace(passkey, count=6, knows=False)))
    for count in (0, 4, 5):
        refused(browser, browser.log_in(dataclasses.replace(passkey, count=count)))
    assert kept(owner)[0].sign_count == 5
    assert Browser(app).sign_in(owner).add(Passkey(knows=False)) == "unknown"
    assert browser.log_in(dataclasses.replace(passkey, count=6)).status_code == 302


@pytest.mark.parametrize(
    "sent",
    ["", "null", "[]", "{", '{"id": 1}', '{"id": "\\ud800"}', "[" * 10_000, '{"id": "%s"}',
     '{"id": "%s", "rawId": "%s", "type": "public-key", "response": {"clientDataJSON": "AA", "authenticatorData": "AA",'
     ' "signature": "AA"}}', '{"id": "%s", "x": "' + "x" * 20_000 + '"}'],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_answer_opens_nothing(app: Flask, owner: Account, sent: str) -> None:
    browser = Browser(app)
    Browser(app).sign_in(owner).add(Passkey())
    browser.press("/login/passkey/challenge")
    refused(browser, browser.press("/login/passkey", credential=sent.replace("%s", kept(owner)[0].credential)))
    browser.sign_in(owner).press("/account/passkeys/challenge", **{"for": "add"})
    assert browser.said(browser.press("/account/passkeys", name="x", credential=sent)) == "unknown"


def late(browser: Browser) -> None:
    """What this browser was given is from five minutes ago."""
    with browser.client.session_transaction(base_url=browser.origin) as kept:
        kept["passkey"] = [*kept["passkey"][:2], now()]


def test_an_answer_is_good_once_for_one_browser_for_five_minutes_and_for_one_thing(app: Flask, owner: Account) -> None:
    passkey, browser = Passkey(), Browser(app)
    home = Browser(app).sign_in(owner)
    home.add(passkey)
    options = browser.press("/login/passkey/challenge").get_json()
    answer = passkey.answer(options, HERE)

    other = Browser(app)
    assert "Dat duurde te lang" in other.press("/login/passkey", credential=answer).get_data(as_text=True)
    other.press("/login/passkey/challenge")
    assert NOT_HERE in other.press("/login/passkey", credential=answer).get_data(as_text=True)
    home.press("/account/passkeys/challenge")
    assert "Dat duurde te lang" in home.press("/login/passkey", credential=answer).get_data(as_text=True)

    with browser.client.session_transaction(base_url=HERE) as cookie:
        given = cookie["passkey"]
    assert browser.press("/login/passkey", credential=answer).status_code == 302
    browser.press("/logout")
    assert "Dat duurde te lang" in browser.press("/login/passkey", credential=answer).get_data(as_text=True)
    with browser.client.session_transaction(base_url=HERE) as cookie:
        cookie["passkey"] = given  # a browser can keep a cookie that it was told to forget
    assert NOT_HERE in browser.press("/login/passkey", credential=answer).get_data(as_text=True)

    options = browser.press("/login/passkey/challenge").get_json()
    late(browser)
    said = browser.press("/login/passkey", credential=passkey.answer(options, HERE)).get_data(as_text=True)
    assert "Dat duurde te lang" in said and not browser.is_in()


def test_adding_and_removing_ask_who_one_is_unless_that_was_just_shown(app: Flask, owner: Account) -> None:
    passkey = Passkey()
    Browser(app).sign_in(owner).add(passkey)
    (row,) = kept(owner)
    with db.writing() as session:
        session.execute(update(Account).where(Account.id == owner.id).values(password_hash=hashed(PASSWORD)))

    def later() -> Browser:
        return Browser(app).sign_in(owner, ago=SURE_MS + 1000)

    def may(browser: Browser) -> bool:
        return browser.press("/account/passkeys/challenge", **{"for": "add"}).status_code == 200

    browser = later()
    assert not may(browser) and 'name="proof"' in browser.get("/account")
    assert browser.said(browser.press("/account/passkeys", name="x", credential="{}")) == "stale"
    assert browser.said(browser.press(f"/account/passkeys/{row.id}/remove")) == "unsure" and len(kept(owner)) == 1
    assert browser.said(browser.press("/account/passkeys/sure", proof="another long password")) == "wrong"
    assert not may(browser)
    assert browser.said(browser.press("/account/passkeys/sure", proof=PASSWORD)) == ""
    assert may(browser) and 'name="proof"' not in browser.get("/account")
    browser.sign_in(owner, ago=SURE_MS + 1000)
    assert not may(browser), "it was another login that was sure"

    def shows(browser: Browser, passkey: Passkey) -> str:
        options = browser.press("/account/passkeys/challenge").get_json()
        assert [one["id"] for one in options["allowCredentials"]] == [row.credential]
        return browser.said(browser.press("/account/passkeys/sure", credential=passkey.answer(options, HERE)))

    browser, theirs = later(), Passkey()
    Browser(app).sign_in(somebody()).add(theirs)
    assert shows(browser, theirs) == "unknown" and not may(browser), "by somebody else's passkey"
    assert shows(browser, passkey) == "" and may(browser)


def test_a_passkey_that_was_begun_in_time_is_added_by_that_login_alone(app: Flask, owner: Account) -> None:
    """By then the device has it, and nobody takes it away again there."""
    browser, passkey, other = Browser(app).sign_in(owner), Passkey(), somebody()

    def begins() -> str:
        browser.sign_in(owner)
        return passkey.make(browser.press("/account/passkeys/challenge", **{"for": "add"}).get_json(), HERE)

    def sends(credential: str) -> str:
        with db.writing() as session:
            session.execute(update(Login).values(expires_at=Login.expires_at - SURE_MS))
        return browser.said(browser.press("/account/passkeys", name="x", credential=credential))

    made = begins()
    for account in (other, owner):
        browser.sign_in(account)
        assert sends(made) == "stale", "it was given to another login"
        made = begins()
    assert sends(made) == "added" and len(kept(owner)) == 1 and not kept(other)
    assert sends(made) == "stale"


def test_an_account_has_ten_passkeys_each_once_and_with_a_name(app: Flask, owner: Account) -> None:
    browser, passkey, other = Browser(app).sign_in(owner), Passkey(), Browser(app).sign_in(somebody())
    for name in ("", " ", "x" * 61):
        assert browser.add(Passkey(), name) == "name"
    assert not kept(owner)
    assert browser.add(passkey) == "added"
    assert other.add(passkey) == "known", "nobody makes somebody else's passkey their own"
    for _ in range(9):
        assert browser.add(Passkey()) == "added"
    assert "Je hebt tien passkeys" in browser.get("/account")
    assert browser.add(Passkey()) == "known" and len(kept(owner)) == 10
    number = kept(owner)[0].id
    assert other.press(f"/account/passkeys/{number}/name", name="x").status_code == 404
    assert other.press(f"/account/passkeys/{number}/remove").status_code == 404
    assert browser.said(browser.press(f"/account/passkeys/{number}/name", name="")) == "name"
    assert len(kept(owner)) == 10 and {one.name for one in kept(owner)} == {"telefoon"}


def test_who_cannot_log_in_cannot_with_a_passkey(app: Flask, owner: Account) -> None:
    passkey, browser = Passkey(), Browser(app)
    Browser(app).sign_in(owner).add(passkey)
    for disabled in (True, False):
        with db.writing() as session:
            accounts.set_disabled(session, session.get_one(Account, owner.id), disabled)
        answer = browser.log_in(passkey)
        assert answer.status_code == (200 if disabled else 302) and browser.is_in() is not disabled
    browser.press("/logout")
    with db.writing() as session:
        session.delete(session.get_one(Account, owner.id))
    assert not kept(owner)
    refused(browser, browser.log_in(passkey))


def test_tries_are_counted_as_those_of_passwords_are(app: Flask, owner: Account) -> None:
    passkey, guesser = Passkey(), Browser(app)
    Browser(app).sign_in(owner).add(passkey)
    tries = [200]
    while tries[-1] == 200 and len(tries) < 60:  # one more every six seconds: a slow machine comes to more than ten
        tries.append(guesser.log_in(Passkey()).status_code)
    assert len(tries) > 11 and tries[-1] == 429
    assert guesser.log_in(passkey).status_code == 429
    assert Browser(app).log_in(passkey).status_code == 302, "others are not kept out"


HTTPS, FOLDER = "https://workshop.example.org", "https://workshop.example.org:8443/tools"
PASSED_ON = {"X-Forwarded-For": "203.0.113.9"}


@pytest.mark.parametrize(
    ("public", "asked", "headers", "found"),
    [
        (None, "localhost:5000", {}, Site("localhost", HERE)),
        (None, "LocalHost:5000", {}, Site("localhost", HERE)),
        (HTTPS, "localhost:5000", {}, Site("localhost", HERE)),
        (HTTPS, "workshop.example.org", PASSED_ON, Site("workshop.example.org", HTTPS)),
        (HTTPS, "Workshop.Example.org:443", {}, Site("workshop.example.org", HTTPS)),
        (HTTPS, "127.0.0.1:5000", PASSED_ON, Site("workshop.example.org", HTTPS)),
        (HTTPS, "localhost:5000", PASSED_ON, Site("workshop.example.org", HTTPS)),
        (FOLDER, "workshop.example.org:8443", {}, Site("workshop.example.org", "https://workshop.example.org:8443")),
        (None, "127.0.0.1:5000", {}, None),
        (None, "[::1]:5000", {}, None),
        (None, "localhost:5000", PASSED_ON, None),
        ("http://workshop.example.org", "workshop.example.org", {}, None),
        ("https://192.168.1.20", "192.168.1.20", PASSED_ON, None),
        (HTTPS, "127.0.0.1:5000", {}, None),
    ],
)
def test_passkeys_are_for_a_name_by_https_and_for_localhost(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    public: str | None,
    asked: str,
    headers: dict[str, str],
    found: Site | None,
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], public_url=public))
    with app.test_request_context("/login", headers={"Host": asked, **headers}):
        assert site_of_passkeys() == found


def test_elsewhere_neither_page_nor_address_has_them_and_the_page_says_why(app: Flask, owner: Account) -> None:
    Browser(app).sign_in(owner).add(Passkey())
    number = Browser(app, "http://127.0.0.1:5000").sign_in(owner)
    assert "passkey" not in number.get("/login").lower()
    page = number.get("/account")
    assert "Passkeys werken alleen op een adres dat begint met https" in page and "data-passkey" not in page
    assert "telefoon" in page, "they can still be looked through"
    for path in ("/login/passkey/challenge", "/login/passkey", "/account/passkeys/challenge", "/account/passkeys"):
        assert number.press(path, credential="{}", name="x").status_code == 404
    assert number.said(number.press(f"/account/passkeys/{kept(owner)[0].id}/remove")) == "removed"


def test_a_passkey_made_for_another_name_is_told_apart(app: Flask, owner: Account) -> None:
    browser = Browser(app).sign_in(owner)
    browser.add(Passkey())
    with db.writing() as session:
        session.execute(
            update(models.Passkey).where(models.Passkey.account_id == owner.id).values(site="old.example.org")
        )
    assert "Werkt alleen op old.example.org." in browser.get("/account")
    options = browser.press("/account/passkeys/challenge", **{"for": "add"}).get_json()
    assert options["excludeCredentials"] == [], "here one can have another on the same device"


def test_a_device_is_asked_to_find_it_by_itself_to_look_who_holds_it_and_hears_no_address(
    app: Flask, owner: Account
) -> None:
    browser = Browser(app).sign_in(owner)
    options = browser.press("/account/passkeys/challenge", **{"for": "add"}).get_json()
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert options["rp"]["id"] == "localhost" and options["attestation"] == "none"
    again = browser.press("/account/passkeys/challenge", **{"for": "add"}).get_json()
    assert again["challenge"] != options["challenge"] and again["user"]["id"] == options["user"]["id"]
    asked = Browser(app).press("/login/passkey/challenge").get_json()
    assert (asked["userVerification"], asked["allowCredentials"], asked["rpId"]) == ("required", [], "localhost")
