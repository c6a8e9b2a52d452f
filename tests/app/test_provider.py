"""What a provider says is believed word by word, or not at all: a real one over HTTP, with tokens of every kind."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from provider import CLIENT, SECRET, Claims, Provider

from workshop.provider import Answer, Question, Said, answer, claim

VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
WANTED = ("email", "roles", "")
OTHER = RSAKey.generate_key(2048)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as made:
        yield made


def ask(provider: Provider, **other: Any) -> Answer:
    """As somebody comes back from it."""
    query = f"response_type=code&code_challenge={CHALLENGE}&code_challenge_method=S256&state=s&nonce=n"
    back = provider.logs_in(f"{provider.issuer}/authorize?{query}&redirect_uri=https://workshop.example.org/back")
    asked = {
        "issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "nonce": "n", "wanted": WANTED,
        "redirect_uri": "https://workshop.example.org/back", "verifier": VERIFIER,
        "code": back.partition("code=")[2].partition("&")[0],
    }  # fmt: skip
    return answer(Question(**asked | other))


def unsigned(header: dict[str, str], claims: Claims) -> str:
    """A token without a signature."""
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return f"{'.'.join(parts)}."


def test_what_it_says_in_a_token_that_is_good(provider: Provider) -> None:
    found = ask(provider)
    assert not found.fault and found.said == Said(provider.issuer, "1", "noor@example.org", ["trainer"], [])
    assert provider.asked == ["/.well-known/openid-configuration", "/token", "/keys"]
    again = ask(provider, known=found.provider)
    assert again.said == found.said and provider.asked[3:] == ["/token"], "what is known is not asked again"


def with_claims(**other: Any) -> Callable[[Provider], None]:
    def change(provider: Provider) -> None:
        provider.sign = lambda claims: provider.signed({k: v for k, v in (claims | other).items() if v is not None})

    return change


def forged(make: Callable[[Provider, Claims], str]) -> Callable[[Provider], None]:
    def change(provider: Provider) -> None:
        provider.sign = lambda claims: make(provider, claims)

    return change


def by_the_public_key(provider: Provider, claims: Claims) -> str:
    """The classic one: what anyone may know, taken for a secret. The library would not make it."""
    head = unsigned({"alg": "HS256", "kid": str(provider.key.kid)}, claims).rstrip(".")
    signature = hmac.digest(provider.key.as_pem(private=False), head.encode(), "sha256")
    return f"{head}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


LONG_AGO = int(time.time()) - 3600
WRONG: dict[str, tuple[Callable[[Provider], None], str]] = {
    "of another provider": (with_claims(iss="https://other.example.org"), "iss"),
    "for somebody else": (with_claims(aud="another workshop"), "aud"),
    "for somebody else as well": (with_claims(aud=[CLIENT, "another"]), "azp"),
    "asked by somebody else": (with_claims(azp="another"), "azp"),
    "of another browser": (with_claims(nonce="of another"), "nonce"),
    "of no browser": (with_claims(nonce=None), "nonce"),
    "too old": (with_claims(exp=LONG_AGO), "exp"),
    "for ever": (with_claims(exp=None), "exp"),
    "not yet": (with_claims(nbf=LONG_AGO + 7200), "nbf"),
    "of nobody": (with_claims(sub=None), "sub"),
    "of a number": (with_claims(sub=7), "sub"),
    "unsigned": (forged(lambda _, claims: unsigned({"alg": "none"}, claims)), "signature"),
    "with its signature taken off": (forged(lambda p, c: p.signed(c).rpartition(".")[0] + "."), "signature"),
    "by the public key": (forged(by_the_public_key), "signature"),
    "by another key": (forged(lambda p, c: jwt.encode({"alg": "RS256", "kid": p.key.kid}, c, OTHER)), "signature"),
    "by a key that it brings along": (
        forged(lambda _, c: jwt.encode({"alg": "RS256", "jwk": OTHER.as_dict(private=False)}, c, OTHER)), "signature",
    ),
    "no token": (forged(lambda *_: "nonsense"), "signature"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_that_is_not_good_says_nothing(provider: Provider, wrong: str) -> None:
    change, why = WRONG[wrong]
    change(provider)
    found = ask(provider)
    assert (found.said, found.fault) == (None, "untrusted")
    assert why in (found.why, "nbf"), found.why


def test_a_code_is_worth_something_once_and_to_whoever_began(provider: Provider) -> None:
    assert ask(provider, code="another").why == "invalid_grant"
    assert ask(provider, verifier="w" * 43).why == "invalid_grant"
    assert ask(provider, client_secret="guessed").why == "invalid_client"
    assert ask(provider, redirect_uri="https://other.example.org/back").why == "invalid_grant"


def test_a_provider_that_signs_with_a_new_key_is_asked_for_it_once(provider: Provider) -> None:
    known = ask(provider).provider
    provider.key = RSAKey.generate_key(2048, auto_kid=True)
    provider.asked.clear()
    assert ask(provider, known=known).said and provider.asked == ["/token", "/keys"]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"issuer": "https://other.example.org"}, "issuer"),
        ({"token_endpoint": "ftp://other.example.org/token"}, "http"),
        ({"authorization_endpoint": "https://x.example.org/\r\nSet-Cookie: a=b"}, "http"),
        ({"jwks_uri": None}, "discovery"),
    ],
)
def test_a_provider_that_says_it_is_another_is_not_believed(
    provider: Provider, document: dict[str, Any], why: str
) -> None:
    provider.document = document
    found = ask(provider)
    assert (found.fault, found.why) == ("untrusted", why) and "/token" not in provider.asked


def test_who_takes_no_basic_gets_the_secret_in_the_form(provider: Provider) -> None:
    provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert ask(provider).said


def test_what_the_token_does_not_say_is_asked_for_and_never_against_it(provider: Provider) -> None:
    """SURFconext, for one, says the rest only there."""
    provider.claims = {"sub": "1"}
    provider.in_userinfo = {"email": "noor@example.org", "roles": "trainer", "iss": "https://other.example.org"}
    found = ask(provider)
    assert found.said == Said(provider.issuer, "1", "noor@example.org", ["trainer"], [])
    provider.in_userinfo |= {"sub": "2"}
    assert ask(provider).why == "userinfo"


def test_an_address_that_nobody_checked_is_none(provider: Provider) -> None:
    provider.claims |= {"email_verified": False}
    found = ask(provider).said
    assert found is not None and found.email == ""


def test_who_is_not_there_is_away(provider: Provider) -> None:
    gone = provider.issuer.replace("/realms/x", "/nowhere")
    assert ask(provider, issuer=gone).fault == "away"
    assert ask(provider, issuer="http://127.0.0.1:9").fault == "away"


def test_a_claim_is_found_by_its_name_or_on_the_way() -> None:
    claims = {"realm_access": {"roles": ["a"]}, "https://x.example.org/roles": ["b"], "roles": None}
    assert claim(claims, "realm_access.roles") == ["a"] and claim(claims, "https://x.example.org/roles") == ["b"]
    assert [claim(claims, name) for name in ("realm_access.none", "roles.a", "", "none")] == [None] * 4
