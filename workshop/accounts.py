"""Accounts, and the organisations to which they, rooms and packs belong (decisions/0036)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import and_, delete, func, select, text, update
from sqlalchemy.orm import Session

from . import resets
from .access import DAY, is_token, new_token, organisations_of, sign_out_everywhere, token_hash
from .commands import one_line
from .core.errors import Over, Refused
from .core.letters import plain
from .erasures import Erasure, erasures
from .models import Account, Identity, Invitation, MemberRole, Membership, Organisation, OwnPack, Room
from .settings import EMAIL

FIRST = "Organisatie 1"
"""What the first organisation of an installation is called until somebody gives it a name."""
LONGEST_NAME = 80
INVITED_DAYS = 7
ROLES: tuple[MemberRole, ...] = ("leader", "organiser")


def add_account(
    session: Session,
    email: str,
    password_hash: str,
    organisation: Organisation,
    roles: Iterable[MemberRole] = ("leader",),
    *,
    admin: bool = False,
    typed: bool = True,
    now: int,
) -> Account:
    """A new account with these roles in an organisation; the first of an installation is admin, whatever was asked.
    Refused("invalid") if the address is taken, or is not one. `typed`: by a person, and not said by a provider."""
    nobody_else_adds(session)
    email = free_address(session, email, typed=typed)
    admin = admin or not session.scalar(select(func.count(Account.id)))
    account = Account(email=email, password_hash=password_hash, created_at=now, admin=admin, memberships=[])
    session.add(account)
    session.flush()
    for role in dict.fromkeys(roles):
        join(session, account, organisation, role)
    return account


def free_address(session: Session, text: str, *, typed: bool = True) -> str:
    """An e-mail address as it is kept; Refused("invalid") for what is not one, and for one that has an account."""
    email = address(text)
    if typed and not EMAIL.fullmatch(email):
        raise no_address()
    if account_by(session, email) is not None:
        raise Refused("invalid", "There is an account with this address already.", about="taken")
    return email


def address(text: str) -> str:
    """An e-mail address as it is kept; Refused("invalid") for what is not one."""
    email = one_line(text).lower()
    if not 3 <= len(email) <= 254 or "@" not in email:
        raise no_address()
    return email


def no_address() -> Refused:
    """What was typed is no e-mail address."""
    return Refused("invalid", "That is not an e-mail address.", about="email")


def account_by(session: Session, email: str) -> Account | None:
    """The account with this address, however it is typed."""
    return session.scalars(select(Account).where(Account.email == one_line(email).lower())).first()


def the_account(session: Session, email: str) -> Account:
    """The same; Refused("not_found") where there is none."""
    if (account := account_by(session, email)) is None:
        raise Refused("not_found", "There is no account with this address.")
    return account


def join(session: Session, account: Account, organisation: Organisation, role: MemberRole) -> None:
    """An account gets a role in an organisation; nothing happens if it has it already."""
    if not any(one.organisation_id == organisation.id and one.role == role for one in account.memberships):
        account.memberships.append(Membership(organisation_id=organisation.id, role=role))
        session.flush()


def leave(session: Session, account: Account, organisation: Organisation, role: MemberRole) -> None:
    """An account loses a role in an organisation. Its rooms there stay until their date; it does not lead them any
    more."""
    for one in list(account.memberships):
        if (one.organisation_id, one.role) == (organisation.id, role):
            account.memberships.remove(one)
    session.flush()


def account(session: Session, number: int) -> Account:
    """The account with this number; Refused("not_found")."""
    if (found := session.get(Account, number)) is None:
        raise Refused("not_found", "There is no such account.")
    return found


def all_accounts(session: Session) -> list[Account]:
    """Every account, by address."""
    return list(session.scalars(select(Account).order_by(Account.email)))


def leaders(session: Session, organisation_id: int | None) -> list[Account]:
    """Who leads in this organisation and can sign in, by address; None: in any."""
    query = select(Account).where(Account.disabled.is_(False)).order_by(Account.email)
    places = [] if organisation_id is None else [Membership.organisation_id == organisation_id]
    return list(session.scalars(query.where(Account.memberships.any(and_(Membership.role == "leader", *places)))))


def invite(session: Session, organisation: Organisation, role: MemberRole, now: int) -> str:
    """Makes an invitation; returns the token that stands in its link and nowhere else."""
    token = new_token()
    made = Invitation(
        token_hash=token_hash(token), organisation_id=organisation.id, role=role, expires_at=now + INVITED_DAYS * DAY
    )
    session.add(made)
    session.flush()
    return token


def invitations(session: Session, now: int) -> list[Invitation]:
    """Those that somebody could still use, the next to end first."""
    return list(session.scalars(select(Invitation).where(Invitation.expires_at > now).order_by(Invitation.expires_at)))


def invitation(session: Session, token: str | None, now: int) -> Invitation | None:
    """The invitation that this is the token of, if it can still be used."""
    if not is_token(token):
        return None
    good = (Invitation.token_hash == token_hash(token), Invitation.expires_at > now)
    return session.scalars(select(Invitation).where(*good)).first()


def withdraw(session: Session, number: int) -> None:
    """Nobody can use it any more."""
    session.execute(delete(Invitation).where(Invitation.id == number))


def accept(session: Session, invitation: Invitation, account: Account, now: int) -> None:
    """An account joins as the invitation says, which is then used up. Refused("unauthorized") if it had been used
    meanwhile."""
    good = (Invitation.id == invitation.id, Invitation.expires_at > now)
    used = session.scalars(delete(Invitation).where(*good).returning(Invitation.id)).all()
    if not used:
        raise Over("invitation")
    join(session, account, organisation(session, invitation.organisation_id), invitation.role)


def set_disabled(session: Session, account: Account, disabled: bool) -> None:
    """An account cannot sign in any more, and is signed out everywhere; or it can again. Refused("invalid") for the
    last admin."""
    if disabled:
        somebody_else_is_admin(session, account)
        sign_out_everywhere(session, account)
        resets.withdraw(session, account)
    account.disabled = disabled
    session.flush()


def set_admin(session: Session, account: Account, admin: bool) -> None:
    """An account becomes admin, or is no longer, and it stays so: no organisation's own login is why any more.
    Refused("invalid") for the last one."""
    if account.admin and not admin:
        somebody_else_is_admin(session, account)
    # Written also where it seems to be so already: another process may be ending it at this moment (`openid.expire`).
    session.execute(update(Account).where(Account.id == account.id).values(admin=admin))
    session.execute(update(Identity).where(Identity.account_id == account.id).values(admin_until=None))


def somebody_else_is_admin(session: Session, account: Account) -> None:
    """Refused("invalid") if nobody else would be left to look after accounts."""
    nobody_else_adds(session)
    others = select(func.count(Account.id)).where(Account.admin, ~Account.disabled, Account.id != account.id)
    if account.admin and not session.scalar(others):
        raise Refused("invalid", "This is the last admin; make another account admin first.")


def remove_account(session: Session, email: str, now: int) -> None:
    """Takes an account away, with its logins. Refused("not_found") where there is none, and ("invalid") for the last
    account, because the link of the first start would make one again, and for the last admin. It is stored when this
    returns."""
    account = the_account(session, email)
    may_be_removed(session, account)
    with erasures.noting() as note:
        note([Erasure(now, account=(account.id, account.created_at))])
        for room in session.scalars(select(Room).where(Room.account_id == account.id)):
            room.account_id = None  # one by one: who holds a room hears of it
        session.delete(account)
        session.commit()


def may_be_removed(session: Session, account: Account) -> None:
    """Refused("invalid") for the last account, and for the last admin."""
    if session.scalar(select(func.count(Account.id))) == 1:
        raise Refused("invalid", "This is the last account; add another one first.")
    somebody_else_is_admin(session, account)


def nobody_else_adds(session: Session) -> None:
    """Until this transaction ends: whatever it checks before it changes accounts is still true afterwards. SQLite lets
    only one transaction write at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))


