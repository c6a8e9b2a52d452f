"""Passkeys beside passwords: which ones an account has, and whether what a browser sends was signed with one
(docs/decisions/0038).

The library that looks at signatures takes a fifth of a second and 15 MB to load, so it is loaded when somebody first
needs it, aside; looking at one takes a fifth of a millisecond.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, NamedTuple

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .access import keys, token_hash
from .addresses import Site
from .commands import one_line
from .core.errors import Refused
from .days import day_began
from .erasures import Erasure, erasures
from .extensions import Aside
from .models import ZONE, Account, Challenge, Passkey

CALLED = "Samenleren workshop"
"""What a device calls us when it asks its owner."""
MOST = 10
LONGEST_NAME = 60
MOST_BYTES = 16 * 1024
"""The most a browser may send; browsers themselves send a tenth of that."""
LONGEST_CREDENTIAL, LONGEST_KEY = 1400, 2048
"""How many letters there is room for; devices use at most 1023 bytes for the first."""
CHALLENGE_MS = 5 * 60_000
"""How long somebody may look for their device."""


class Given(NamedTuple):
    """What a browser was asked to sign: bytes as base64url, and until when that is valid (ms)."""

    challenge: str
    until: int


class New(NamedTuple):
    """A passkey that was just made: as its device knows it, its public half, how often it signed."""

    credential: str
    public_key: str
    sign_count: int


class _Sent(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+$", max_length=LONGEST_CREDENTIAL)]


def of_account(session: Session, account: Account) -> list[Passkey]:
    """The passkeys of an account, the oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.account_id == account.id).order_by(Passkey.id)))


def sent_with(session: Session, sent: str) -> Passkey | None:
    """Which passkey a browser says that it used."""
    try:
        named = msgspec.json.decode(sent, type=_Sent).id
    except (msgspec.DecodeError, UnicodeError):
        return None
    return session.scalars(select(Passkey).where(Passkey.credential == named)).first()


def passkey(session: Session, account: Account, number: int) -> Passkey:
    """The passkey with this number; Refused("not_found") if the account has no such passkey."""
    mine = (Passkey.id == number, Passkey.account_id == account.id)
    if (found := session.scalars(select(Passkey).where(*mine)).first()) is None:
        raise Refused("not_found", "There is no such passkey.")
    return found


