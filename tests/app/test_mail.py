"""A link for another password by mail: nobody learns from it who has an account, nobody waits for it, and a mail server
that is away is told to whoever runs the server (decisions/0037)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from mailbox import PASSWORD, USER, Mailbox, mailbox, with_certificate
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from live import Answer, Server, fetch, free_port, until
from sqlalchemy import select

from config import Settings
from tests.app.test_admin import admin, page
from tests.app.test_again import press
from tests.app.test_resets import NEW, OLD, logs_in, opened
from tests.app.test_web import cookie
from workshop import accounts, smtp
from workshop.mail import Letter
from workshop.models import Reset
from workshop.web.account import hashed
from workshop.web.mailing import Outgoing

SENDER = "workshop@example.org"
EMAIL, NOBODY = "forgets@example.org", "nobody@example.org"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server that takes everything."""
    with mailbox() as found:
        yield found


@pytest.fixture(scope="module")
def mailing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Mailbox]]:
    """A server that sends mail, and where it arrives. Each test has an address of its own, and askers of their own."""
    told = {"MAIL_FROM": SENDER, "ORGANISATION": "Gemeente Één", "PRIVACY_CONTACT": SENDER, "TRUSTED_PROXIES": "1"}
    with mailbox() as box, Server(tmp_path_factory.mktemp("mail"), SMTP_URL=box.url, **told) as server:
        until(lambda: box.asked)  # at its start it asks whether mail would be taken
        yield server, box


def ask(server: Server, email: str, asker: str = "192.0.2.1", language: str = "nl") -> Answer:
    """Somebody asks for a link, from an address."""
    headers = {"X-Forwarded-For": asker, "Accept-Language": language}
    form = fetch(f"{server.url}/forgotten", headers=headers)
    word = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', form.body.decode())[0]
    body = f"csrf_token={word}&email={email}".encode()
    return fetch(f"{server.url}/forgotten", "POST", headers | {"Cookie": cookie(form)}, body)


def seen(answer: Answer) -> object:
    """All that tells one answer from another."""
    return answer.status, answer.body, sorted((n, v) for n, v in answer.headers.items() if n != "Date")


def test_a_link_comes_by_mail_and_the_change_is_told(mailing: tuple[Server, Mailbox]) -> None:
    server, box = mailing
    server.account(EMAIL, password_hash=hashed(OLD))
    assert 'href="/forgotten"' in page(server, "", "/login").body.decode()
    assert ask(server, f"+{EMAIL.upper()}+").status == 303
    ((to, mail),) = box.next()
    text = mail.get_content()
    assert to == EMAIL and mail["To"] == EMAIL and mail["Subject"] == "Een link voor een nieuw wachtwoord"
    assert mail["From"] == f"Gemeente Één <{SENDER}>" and mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain" and "één keer, een uur lang" in text
    (link,) = re.findall(rf"^{server.url}/reset\?key=\S+$", text, re.MULTILINE)
    held, form = opened(server, link)
    assert press(server, "/reset", held, form, password=NEW, again=NEW).status == 303
    ((to, told),) = box.next()
    assert to == EMAIL and told["Subject"] == "Je wachtwoord is gewijzigd" and "key=" not in told.get_content()
    assert logs_in(server, NEW, EMAIL) and fetch(link).status == 401
    said = server.said.read_text()
    assert EMAIL not in said and link.partition("key=")[2] not in said


def test_nobody_learns_who_has_an_account(mailing: tuple[Server, Mailbox]) -> None:
    """Nor waits for a mail server that answers nothing. For one who has none it is asked, too, and gets no mail."""
    server, box = mailing
    server.account("has@example.org")
    off = server.account("off@example.org")
    with server.database.writing() as session:
        accounts.set_disabled(session, accounts.account(session, off), True)
    box.waits, box.asked = threading.Event(), 0
    answers = [ask(server, email, "192.0.2.2", "en") for email in (NOBODY, "has@example.org", "off@example.org")]
    assert answers[0].status == 303 and seen(answers[0]) == seen(answers[1]) == seen(answers[2])
    assert b"If there is an account" in page(server, "", "/forgotten?asked=yes").body
    assert not box.got, "they were answered before"
    box.waits.set()
    ((to, mail),) = box.next()
    assert (to, mail["Subject"]) == ("has@example.org", "A link for a new password")
    until(lambda: box.asked == 3)
    assert not box.got
    with server.database.reading() as session:
        found = session.scalars(select(Reset.account_id).where(Reset.account_id == off)).all()
    assert not found, "nor is there a link that nobody was sent"


def test_how_often_anyone_may_ask(mailing: tuple[Server, Mailbox]) -> None:
    server, box = mailing
    server.account("often@example.org")
    asked = box.asked
    for email in ("often@example.org", "never@example.org"):  # from many askers; the same for an address nobody has
        answers = [ask(server, email, f"198.51.100.{n}").status for n in range(4)]
        assert answers == [303, 303, 303, 429]
    told = [ask(server, f"{n}@example.org", "203.0.113.9") for n in range(7)]
    assert [answer.status for answer in told] == [303] * 6 + [429] and int(told[-1].headers["Retry-After"]) > 60
    assert ask(server, "no address", "203.0.113.10").status == 400
    assert len(box.next(3)) == 3
    until(lambda: box.asked == asked + 3 + 3 + 6)  # of those it is only asked; no later test counts them


