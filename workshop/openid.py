"""Whom an organisation's own login lets in, and as what (decisions/0039).

Somebody is known by the provider and by its name for them, never by an address. What they are in which organisation is
looked at each time they log in by it, and lasts as long as the login that it opened.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from . import accounts
from .access import DAY, LOGIN_DAYS
from .core.errors import Refused
from .models import Account, Identity, MemberRole, Membership, Organisation
from .provider import Said
from .settings import OpenID

Why = Literal["first", "no_role", "no_address", "taken", "theirs", "disabled", "last_admin"]
"""Why somebody is not let in: there is no account here yet; the provider gives them no role here; it gives no e-mail
address; another account has that address; another account is theirs already; theirs cannot log in; they are the last
admin by the login that this one would replace."""
Grants = set[tuple[int, MemberRole]]
"""Roles in organisations, by their numbers."""


def arrive(session: Session, known: OpenID, said: Said, now: int) -> Account | Why:
    """Whose login this is, with the roles that it gives now; the first time makes an account. Roles that it no longer
    gives are also taken away from someone who is not let in."""
    accounts.nobody_else_adds(session)
    grants, admin = _grants(session, known, said), not known.admins.isdisjoint(said.roles)
    identity = session.get(Identity, (said.issuer, said.subject))
    if identity is None:
        if not grants and not admin:
            return "no_role"
        account = _new(session, said, now)
        if not isinstance(account, Account):
            return account
        identity = _keep(session, said, account)
    _apply(session, identity, grants, admin, now)
    if identity.account.disabled:
        return "disabled"
    return identity.account if grants or admin else "no_role"


def connect(session: Session, known: OpenID, said: Said, account: Account, now: int) -> Why | None:
    """From now on this login opens an existing account, for whoever is signed in to it and knows its password; it takes
    the place of another login of that provider. Or why not."""
    accounts.nobody_else_adds(session)
    grants, admin = _grants(session, known, said), not known.admins.isdisjoint(said.roles)
    identity = session.get(Identity, (said.issuer, said.subject))
    if identity is not None and identity.account_id != account.id:
        return "theirs"
    if not grants and not admin:
        return "no_role"
    if identity is None:
        try:
            may_be_disconnected(session, account)
        except Refused:
            return "last_admin"
        disconnect(session, account)
        identity = _keep(session, said, account)
    _apply(session, identity, grants, admin, now)
    return None


def may_be_disconnected(session: Session, account: Account) -> None:
    """Refused("invalid") for the last admin, where such a login is why: without it there would be no end to that."""
    if any(identity.admin_until is not None for identity in identities(session, account)):
        accounts.somebody_else_is_admin(session, account)


def disconnect(session: Session, account: Account) -> None:
    """No organisation's own login opens this account any more, and the account is no longer what one made it."""
    for identity in identities(session, account):
        _apply(session, identity, set(), False, 0)
    session.execute(delete(Identity).where(Identity.account_id == account.id))


def expire(session: Session, now: int) -> None:
    """Whoever such a login made admin, and who has not logged in by it for so long, is admin no longer. The last one
    stays until there is another."""
    over = select(Identity).where(Identity.admin_until <= now).order_by(Identity.admin_until)
    if session.execute(over.with_only_columns(Identity.account_id)).first() is None:  # most times: nobody has to wait
        return
    accounts.nobody_else_adds(session)
    for identity in session.scalars(over).all():
        with suppress(Refused):
            accounts.set_admin(session, identity.account, False)


def identities(session: Session, account: Account) -> list[Identity]:
    """By which logins of organisations an account is known."""
    return list(session.scalars(select(Identity).where(Identity.account_id == account.id)))


def _new(session: Session, said: Said, now: int) -> Account | Why:
    """An account without a password. It is never the first: that is made by whoever runs the server."""
    first = accounts.first_organisation(session)
    if first is None or not session.scalar(select(func.count(Account.id))):
        return "first"
    try:
        email = accounts.address(said.email)
    except Refused:
        return "no_address"
    if accounts.account_by(session, email) is not None:
        return "taken"
    return accounts.add_account(session, email, "", first, (), typed=False, now=now)


def _keep(session: Session, said: Said, account: Account) -> Identity:
    identity = Identity(issuer=said.issuer, subject=said.subject, account_id=account.id, account=account)
    session.add(identity)
    session.flush()
    return identity


def _grants(session: Session, known: OpenID, said: Said) -> Grants:
    """Which roles a provider gives somebody, each in all their organisations."""
    values: dict[MemberRole, frozenset[str]] = {"leader": known.leaders, "organiser": known.organisers}
    roles = [role for role, meaning in values.items() if not meaning.isdisjoint(said.roles)]
    return {(place.id, role) for place in _places(session, known, said) for role in roles}


def _places(session: Session, known: OpenID, said: Said) -> list[Organisation]:
    """Which organisations they are in. One that is not here yet is not made because a claim names it."""
    if known.organisation_claim is None and known.organisation is None:
        first = accounts.first_organisation(session)
        return [first] if first else []
    meant = dict(known.organisations)
    names = {meant[one] for one in said.organisations if one in meant}
    if known.organisation_claim is None:
        names = {known.organisation or ""}
    return list(session.scalars(select(Organisation).where(Organisation.name.in_(names))))


def _apply(session: Session, identity: Identity, grants: Grants, admin: bool, now: int) -> None:
    """Gives the roles that this login gives, for as long as it lasts; those that it gave before and no longer gives go.
    What somebody here gave stays, and so does the last admin."""
    account, until = identity.account, now + LOGIN_DAYS * DAY
    for one in list(account.memberships):
        if one.expires_at is not None and (one.organisation_id, one.role) not in grants:
            account.memberships.remove(one)
        elif one.expires_at is not None:
            one.expires_at = until
    held = {(one.organisation_id, one.role) for one in account.memberships}
    for place, role in sorted(grants - held):
        account.memberships.append(Membership(organisation_id=place, role=role, expires_at=until))
    if admin and (identity.admin_until is not None or not account.admin):
        account.admin, identity.admin_until = True, until
    elif not admin and identity.admin_until is not None:
        with suppress(Refused):
            accounts.set_admin(session, account, False)
    session.flush()
