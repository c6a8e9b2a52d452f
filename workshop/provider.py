"""Asks the provider of an organisation's own login (OpenID Connect), as a program of its own: `behind` runs it, and it
reads a `Question` and writes an `Answer`.

So whatever that costs (a name that nobody resolves, a provider that answers in drips, a library for signatures) does
not concern the process that serves the rooms (docs/decisions/0039).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""How an ID token may be signed: with a key that the provider alone has. So neither `none`, nor HS256, for which anyone
could take the provider's public key."""
FETCH_SECONDS = 5
"""How long an answer of the provider may take, and each piece of it."""
MOST_BYTES = 256 * 1024
MOST_VALUES, LONGEST = 500, 254
LEEWAY = 60
"""Seconds by which the clocks of the two may differ."""
ERRORS = ("invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "unauthorized_client")
"""Why a provider does not accept a code (RFC 6749, 5.2); nothing else that it says goes into the log."""


class Provider(Struct, frozen=True):
    """A provider as it describes itself, and the keys by which it signs."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    keys: list[dict[str, Any]] | None = None


class Question(Struct, frozen=True):
    """What to ask. Without `code`: only how the provider describes itself. `wanted`: the claims that count, for the
    address, the role and the organisation; `known`: how it described itself before."""

    issuer: str
    client_id: str = ""
    client_secret: str = ""
    redirect_uri: str = ""
    code: str = ""
    verifier: str = ""
    nonce: str = ""
    wanted: tuple[str, str, str] = ("", "", "")
    known: Provider | None = None


class Said(Struct, frozen=True):
    """What a provider says of somebody, in a token that was verified."""

    issuer: str
    subject: str
    email: str = ""
    roles: list[str] = []
    organisations: list[str] = []


class Answer(Struct, frozen=True):
    """What came of it. `fault`: the provider is `away`, or what it says is `untrusted`; `why`: a word of our own, for
    the log."""

    provider: Provider | None = None
    said: Said | None = None
    fault: Literal["", "away", "untrusted"] = ""
    why: str = ""


class Fault(Exception):
    """Why somebody cannot be let in by what the provider says."""

    def __init__(self, fault: Literal["away", "untrusted"], why: str) -> None:
        super().__init__(why)
        self.fault, self.why = fault, why


def answer(question: Question, now: Callable[[], float] = time.time) -> Answer:
    """Asks, and looks at every word of what comes back."""
    provider = question.known
    try:
        provider = provider or described(question.issuer)
        if not question.code:
            return Answer(provider)
        tokens = _tokens(question, provider)
        provider, claims = _verified(question, provider, tokens.get("id_token"), int(now()))
        return Answer(provider, _said(_whole(question, provider, claims, tokens.get("access_token")), question.wanted))
    except Fault as fault:
        return Answer(provider, fault=fault.fault, why=fault.why)


def described(issuer: str) -> Provider:
    """How a provider describes itself: it has to call itself what we call it, and those of its addresses that we use
    have to be over TLS as well."""
    document = _fetch(issuer.rstrip("/") + DISCOVERY)
    try:
        provider = msgspec.convert(document, Provider, strict=True)
    except msgspec.ValidationError as error:
        raise Fault("untrusted", "discovery") from error
    if provider.issuer.rstrip("/") != issuer.rstrip("/"):
        raise Fault("untrusted", "issuer")
    ends = [provider.authorization_endpoint, provider.token_endpoint, provider.jwks_uri]
    ends += [provider.userinfo_endpoint] if provider.userinfo_endpoint else []
    if not all(re.fullmatch(rf"(https|{urlsplit(issuer).scheme})://[!-~]+", end) for end in ends):
        raise Fault("untrusted", "http")
    return msgspec.structs.replace(provider, keys=None)


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name; in an object, by the names on the way with dots between them. None where it is not."""
    if not name or name in claims:
        return claims.get(name)
    head, dot, rest = name.partition(".")
    inner = claims.get(head)
    return claim(inner, rest) if dot and isinstance(inner, dict) else None


def _tokens(question: Question, provider: Provider) -> dict[str, Any]:
    """The tokens for a code: it is good once, for whoever has the secret and began it."""
    fields = {
        "grant_type": "authorization_code",
        "code": question.code,
        "redirect_uri": question.redirect_uri,
        "code_verifier": question.verifier,
    }
    headers = {}
    if "client_secret_basic" in provider.token_endpoint_auth_methods_supported:
        pair = f"{quote(question.client_id, safe='')}:{quote(question.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        fields |= {"client_id": question.client_id, "client_secret": question.client_secret}
    found = _fetch(provider.token_endpoint, urlencode(fields).encode(), headers)
    return found if isinstance(found, dict) else {}


def _verified(question: Question, provider: Provider, token: object, now: int) -> tuple[Provider, dict[str, Any]]:
    """The claims of an ID token, which has to be the provider's own, for us, of now, and for whoever began this. A
    provider may have begun to sign with another key since its keys were fetched."""
    from joserfc import errors, jwt

    if not isinstance(token, str):
        raise Fault("untrusted", "id_token")
    known = provider.keys
    for keys in (known, None) if known else (None,):
        if keys is None:
            provider = msgspec.structs.replace(provider, keys=_keys(provider))
        try:
            claims = jwt.decode(token, _usable(provider.keys or []), algorithms=ALGORITHMS).claims
            break
        except (errors.InvalidKeyIdError, errors.BadSignatureError) as error:
            if keys is None:
                raise Fault("untrusted", "signature") from error
        except (errors.JoseError, ValueError, TypeError, binascii.Error) as error:
            raise Fault("untrusted", "signature") from error
    registry = jwt.JWTClaimsRegistry(
        now, LEEWAY,
        iss={"essential": True, "value": provider.issuer}, aud={"essential": True, "value": question.client_id},
        sub={"essential": True}, exp={"essential": True}, iat={"essential": True},
        nonce={"essential": True, "value": question.nonce},
    )  # fmt: skip
    try:
        registry.validate(claims)
    except errors.ExpiredTokenError as error:
        raise Fault("untrusted", "exp") from error
    except (errors.InvalidClaimError, errors.MissingClaimError) as error:
        named = [name for name in registry.options if f"'{name}'" in str(error)]
        raise Fault("untrusted", named[0] if named else "claims") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else question.client_id) != question.client_id:  # for somebody else as well
        raise Fault("untrusted", "azp")
    if len(claims["sub"]) > LONGEST:
        raise Fault("untrusted", "sub")
    return provider, claims