def organisations(session: Session) -> list[Organisation]:
    """Every organisation, the first one first."""
    return list(session.scalars(select(Organisation).order_by(Organisation.id)))


def organisation(session: Session, number: int) -> Organisation:
    """The organisation with this number; Refused("not_found")."""
    if (found := session.get(Organisation, number)) is None:
        raise Refused("not_found", "There is no such organisation.")
    return found


def first_organisation(session: Session) -> Organisation | None:
    """The one that is meant if nobody names another."""
    return session.scalars(select(Organisation).order_by(Organisation.id).limit(1)).first()


def add_organisation(session: Session, name: str, now: int) -> Organisation:
    """A new organisation, in which nobody is yet; Refused("invalid") for a name that is taken, or is not one."""
    organisation = Organisation(name=_new_name(session, name), created_at=now)
    session.add(organisation)
    session.flush()
    return organisation


def rename(session: Session, organisation: Organisation, name: str) -> None:
    """Gives it another name."""
    if one_line(name) != organisation.name:
        organisation.name = _new_name(session, name, but=organisation)


def _new_name(session: Session, name: str, but: Organisation | None = None) -> str:
    """A name that no other organisation has, in capitals or not."""
    name = one_line(name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused("invalid", f"The name of an organisation has 1 to {LONGEST_NAME} characters.")
    nobody_else_adds(session)
    if any(one is not but and one.name.casefold() == name.casefold() for one in organisations(session)):
        raise Refused("invalid", "There is an organisation with this name already.")
    return name


def organisation_called(session: Session, name: str | None, now: int) -> Organisation:
    """The organisation with this name; None: the first, which is made where there is none. Refused("not_found")."""
    if name is None:
        if first_organisation(session) is None:
            nobody_else_adds(session)  # of two at one moment the second finds the one that the first made
        return first_organisation(session) or add_organisation(session, FIRST, now)
    found = session.scalars(select(Organisation).where(Organisation.name == one_line(name))).first()
    if found is None:
        there = ", ".join(session.scalars(select(Organisation.name).order_by(Organisation.id)))
        raise Refused("not_found", f"There is no organisation {name!r}; there are: {there or 'none'}.")
    return found


def remove_organisation(session: Session, organisation: Organisation) -> None:
    """An organisation goes, with the roles that accounts have in it; Refused("invalid") while it has rooms or packs,
    and for the first, to which all belongs that was given to no other."""
    if session.scalar(select(func.count(Room.id)).where(Room.organisation_id == organisation.id)):
        raise Refused("invalid", "This organisation still has rooms; erase them first, or wait until their date.")
    if session.scalar(select(func.count()).where(OwnPack.organisation_id == organisation.id)):
        raise Refused("invalid", "This organisation still has packs; give them to another one first (pack give).")
    if organisation == first_organisation(session):
        raise Refused("invalid", "This is the first organisation; give it another name instead.")
    session.delete(organisation)


def give_pack(session: Session, name: str, organisation: Organisation) -> None:
    """A pack of the installation's own belongs to this organisation from now on, and to no other."""
    session.merge(OwnPack(name=name, organisation_id=organisation.id))


def has_packs(session: Session, organisations: Collection[int]) -> Callable[[str], bool]:
    """Whether a pack of the installation's own, by its name, belongs to one of these organisations."""
    owners = {pack.name: pack.organisation_id for pack in session.scalars(select(OwnPack))}
    first = first_organisation(session)
    return lambda name: owners.get(name, first.id if first else None) in organisations


def led(session: Session, account: Account) -> list[Organisation]:
    """The organisations in which an account makes rooms."""
    mine = organisations_of(account, "leader")
    found = session.scalars(select(Organisation).where(Organisation.id.in_(mine)))
    return sorted(found, key=lambda one: plain(one.name))


def everyone(session: Session) -> dict[str, dict[str, list[str]]]:
    """By organisation, and by address, who has which roles there."""
    query = select(Organisation.name, Account.email, Membership.role)
    query = query.outerjoin(Membership, Membership.organisation_id == Organisation.id)
    query = query.outerjoin(Account, Account.id == Membership.account_id)
    found: dict[str, dict[str, list[str]]] = {}
    for name, email, role in session.execute(query.order_by(Organisation.id, Account.email, Membership.role)):
        members = found.setdefault(name, {})
        if email is not None:
            members.setdefault(email, []).append(role)
    return found
