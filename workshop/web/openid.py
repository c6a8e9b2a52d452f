"""Logging in by an organisation's own login (OpenID Connect): people go there with an errand of ours, and come back
with a code that is worth something to us alone. Whom that lets in, and as what: `workshop.openid` (decisions/0039).
"""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import msgspec
import structlog
from flask import Blueprint, Response, abort, current_app, redirect, request

from .. import cookies, openid
from ..access import new_token, signed_in, token_hash
from ..addresses import is_at_home
from ..cookies import OPENID_SECONDS, Errand
from ..core.askers import site_of
from ..core.budget import Budget, SharedBudget
from ..core.errors import Refused
from ..extensions import db, now
from ..models import Account
from ..provider import Answer, Provider, Question, Said
from ..settings import OpenID, Settings
from .account import enter, with_password
from .apart import made_apart
from .pages import on_to, page
from .throttle import BUDGETS, HOUR, Turns, asker, failed_before, trying

pages = Blueprint("openid", __name__)
log = structlog.get_logger()
KNOWN_SECONDS = 3600.0
"""How long a provider is taken to be as it described itself."""
ASK_SECONDS = 25
"""How long everything may take that it is asked about one person."""
TRIES_FROM_ONE_ASKER = Budget(60, 1)
TRIES_FROM_ONE_SITE = Budget(240, 4)
TRIES_OF_ALL = SharedBudget(100, 2, reserve=60, remembered=HOUR)
"""Counted like tries of passwords. Each takes a process of its own for a second or two; only those that come to nothing
count."""
BUDGETS.extend([TRIES_FROM_ONE_ASKER, TRIES_FROM_ONE_SITE, TRIES_OF_ALL])
CANNOT = {
    "invalid_request": "untrusted",
    "unauthorized_client": "untrusted",
    "unsupported_response_type": "untrusted",
    "invalid_scope": "untrusted",
    "server_error": "away",
    "temporarily_unavailable": "away",
}
"""Why a provider lets nobody in, in its own word (RFC 6749, 4.1.2.1), and what the page says of it. Any other word is
somebody's own choice, such as `access_denied`."""
_asking = Turns(at_once=2, in_line=16, patience=10, lines=2)
"""Whose site failed before goes after all others."""
_described: dict[str, tuple[Provider, float]] = {}
"""By issuer: how it described itself, and until when that is taken to be so."""
_back_already: dict[str, float] = {}
"""Errands that somebody came back from, until they are too old anyway."""


class NotAnswered(Exception):
    """The provider is "away", or what it said is "untrusted": `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@pages.get("/login/openid")
def begin() -> Response:
    """Off to the organisation's own login, from the address to which it sends people back."""
    _known()
    if not is_at_home() and "here" not in request.args:
        return redirect(f"{_settings().public_url}/login/openid?here=1")  # type: ignore[return-value]
    errand = Errand(new_token())
    try:
        address = _address(errand)
    except (Refused, NotAnswered) as error:
        return _sent_back(errand, error.code)
    return cookies.remember_errand(redirect(address), errand)  # type: ignore[arg-type]


@pages.get("/login/openid/return")
def came_back() -> Response:
    """Somebody comes back from there, with a `code`, or with an `error`; `state` shows that this browser went."""
    known, errand = _known(), cookies.errand()
    state = request.args.get("state", "")
    if errand is None or not hmac.compare_digest(state.encode(), _derived(errand, "state").encode()):
        return _page_of(errand, "again")  # the errand that is on its way in another tab goes on
    if not _first_time(errand):
        return _sent_back(errand, "again")
    code = request.args.get("code", "")
    if not code or "error" in request.args:
        return _sent_back(errand, _why_not(request.args.get("error", "")))
    if request.args.get("iss", known.issuer).rstrip("/") != known.issuer.rstrip("/"):  # of another one (RFC 9207)
        return _sent_back(errand, "untrusted")
    try:
        said = _ask(_question(code=code, verifier=_derived(errand, "verifier"), nonce=_derived(errand, "nonce"))).said
    except (Refused, NotAnswered) as error:
        return _sent_back(errand, error.code)
    assert said is not None, "it was asked about somebody, and there is no fault"
    return _connected(known, said, errand) if errand.login else _arrived(known, said, errand)


@pages.post("/account/openid")
def connect() -> Response:
    """Off to connect that login with the account that one is signed in to, for whoever knows its password, in
    `password_now`. It goes by a page that moves on by itself, because a form may lead nowhere but to us (S4)."""
    known, owner = _known(), _owner()
    errand = Errand(new_token(), token_hash(cookies.login()))
    try:
        if with_password(owner.email, request.form.get("password_now", "")) is None:
            return _sent_back(errand, "wrong")
        address = _address(errand)
    except (Refused, NotAnswered) as error:
        return _sent_back(errand, error.code)
    response = Response(page("openid/away.html", known=known, address=address))
    response.headers["Refresh"] = f"0; url={address}"
    return cookies.remember_errand(response, errand)