def _keys(provider: Provider) -> list[dict[str, Any]]:
    found = _fetch(provider.jwks_uri)
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list):
        raise Fault("untrusted", "keys")
    return [key for key in keys if isinstance(key, dict)][:MOST_VALUES]


def _usable(keys: list[dict[str, Any]]) -> Any:
    """The keys for checking signatures whose other half only the signer has; whatever else is in the list is passed
    over."""
    from joserfc import errors
    from joserfc.jwk import JWKRegistry, KeySet

    found = []
    for key in keys:
        if key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig":
            try:
                found.append(JWKRegistry.import_key(key))
            except (errors.JoseError, ValueError, TypeError, KeyError):
                continue
    if not found:
        raise Fault("untrusted", "keys")
    return KeySet(found)


def _whole(question: Question, provider: Provider, claims: dict[str, Any], access: object) -> dict[str, Any]:
    """Some providers say no more in the token than who it is; the rest has to be asked for. It never counts against
    what the token says."""
    lacking = [name for name in question.wanted if name and claim(claims, name) is None]
    if not lacking or not provider.userinfo_endpoint or not isinstance(access, str):
        return claims
    more = _fetch(provider.userinfo_endpoint, None, {"Authorization": f"Bearer {access}"})
    if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
        raise Fault("untrusted", "userinfo")
    return more | claims


def _said(claims: dict[str, Any], wanted: tuple[str, str, str]) -> Said:
    email, role, organisation = wanted
    address = next(iter(_values(claim(claims, email))), "")
    if email == "email" and claims.get("email_verified") is False:
        address = ""  # it is what somebody typed there, and may be anyone's
    roles, organisations = _values(claim(claims, role)), _values(claim(claims, organisation))
    return Said(claims["iss"], claims["sub"], address, roles, organisations)


def _values(found: Any) -> list[str]:
    """A claim as a list of texts, which some providers write as one text where there is one."""
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, str) and len(one) <= LONGEST][:MOST_VALUES]


def _fetch(url: str, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
    """What is there, as JSON. A redirect is not followed: what we send is for this address alone."""
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class StayHere(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    request = Request(url, data, {"Accept": "application/json", "User-Agent": "workshop", **(headers or {})})
    try:
        with build_opener(StayHere).open(request, timeout=FETCH_SECONDS) as response:
            return _read(response.read(MOST_BYTES + 1))
    except HTTPError as error:
        with error:
            if error.code < 500 and data is not None:  # it does answer, and takes no code from us
                raise Fault("untrusted", _named(error.read(MOST_BYTES))) from error
            raise Fault("away", f"status {error.code}") from error
    except (OSError, ValueError) as error:
        raise Fault("away", type(error).__name__) from error
    except Exception as error:  # such as a status line that is none
        raise Fault("away", "answer") from error


def _read(body: bytes) -> Any:
    try:
        return json.loads(body) if len(body) <= MOST_BYTES else None
    except ValueError as error:
        raise Fault("untrusted", "json") from error


def _named(body: bytes) -> str:
    """Which of `ERRORS` it is."""
    found = _read(body) if body.startswith(b"{") else None
    said = found.get("error") if isinstance(found, dict) else None
    return said if said in ERRORS else "code"


if __name__ == "__main__":
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    sys.stdout.buffer.write(msgspec.json.encode(answer(asked)))
