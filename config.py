"""Every setting of the server, read once from the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

import idna
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

ASYNC_MODES = ("eventlet", "gevent", "threading")
CONTACTS = {
    "": re.compile(r"https://[^\s/?#\\]+([/?#]\S*)?", re.IGNORECASE),
    "mailto:": re.compile(r"[^\s@:/?&]+@[^\s@:/?&]+\.[^\s@:/?&]+"),
    "tel:": re.compile(r"\+?\d[\d ()-]{4,18}\d"),
}
"""What may stand in PRIVACY_CONTACT, by how a link to it begins."""
LONGEST_NAME, LONGEST_CONTACT = 80, 200
MOST_PEOPLE, MOST_PROXIES, MOST_PORT = 100_000, 10, 65_535
DATABASES = {
    "sqlite": ("sqlite", "sqlite+pysqlite"),
    "postgresql": ("postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"),
}
"""What `DATABASE_URL` may begin with. All of PostgreSQL are served by psycopg2."""
IN_MEMORY = (None, "", ":memory:")
ON, OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
SECRETS = ("SECRET_KEY", "METRICS_TOKEN")
"""Taken to the letter; of all others spaces around them do not count."""


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
    """REDIS_URL: for several processes, once those are supported. Until then it is refused, and this is None."""
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
        if kind == "tel:":
            return kind + re.sub(r"[^\d+]", "", self.privacy_contact)
        return kind + (quote(self.privacy_contact, safe="@+'!$&=~") if kind else self.privacy_contact)

    @property
    def packs(self) -> Path:
        """Where this installation keeps content packs of its own, a folder for each."""
        return self.instance / "packs"


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings; raises `WrongSetting`."""
    told = _Told(environ)
    instance = Path(told.text("INSTANCE_PATH") or "instance")
    with suppress(RuntimeError):  # no such user: then it is a name like any other
        instance = instance.expanduser()
    instance = instance.absolute()
    _see_to(instance)
    mode = told.text("ASYNC_MODE") or ASYNC_MODES[0]
    if mode not in ASYNC_MODES:
        raise WrongSetting(f"ASYNC_MODE is {mode!r}; it can be {', '.join(ASYNC_MODES)}.")
    if told.text("REDIS_URL"):
        raise WrongSetting(
            "REDIS_URL is set, and several processes are not supported yet: one process serves a room. Leave it out."
        )
    proxies = told.number("TRUSTED_PROXIES", 0, 0, MOST_PROXIES, "the number of proxies in front, such as 1")
    people = told.number("PEOPLE_A_ROOM", 400, 1, MOST_PEOPLE, "a number of people")
    database = told.text("DATABASE_URL")
    public = told.text("PUBLIC_URL")
    metrics = told.secret("METRICS_TOKEN")
    if metrics and not re.fullmatch(r"[!-~]+", metrics):
        raise WrongSetting("METRICS_TOKEN can never be shown: it takes letters without accents, digits and signs.")
    organisation, contact = _responsible(told)
    return Settings(
        instance=instance,
        database_url=_database(database) if database else _beside(instance / "workshop.sqlite"),
        redis_url=None,
        secret_key=told.secret("SECRET_KEY") or _kept_secret(instance / "secret_key"),
        public_url=_address(public) if public else None,
        trusted_proxies=proxies,
        async_mode=mode,
        people_a_room=people,
        metrics_token=metrics,
        styleguide=told.switch("STYLEGUIDE"),
        organisation=organisation,
        privacy_contact=contact,
    )


