"""Mail that goes out, aside: one after the other, each tried a few times and then given up. Nothing of it is stored:
when a server stops, whoever got no mail asks again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import msgspec
import structlog
from flask_babel import gettext as _

from ..extensions import rest, socketio
from ..mail import Letter, Went
from ..settings import Settings
from ..trouble import Trouble
from .apart import made_apart

log = structlog.get_logger()
TRIES_AFTER = (0.0, 20.0, 120.0)
"""Seconds before each try; a mail server that is being restarted, or that wants to be asked twice, is ready by then."""
MOST_WAITING = 100
Make = Callable[[], Letter]


class Outgoing:
    """What waits to be sent. A letter is made when it is its turn, so that whoever asks for one cannot tell what that
    takes."""

    def __init__(self, tries_after: Sequence[float] = TRIES_AFTER) -> None:
        self._tries_after = tries_after
        self._waiting: deque[Make] = deque()
        self.at_work = False
        """Something waits, or is being sent."""
        self._lock = threading.Lock()
        self.trouble: Trouble | None = None
        """What was wrong with the mail server when it was last asked."""

    def later(self, make: Make) -> None:
        """It will be sent in a moment, unless very many are waiting: then it is not."""
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                log.warning("too many mails wait", count=len(self._waiting))
                return
            if not self.at_work:  # first, so that nothing waits where nobody can be found to send it
                socketio.start_background_task(self._send_all)
                self.at_work = True
            self._waiting.append(make)

    def look(self, settings: Settings) -> list[Trouble]:
        """Asks the mail server whether it would take a mail; what is wrong, if anything is."""
        if settings.smtp_url is None:
            return []
        self._note(settings.smtp_url, _handed_over(letter(settings)))
        return [self.trouble] if self.trouble else []

    def _send_all(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self.at_work = False
                    return
                make = self._waiting.popleft()
            try:
                self._send(make())
            except Exception:  # one mail's trouble is not another's
                log.exception("mail not sent")

    def _send(self, made: Letter) -> None:
        once = self.trouble is not None  # not each of many mails waits for a server that is known to be away
        for seconds in self._tries_after[: 1 if once else None]:
            rest(seconds)
            went = _handed_over(made)
            if went.how != "away":
                break
        self._note(made.server, went)
        if self.trouble:
            log.warning("see to this", kind=self.trouble.kind, sentence=self.trouble.sentence)
        elif went.how == "refused":
            log.warning("a mail was refused", error=went.why)

    def _note(self, server: str, went: Went) -> None:
        host = urlsplit(server).hostname or ""
        sentence = (
            f"The mail server {host} takes no mail: {went.why}. Nobody is sent a link for a new password; an admin can "
            "make one."
        )
        self.trouble = Trouble("mail", host, sentence) if went.how == "away" else None


outgoing = Outgoing()
"""That of this process."""


def letter(settings: Settings, to: str = "", subject: str = "", text: str = "") -> Letter:
    """A mail from this installation; one to nobody only tries whether mail would go."""
    assert settings.smtp_url is not None and settings.mail_from is not None, "where no mail is set up, there is none"
    return Letter(settings.smtp_url, settings.mail_from, settings.organisation or "", to, subject, text)


def warnings() -> list[str]:
    """For the page of an operator."""
    if outgoing.trouble is None:
        return []
    return [
        _(
            "The mail server takes no mail from here, so nobody is sent a link for a new password. The log says why; "
            "the command “workshop check” asks it again. Until then an admin can make such links."
        )
    ]


def _handed_over(made: Letter) -> Went:
    try:
        return msgspec.json.decode(made_apart("workshop.smtp", msgspec.json.encode(made)), type=Went)
    except RuntimeError:  # it was not done in time, or there was no room for a process
        return Went("away", "it did not answer in time")
