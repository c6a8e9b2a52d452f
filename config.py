"""Every setting of the server, read once from the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

import idna
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

ASYNC_MODES = ("eventlet", "gevent", "threading")
LOG_FORMATS = ("text", "json")
EMAIL = re.compile(r"[^\s@:/?&]+@[^\s@:/?&]+\.[^\s@:/?&]+")
"""An e-mail address as somebody types it."""
CONTACTS = {
    "": re.compile(r"https://[^\s/?#\\]+([/?#]\S*)?", re.IGNORECASE),
    "mailto:": EMAIL,
    "tel:": re.compile(r"\+?\d[\d ()-]{4,18}\d"),
}
"""What may stand in PRIVACY_CONTACT, by how a link to it begins."""
FOLDER = "(/[A-Za-z0-9_-]+)*"
"""Of a site: what means the same to every proxy, cookie and browser, however it is written down."""
MAILS = {"smtp": 25, "smtps": 465}
"""What SMTP_URL may begin with, and the port where it names none."""
LONGEST_NAME, LONGEST_CONTACT = 80, 200
MOST_PEOPLE, MOST_PROXIES, MOST_PORT = 100_000, 10, 65_535
DATABASES = {
    "sqlite": ("sqlite", "sqlite+pysqlite"),
    "postgresql": ("postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"),
}
"""What `DATABASE_URL` may begin with. All of PostgreSQL are served by psycopg2."""
IN_MEMORY = (None, "", ":memory:")
OWN_FILES, OWN_FOLDERS = ("secret_key", "workshop.sqlite", "erasures.log", "serving", "listening"), ("packs", "static")
"""What the workshop keeps in the instance folder; a name that begins like one of the files is one of its copies."""
BROUGHT = (".age", ".key", ".crt", ".pem")
"""Backups, keys and certificates, which an operator may put there before the workshop has anything in it."""
ON, OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
OPENID_NEEDS = ("OPENID_ISSUER", "OPENID_CLIENT_ID", "OPENID_CLIENT_SECRET", "OPENID_NAME")
DISCOVERY = "/.well-known/openid-configuration"
"""Where a provider describes itself, after its own address."""
SHORTEST_SECRET = 16
"""In characters. Fewer can be tried one by one by anyone who has a single link."""


class WrongSetting(Exception):
    """A setting that cannot be used; the message says which and what is allowed."""


@dataclass(frozen=True)
class OpenID:
    """An organisation's own login, by OpenID Connect: with which provider, and whom it lets in as what. Each is a
    setting that begins with OPENID_ (docs/decisions/0039)."""

    issuer: str
    """OPENID_ISSUER: the provider, by the address that it calls itself. Without it there is no such login."""
    client_id: str
    """OPENID_CLIENT_ID: what the provider calls this workshop."""
    client_secret: str
    """OPENID_CLIENT_SECRET: by which the provider knows it."""
    name: str
    """OPENID_NAME: what people call it; the button says *Log in with* and this."""
    scope: str = "openid email profile"
    """OPENID_SCOPE: what the provider is asked for."""
    email_claim: str = "email"
    """OPENID_EMAIL_CLAIM: which claim is the address of a new account."""
    role_claim: str = "roles"
    """OPENID_ROLE_CLAIM: which claim says what somebody is; in an object, with a dot: `realm_access.roles`."""
    leaders: frozenset[str] = frozenset()
    """OPENID_LEADERS: its values that make somebody a leader, with `;` between them."""
    organisers: frozenset[str] = frozenset()
    """OPENID_ORGANISERS: those that make somebody an organiser."""
    admins: frozenset[str] = frozenset()
    """OPENID_ADMINS: those that make somebody admin. Without it the provider makes nobody admin."""
    organisation: str | None = None
    """OPENID_ORGANISATION: in which organisation all of them are; without it, in the first."""
    organisation_claim: str | None = None
    """OPENID_ORGANISATION_CLAIM: which claim says in which organisations somebody is, instead of that."""
    organisations: tuple[tuple[str, str], ...] = ()
    """OPENID_ORGANISATIONS: its values, and which organisation each is: `han.nl=HAN; zuyd.nl=Zuyd`."""


@dataclass(frozen=True)
class Settings:
    """What the server was told. Made by `from_environment`; tests make their own."""

    instance: Path
    """INSTANCE_PATH: where the database file, secret and own packs live. Default: `instance/`, where it is started."""
    database_url: str
    """DATABASE_URL: an SQLite file in `instance/`, or postgresql://… for a bigger house."""
    secret_key: str
    """SECRET_KEY: signs cookies and makes the links of a room. Made once and kept in `instance/secret_key`."""
    public_url: str | None
    """PUBLIC_URL: the address people type, where it differs from the one the server sees; with a path if it is a folder
    of a site. As browsers write it, without a slash at the end."""
    trusted_proxies: int
    """TRUSTED_PROXIES: how many proxies in front may say who is asking. 0: none is believed."""
    async_mode: str
    """ASYNC_MODE: eventlet (default), gevent or threading."""
    people_a_room: int = 400
    """PEOPLE_A_ROOM: how many people a room takes, by phone and by hand."""
    log_format: str = "text"
    """LOG_FORMAT: text, for people, or json: an object a line, for programs that gather logs."""
    metrics_token: str | None = None
    """METRICS_TOKEN: who shows it may read /metrics from another machine. Without it: nobody may."""
    erasures_log: Path | None = None
    """ERASURES_LOG: the file that says what was erased; best on another disk, beside the backups."""
    tls_certificate: Path | None = None
    """TLS_CERTIFICATE: the file with the certificate that a proxy shows; the operator is told before it runs out."""
    styleguide: bool = False
    """STYLEGUIDE: 1 shows every component of the pages at /styleguide. Off by default: only builders need it."""

    organisation: str | None = None
    """ORGANISATION: who is responsible for what is kept here, as people know it. Goes with PRIVACY_CONTACT."""
    privacy_contact: str | None = None
    """PRIVACY_CONTACT: where people go with questions about it: an e-mail address, https address or phone number."""
    openid: OpenID | None = None
    """An organisation's own login; None: there is none, and everyone logs in with a password."""

    smtp_url: str | None = None
    """SMTP_URL: the mail server that takes mail from us, smtp[s]://user:password@host:port. Goes with MAIL_FROM, and
    needs PUBLIC_URL. Without it nobody is sent mail, and an admin makes links for a new password."""
    mail_from: str | None = None
    """MAIL_FROM: the address that mail comes from."""

    @property
    def root(self) -> str:
        """The folder of a site in which all addresses are, such as `/workshop`; empty where the site is ours."""
        return urlsplit(self.public_url or "").path

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

    @property
    def erasures(self) -> Path:
        """Where the log of erasures is: in `instance/`, unless ERASURES_LOG says otherwise."""
        return self.erasures_log or self.instance / "erasures.log"


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings; raises `WrongSetting`."""
    told = _Told(environ)
    instance = Path(told.text("INSTANCE_PATH") or "instance")
    with suppress(RuntimeError):  # no such user: then it is a name like any other
        instance = instance.expanduser()
    instance = instance.absolute()
    _see_to(instance)
    database = told.text("DATABASE_URL")
    database = _database(database) if database else _beside(instance / "workshop.sqlite")
    _is_not_somebody_elses(instance, database)
    mode = told.text("ASYNC_MODE") or ASYNC_MODES[0]
    if mode not in ASYNC_MODES:
        raise WrongSetting(f"ASYNC_MODE is {mode!r}; it can be {', '.join(ASYNC_MODES)}.")
    if told.text("REDIS_URL"):
        raise WrongSetting("REDIS_URL is set, and nothing here uses it: processes share DATABASE_URL. Leave it out.")
    log_format = told.text("LOG_FORMAT") or LOG_FORMATS[0]
    if log_format not in LOG_FORMATS:
        raise WrongSetting(f"LOG_FORMAT is {log_format!r}; it can be {', '.join(LOG_FORMATS)}.")
    proxies = told.number("TRUSTED_PROXIES", 0, 0, MOST_PROXIES, "the number of proxies in front, such as 1")
    people = told.number("PEOPLE_A_ROOM", 400, 1, MOST_PEOPLE, "a number of people")
    public = told.text("PUBLIC_URL")
    metrics = told.secret("METRICS_TOKEN")
    if metrics and not re.fullmatch(r"[!-~]+", metrics):
        raise WrongSetting("METRICS_TOKEN can never be shown: it takes letters without accents, digits and signs.")
    organisation, contact = _responsible(told)
    smtp, mail_from = _mail(told, public)
    public_url = _address(public) if public else None
    return Settings(
        instance=instance,
        database_url=database,
        secret_key=told.secret("SECRET_KEY") or _kept_secret(instance / "secret_key"),
        public_url=public_url,
        trusted_proxies=proxies,
        async_mode=mode,
        people_a_room=people,
        log_format=log_format,
        metrics_token=metrics,
        erasures_log=_file("ERASURES_LOG", told.text("ERASURES_LOG")),
        tls_certificate=_path("TLS_CERTIFICATE", told.text("TLS_CERTIFICATE")),
        styleguide=told.switch("STYLEGUIDE"),
        organisation=organisation,
        privacy_contact=contact,
        smtp_url=smtp,
        mail_from=mail_from,
        openid=_openid(told, public_url),
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
        """To the letter; of all others spaces around them do not count."""
        text = self._raw(name)
        if text and not text.strip():
            raise WrongSetting(f"{name} is only spaces; leave it out, or give it a value.")
        if 0 < len(text) < SHORTEST_SECRET:
            raise WrongSetting(
                f"{name} is short enough to be guessed; it has at least {SHORTEST_SECRET} characters, picked by chance "
                "(openssl rand -base64 32)."
            )
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
    path = found.path.rstrip("/")
    if found.query or found.fragment or text[-1] in "?#" or not re.fullmatch(FOLDER, path):
        raise WrongSetting(
            f"PUBLIC_URL is {text!r}; only a folder can follow the name, of letters without accents, digits, - and _, "
            "such as https://intranet.example.org/workshop."
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
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, usual) else "") + path


_SUCH_AS = "Such as https://workshop.example.org or http://192.168.1.20:5000."


def _host(name: str) -> str | None:
    """The name or number of a machine as it goes over the line; None where it can be neither."""
    with suppress(ValueError):
        found: IPv4Address | IPv6Address = ip_address(name)
        return None if "%" in name else f"[{_groups(found)}]" if found.version == 6 else str(found)
    try:
        known = idna.encode(name, uts46=True).decode().rstrip(".")
    except (idna.IDNAError, UnicodeError):
        return None
    last = known.rpartition(".")[2]
    return None if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last) else known  # browsers take those for numbers


def _groups(found: IPv6Address) -> str:
    """As browsers write it: also what stands for an older address has no dots (RFC 5952 would have them)."""
    plain = f"::ffff:{int(found) >> 16 & 0xFFFF:x}:{int(found) & 0xFFFF:x}"
    return plain if found.ipv4_mapped else str(found)


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
    elif "\0" in (address.database or ""):
        raise WrongSetting("DATABASE_URL has %00 in it, and no file can have that in its name.")
    elif os.path.isdir(address.database or ""):
        raise WrongSetting(f"DATABASE_URL leads to {address.database}, which is a folder; name a file in it.")
    elif not os.path.isdir(folder := Path(address.database or "").absolute().parent):
        raise WrongSetting(
            f"DATABASE_URL leads to a file in {folder}, and there is no such folder. Is the disk there? If it is to be "
            "a new folder, make it first."
        )
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


def _mail(told: _Told, public: str) -> tuple[str | None, str | None]:
    """The mail server and whom mail comes from: both, or neither. What SMTP_URL says is not repeated: there may be a
    password in it."""
    smtp, sender = told.text("SMTP_URL"), told.text("MAIL_FROM")
    if smtp and (wrong := _wrong_in_smtp(smtp)):
        raise WrongSetting(f"SMTP_URL {wrong} It is like smtp://user:password@mail.example.org:587 or smtps://….")
    if sender and not (CONTACTS["mailto:"].fullmatch(sender) and sender.isascii() and sender.isprintable()):
        raise WrongSetting(f"MAIL_FROM is {sender[:LONGEST_CONTACT]!r}; it is one e-mail address, and nothing else.")
    if bool(smtp) != bool(sender):
        raise WrongSetting("SMTP_URL and MAIL_FROM go together: who takes mail from us, and whom it comes from.")
    if smtp and not public:
        raise WrongSetting("SMTP_URL needs PUBLIC_URL: a mail is read elsewhere, and the link in it begins with that.")
    return smtp or None, sender or None


def _wrong_in_smtp(text: str) -> str | None:
    """What keeps it from being the address of a mail server; None: nothing."""
    try:
        found = urlsplit(text)
        port = found.port
    except ValueError:
        return "is no address of a mail server; in a password @, :, /, ? and # are written %40, %3A, %2F, %3F and %23."
    if found.scheme not in MAILS:
        return "begins with neither smtp:// nor smtps://."
    if re.search(r"\s", text) or found.path not in ("", "/") or found.query or found.fragment or text[-1] in "?#":
        return "has more in it than a server; in a password @, :, /, ? and # are written %40, %3A, %2F, %3F and %23."
    if _host(found.hostname or "") is None or port == 0:
        return "names no server that can be reached."
    if (found.username is None) != (found.password is None) or found.username == "":
        return "has a user without a password, or the other way round."
    return None


def _kind(contact: str) -> str | None:
    kind = next((link for link, shape in CONTACTS.items() if shape.fullmatch(contact)), None)
    return None if kind == "" and not _opens(contact) else kind


def _opens(url: str) -> bool:
    with suppress(ValueError):
        found = urlsplit(url)
        return found.port != 0 and _host(found.hostname or "") is not None
    return False


def _openid(told: _Told, public_url: str | None) -> OpenID | None:
    """The settings of an organisation's own login: all that it takes, or none."""
    given = [name for field in fields(OpenID) if told.text(name := f"OPENID_{field.name.upper()}")]
    if not given:
        return None
    if lacking := [name for name in OPENID_NEEDS if not told.text(name)]:
        raise WrongSetting(f"{given[0]} is set, and {lacking[0]} is not; a login by OpenID Connect takes it as well.")
    if public_url is None:
        raise WrongSetting("OPENID_ISSUER is set, and PUBLIC_URL is not; the provider sends people back to it.")
    secret = told.secret("OPENID_CLIENT_SECRET")
    values = {role: frozenset(_listed(told, f"OPENID_{role}")) for role in ("LEADERS", "ORGANISERS", "ADMINS")}
    if not any(values.values()):
        raise WrongSetting("Of OPENID_LEADERS, OPENID_ORGANISERS and OPENID_ADMINS none is set; nobody could log in.")
    scope = told.text("OPENID_SCOPE") or OpenID.scope
    if "openid" not in scope.split() or not re.fullmatch(r"[!-~]+( +[!-~]+)*", scope):
        raise WrongSetting(f"OPENID_SCOPE is {scope!r}; it is a list of words with spaces, and openid is one of them.")
    claim, organisations = _line(told, "OPENID_ORGANISATION_CLAIM"), _paired(told, "OPENID_ORGANISATIONS")
    if bool(claim) != bool(organisations):
        raise WrongSetting("OPENID_ORGANISATION_CLAIM and OPENID_ORGANISATIONS go together: a claim, and its values.")
    if claim and told.text("OPENID_ORGANISATION"):
        raise WrongSetting("OPENID_ORGANISATION says one for all, OPENID_ORGANISATION_CLAIM one for each; set either.")
    return OpenID(
        issuer=_issuer(told.text("OPENID_ISSUER")),
        client_id=_line(told, "OPENID_CLIENT_ID"),
        client_secret=secret or "",
        name=_line(told, "OPENID_NAME", LONGEST_NAME),
        scope=" ".join(scope.split()),
        email_claim=_line(told, "OPENID_EMAIL_CLAIM") or OpenID.email_claim,
        role_claim=_line(told, "OPENID_ROLE_CLAIM") or OpenID.role_claim,
        leaders=values["LEADERS"],
        organisers=values["ORGANISERS"],
        admins=values["ADMINS"],
        organisation=_line(told, "OPENID_ORGANISATION") or None,
        organisation_claim=claim or None,
        organisations=organisations,
    )


