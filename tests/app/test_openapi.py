"""What describes the API and the downloads is true: every address stands in it, and what each answers, to sense and to
nonsense, is what it says there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from app.conftest import CAST
from app.test_across import account
from app.test_border import cookie, every_rule
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from live import PATIENCE, Line, Server, fetch
from schemathesis import APIOperation, Case, GenerationMode, checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from workshop.exports import FORMATS

Dial = Callable[..., Line]
Operation = APIOperation[Any, Any, Any, Any]
CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
FEW = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CONFIG = {
    "checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 413]}},
    "generation": {"with-security-parameters": False},
}
"""How nonsense is answered; who one is, `Asker` shows."""
NO_FILE = ("/sw.js", "/static/")
FILE = re.compile(r"\.(<extension>|[a-z]+)$")


@pytest.fixture(scope="module")
def description(sqlite_server: Server) -> dict[str, Any]:
    """As anybody gets it."""
    answer = sqlite_server.get("/api/openapi.json")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def test_every_address_under_api_and_every_file_stands_in_it_and_nothing_else(
    description: dict[str, Any], tmp_path: Path
) -> None:
    wanted = {
        (method, re.sub(r"<(\w+)>", r"{\1}", rule.replace("<extension>", extension)))
        for rule, methods in every_rule(tmp_path)
        if rule.startswith("/api/") or (FILE.search(rule) and not rule.startswith(NO_FILE))
        for method in methods - {"HEAD", "OPTIONS"}
        for extension in (FORMATS if "<extension>" in rule else ("",))
    }
    told = {(method.upper(), path) for path, methods in description["paths"].items() for method in methods}
    assert told == wanted and len(told) > 20


def test_its_schemas_are_schemas_and_what_it_refers_to_is_there(description: dict[str, Any]) -> None:
    parts = description["components"]
    for schema in parts["schemas"].values():
        Draft202012Validator.check_schema(schema)
    referred = set(re.findall(r"'#/components/(\w+)/(\w+)'", str(description)))
    assert {kind for kind, _ in referred} == {"schemas", "responses"}
    assert all(name in parts[kind] for kind, name in referred)
    operations = [one for methods in description["paths"].values() for one in methods.values()]
    assert all(one["summary"] for one in operations)
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert {scheme for one in operations for way in one["security"] for scheme in way} == set(parts["securitySchemes"])


class Asker:
    """Somebody who shows what an address wants to see."""

    def __init__(self, server: Server, room: dict[str, str]) -> None:
        self.server, self.room = server, room
        self.keys = {"leader": room["lead_token"], "organiser": room["organiser_token"]}
        opened = [fetch(room[link]) for link in ("lead_url", "reflections_url")]
        self.cookies = "; ".join(cookie(answer) for answer in opened)
        self.login = account(server, "openapi@example.org")

    def shows(self, operation: Operation) -> dict[str, str]:
        """Headers by the first way that the description knows; a person each time anew, who may erase herself."""
        way = operation.definition.raw["security"][0]
        if not way:
            return {}
        if "token" not in way:
            return {"Cookie": self.login if "login" in way else self.cookies}
        key = self.keys.get(way["token"][0]) or self.server.join(self.room["code"], "Noor")["token"]
        return {"Authorization": f"Bearer {key}"}


def test_every_address_answers_as_it_says(
    sqlite_server: Server, description: dict[str, Any], dial: Dial, subtests: pytest.Subtests
) -> None:
    room = sqlite_server.create(programme="triads")
    leader = dial(sqlite_server, room["lead_token"])
    people = [dial(sqlite_server, sqlite_server.join(room["code"], name)["token"]) for name in CAST[:6]]
    leader.do("go", index=len(leader.snapshot["programme"]) - 2)
    for n, person in enumerate(people):
        assert person.post(("enthusiastic", "snags", "first_step")[n % 3], f"line {n}", signed=n == 0)["ok"]
        assert person.note("tip", f"a tip {n}", "organiser")["ok"]
    leader.do("next")
    asker = Asker(sqlite_server, room)
    schema = schemathesis.openapi.from_dict(description, config=schemathesis.Config.from_dict(CONFIG))
    answered: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        with subtests.test(operation.label):
            _ask_in_vain(operation, asker, answered.setdefault(operation.label, set()))
            for mode, times in _examples(operation):
                _ask(operation, mode, times, asker, answered.setdefault(operation.label, set()))
    for label, statuses in answered.items():
        method, path = label.split(" ", 1)
        operation = description["paths"][path][method.lower()]
        done = next(int(status) for status in operation["responses"] if status < "3")
        wanted = {done} | ({404} if "{code}" in path else set()) | ({401} if {} not in operation["security"] else set())
        assert statuses >= wanted, label


def _examples(operation: Operation) -> list[tuple[GenerationMode, int]]:
    """How often an address is asked sense and nonsense: those that make a file do not like many, least of all on
    paper."""
    several = operation.path.startswith("/reflections.")
    sense, nonsense = (12, 12) if operation.body else (1, 1) if several else (2, 6)
    if operation.path.endswith(".pdf") and not several:
        sense, nonsense = 1, 3
    to_say = operation.body or operation.query
    return (
        [(GenerationMode.POSITIVE, sense), (GenerationMode.NEGATIVE, nonsense)]
        if to_say
        else [(GenerationMode.POSITIVE, 1)]
    )


def _ask(operation: Operation, mode: GenerationMode, times: int, asker: Asker, answered: set[int]) -> None:
    @settings(FEW, max_examples=times)
    @given(operation.as_strategy(mode, path_parameters={"code": asker.room["code"]}))
    def ask(case: Case) -> None:
        answer = case.call(base_url=asker.server.url, headers=asker.shows(operation), timeout=PATIENCE)
        answered.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()


def _ask_in_vain(operation: Operation, asker: Asker, answered: set[int]) -> None:
    """For a room that there is not, and as nobody."""
    for code, headers in (("00000000", asker.shows(operation)), (asker.room["code"], {})):
        case = operation.Case(path_parameters={"code": code}, media_type="application/json", body={"pass": "00000000"})
        answer = case.call(base_url=asker.server.url, headers=headers, timeout=PATIENCE)
        answered.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)