class _Told:
    """The environment, as people and files of settings write it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str:
        """Without what does not belong to it; empty is as good as not set."""
        text = self._raw(name).strip()
        if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
            raise WrongSetting(f"{name} stands in quotation marks, which would be part of it; leave them out.")
        return text

    def secret(self, name: str) -> str | None:
        """To the letter."""
        text = self._raw(name)
        if text and not text.strip():
            raise WrongSetting(f"{name} is only spaces; leave it out, or give it a value.")
        return text or None

    def number(self, name: str, usual: int, least: int, most: int, what: str) -> int:
        """A whole number."""
        text = self.text(name) or str(usual)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise WrongSetting(f"{name} is {text!r}; it is {what}, from {least} to {most}.")
        return int(text)

    def switch(self, name: str) -> bool:
        """On or off."""
        text = self.text(name).lower()
        if text not in (*ON, *OFF):
            raise WrongSetting(f"{name} is {text!r}; 1 switches it on, 0 off.")
        return text in ON

    def _raw(self, name: str) -> str:
        text = self._environ.get(name, "")
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise WrongSetting(f"{name} holds bytes that are no text (UTF-8).") from error
        return text


def _address(text: str) -> str:
    """PUBLIC_URL as browsers write it, so that it can be compared with what they say."""
    if not text.lower().startswith(("http://", "https://")):
        raise WrongSetting(f"PUBLIC_URL is {text!r}; it begins with http:// or https://.")
    if re.search(r"[\s\\]", text):  # Python would pass over some of these, and browsers over others
        raise WrongSetting(f"PUBLIC_URL is {text!r}; there is no place in it for spaces and the like. {_SUCH_AS}")
    try:
        found = urlsplit(text)
        scheme, port = found.scheme, found.port
    except ValueError as error:
        raise WrongSetting(f"PUBLIC_URL is {text!r}; that is no address. {_SUCH_AS}") from error
    if found.username is not None:
        raise WrongSetting("PUBLIC_URL holds a name or password; those would stand in every link. Leave them out.")
    if found.path.strip("/") or found.query or found.fragment or text[-1] in "?#":
        raise WrongSetting(
            f"PUBLIC_URL is {text!r}; nothing can follow the name: the workshop needs a name of its own, such as "
            "https://workshop.example.org, and no folder of another site."
        )
    host = _host(found.hostname or "")
    if host is None or port == 0:
        raise WrongSetting(f"PUBLIC_URL is {text!r}; that is no address that browsers can open. {_SUCH_AS}")
    if host in ("0.0.0.0", "[::]"):
        raise WrongSetting(
            f"PUBLIC_URL is {text!r}; that is where a server listens, and no phone can open it. To listen everywhere: "
            "--host 0.0.0.0."
        )
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


_SUCH_AS = "Such as https://workshop.example.org or http://192.168.1.20:5000."


def _host(name: str) -> str | None:
    """The name or number of a machine as it goes over the line; None where it can be neither."""
    with suppress(ValueError):
        found: IPv4Address | IPv6Address = ip_address(name)
        return None if "%" in name else f"[{found}]" if found.version == 6 else str(found)
    try:
        known = idna.encode(name, uts46=True).decode().rstrip(".")
    except (idna.IDNAError, UnicodeError):
        return None
    last = known.rpartition(".")[2]
    return None if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last) else known  # browsers take those for numbers


def _beside(path: Path) -> str:
    """The address of an SQLite file, whatever signs its folder is called by."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def _database(text: str) -> str:
    """DATABASE_URL, if it is one that can be served. What it says is not repeated: there may be a password in it."""
    try:
        address = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise WrongSetting(
            "DATABASE_URL is no address of a database. It is like sqlite:////srv/workshop/data.sqlite or "
            "postgresql://user:password@host:5432/name; in a password @, /, ? and # are written %40, %2F, %3F and %23."
        ) from error
    kind = address.drivername.lower()
    if kind in DATABASES["postgresql"]:
        if address.port is not None and not 0 < address.port <= MOST_PORT:
            raise WrongSetting(f"DATABASE_URL names port {address.port}; a port is from 1 to {MOST_PORT}.")
    elif kind not in DATABASES["sqlite"]:
        raise WrongSetting(f"DATABASE_URL begins with {kind}://; it can begin with sqlite:/// or postgresql://.")
    elif address.host is not None or address.username is not None:
        raise WrongSetting("DATABASE_URL begins with sqlite:// and two slashes; before a path on this machine go four.")
    elif "?" in text:
        raise WrongSetting(
            "DATABASE_URL has a ? in it, and what follows would be no part of the path; in a name it is written %3F."
        )
    elif address.database in IN_MEMORY:
        raise WrongSetting(
            "DATABASE_URL names no file: everything would be gone when the server stops. Such as "
            "sqlite:////srv/workshop/data.sqlite; or leave it out, and the file is in the instance folder."
        )
    elif Path(address.database or "").is_dir():
        raise WrongSetting(f"DATABASE_URL leads to {address.database}, which is a folder; name a file in it.")
    return kind + text[len(kind) :]


def _responsible(told: _Told) -> tuple[str | None, str | None]:
    """Who is responsible for what is kept, and how to reach them: both, or neither."""
    name = " ".join(told.text("ORGANISATION").split())
    contact = re.sub("^(mailto:|tel:)", "", told.text("PRIVACY_CONTACT"), flags=re.IGNORECASE)
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
    kind = next((link for link, shape in CONTACTS.items() if shape.fullmatch(contact)), None)
    return None if kind == "" and not _opens(contact) else kind


def _opens(url: str) -> bool:
    with suppress(ValueError):
        found = urlsplit(url)
        return found.port != 0 and _host(found.hostname or "") is not None
    return False


def _see_to(instance: Path) -> None:
    """The folder is there, and what is to be written can be."""
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise WrongSetting(f"INSTANCE_PATH leads to {instance}, where a file is in the way; it is a folder.") from error
    except OSError as error:
        raise WrongSetting(f"INSTANCE_PATH leads to {instance}, and that cannot be made: {error.strerror}.") from error
    if not os.access(instance, os.R_OK | os.W_OK | os.X_OK):
        raise WrongSetting(
            f"INSTANCE_PATH leads to {instance}, where this user may not write. Give it a folder of its own, or give "
            "that one to it (chown)."
        )


def _kept_secret(path: Path) -> str:
    """The secret of this installation: made at the first start, readable by its owner only."""
    try:
        with (
            suppress(FileExistsError),
            os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new,
        ):
            new.write(secrets.token_urlsafe(48))
        kept = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise WrongSetting(f"{path} signs every link, and cannot be read by this user: {why}.") from error
    if not kept:  # the disk was full when it was made; nothing was ever signed with it
        raise WrongSetting(f"{path} is empty, and it signs every link. Remove it, and the next start makes it anew.")
    return kept
