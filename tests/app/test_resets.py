"""Another password by a link that an admin or whoever has the machine made: once, and soon (decisions/0037)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from live import Answer, Line, Server, fetch, until
from sqlalchemy import select, update

from tests.app.test_admin import admin, make_room, page
from tests.app.test_again import press
from tests.app.test_web import cookie, post_form
from workshop.models import Account, Passkey, Reset
from workshop.web.account import hashed

OLD, NEW = "een heel lang wachtwoord", "een heel ander wachtwoord"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def helped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server, and the cookies of an admin's browser."""
    with Server(tmp_path_factory.mktemp("resets")) as server:
        yield server, admin(server, "helps@example.org")


class Forgetful:
    """Somebody who forgot their password, on a server with an admin."""

    def __init__(self, server: Server, browser: str) -> None:
        self.server, self.browser = server, browser
        self.email = f"forgets-{next(_numbers)}@example.org"
        self.address = f"/admin/accounts/{server.account(self.email, password_hash=hashed(OLD))}"

    def link(self) -> str:
        """What the admin sees once."""
        shown = self.press("reset")
        assert shown.status == 200
        return re.findall(r'value="(http[^"]+/reset\?key=[^"]+)"', shown.body.decode())[0]

    def press(self, do: str, **fields: str) -> Answer:
        """A button of the admin's."""
        form = page(self.server, self.browser, self.address)
        return press(self.server, f"{self.address}/{do}", self.browser, form, **fields)

    def logs_in(self, password: str) -> str | None:
        """The cookies of a browser that logs in with this password, if it does."""
        return logs_in(self.server, password, self.email)

    def choose(self, held: str, form: Answer, password: str = NEW, again: str = "") -> Answer:
        """Another password, in a browser that followed the link."""
        return self.press_on(held, form, password=password, again=again or password)

    def press_on(self, held: str, form: Answer, **fields: str) -> Answer:
        """The form as it was filled in."""
        return press(self.server, "/reset", held, form, **fields)


@pytest.fixture
def forgetful(helped: tuple[Server, str]) -> Forgetful:
    return Forgetful(*helped)


def opened(server: Server, address: str) -> tuple[str, Answer]:
    """The cookies of a browser that followed the link, and the page."""
    first = fetch(address)
    assert first.status == 302 and "key=" not in first.headers["Location"], first.body
    return cookie(first), page(server, cookie(first), "/reset")


def logs_in(server: Server, password: str, email: str) -> str | None:
    """The cookies of a browser that logs in with this password, if it does."""
    answer = post_form(server, "/login", server.get("/login"), email=email, password=password)
    return cookie(answer) if answer.status == 302 else None


def test_its_owner_chooses_another_and_whoever_was_in_is_out(forgetful: Forgetful) -> None:
    server, inside = forgetful.server, forgetful.logs_in(OLD)
    assert inside
    code = make_room(server, inside, "T")
    desk = Line(server, None, {"Cookie": inside}, **{"as": "leader", "code": code})
    spare, used = forgetful.link(), forgetful.link()
    assert desk.say("clock")["ok"], "until it is used all is as it was"
    held, shown = opened(server, used)
    assert forgetful.email in shown.body.decode()
    for wrong in (("short", "short"), (NEW, f"{NEW}?")):
        answer = forgetful.choose(held, shown, *wrong)
        assert answer.status == 400 and b"aria-invalid" in answer.body and NEW.encode() not in answer.body
    assert forgetful.logs_in(OLD)
    done = forgetful.choose(held, shown)
    assert done.status == 303 and done.headers["Location"].endswith("/login?changed=yes")
    assert "samen_login" not in cookie(done), "whoever has a link logs in with what they chose"
    assert "Your password is changed" in page(server, "", "/login?changed=yes").body.decode()
    assert desk.wait("removed") == {"why": "signed_out"}
    until(lambda: not desk.open)
    assert page(server, inside, "/lead").status == 302
    assert forgetful.logs_in(NEW) and not forgetful.logs_in(OLD)
    for gone in (used, spare):
        assert fetch(gone).status == 401, "it works once, and all others are gone with it"
    assert "Deze link werkt niet meer" in forgetful.choose(held, shown).body.decode()
    assert page(server, forgetful.browser).status == 200, "nobody else is out"


