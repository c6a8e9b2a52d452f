"""Every setting of the server, read once from the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ASYNC_MODES = ("eventlet", "gevent", "threading")
CONTACTS = {
    "": re.compile(r"https://[^\s/]+(/\S*)?"),
    "mailto:": re.compile(r"[^\s@:/?&]+@[^\s@:/?&]+\.[^\s@:/?&]+"),
    "tel:": re.compile(r"\+?\d[\d ()-]{4,18}\d"),
}
"""What may stand in PRIVACY_CONTACT, by how a link to it begins."""
LONGEST_NAME, LONGEST_CONTACT = 80, 200
MOST_PEOPLE = 100_000


class WrongSetting(Exception):
    """A setting that cannot be used; the message says which and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """What the server was told. Made by `from_environment`; tests make their own."""

    instance: Path
    """INSTANCE_PATH: where the database file, secret and own packs live. Default: `instance/`, where it is started."""
    database_url: str
    """DATABASE_URL: an SQLite file in `instance/`, or postgresql://… for a bigger house."""
    redis_url: str | None
    """REDIS_URL: lets several processes serve one room. Without it: one process."""
    secret_key: str
    """SECRET_KEY: signs cookies and makes the links of a room. Made once and kept in `instance/secret_key`."""
    public_url: str | None
    """PUBLIC_URL: the address people type, where it differs from the one the server sees."""
    trusted_proxies: int
    """TRUSTED_PROXIES: how many proxies in front may say who is asking. 0: none is believed."""
    async_mode: str
    """ASYNC_MODE: eventlet (default), gevent or threading."""
    people_a_room: int = 400
    """PEOPLE_A_ROOM: how many people a room takes, by phone and by hand."""
    metrics_token: str | None = None
    """METRICS_TOKEN: who shows it may read /metrics from another machine. Without it: nobody may."""
    styleguide: bool = False
    """STYLEGUIDE: 1 shows every component of the pages at /styleguide. Off by default: only builders need it."""

    organisation: str | None = None
    """ORGANISATION: who is responsible for what is kept here, as people know it. Goes with PRIVACY_CONTACT."""
    privacy_contact: str | None = None
    """PRIVACY_CONTACT: where people go with questions about it: an e-mail address, https address or phone number."""

    @property
    def contact_link(self) -> str | None:
        """A link to `privacy_contact`."""
        if self.privacy_contact is None:
            return None
        kind = _kind(self.privacy_contact) or ""
        return kind + (re.sub(r"[^\d+]", "", self.privacy_contact) if kind == "tel:" else self.privacy_contact)

    @property
    def packs(self) -> Path:
        """Where this installation keeps content packs of its own, a folder for each."""
        return self.instance / "packs"


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings; raises `WrongSetting`."""
    instance = Path(environ.get("INSTANCE_PATH", "instance")).absolute()
    mode = environ.get("ASYNC_MODE") or ASYNC_MODES[0]
    if mode not in ASYNC_MODES:
        raise WrongSetting(f"ASYNC_MODE is {mode!r}; it can be {', '.join(ASYNC_MODES)}.")
    proxies = environ.get("TRUSTED_PROXIES") or "0"
    if not proxies.isdigit():
        raise WrongSetting(f"TRUSTED_PROXIES is {proxies!r}; it is the number of proxies in front, such as 1.")
    people = environ.get("PEOPLE_A_ROOM") or "400"
    if not people.isdecimal() or not 0 < int(people) <= MOST_PEOPLE:
        raise WrongSetting(f"PEOPLE_A_ROOM is {people!r}; it is a number of people, from 1 to {MOST_PEOPLE}.")
    public = environ.get("PUBLIC_URL") or None
    if public and not public.startswith(("http://", "https://")):
        raise WrongSetting(f"PUBLIC_URL is {public!r}; it begins with http:// or https://.")
    organisation, contact = _responsible(environ)
    return Settings(
        instance=instance,
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{instance / 'workshop.sqlite'}",
        redis_url=environ.get("REDIS_URL") or None,
        secret_key=environ.get("SECRET_KEY") or _kept_secret(instance),
        public_url=public.rstrip("/") if public else None,
        trusted_proxies=int(proxies),
        async_mode=mode,
        people_a_room=int(people),
        metrics_token=environ.get("METRICS_TOKEN") or None,
        styleguide=environ.get("STYLEGUIDE") == "1",
        organisation=organisation,
        privacy_contact=contact,
    )


def _responsible(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Who is responsible for what is kept, and how to reach them: both, or neither."""
    name = " ".join((environ.get("ORGANISATION") or "").split())
    contact = (environ.get("PRIVACY_CONTACT") or "").strip()
    if not name and not contact:
        return None, None
    if not name or not contact:
        raise WrongSetting("ORGANISATION and PRIVACY_CONTACT go together: who is responsible, and where people ask.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongSetting(f"ORGANISATION is a name, of {LONGEST_NAME} characters at most.")
    if len(contact) > LONGEST_CONTACT or _kind(contact) is None:
        raise WrongSetting(
            f"PRIVACY_CONTACT is {contact[:LONGEST_CONTACT]!r}; it is an e-mail address, an address that begins with "
            "https://, or a phone number."
        )
    return name, contact


def _kind(contact: str) -> str | None:
    return next((link for link, shape in CONTACTS.items() if shape.fullmatch(contact)), None)


def _kept_secret(instance: Path) -> str:
    """The secret of this installation: made at the first start, readable by its owner only."""
    path = instance / "secret_key"
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