@pages.post("/account/openid/off")
def disconnect() -> Response:
    """That login no longer opens this account, provided that a password does."""
    owner = _owner()
    if not owner.password_hash:
        raise Refused("invalid", "This account has no password; nothing else would open it.")
    with db.writing() as session:
        if (found := session.get(Account, owner.id)) is not None:
            try:
                openid.may_be_disconnected(session, found)
            except Refused:
                return on_to("my_account.account", 303, openid="last_admin")
            openid.disconnect(session, found)
    return on_to("my_account.account", 303, openid="off")


def _arrived(known: OpenID, said: Said, errand: Errand) -> Response:
    with db.writing() as session:
        found = openid.arrive(session, known, said, now())
    return cookies.forget_errand(enter(found)) if isinstance(found, Account) else _sent_back(errand, found)


def _connected(known: OpenID, said: Said, errand: Errand) -> Response:
    token = cookies.login()
    with db.writing() as session:
        account = signed_in(session, token, now())
        here = account is not None and token_hash(token) == errand.login
        why = openid.connect(session, known, said, account, now()) if account is not None and here else "again"
    return _sent_back(errand, why or "done")


def _why_not(said: str) -> str:
    if (fault := CANNOT.get(said)) is None:
        return "refused"
    log.warning("an organisation's own login could not be used", kind=fault, error=said)
    return fault


def _sent_back(errand: Errand, what: str) -> Response:
    """This errand is over."""
    return cookies.forget_errand(_page_of(errand, what))


def _page_of(errand: Errand | None, what: str) -> Response:
    """To the page that somebody came from, which says what became of it; a code does not stay in the address bar."""
    where = "my_account.account" if errand is not None and errand.login else "account.login"
    return on_to(where, 303, openid=what)


def _address(errand: Errand) -> str:
    """Where to go; raises what `_ask` does."""
    known = _known()
    provider = _as_described() or _ask(_question()).provider
    assert provider is not None, "there is no fault"
    challenge = urlsafe_b64encode(sha256(_derived(errand, "verifier").encode()).digest()).rstrip(b"=").decode()
    asks = {
        "response_type": "code",
        "client_id": known.client_id,
        "redirect_uri": _way_back(),
        "scope": known.scope,
        "state": _derived(errand, "state"),
        "nonce": _derived(errand, "nonce"),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    there = provider.authorization_endpoint
    return f"{there}{'&' if urlsplit(there).query else '?'}{urlencode(asks)}"


def _question(code: str = "", verifier: str = "", nonce: str = "") -> Question:
    known = _known()
    return Question(
        known.issuer, known.client_id, known.client_secret, _way_back(), code, verifier, nonce,
        (known.email_claim, known.role_claim, known.organisation_claim or ""), _as_described(),
    )  # fmt: skip


def _ask(question: Question) -> Answer:
    """Asks the provider, in a process of its own. Raises `NotAnswered`, or Refused("too_fast") or ("busy")."""
    here = asker()
    site = site_of(here)
    shares = (TRIES_FROM_ONE_ASKER, here), (TRIES_FROM_ONE_SITE, site), (TRIES_OF_ALL, ("all", site))
    with trying(*shares) as attempt:
        attempt.check()
        with _asking.turn(int(failed_before(TRIES_OF_ALL, ("all", site)))):
            found = _asked(question)
        attempt.failed = bool(found.fault)
    if found.fault:
        if found.fault == "away":
            _described.pop(question.issuer, None)
        log.warning("an organisation's own login could not be used", kind=found.fault, error=found.why)
        raise NotAnswered(found.fault)
    if found.provider is not None:
        _described[question.issuer] = found.provider, time.monotonic() + KNOWN_SECONDS
    return found


def _asked(question: Question) -> Answer:
    try:
        made = made_apart("workshop.provider", msgspec.json.encode(question), seconds=ASK_SECONDS)
        return msgspec.json.decode(made, type=Answer)
    except (RuntimeError, msgspec.MsgspecError) as error:
        return Answer(fault="away", why=type(error).__name__)


def _as_described() -> Provider | None:
    provider, until = _described.get(_known().issuer, (None, 0.0))
    return provider if until > time.monotonic() else None


def _first_time(errand: Errand) -> bool:
    """A way back is good for one time, even for someone who keeps the cookie."""
    moment = time.monotonic()
    for old in [one for one, until in _back_already.items() if until <= moment]:
        del _back_already[old]
    if errand.id in _back_already:
        return False
    _back_already[errand.id] = moment + OPENID_SECONDS
    return True


def _derived(errand: Errand, what: str) -> str:
    """A value that only we can work out from an errand: of `state` and `nonce` the provider learns it, of `verifier`
    (PKCE) at the end."""
    key = current_app.config["SECRET_KEY"].encode()
    return urlsafe_b64encode(hmac.digest(key, f"openid {what} {errand.id}".encode(), "sha256")).rstrip(b"=").decode()


def _way_back() -> str:
    return f"{_settings().public_url}/login/openid/return"


def _owner() -> Account:
    with db.reading() as session:
        return cookies.owner(session)


def _known() -> OpenID:
    """The settings for it; if there are none, there is nothing at these addresses."""
    return _settings().openid or abort(404)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
