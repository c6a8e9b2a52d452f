"""The API and the downloads, described for programs (OpenAPI 3.1): made of the addresses there are, the structs that go
in and out, the table of who may, and the codes of refusals. Why, and what tries it: decisions/0030.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, current_app
from msgspec import Struct
from werkzeug.routing import Rule

from .. import cookies, wire
from ..access import MAY, Role
from ..core.errors import Code
from ..exports import FORMATS, SEPARATORS, json
from .api import Bearer, Newcomer
from .errors import PROBLEM, STATUS, WAITS, Problem
from .own import Planned
from .printing import MOST_TABLES

pages = Blueprint("openapi", __name__, url_prefix="/api")

ALWAYS: tuple[Code, ...] = ("invalid", "forbidden", "too_large", "too_fast", "busy", "failed")
"""What any address may answer: about the host, the site or the length of a request, about its pace, or about
ourselves."""
OF_A_ROOM: tuple[Code, ...] = ("not_found", "closed")
REFERENCE = "#/components/schemas/{name}"
CODE = {
    "name": "code", "in": "path", "required": True, "description": "The eight digits of a room.",
    "schema": {"type": "string", "pattern": "^[0-9]{8}$"},
}  # fmt: skip
TEXT = {"schema": {"type": "string"}}
HEADERS = {401: {"WWW-Authenticate": TEXT}} | {
    status: {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
    for code, status in STATUS.items()
    if code in WAITS
}
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "login": {"type": "apiKey", "in": "cookie", "name": cookies.LOGIN, "description": "Of a signed-in account."},
}
"""How one shows who one is; the cookies of a room's pages come besides."""


class Told(Struct, frozen=True):
    """What an address does not say by itself. `gives`: a struct, or the media type of a file, or all formats; `takes`:
    structs, one of which is sent; `action`: what one has to be allowed, by a `token` or the cookies of `pages`;
    `signed_in`: or it is enough to be signed in; `asked`: the schema of what may stand behind the question mark, by its
    name; `saved`: a browser keeps it as a file; `door`: newcomers may be turned away."""

    gives: Any
    status: int = 200
    takes: tuple[type[Struct], ...] = ()
    action: str = ""
    token: bool = True
    pages: tuple[Role, ...] = ()
    signed_in: bool = False
    asked: Mapping[str, Any] = {}
    saved: bool = False
    headers: tuple[str, ...] = ()
    door: bool = False
    of_a_room: bool = True


DAY = {"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"}
TOLD: dict[str, Told] = {
    "api.room": Told(wire.RoomAtTheDoor),
    "api.join": Told(wire.LetIn, 201, (Newcomer, Bearer), door=True),
    "api.wall": Told(wire.Wall, action="read wall", pages=("leader", "screen")),
    "api.mine": Told(wire.Mine, action="read own"),
    "api.pass_on": Told(wire.Pass, 201, action="pass on"),
    "api.erase_me": Told(None, 204, action="erase own"),
    "own.as_page": Told("text/html; charset=utf-8", action="read own"),
    "own.as_markdown": Told(FORMATS["md"][0], action="read own", saved=True),
    "own.as_pdf": Told(FORMATS["pdf"][0], action="read own", saved=True, headers=("Lacking-Letters",)),
    "own.as_calendar": Told("text/calendar; charset=utf-8", takes=(Planned,), action="read own", saved=True),
    "openapi.description": Told(dict[str, Any], of_a_room=False),
    "reflections.file": Told(FORMATS, action="download reflections", pages=("organiser",), saved=True),
    "across.file": Told(
        FORMATS, signed_in=True, saved=True, of_a_room=False,
        asked={"from": DAY, "to": DAY, "label": {"type": "string"}},
    ),
    "lead.wall": Told(FORMATS, action="download wall", token=False, pages=("leader",), saved=True),
    "lead.print_set": Told(
        FORMATS["pdf"][0], action="print", token=False, pages=("leader",), saved=True,
        asked={"tables": {"type": "integer", "minimum": 1, "maximum": MOST_TABLES}},
    ),
    "join.qr": Told("image/svg+xml"),
}  # fmt: skip
"""Every address under /api, and every file, by the name of what answers it; a test holds that none is missing."""
OF_A_TABLE = {"separator": {"type": "string", "enum": list(SEPARATORS)}}


@pages.get("/openapi.json")
def description() -> Response:
    """This description."""
    return Response(_written(current_app._get_current_object()), mimetype="application/json")  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _written(app: Flask) -> bytes:
    """As long as the process lives nothing of it changes."""
    return msgspec.json.encode(described(app))