def test_passkeys_stay_unless_their_owner_wants_them_gone(forgetful: Forgetful) -> None:
    server = forgetful.server

    def added(*names: str) -> None:
        with server.database.writing() as session:
            owner = session.scalars(select(Account.id).where(Account.email == forgetful.email)).one()
            session.add_all(
                Passkey(
                    account_id=owner, name=name, site="localhost", credential=f"{owner}-{name}", public_key="a",
                    sign_count=0, added_on=0,
                )
                for name in names
            )  # fmt: skip

    def there() -> list[str]:
        with server.database.reading() as session:
            mine = select(Passkey.name).join(Account).where(Account.email == forgetful.email)
            return sorted(session.scalars(mine))

    held, shown = opened(server, forgetful.link())
    assert b'name="passkeys"' not in shown.body, "there is none to remove"
    added("phone", "<b>somebody</b>")
    held, shown = opened(server, forgetful.link())
    assert b"&lt;b&gt;somebody&lt;/b&gt;" in shown.body and b'value="remove">' in shown.body
    wrong = forgetful.press_on(held, shown, password=NEW, again="", passkeys="remove")
    assert wrong.status == 400 and b'value="remove" checked>' in wrong.body and len(there()) == 2
    assert forgetful.choose(held, shown).status == 303 and len(there()) == 2
    held, shown = opened(server, forgetful.link())
    assert forgetful.press_on(held, shown, password=OLD, again=OLD, passkeys="remove").status == 303
    assert there() == [] and forgetful.logs_in(OLD)
    log = (server.folder / "instance" / "erasures.log").read_text()
    assert log.count('"passkey"') >= 2, "nor does a backup bring them back"


@pytest.mark.parametrize("how", ["disabled", "disabled elsewhere", "too old", "changed", "forged", "odd"])
def test_what_is_no_link_any_more_opens_nothing(forgetful: Forgetful, how: str) -> None:
    server, address = forgetful.server, forgetful.link()
    held, shown = opened(server, address)
    if how == "disabled":
        assert forgetful.press("disable", off="yes").status == 302
        assert forgetful.press("disable").status == 302, "and let in again"
    elif how == "disabled elsewhere":
        with server.database.writing() as session:
            session.execute(update(Account).where(Account.email == forgetful.email).values(disabled=True))
    elif how == "too old":
        with server.database.writing() as session:
            session.execute(update(Reset).values(expires_at=1))
    elif how == "changed":
        inside = forgetful.logs_in(OLD)
        assert inside
        form = {"present": OLD, "password": f"{OLD}!", "again": f"{OLD}!"}
        assert press(server, "/account/password", inside, page(server, inside, "/account"), **form).status == 303
    else:
        address = f"{server.url}/reset?key={'A' * 32 if how == 'forged' else '%00'}"
        held, shown = f"samen_reset={'A' * 32}", page(server, "", "/login")
    assert fetch(address).status == 401
    assert forgetful.choose(held, shown).status == 401
    assert not forgetful.logs_in(NEW)


def test_of_two_at_once_one_chooses(forgetful: Forgetful) -> None:
    held, shown = opened(forgetful.server, forgetful.link())
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(lambda n: forgetful.choose(held, shown, f"{NEW} {n}").status, range(2)))
    assert sorted(statuses) == [303, 401]
    assert forgetful.logs_in(f"{NEW} {statuses.index(303)}")


def test_whoever_has_the_machine_makes_one_too_and_it_stands_nowhere(forgetful: Forgetful) -> None:
    server = forgetful.server
    made = [server.workshop("user", "reset", f" {forgetful.email.upper()}").stdout.strip(), forgetful.link()]
    assert server.workshop("user", "reset", "nobody@example.org").returncode == 1
    shown = page(server, forgetful.browser, forgetful.address).body.decode()
    for address in made:
        token = address.partition("key=")[2]
        assert token and token not in shown and token not in server.said.read_text()
        with server.database.reading() as session:
            assert token not in str(session.scalars(select(Reset.token_hash)).all())
    assert forgetful.choose(*opened(server, made[0])).status == 303 and forgetful.logs_in(NEW)
    assert forgetful.press("disable", off="yes").status == 302
    assert forgetful.press("reset").status == 400, "an account that cannot log in has no use for a password"


def test_where_no_mail_is_set_up_the_page_to_log_in_says_whom_to_ask(sqlite_server: Server) -> None:
    body = page(sqlite_server, "", "/login").body.decode()
    assert "Whoever looks after the accounts here can give you a link" in body and "/forgotten" not in body
    assert sqlite_server.get("/forgotten").status == 404
