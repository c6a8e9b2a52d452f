"""Who is asking, however their address is written: one asker counts as one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

UNKNOWN = "unknown"
"""Everyone whose address says nothing, together."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""An IPv4 address behind a translator (RFC 6052): without this all IPv4 addresses together would be one asker."""


def asker_of(address: str | None) -> str:
    """Who is behind an address as servers, proxies and gateways write it: with a port, in brackets, with a zone, an
    IPv4 address dressed up as IPv6. For IPv6 it is the network of 64 bits, all of which belongs to one customer."""
    found = _parsed(address or "")
    if found is None:
        return UNKNOWN
    if isinstance(found, IPv4Address):
        return str(found)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))


def site_of(asker: str) -> str:
    """The wider network: for IPv6 the 48 bits that one connection is often given, with 65,536 askers in it."""
    if "/" not in asker:
        return asker
    return str(IPv6Network(asker).supernet(new_prefix=48))


def is_here(address: str | None) -> bool:
    """This machine itself."""
    found = _parsed(address or "")
    return found is not None and found.is_loopback


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    if found in _TRANSLATED:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found