def _issuer(text: str) -> str:
    """OPENID_ISSUER, to the letter: the provider is held to it."""
    try:
        found = urlsplit(text)
        good = found.port != 0 and _host(found.hostname or "") is not None and found.username is None
    except ValueError:
        good = False
    if not good or not re.fullmatch(r"https?://[!-~]+", text) or re.search(r"[?#{}\\]", text):
        raise WrongSetting(f"OPENID_ISSUER is {text!r}; it is an address, such as https://login.example.org/realms/x.")
    if found.path.rstrip("/").endswith(DISCOVERY):
        raise WrongSetting(f"OPENID_ISSUER ends with {DISCOVERY}; leave that out.")
    if found.scheme == "http" and found.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise WrongSetting(
            f"OPENID_ISSUER is {text!r}; it begins with https://, as whoever is in between could log in as anyone."
        )
    return text


def _line(told: _Told, name: str, longest: int = LONGEST_CONTACT) -> str:
    text = told.text(name)
    if len(text) > longest or not text.isprintable():
        raise WrongSetting(f"{name} is {text[:longest]!r}; it is one line, of {longest} characters at most.")
    return text


def _listed(told: _Told, name: str) -> list[str]:
    """Values with `;` between them."""
    text = told.text(name)
    found = [one.strip() for one in text.split(";")] if text else []
    if not all(one and one.isprintable() for one in found):
        raise WrongSetting(f"{name} is {text!r}; it is a list of values with ; between them, and one is empty.")
    return found


