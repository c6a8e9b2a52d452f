"""The addresses that people type, scan or are sent, and whether an address is ours.

What a request says about the address it came to is not believed, as that would end up in the links and QR codes that we
hand out. Ours are PUBLIC_URL, the address that we listen on, and the names and addresses of this machine.

A leader who sits at this machine gets its pages from `localhost`, which is no address for a phone: links and codes then
begin with the address of this machine in the network (`networks`).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import idna
from flask import current_app, request

from .core.askers import is_here
from .networks import listening
from .settings import Settings

HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)
NEARBY = ("local", "lan", "internal", "home.arpa", "fritz.box")
"""Under these, networks list the machines in them by the names those give themselves."""
PASSED_ON = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP")
"""Headers by which programs in front say who asked; so does any that begins with X-Forwarded."""
USUAL_PORTS = {"http": 80, "https": 443}


def base_url() -> str:
    """The address of this installation, without a slash at the end."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.public_url:
        return settings.public_url
    return (listening.for_phones() if at_this_machine() else None) or _asked()


def at_this_machine() -> bool:
    """Does the asker sit here, and use an address that no other machine can use? Then we may give them another one. A
    machine that runs this one as a container is a different machine: the networks that we see are not its own."""
    told = current_app.config["SETTINGS"].public_url
    return not told and not passed_on(request.environ) and is_here(request.remote_addr) and only_works_here(_asked())


def is_at_home() -> bool:
    """Did this request come to the name in PUBLIC_URL? Cookies are kept for the name alone."""
    public = urlsplit(current_app.config["SETTINGS"].public_url or "").hostname
    return public is not None and _name(request.host) == public


def only_works_here(url: str) -> bool:
    """Is this an address that leads each machine to itself?"""
    name = urlsplit(url).hostname
    return name is not None and (f".{name.rstrip('.')}".endswith(".localhost") or is_here(name))


def passed_on(said: Mapping[str, Any]) -> bool:
    """Did a program in front pass this on for someone else? Nobody else says so, or speaks last century's HTTP. For
    whom it says it did is another matter: that is believed only if TRUSTED_PROXIES says so."""
    return (
        any(name in said for name in PASSED_ON)
        or any(name.startswith("HTTP_X_FORWARDED") for name in said)
        or said.get("SERVER_PROTOCOL") == "HTTP/1.0"  # nginx, where it is told nothing else
    )


class Site(NamedTuple):
    """Where passkeys work: `name` is what they are bound to for good, `origin` how its pages are known to a browser."""

    name: str
    origin: str


def site_of_passkeys() -> Site | None:
    """The site that the requested page belongs to: that of PUBLIC_URL, if people come there by https and a name, or
    this machine as its own `localhost`. None where no browser makes a passkey: by plain http, and by a number."""
    name, public = _name(request.host), urlsplit(current_app.config["SETTINGS"].public_url or "")
    from_elsewhere = passed_on(request.environ)
    if name == "localhost" and not from_elsewhere:
        return Site(name, f"{request.scheme}://{request.host.lower()}")
    if public.scheme != "https" or public.hostname is None or _number(public.hostname) is not None:
        return None
    # A program in front may pass on what it was asked by under a name of its own.
    known = from_elsewhere or name == public.hostname
    return Site(public.hostname, f"https://{public.netloc}") if known else None


def asked_by_this_machine() -> bool:
    """Does this machine ask for itself, under any of its own names and addresses?"""
    if passed_on(request.environ) or not _is_own_address(request.remote_addr):
        return False
    name, public = _name(request.host), urlsplit(current_app.config["SETTINGS"].public_url or "").hostname
    if name is None or (name == public and not only_works_here(f"//{name}")):
        return False  # by the name that people have, which a proxy here passes on
    address = _number(name)
    return _is_of_this_machine(address) if address else name in _own_names() or only_works_here(f"//{name}")


def comes_from_elsewhere(environ: Mapping[str, Any]) -> bool:
    """Does this request come from another machine? A program that passes on what others ask says so; it is believed
    here, where nothing depends on it but whether the leader is still warned."""
    address = environ.get("REMOTE_ADDR")
    return passed_on(environ) or (_number(_bare(address)) is not None and not _is_own_address(address))


def readable(url: str) -> str:
    """An address as people read and type it: without `http://`, and a name with the letters it was registered by."""
    spelt = url.partition("://")[2]
    name = urlsplit(url).hostname or ""
    if "xn--" in name:
        with suppress(idna.IDNAError, UnicodeError):
            return spelt.replace(name, idna.decode(name), 1)
    return spelt


def pass_url(code: str, digits: str) -> str:
    """Where a pass leads. It stands after the #, so it never reaches a log."""
    return f"{base_url()}/r/{code}#p={digits}"


def is_ours(host: str) -> bool:
    """Is this a host (`name`, `name:port`) under which this server is meant to be reached?"""
    name = _name(host)
    if name is None:
        return False
    address = _number(name)
    if address is not None:
        return _is_of_this_machine(address)
    told = (current_app.config["SETTINGS"].public_url, listening.own)
    return name in _own_names() or name in [urlsplit(url or "").hostname for url in told]


def is_answered(host: str) -> bool:
    """Ours; or an address in numbers, such as that of a machine in which this one runs as a container. No other site
    can have that, so its pages cannot pass for ours; but links do not begin with it."""
    name = _name(host)
    return not host or (name is not None and (_number(name) is not None or is_ours(host)))


def is_own_origin(origin: str, environ: Mapping[str, Any]) -> bool:
    """Does this Origin name a page of ours: one from the address that the request itself came to, or from
    PUBLIC_URL?"""
    host = environ.get("HTTP_HOST", "")
    own = [f"{environ['wsgi.url_scheme']}://{host}"] if host and is_answered(host) else []
    public = current_app.config["SETTINGS"].public_url
    return _origin(origin) in [_origin(url) for url in (*own, *((public,) if public else ()))] and origin != "null"


def _asked() -> str:
    return request.url_root.rstrip("/") if is_ours(request.host) else listening.own


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    with suppress(ValueError):
        found = urlsplit(url)
        return found.scheme, found.hostname, found.port or USUAL_PORTS.get(found.scheme)
    return None


def _name(host: str) -> str | None:
    found = HOST.fullmatch(host)
    return found[1].strip("[]").rstrip(".").lower() if found else None


@lru_cache(maxsize=1024)  # each request and each connection asks, a room of phones by one name
def _number(name: str) -> IPv4Address | IPv6Address | None:
    with suppress(ValueError):
        return ip_address(name)
    return None


def _bare(address: str | None) -> str:
    return (address or "").partition("%")[0]


def _is_own_address(address: str | None) -> bool:
    found = _number(_bare(address))
    return is_here(address) or (found is not None and _is_of_this_machine(found))


def _is_of_this_machine(address: IPv4Address | IPv6Address) -> bool:
    """Only one's own address can be bound to. This is asked each time: a laptop goes from network to network."""
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_unspecified or address.is_multicast:
        return False
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((str(address), 0))
        return True
    return False


@cache
def _own_names() -> frozenset[str]:
    whole = socket.gethostname().lower()
    short = whole.partition(".")[0]
    return frozenset({"localhost", whole, short, *(f"{short}.{end}" for end in NEARBY)})