def test_a_mail_server_that_is_away_is_told_to_whoever_runs_the_server(tmp_path: Path) -> None:
    port = free_port()
    with Server(tmp_path, SMTP_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM=SENDER) as server:
        until(lambda: "see to this" in server.said.read_text())
        assert "The mail server 127.0.0.1 takes no mail: it cannot be reached" in server.said.read_text()
        looks = admin(server, "looks@example.org")
        assert b"The mail server takes no mail from here" in page(server, looks, "/ops").body
        checked = server.workshop("check")
        assert checked.returncode == 1 and "takes no mail: it cannot be reached" in checked.stdout
        with mailbox(port) as box:
            ask(server, "looks@example.org")
            assert box.next()[0][0] == "looks@example.org"
            until(lambda: b"The mail server takes no mail" not in page(server, looks, "/ops").body)


def letter(box: Mailbox, server: str = "", to: str = EMAIL) -> Letter:
    return Letter(server or box.url, SENDER, "Één, Twee", to, "Café", f"Voilà: {'x' * 2000}\n")


def test_it_is_tried_again_and_then_given_up(tmp_path: Path, box: Mailbox, app: object) -> None:
    outgoing = Outgoing(tries_after=(0, 0, 0))
    for says, asked in (("451 4.7.1 later", 3), ("451 4.7.1 later", 1), ("550 5.1.1 unknown", 1)):
        box.says, box.asked = says, 0
        outgoing.later(lambda: letter(box))
        until(lambda outgoing=outgoing: not outgoing.at_work)
        assert box.asked == asked, "a server that is known to be away is not waited for again"
    box.says = ""
    outgoing.later(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    outgoing.later(lambda: letter(box))
    assert len(box.next()) == 1, "one mail's trouble is not another's"
    settings = Settings(tmp_path, "", "", None, 0, "threading")
    assert outgoing.look(settings) == [], "where no mail is set up nobody is asked"


@pytest.mark.parametrize(
    ("says", "how", "why"),
    [
        ("550 5.1.1", "refused", "it refused the one it is for (550)"),
        ("451 4.7.1", "away", "it refused the one it is for (451)"),
    ],
)
def test_what_a_server_answers_is_not_repeated(box: Mailbox, says: str, how: str, why: str) -> None:
    box.says = says
    went = smtp.hand_over(letter(box))
    assert (went.how, went.why) == (how, why)


@pytest.mark.parametrize(
    "to", ["a b@example.org", "a@b@c", "zo(ë@example.org", "zoë@example.org", "x@", "a,b@example.org"]
)
def test_to_an_odd_address_nothing_goes_and_nothing_breaks(box: Mailbox, to: str) -> None:
    """An account may have any."""
    went = smtp.hand_over(letter(box, to=to))
    assert went.how == "refused" and to not in went.why, went
    assert smtp.hand_over(letter(box)).how == "taken"
    ((_, mail),) = box.next()
    assert mail["From"] == f'"Één, Twee" <{SENDER}>' and mail.get_content() == letter(box).text


def test_who_we_are_is_said_as_the_setting_has_it() -> None:
    with mailbox(login=True) as box:
        place = f"127.0.0.1:{box.port}"
        right = f"smtp://{USER.decode().replace('@', '%40')}:{PASSWORD.decode().replace('/', '%2F')}@{place}"
        assert smtp.hand_over(letter(box, right, to="")).how == "taken" and not box.got
        wrong = smtp.hand_over(letter(box, f"smtp://noor:secret@{place}"))
        assert wrong.how == "away" and "user and password" in wrong.why and "secret" not in wrong.why
        assert smtp.hand_over(letter(box)).why == "it takes no mail from the address in MAIL_FROM (530)"


ELSEWHERE = "0.0.0.0"
"""Leads to this machine, and is none of its own addresses."""


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    """A file with a certificate for this machine, by nobody that anyone knows, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(datetime.now(UTC) - timedelta(1)).not_valid_after(datetime.now(UTC) + timedelta(1))
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address(ELSEWHERE))]
    made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    pem = serialization.Encoding.PEM
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.sign(key, hashes.SHA256()).public_bytes(pem)
    )
    return str(file)


def test_its_certificate_has_to_be_good(certificate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = with_certificate(certificate)
    first = mailbox(server_hostname="localhost", ssl_context=tls)
    later = mailbox(tls_context=tls, require_starttls=True)
    with first as begins, later as turns:
        ways = {f"smtps://localhost:{begins.port}": begins, f"smtp://{ELSEWHERE}:{turns.port}": turns}
        for address, box in ways.items():
            assert "certificate is not good" in smtp.hand_over(letter(box, address)).why
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        for address, box in ways.items():
            assert smtp.hand_over(letter(box, address)).how == "taken" and len(box.next()) == 1
    with mailbox() as box:
        assert "no TLS can be made" in smtp.hand_over(letter(box, f"smtps://localhost:{box.port}")).why


def test_a_password_goes_over_tls_only_once_it_leaves_this_machine() -> None:
    with mailbox(login=True) as box:
        went = smtp.hand_over(letter(box, f"smtp://noor:secret@{ELSEWHERE}:{box.port}"))
        assert went.how == "away" and "TLS" in went.why and not box.asked
    with mailbox() as box:
        assert smtp.hand_over(letter(box, f"smtp://{ELSEWHERE}:{box.port}")).how == "taken", "without one as it can"


def test_a_server_that_answers_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch, box: Mailbox) -> None:
    monkeypatch.setattr(smtp, "PATIENCE_SECONDS", 0.05)
    box.waits = threading.Event()
    assert smtp.hand_over(letter(box)).how == "away"
    assert (
        smtp.hand_over(letter(box, f"smtp://127.0.0.1:{free_port()}")).why
        == "it cannot be reached (Connection refused)"
    )