def described(app: Flask) -> dict[str, Any]:
    """The whole description."""
    refusals: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if told := TOLD.get(rule.endpoint):
            summary = " ".join((app.view_functions[rule.endpoint].__doc__ or "").split())
            for path, gives, name in _spelt(rule, told):
                for method in methods(rule):
                    about = {"operationId": name, "summary": summary, "security": _security(told)}
                    paths.setdefault(path, {})[method.lower()] = about | _operation(path, told, gives, refusals)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Samenleren workshop",
            "version": "1",
            "description": "The small API and the downloads. What its words mean, and the socket: docs/protocol.md.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": app.config["APPLICATION_ROOT"]}],
        "paths": paths,
        "components": {"schemas": _schemas(), "responses": refusals, "securitySchemes": SCHEMES | _pages()},
    }


def methods(rule: Rule) -> list[str]:
    """Those that somebody wrote something for."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _spelt(rule: Rule, told: Told) -> Iterator[tuple[str, Any, str]]:
    """The paths of a rule, what each gives, and its name: of the downloads there is one for each format."""
    path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
    if told.gives is not FORMATS:
        yield path, told.gives, rule.endpoint
        return
    for extension, (kind, _) in FORMATS.items():
        gives = json.File if extension == "json" else kind
        yield path.replace("{extension}", extension), gives, f"{rule.endpoint}.{extension}"


def _operation(path: str, told: Told, gives: Any, refusals: dict[str, Any]) -> dict[str, Any]:
    asked = {**told.asked, **(OF_A_TABLE if path.endswith(".csv") else {})}
    found: dict[str, Any] = {
        "parameters": [
            *([CODE] if "{code}" in path else []),
            *({"name": name, "in": "query", "schema": schema} for name, schema in asked.items()),
        ],
        "responses": {str(told.status): _answer(told, gives)},
    }
    if told.takes:
        one = [_reference(kind) for kind in told.takes]
        schema = one[0] if len(one) == 1 else {"anyOf": one}
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    for status, codes in _codes(told).items():
        name = "_or_".join(codes) + ("" if path.startswith("/api/") else "_page")
        refusals[name] = _refusal(status, codes, people=not path.startswith("/api/"))
        found["responses"][str(status)] = {"$ref": f"#/components/responses/{name}"}
    return found


def _answer(told: Told, gives: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(told.status).phrase}
    if isinstance(gives, str):
        answer["content"] = {gives: TEXT if gives.startswith("text/") else {}}
    elif gives is not None:
        answer["content"] = {"application/json": {"schema": _reference(gives)}}
    headers: dict[str, Any] = dict.fromkeys(told.headers, TEXT)
    if told.saved:
        headers["Content-Disposition"] = TEXT | {"required": True}
    return answer | ({"headers": headers} if headers else {})


def _codes(told: Told) -> dict[int, list[Code]]:
    """By their status the codes that an address may answer."""
    codes: list[Code] = [*ALWAYS, *(OF_A_ROOM if told.of_a_room else ())]
    codes += ["unauthorized"] if told.action or told.signed_in or told.door else []
    found: dict[int, list[Code]] = {}
    for code in codes:
        found.setdefault(STATUS[code], []).append(code)
    if told.door:
        found[403].append("closed")  # core.errors.LockedOut
    return dict(sorted(found.items()))


def _refusal(status: int, codes: Iterable[Code], *, people: bool) -> dict[str, Any]:
    """A refusal with one of these codes; for `people` it is a page, where they do not ask for a problem document."""
    said = {"properties": {"status": {"const": status}, "code": {"enum": list(codes)}}}
    content: dict[str, Any] = {PROBLEM: {"schema": _reference(Problem) | said}}
    if people:
        content["text/html"] = TEXT
    answer = {"description": HTTPStatus(status).phrase, "content": content}
    return answer | ({"headers": HEADERS[status]} if status in HEADERS else {})


def _security(told: Told) -> list[dict[str, list[str]]]:
    """Any one of these will do; in brackets the role."""
    if told.signed_in:
        return [{"login": []}]
    if not told.action:
        return [{}]
    if unknown := set(told.pages) - MAY[told.action]:
        raise TypeError(f"{told.action} is not for {unknown}")
    ways = [("token", role) for role in sorted(MAY[told.action])] if told.token else []
    ways += [(scheme, role) for role in told.pages for scheme in (f"{role}_page", "login")]
    return [{scheme: [role]} for scheme, role in ways]


def _pages() -> dict[str, Any]:
    """The cookies of a room's pages."""
    about = "Its name ends with the digits of the room. The page sets it at the first visit with the key of its link."
    return {
        f"{role}_page": {"type": "apiKey", "in": "cookie", "name": f"samen_{role}_", "description": about}
        for role in sorted({role for told in TOLD.values() for role in told.pages})
    }


def _reference(kind: Any) -> dict[str, Any]:
    return msgspec.json.schema_components([kind], ref_template=REFERENCE)[0][0]


def _schemas() -> dict[str, Any]:
    """Every struct that goes in or out, and what they are made of."""
    out = [told.gives for told in TOLD.values() if isinstance(told.gives, type)]
    kinds = [*out, *(kind for told in TOLD.values() for kind in told.takes), json.File, Problem]
    return msgspec.json.schema_components(kinds, ref_template=REFERENCE)[1]