def _paired(told: _Told, name: str) -> tuple[tuple[str, str], ...]:
    """Values and what each means, after the last `=`."""
    found = []
    for one in _listed(told, name):
        value, _, means = (part.strip() for part in one.rpartition("="))
        if not value or not means:
            raise WrongSetting(f"{name} has {one!r} in it; it is a value, = and the name of an organisation.")
        found.append((value, means))
    return tuple(found)


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


def is_own(name: str) -> bool:
    """Whether something in the instance folder is the workshop's, by its name."""
    return name.startswith(OWN_FILES) or name in OWN_FOLDERS


def _is_not_somebody_elses(instance: Path, database: str) -> None:
    """The folder is closed to others, so one with a website in it is not taken for ours. What is hidden, and what the
    system puts on each disk, says nothing."""
    there = {
        name
        for name in os.listdir(instance)
        if not name.startswith(".") and name != "lost+found" and not name.endswith(BROUGHT)
    }
    stored = Path(make_url(database).database or "") if database.startswith("sqlite") else None
    ours = {name for name in there if is_own(name)}
    if stored is not None and stored.parent.resolve() == instance.resolve():
        ours |= there & {stored.name}
    if there - ours and not ours - set(OWN_FOLDERS):  # others have folders by these names as well
        raise WrongSetting(
            f"INSTANCE_PATH leads to {instance}, where there is something else ({min(there - ours)}) and nothing of "
            "the workshop. Give it a folder of its own, new or empty."
        )


def _file(name: str, text: str) -> Path | None:
    """A file in a folder that is there; it may have to be made."""
    path = _path(name, text)
    if path is not None and (os.path.isdir(path) or not os.path.isdir(path.parent)):
        raise WrongSetting(f"{name} is {text!r}; it is a file, in a folder that is there.")
    return path


def _path(name: str, text: str) -> Path | None:
    """A file, there or not."""
    if not text:
        return None
    if "\0" in text:
        raise WrongSetting(f"{name} is {text!r}; no file can have that name.")
    path = Path(text)
    with suppress(RuntimeError):
        path = path.expanduser()
    return path.absolute()


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
