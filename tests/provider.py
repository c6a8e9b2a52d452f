"""A small provider of OpenID Connect for tests: discovery, keys, codes with PKCE, signed tokens, userinfo; real ones,
over real HTTP. It does as it is told, also what no provider may do.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "samen oefenen", "a secret of theirs & ours: 100%"
KEY = RSAKey.generate_key(2048, auto_kid=True)
Claims = dict[str, Any]


class Provider:
    """A context manager; at `issuer` while it lasts. `claims`: what it says of whoever comes; `sign`: makes the token;
    `document`: what it says of itself besides; `in_userinfo`: claims that it says only there;
    `goes_on`: cleared, it answers nobody; `is_away`: it says so."""

    def __init__(self) -> None:
        self.key = KEY
        self.claims: Claims = {"sub": "1", "email": "noor@example.org", "roles": ["trainer"]}
        self.in_userinfo: Claims = {}
        self.sign: Callable[[Claims], str] = self.signed
        self.document: dict[str, Any] = {}
        self.asked: list[str] = []
        self.is_away = False
        self.goes_on = threading.Event()
        self.goes_on.set()
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, "")

            def do_POST(self) -> None:
                provider._answer(self, self.rfile.read(int(self.headers["Content-Length"])).decode())

            def log_message(self, *_: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.issuer = (
            f"http://localhost:{self._server.server_port}/realms/x"  # another site than what it lets people in to
        )

    def __enter__(self) -> Provider:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def settings(self) -> dict[str, str]:
        """By which a workshop lets its people in."""
        return {
            "OPENID_ISSUER": self.issuer,
            "OPENID_CLIENT_ID": CLIENT,
            "OPENID_CLIENT_SECRET": SECRET,
            "OPENID_NAME": "Hogeschool “Zo”",
            "OPENID_LEADERS": "trainer",
            "OPENID_ORGANISERS": "coordinator",
        }

    def logs_in(self, address: str) -> str:
        """What happens in a browser at the address to which it was sent: where it is sent back to."""
        there, asks = urlsplit(address), dict(parse_qsl(urlsplit(address).query))
        assert f"{there.scheme}://{there.netloc}{there.path}" == f"{self.issuer}/authorize", address
        assert asks["response_type"] == "code" and asks["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asks
        return f"{asks['redirect_uri']}?{urlencode({'code': code, 'state': asks['state']})}"

    def signed(self, claims: Claims) -> str:
        """A token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def _answer(self, request: BaseHTTPRequestHandler, body: str) -> None:
        path = urlsplit(request.path).path.removeprefix("/realms/x")
        self.asked.append(path)
        self.goes_on.wait(20)
        status, said, headers = 200, None, {}
        path = "away" if self.is_away else path
        match path:
            case "/.well-known/openid-configuration":
                said = self._described()
            case "/keys":
                said = KeySet([self.key]).as_dict()
            case "/userinfo":
                said = {"sub": self.claims["sub"]} | self.in_userinfo
            case "/token":
                said = self._token({k: v[0] for k, v in parse_qs(body).items()}, request.headers["Authorization"] or "")
                status = 400 if "error" in said else 200
            case "/authorize":
                status, headers = 302, {"Location": self.logs_in(f"{self.issuer}{request.path[len('/realms/x') :]}")}
            case _:
                status = 503 if self.is_away else 404
        sent = json.dumps(said).encode()
        request.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(sent))} | headers).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(sent)

    def _described(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        found = {end: f"{self.issuer}/{path}" for end, path in (ends | {"jwks_uri": "keys"}).items()}
        return found | {"issuer": self.issuer, "scopes_supported": ["openid"]} | self.document

    def _token(self, fields: dict[str, str], authorization: str) -> dict[str, str]:
        """Once, for the client that began it, with what belongs to its challenge (RFC 7636)."""
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode() if authorization else ""
        named = (
            [unquote(one) for one in pair.split(":")]
            if pair
            else [fields.get("client_id"), fields.get("client_secret")]
        )
        if named != [CLIENT, SECRET]:
            return {"error": "invalid_client"}
        asks = self._codes.pop(fields["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(fields["code_verifier"].encode()).digest()).decode()
        if (
            not asks
            or asks["code_challenge"] != challenge.rstrip("=")
            or asks["redirect_uri"] != fields["redirect_uri"]
        ):
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asks["nonce"]} | self.claims
        return {"id_token": self.sign(claims), "access_token": "access", "token_type": "Bearer"}
