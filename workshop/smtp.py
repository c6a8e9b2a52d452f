"""Hands one mail to the mail server, as a program: `python -m workshop.smtp` reads a `Letter` and writes how it `Went`.

It is a process of its own: neither a slow server nor the certificates that have to be read hold up a room, and what it
takes of the machine is given back. Nothing that it says repeats what a server answered, as that quotes addresses.
"""

from __future__ import annotations

import smtplib
import ssl
import sys
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec

from .core.askers import is_here
from .mail import Letter, Went

PATIENCE_SECONDS = 10
"""For each answer of the server."""


def hand_over(letter: Letter) -> Went:
    """Hands it to the server."""
    try:
        message = _message(letter) if letter.to else None
    except (ValueError, IndexError, MessageError):
        return Went("refused", "no mail can go to that address")
    try:
        server = _connected(letter)
        try:
            _say(server, letter, message)
        finally:
            with suppress(smtplib.SMTPException, OSError):  # what was taken is taken
                server.quit()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        return Went("refused" if min(codes) >= 500 else "away", f"it refused the one it is for ({min(codes)})")
    except smtplib.SMTPSenderRefused as refused:
        return Went("away", f"it takes no mail from the address in MAIL_FROM ({refused.smtp_code})")
    except smtplib.SMTPAuthenticationError as refused:
        return Went("away", f"it does not know the user and password in SMTP_URL ({refused.smtp_code})")
    except smtplib.SMTPNotSupportedError:
        how: Literal["away", "refused"] = "away" if letter.to.isascii() else "refused"
        return Went(how, "it cannot do what this takes: TLS, a login, or letters with accents in an address")
    except smtplib.SMTPDataError as refused:
        return Went("refused" if refused.smtp_code >= 500 else "away", f"it refused the mail ({refused.smtp_code})")
    except smtplib.SMTPResponseException as refused:
        return Went("away", f"it answered {refused.smtp_code}")
    except smtplib.SMTPException:
        return Went("away", "the connection ended, or what it answers is no SMTP")
    except ssl.SSLCertVerificationError as error:
        return Went("away", f"its certificate is not good ({error.verify_message.rstrip('.')})")
    except ssl.SSLError:
        return Went("away", "no TLS can be made with it; smtps:// is for a port that begins with TLS, such as 465")
    except OSError as error:
        return Went("away", f"it cannot be reached ({error.strerror or 'no answer in time'})")
    return Went("taken")


def _say(server: smtplib.SMTP, letter: Letter, message: EmailMessage | None) -> None:
    if message is not None:
        server.send_message(message)
        return
    code, said = server.mail(letter.sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, said, letter.sender)


def _connected(letter: Letter) -> smtplib.SMTP:
    """A connection on which mail can be said. What leaves this machine goes over TLS if the server can do that, and a
    password goes no other way."""
    found = urlsplit(letter.server)
    host, name = found.hostname or "", letter.sender.partition("@")[2]
    trust = ssl.create_default_context()
    server: smtplib.SMTP
    if found.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, found.port or 465, name, timeout=PATIENCE_SECONDS, context=trust)
    else:
        server = smtplib.SMTP(host, found.port or 25, name, timeout=PATIENCE_SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        leaves = found.scheme == "smtp" and not is_here(host) and host != "localhost"
        if leaves and (found.username is not None or server.has_extn("starttls")):
            server.starttls(context=trust)
        if found.username is not None:
            server.login(unquote(found.username), unquote(found.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _message(letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address(letter.name, addr_spec=letter.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=letter.sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
    message.set_content(letter.text, cte="quoted-printable")
    return message


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(hand_over(msgspec.json.decode(sys.stdin.buffer.read(), type=Letter))))
