"""A small mail server for tests, and what came in."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from live import free_port, until

USER, PASSWORD = b"noor@example.org", b"se/cret"


class Mailbox:
    """Where mail for everyone arrives. `says`: what the server answers to those it is for, where it does not take it;
    `waits`: it answers nothing until that is set."""

    def __init__(self, port: int, login: bool) -> None:
        self.port, self.login = port, login
        self.url = f"smtp://127.0.0.1:{port}"
        self.says = ""
        self.asked = 0
        self.waits: threading.Event | None = None
        self.got: list[tuple[str, EmailMessage]] = []

    async def handle_MAIL(self, _server: Any, session: Session, envelope: Envelope, sender: str, options: Any) -> str:
        """Somebody has a mail, or would have one."""
        self.asked += 1
        if self.login and not session.authenticated:
            return "530 Who are you"
        if self.waits is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.waits.wait, 20)
        envelope.mail_from = sender
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, to: str, options: Any) -> str:
        """It is for this one."""
        if self.says:
            return f"{self.says} <{to}> is not for you to know"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        """And this is in it."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=policy.default)
        self.got.append((envelope.rcpt_tos[0], mail))  # type: ignore[arg-type]
        return "250 OK"

    def next(self, count: int = 1) -> list[tuple[str, EmailMessage]]:
        """What came in, once there are so many; they are taken out."""
        until(lambda: len(self.got) >= count)
        found, self.got = self.got, []
        return found


def _known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, shown: Any) -> AuthResult:
    return AuthResult(success=(shown.login, shown.password) == (USER, PASSWORD), handled=False)


@contextmanager
def mailbox(port: int = 0, *, login: bool = False, **told: Any) -> Iterator[Mailbox]:
    """A mail server on this machine. `login`: for those it knows; `told`: what else aiosmtpd is to know."""
    box = Mailbox(port or free_port(), login)
    if login:
        told |= {"authenticator": _known, "auth_require_tls": False}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, enable_SMTPUTF8=False, **told)
    controller.start()
    try:
        yield box
    finally:
        if box.waits is not None:
            box.waits.set()
        controller.stop()


def with_certificate(file: str) -> ssl.SSLContext:
    """For a server that is spoken to over TLS; the file holds the key as well."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context