def add(session: Session, account: Account, name: str, site: Site, new: New, now: int) -> Passkey:
    """Adds one to an account; Refused("invalid") for a name that is not one, if there are too many, or if it is known
    already."""
    name = _name(name)
    session.get(Account, account.id, with_for_update=True)  # of two at once one sees the other
    if len(of_account(session, account)) >= MOST:
        raise Refused("invalid", f"An account has at most {MOST} passkeys; remove one first.", about="known")
    made = Passkey(
        account_id=account.id, name=name, site=site.name, credential=new.credential, public_key=new.public_key,
        sign_count=new.sign_count, added_on=day_began(now, ZONE),
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused("invalid", "This passkey is known here already.", about="known") from error
    return made


def rename(session: Session, account: Account, number: int, name: str) -> None:
    """Gives it another name; Refused("invalid"), or ("not_found") if the account has no such passkey."""
    passkey(session, account, number).name = _name(name)


def remove(session: Session, gone: Iterable[Passkey], now: int) -> None:
    """Nobody signs in with these any more, even after a backup was restored. It is stored when this returns, with all
    else that the session changed."""
    numbers = [passkey.id for passkey in gone]
    with erasures.noting() as note:
        note([Erasure(now, passkey=number) for number in numbers])
        session.execute(delete(Passkey).where(Passkey.id.in_(numbers)))
        session.commit()


def use(session: Session, passkey: Passkey, given: Given, count: int, now: int) -> None:
    """It signed what was given. Refused("unauthorized") if that was answered before, or if the passkey was used or
    removed since it was looked at."""
    spend(session, given, passkey.account_id)
    as_it_was = (Passkey.id == passkey.id, Passkey.sign_count < count if count else Passkey.sign_count == 0)
    used = update(Passkey).where(*as_it_was).values(sign_count=count, used_on=day_began(now, ZONE))
    if not session.execute(used.returning(Passkey.id)).all():
        raise _unknown()


def spend(session: Session, given: Given, account_id: int) -> None:
    """What was given is answered now, and not valid a second time; Refused("unauthorized") if it was answered
    before."""
    session.add(Challenge(hash=token_hash(given.challenge), account_id=account_id, expires_at=given.until))
    try:
        session.flush()
    except IntegrityError as error:
        raise _unknown() from error


def asks_to_make(site: Site, account: Account, given: Given, there: Iterable[Passkey]) -> str:
    """What a browser is asked for a new passkey, as JSON: one that its device finds by itself, and uses only for
    whoever unlocks it."""
    known = [one.credential for one in there if one.site == site.name]
    return str(Aside.run(_to_make, site.name, keys.of_account(account), account.email, given.challenge, known))


def asks_to_sign(site: Site, given: Given, there: Iterable[Passkey] = ()) -> str:
    """What a browser is asked for a signature, as JSON: with one of the passkeys that are `there`, or with any."""
    allowed = [one.credential for one in there if one.site == site.name]
    return str(Aside.run(_to_sign, site.name, given.challenge, allowed))


def made(site: Site, given: Given, sent: str) -> New:
    """The passkey that a browser made as it was asked; Refused("unauthorized") if it did not."""
    return New(*_looked_at(_new, sent, given.challenge, site))


def signed(site: Site, given: Given, sent: str, passkey: Passkey) -> int:
    """How often the passkey has signed by now. Refused("unauthorized") unless this was signed with it, at this site, as
    it was given, by somebody who unlocked it; and if its count is lower than it was, because then there is a copy."""
    return int(_looked_at(_count, sent, given.challenge, site, passkey.public_key, passkey.sign_count))


def _name(name: str) -> str:
    name = one_line(name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused("invalid", f"The name of a passkey has 1 to {LONGEST_NAME} characters.", about="name")
    return name


def _unknown() -> Refused:
    return Refused("unauthorized", "This passkey is not known here, or it was not used as it should be.")


def _looked_at(look: Callable[..., Any], sent: str, *args: Any) -> Any:
    found = Aside.run(_or_none, look, sent, *args) if len(sent) <= MOST_BYTES else None
    if found is None:
        raise _unknown()
    return found


def _or_none(look: Callable[..., Any], *args: Any) -> Any:
    """None for what is not as it should be. The library, and those beneath it, may raise anything when they read what
    anybody can have written."""
    try:
        return look(*args)
    except Exception:
        return None


def _to_make(site: str, handle: bytes, email: str, challenge: str, known: list[str]) -> str:
    from webauthn import base64url_to_bytes, generate_registration_options, options_to_json
    from webauthn.helpers import structs

    return options_to_json(
        generate_registration_options(
            rp_id=site,
            rp_name=CALLED,
            user_id=handle,
            user_name=email,
            challenge=base64url_to_bytes(challenge),
            timeout=CHALLENGE_MS,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(base64url_to_bytes(one)) for one in known],
        )
    )


def _to_sign(site: str, challenge: str, allowed: list[str]) -> str:
    from webauthn import base64url_to_bytes, generate_authentication_options, options_to_json
    from webauthn.helpers import structs

    return options_to_json(
        generate_authentication_options(
            rp_id=site,
            challenge=base64url_to_bytes(challenge),
            timeout=CHALLENGE_MS,
            allow_credentials=[structs.PublicKeyCredentialDescriptor(base64url_to_bytes(one)) for one in allowed],
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
    )


def _new(sent: str, challenge: str, site: Site) -> tuple[str, str, int]:
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    found = verify_registration_response(
        credential=json.loads(sent),
        expected_challenge=base64url_to_bytes(challenge),
        expected_rp_id=site.name,
        expected_origin=site.origin,
        require_user_verification=True,
    )
    credential, public_key = bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key)
    if len(credential) > LONGEST_CREDENTIAL or len(public_key) > LONGEST_KEY:
        raise ValueError("longer than any that there is")
    return credential, public_key, found.sign_count


def _count(sent: str, challenge: str, site: Site, public_key: str, count: int) -> int:
    from webauthn import base64url_to_bytes, verify_authentication_response

    return verify_authentication_response(
        credential=json.loads(sent),
        expected_challenge=base64url_to_bytes(challenge),
        expected_rp_id=site.name,
        expected_origin=site.origin,
        credential_public_key=base64url_to_bytes(public_key),
        credential_current_sign_count=count,
        require_user_verification=True,
    ).new_sign_count
