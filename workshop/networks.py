"""The networks that this machine is in, and the address at which phones in the room find it.

A laptop goes from network to network, and may be in several: a Wi-Fi, a cable, a tunnel to the office. So it is asked
each time, the likeliest one comes first, and the leader may choose another.
"""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, ip_address
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import NamedTuple

import ifaddr

from . import wire
from .core.errors import Refused

EVERYWHERE = ("0.0.0.0", "::", "")
"""The addresses to listen on in order to be found in every network."""
FAR_AWAY = "203.0.113.1"
"""An address that only documents use and nobody has (RFC 5737)."""
MADE = re.compile(
    r"^(docker|br-|veth|virbr|vbox|vmnet|lxc|lxd|podman|cni|tun|tap|utun|wg|ppp|zt)|virtual|hyper-v|host-only|\bwsl\b"
    r"|vpn|wireguard|tailscale|tunnel|\btap-",
    re.IGNORECASE,
)
"""The names of networks that programs make inside a machine, or through another network. No phone is in them."""


class Network(NamedTuple):
    """A network that this machine is in."""

    name: str
    """What the system calls it: `wlan0`, `en0`, or the name of the card."""
    address: str
    """The address of this machine in it."""


class Listening:
    """Where this process listens, and which address it gives to phones."""

    def __init__(self, look: Callable[[], Iterable[Network]] | None = None) -> None:
        self._look = look or _adapters
        self.at("127.0.0.1", 5000)

    def at(self, host: str, port: int) -> None:
        """From now on this process listens here."""
        self.host, self.port = host, port
        self._chosen: str | None = None
        self._came_to: str | None = None

    @property
    def own(self) -> str:
        """An address that works on this machine."""
        return self._url("127.0.0.1" if self.host in EVERYWHERE else self.host)

    def networks(self) -> list[Network]:
        """The networks in which phones find this server, the one in use first. None if it listens on one address
        only."""
        found = in_order(self._look(), _routed()) if self.host in EVERYWHERE else []
        return sorted(found, key=lambda network: network.address != self._chosen)

    def for_phones(self) -> str | None:
        """The address that phones get from a leader who sits at this machine; None if there is none to give."""
        return next((self._url(network.address) for network in self.networks()), None)

    def choose(self, address: str) -> None:
        """The leader says which network the phones are in. Remembered as long as this process lives and has that
        address."""
        if address not in [network.address for network in self.networks()]:
            raise Refused("invalid", "This computer does not have that address now.")
        self._chosen = address

    def phone_came(self) -> bool:
        """A phone from elsewhere connected. Is that news?"""
        where = self.for_phones() or self.own
        news, self._came_to = where != self._came_to, where
        return news

    def shape(self) -> wire.Address:
        """As leaders and screens are told it. `reached`: a phone from elsewhere has come in since phones get this
        address; in another network that has yet to be seen."""
        base = self.for_phones()
        return wire.Address(base=base, reached=self._came_to == (base or self.own))

    def _url(self, host: str) -> str:
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def in_order(networks: Iterable[Network], routed: str | None) -> list[Network]:
    """The networks that phones may be in, the likeliest first: a real network before one that a program made; then the
    one by which this machine reaches the world; then a private one before one of the internet."""
    outside = [network for network in dict.fromkeys(networks) if _may_be_called(network.address)]
    return sorted(
        outside,
        key=lambda network: (
            MADE.search(network.name) is not None,
            network.address != routed,
            not ip_address(network.address).is_private,
        ),
    )


def start_again(program: str, folder: str, port: int, *, windows: bool) -> str:
    """The command line that, typed in `folder`, starts the server for the whole network. `program`: the Python that is
    running now."""
    kind: type[PurePath] = PureWindowsPath if windows else PurePosixPath
    path = kind(program)
    with suppress(ValueError):
        path = path.relative_to(folder)
    line = [str(path), "-m", "workshop", "serve", "--host", "0.0.0.0", *(["--port", str(port)] if port != 5000 else [])]
    return subprocess.list2cmdline(line)


def _may_be_called(address: str) -> bool:
    found = ip_address(address)
    return isinstance(found, IPv4Address) and not (
        found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast
    )


def _adapters() -> list[Network]:
    """The machine's networks. IPv6 is left out: its addresses change by the hour, and nobody types one."""
    with suppress(OSError):
        return [
            Network(adapter.nice_name, ip.ip)
            for adapter in ifaddr.get_adapters()
            for ip in adapter.ips
            if isinstance(ip.ip, str)
        ]
    return []


def _routed() -> str | None:
    """The address from which this machine would speak to the world. Nothing is sent."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((FAR_AWAY, 9))
        return str(probe.getsockname()[0])
    return None


listening = Listening()
"""Where this process listens."""
