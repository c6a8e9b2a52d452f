"""A passkey without a device: answers what a page asks of a browser, rightly, or wrong in one way."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as encoded

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
"""Flags of what an authenticator says: somebody is there, it knows who, and a new key follows."""


@dataclass
class Passkey:
    """One key pair. `count`: what it says next of how often it was used; `knows`: whether it looks who holds it."""

    count: int = 0
    knows: bool = True
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any], page: str, **instead: str) -> str:
        """What a browser, at a page of this origin, sends when it made this passkey as the options ask."""
        told = self._told("webauthn.create", options["challenge"], page, instead)
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        said = self._said(instead.get("site", options["rp"]["id"]), ATTESTED)
        said += bytes(16) + len(self.id).to_bytes(2) + self.id + public
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        return self._sent({"clientDataJSON": encoded(told), "attestationObject": encoded(attested)})

    def answer(self, options: dict[str, Any], page: str, **instead: str) -> str:
        """What a browser, at a page of this origin, sends when this passkey signed what the options ask."""
        told = self._told("webauthn.get", options["challenge"], page, instead)
        said = self._said(instead.get("site", options["rpId"]))
        signed = self.key.sign(said + sha256(told).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": told, "authenticatorData": said, "signature": signed}
        return self._sent({name: encoded(value) for name, value in response.items()})

    def _told(self, kind: str, challenge: str, origin: str, instead: dict[str, str]) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return json.dumps(told | {name: value for name, value in instead.items() if name != "site"}).encode()

    def _said(self, site: str, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.knows else 0) | more
        return sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _sent(self, response: dict[str, str]) -> str:
        return json.dumps(
            {"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key", "response": response}
        )
