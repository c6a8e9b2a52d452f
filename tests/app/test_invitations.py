"""An invitation brings one person into one organisation, once, within seven days (decisions/0036)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from live import Answer, Server, fetch
from sqlalchemy import select, update

from tests.app.test_across import account
from tests.app.test_admin import admin, page
from tests.app.test_again import press
from tests.app.test_web import cookie
from workshop.models import Account, Invitation, Organisation

PASSWORD = "een heel lang wachtwoord"


@pytest.fixture
def inviting(own_server: Server) -> tuple[Server, str]:
    """A server with an admin, and an organisation in which nobody is yet."""
    browser = admin(own_server, "inviting@example.org")
    form = page(own_server, browser)
    assert press(own_server, "/admin/organisations", browser, form, name="Zuid").status == 302
    return own_server, browser


def invite(server: Server, browser: str, role: str = "leader", organisation: str = "Zuid") -> str:
    """The link of a new invitation."""
    with server.database.reading() as session:
        place = session.scalars(select(Organisation.id).where(Organisation.name == organisation)).one()
    shown = press(server, "/admin/invitations", browser, page(server, browser), organisation=str(place), role=role)
    assert shown.status == 200
    return re.findall(r'value="(http[^"]+/invitation\?key=[^"]+)"', shown.body.decode())[0]


def opened(server: Server, link: str, browser: str = "") -> tuple[str, Answer]:
    """The cookies of a browser that followed the link, and the page."""
    first = fetch(link, headers={"Cookie": browser})
    assert first.status == 302 and "key=" not in first.headers["Location"], first.body
    held = "; ".join(filter(None, (browser, cookie(first))))
    return held, page(server, held, "/invitation")


def roles(server: Server, email: str) -> list[tuple[str, str]]:
    """What an account is, where."""
    with server.database.reading() as session:
        known = session.scalars(select(Account).where(Account.email == email)).one()
        names = {one.id: one.name for one in session.scalars(select(Organisation))}
        return sorted((names[one.organisation_id], one.role) for one in known.memberships)


def test_somebody_new_makes_an_account_by_it_once(inviting: tuple[Server, str]) -> None:
    server, browser = inviting
    link = invite(server, browser, "organiser")
    held, shown = opened(server, link)
    assert "Zuid" in shown.body.decode() and "As an organiser" in shown.body.decode()
    for wrong in ({"email": "no address", "password": PASSWORD}, {"email": "new@example.org", "password": "short"}):
        answer = press(server, "/invitation", held, shown, **wrong)
        assert answer.status == 200 and b"aria-invalid" in answer.body
    assert "There is an account with this address already" in _taken(server, held, shown)
    made = press(server, "/invitation", held, shown, email="new@example.org", password=PASSWORD)
    assert made.status == 302 and "samen_login" in cookie(made)
    assert roles(server, "new@example.org") == [("Zuid", "organiser")]
    used = page(server, "", link.removeprefix(server.url))
    assert used.status == 401, "it works once"
    assert "It was used already, or it is too old." in used.body.decode() and "incomplete" not in used.body.decode()
    cut_off = page(server, "", link.removeprefix(server.url)[:-23])
    assert cut_off.status == 401 and "It may be incomplete" in cut_off.body.decode()
    assert page(server, held, "/invitation").status == 401


def _taken(server: Server, held: str, shown: Answer) -> str:
    word = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', shown.body.decode())[0]
    body = urlencode({"email": "inviting@example.org", "password": PASSWORD, "csrf_token": word}).encode()
    headers = {"Cookie": f"{held}; {cookie(shown)}", "Accept-Language": "en"}
    return fetch(f"{server.url}/invitation", "POST", headers, body).body.decode()


def test_whoever_has_an_account_joins_with_it(inviting: tuple[Server, str]) -> None:
    server, browser = inviting
    member = account(server, "has@example.org", organisation="Noord")
    held, shown = opened(server, invite(server, browser), member)
    assert "has@example.org" in shown.body.decode()
    assert press(server, "/invitation", held, shown).status == 302
    assert roles(server, "has@example.org") == [("Noord", "leader"), ("Zuid", "leader")]
    form = page(server, member, "/lead/new").body
    assert b'name="organisation"' in form, "in two organisations: they say for which a room is"


def test_whoever_signs_in_comes_back_to_it(inviting: tuple[Server, str]) -> None:
    server, browser = inviting
    assert server.workshop("user", "add", "back@example.org", text=f"{PASSWORD}\n").returncode == 0
    held, _ = opened(server, invite(server, browser))
    form = page(server, held, "/login")
    answer = press(server, "/login", held, form, email="back@example.org", password=PASSWORD)
    assert answer.status == 302 and answer.headers["Location"].endswith("/invitation")


@pytest.mark.parametrize("how", ["withdrawn", "too old", "forged", "odd"])
def test_what_is_no_invitation_any_more_opens_nothing(inviting: tuple[Server, str], how: str) -> None:
    server, browser = inviting
    link = invite(server, browser)
    held, shown = opened(server, link)
    if how == "withdrawn":
        with server.database.reading() as session:
            number = session.scalars(select(Invitation.id)).one()
        assert press(server, f"/admin/invitations/{number}/withdraw", browser, page(server, browser)).status == 302
    elif how == "too old":
        with server.database.writing() as session:
            session.execute(update(Invitation).values(expires_at=1))
    else:
        link = f"{server.url}/invitation?key={'A' * 32 if how == 'forged' else '%00'}"
        held, shown = f"samen_invitation={'A' * 32}", page(server, "", "/login")
    assert fetch(link).status == 401
    answer = press(server, "/invitation", held, shown, email="new@example.org", password=PASSWORD)
    assert answer.status == 401 and "samen_login" not in cookie(answer)
    assert "Hij is al gebruikt, of hij is te oud." in answer.body.decode()
    with server.database.reading() as session:
        assert session.scalars(select(Account.email)).all() == ["inviting@example.org"]


def test_an_invitation_that_is_over_keeps_nobody_from_their_rooms(inviting: tuple[Server, str]) -> None:
    server, browser = inviting
    held, _ = opened(server, invite(server, browser))
    assert server.workshop("user", "add", "late@example.org", text=f"{PASSWORD}\n").returncode == 0
    with server.database.writing() as session:
        session.execute(update(Invitation).values(expires_at=1))
    answer = press(server, "/login", held, page(server, held, "/login"), email="late@example.org", password=PASSWORD)
    assert answer.status == 302 and answer.headers["Location"].endswith("/lead")


def test_of_two_at_once_one_joins(inviting: tuple[Server, str]) -> None:
    server, browser = inviting
    held, shown = opened(server, invite(server, browser))

    def accept(n: int) -> int:
        return press(server, "/invitation", held, shown, email=f"n{n}@example.org", password=PASSWORD).status

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, range(2))) == [302, 401]
    with server.database.reading() as session:
        assert len(session.scalars(select(Account)).all()) == 2, "both or neither"


def test_the_link_stands_nowhere(inviting: tuple[Server, str]) -> None:
    server, browser = inviting
    token = invite(server, browser).partition("key=")[2]
    assert token not in page(server, browser).body.decode()
    with server.database.reading() as session:
        assert token not in str(session.scalars(select(Invitation.token_hash)).all())
    assert token not in server.said.read_text()


@pytest.mark.parametrize(
    "fields", [{}, {"role": "admin", "organisation": "1"}, {"role": "leader", "organisation": "x"}]
)
def test_an_invitation_needs_an_organisation_and_a_role(inviting: tuple[Server, str], fields: dict[str, str]) -> None:
    server, browser = inviting
    answer = press(server, "/admin/invitations", browser, page(server, browser), **fields)
    assert answer.status == 200 and b'role="alert"' in answer.body
    nowhere = press(server, "/admin/invitations", browser, page(server, browser), role="leader", organisation="999")
    assert nowhere.status == 404


def test_a_link_that_leaked_neither_hashes_nor_asks_for_addresses_without_end(still_server: Server) -> None:
    browser = admin(still_server, "inviting@example.org")
    assert press(still_server, "/admin/organisations", browser, page(still_server, browser), name="Zuid").status == 302
    held, form = opened(still_server, invite(still_server, browser))

    def tries(email: str) -> int:
        return press(still_server, "/invitation", held, form, email=email, password=PASSWORD).status

    assert [tries("inviting@example.org") for _ in range(21)] == [200] * 20 + [429]
    assert tries("new@example.org") == 429, "nor does it tell any more"
    held, form = opened(still_server, invite(still_server, browser))
    assert press(still_server, "/invitation", held, form, email="new@example.org", password=PASSWORD).status == 429
