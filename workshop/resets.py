"""Links by which the owner of an account chooses another password without knowing the present one: once, and soon
(decisions/0037)."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .access import is_token, new_token, sign_out_everywhere, token_hash
from .core.errors import Refused
from .models import Account, Reset

HOUR_MS = 3_600_000
HOURS_BY_HAND = 24
"""For a link that somebody hands over: its reader may not be there at once."""
HOURS_BY_MAIL = 1


def make(session: Session, account: Account, now: int, hours: int = HOURS_BY_HAND) -> str:
    """Returns the token that stands in the link and nowhere else. Refused("invalid") for an account that is
    disabled."""
    if account.disabled:
        raise Refused("invalid", "This account cannot log in, and has no use for a password; let it log in first.")
    token = new_token()
    session.add(Reset(token_hash=token_hash(token), account_id=account.id, expires_at=now + hours * HOUR_MS))
    session.flush()
    return token


def whose(session: Session, token: str | None, now: int) -> Account | None:
    """The account whose link has this token, if it can still be used."""
    if not is_token(token):
        return None
    query = select(Account).join(Reset, Reset.account_id == Account.id)
    good = (Reset.token_hash == token_hash(token), Reset.expires_at > now, Account.disabled.is_(False))
    return session.scalars(query.where(*good)).first()


def use(session: Session, token: str | None, password_hash: str, now: int) -> tuple[Account, set[str]]:
    """The account has another password, and every login and every other such link of it is over; returns the account
    and the hashes of the logins. Refused("unauthorized") if the link has been used by now."""
    account = whose(session, token, now)
    used = delete(Reset).where(Reset.token_hash == token_hash(token or "")).returning(Reset.account_id)
    if account is None or not session.scalars(used).all():
        raise over()
    session.execute(update(Account).where(Account.id == account.id).values(password_hash=password_hash))
    withdraw(session, account)
    return account, sign_out_everywhere(session, account)


def withdraw(session: Session, account: Account) -> None:
    """No link for another password of this account works any more."""
    session.execute(delete(Reset).where(Reset.account_id == account.id))


def over() -> Refused:
    """What somebody is told whose link cannot be used."""
    return Refused("unauthorized", "This link was used, or it is too old. Ask for a new one.")
