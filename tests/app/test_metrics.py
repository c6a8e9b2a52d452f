"""What the operator can read of the server: bounded, about nobody, and told in docs/operators.md.

`python tests/app/test_metrics.py` writes the table there anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from live import Line, Server, until
from prometheus_client import REGISTRY, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from workshop import metrics, sockets
from workshop.extensions import db

assert metrics and sockets  # declare what there is
OPERATORS = Path(__file__).parents[2] / "docs" / "operators.md"
BEGIN, END = "<!-- made by tests/app/test_metrics.py -->\n", "<!-- until here -->"


def declared() -> list[Metric]:
    """Ours, in the order in which they are declared."""
    return [metric for metric in REGISTRY.collect() if metric.name.startswith("workshop_")]


def name_of(metric: Metric) -> str:
    """As it is read: a counter ends in `_total`."""
    return metric.name + ("_total" if metric.type == "counter" else "")


def labels_of(metric: Metric) -> dict[str, list[str]]:
    """Each label with all its values, in their order."""
    found: dict[str, dict[str, None]] = {}
    for sample in metric.samples:
        for label, value in sample.labels.items():
            if label != "le":
                found.setdefault(label, {})[value] = None
    return {label: list(values) for label, values in found.items()}


def table() -> str:
    """The table of the document."""
    lines = ["| metric | kind | labels | which question it answers |", "|---|---|---|---|"]
    for metric in declared():
        labels = "; ".join(f"{label}: {', '.join(values)}" for label, values in labels_of(metric).items())
        lines.append(f"| `{name_of(metric)}` | {metric.type} | {labels} | {metric.documentation} |")
    return "\n".join(lines) + "\n"


def series() -> set[str]:
    """What Prometheus would keep, without values."""
    said = generate_latest().decode()
    return {line.rpartition(" ")[0] for line in said.splitlines() if line.startswith("workshop_")}


def test_the_document_tells_what_there_is() -> None:
    told = OPERATORS.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert told == table(), "python tests/app/test_metrics.py writes it anew"


@pytest.mark.parametrize("metric", declared(), ids=lambda metric: metric.name)
def test_each_answers_a_question_in_a_unit_that_its_name_says(metric: Metric) -> None:
    question, _, answer = metric.documentation.partition("? ")
    assert re.fullmatch(r"[A-Z].+", question) and re.fullmatch(r"(?s)[A-Z0-9].+\.", answer), "and what is counted"
    if metric.type == "histogram":
        assert metric.name.endswith("_seconds")
    assert not {"room", "code", "person", "title", "address"} & labels_of(metric).keys() - {"code"}
    if "code" in labels_of(metric):
        assert all(re.fullmatch(r"[a-z_]+", code) for code in labels_of(metric)["code"]), "of a refusal, not of a room"


def test_whatever_comes_no_series_comes_into_being(app: Flask) -> None:
    before = series()
    with app.test_client() as client:
        for path in ("/r/12345678", "/api/rooms/ABC", "/%ff", "/lead/1?key=canary", "/healthz", "/metrics"):
            client.get(path)
        client.post("/api/rooms/12345678/people", json={"name": "Canary"})
    for event in ("note", "canary", "*", "connect", "a" * 300):
        sockets.receive(event, "canary", {"id": "canary"})
    assert series() == before


def test_without_its_database_the_rest_is_still_told(app: Flask) -> None:
    with db.writing() as session:
        session.execute(text("ALTER TABLE rooms RENAME TO gone"))
    with app.test_client() as client:
        told = client.get("/metrics", base_url="http://127.0.0.1")
    figures = read(told.get_data(as_text=True))
    assert told.status_code == 200 and figures["workshop_database_up"] == 0
    assert figures["workshop_rooms"] != figures["workshop_rooms"], "not a number: nobody knows"
    assert "workshop_rooms_held" in figures


def test_an_afternoon_can_be_followed(sqlite_server: Server, dial: Callable[..., Line]) -> None:
    before = told_by(sqlite_server)
    made = sqlite_server.create(title="Canary")
    leader = dial(sqlite_server, made["lead_token"])
    phone = dial(sqlite_server, sqlite_server.join(made["code"], "Canary")["token"])
    screen = dial(sqlite_server, made["screen_token"])
    leader.do("next")
    assert phone.note("keep", "canary")["ok"]
    assert phone.say("command", do="next")["code"] == "forbidden"
    assert sqlite_server.get("/api/me", "a token that is none").status == 401
    after = told_by(sqlite_server)

    def more(name: str) -> float:
        return after[name] - before[name]

    assert [more(f'workshop_connections_opened_total{{role="{role}"}}') for role in metrics.ROLES] == [1, 1, 1]
    assert after['workshop_connections{role="person"}'] >= 1
    assert more('workshop_events_total{event="note"}') == 1
    assert more('workshop_refusals_total{code="forbidden",door="event"}') == 1
    assert more('workshop_refusals_total{code="unauthorized",door="request"}') == 1
    assert more("workshop_change_stored_seconds_count") >= more("workshop_commit_seconds_count") >= 3
    assert more("workshop_broadcast_seconds_count") >= 1
    assert more("workshop_room_load_seconds_count") >= 1 and after["workshop_rooms_held"] >= 1
    assert after["workshop_database_up"] == 1 and after["workshop_rooms"] >= 1
    assert after["process_resident_memory_bytes"] > 10_000_000
    screen.close()
    screens = 'workshop_connections{role="screen"}'
    until(lambda: told_by(sqlite_server)[screens] < after[screens])


def test_a_step_that_the_clock_ends_is_timed(sqlite_server: Server, dial: Callable[..., Line]) -> None:
    name = "workshop_step_late_seconds_count"
    before = told_by(sqlite_server)[name]
    made = sqlite_server.create(conversation="1s")
    leader = dial(sqlite_server, made["lead_token"])
    index = next(i for i, step in enumerate(leader.snapshot["programme"]) if step["kind"] == "conversation")
    leader.do("go", index=index)
    leader.wait("step", lambda step: step["cause"] == "clock")
    until(lambda: told_by(sqlite_server)[name] > before)


def told_by(server: Server) -> dict[str, float]:
    """What a server tells now."""
    return read(server.get("/metrics").body.decode())


def read(said: str) -> dict[str, float]:
    """As Prometheus reads it."""
    return dict(_samples(said))


def _samples(said: str) -> Iterator[tuple[str, float]]:
    for family in text_string_to_metric_families(said):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            yield sample.name + (f"{{{labels}}}" if labels else ""), sample.value


if __name__ == "__main__":
    page = OPERATORS.read_text(encoding="utf-8")
    start, _, rest = page.partition(BEGIN)
    OPERATORS.write_text(start + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
