"""The dashboard for Grafana and the alerts for Prometheus ask for metrics that there are, and say what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from workshop import metrics, sockets

assert metrics and sockets  # declare what there is
WATCHING = Path(__file__).parents[2] / "deploy" / "watching"
BOARD: dict[str, Any] = json.loads((WATCHING / "grafana.json").read_text(encoding="utf-8"))
ALERTS: list[dict[str, Any]] = yaml.safe_load((WATCHING / "alerts.yml").read_text(encoding="utf-8"))["groups"][0][
    "rules"
]
ASKED = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]] + [rule["expr"] for rule in ALERTS]
SAMPLES = [sample for metric in REGISTRY.collect() for sample in metric.samples]
OF_PROMETHEUS = {"job", "instance", "le"}


@pytest.mark.parametrize("expression", ASKED)
def test_what_is_asked_for_is_there(expression: str) -> None:
    found = re.findall(r"\b((?:workshop|process)_\w+|up)\b(?:\{([^}]*)\})?", expression)
    assert found
    for name, matchers in found:
        mine = [sample.labels for sample in SAMPLES if sample.name == name]
        assert mine or name == "up", name
        for label, values in re.findall(r'(\w+)=~?"([^"]*)"', matchers):
            if label not in OF_PROMETHEUS:
                assert {*values.split("|")} <= {labels.get(label) for labels in mine}, (name, label)
    for labels in re.findall(r"\bby \(([^)]*)\)", expression):
        known = {label for sample in SAMPLES if sample.name in expression for label in sample.labels}
        assert {label.strip() for label in labels.split(",")} <= known | OF_PROMETHEUS, expression
    assert "_total" not in expression or re.search(r"(rate|increase)\(", expression), "a counter only ever grows"


def test_every_metric_is_on_the_dashboard() -> None:
    shown = " ".join(ASKED)
    ours = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("workshop_")}
    assert not [name for name in ours if name not in shown]


def test_the_dashboard_can_be_drawn() -> None:
    panels = BOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) and BOARD["schemaVersion"] >= 36
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        place = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not place & taken and at["x"] + at["w"] <= 24, panel["title"]
        taken |= place
        assert panel["datasource"]["uid"] == "${datasource}" and panel["title"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
    assert [variable["name"] for variable in BOARD["templating"]["list"]] == ["datasource", "job"]


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_it_means_and_what_to_do(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"Workshop\w+", rule["alert"]) and rule["labels"]["severity"] in ("page", "ticket")
    assert all(rule["annotations"][name].endswith((".", "?", '?".')) for name in ("summary", "action"))
    assert "increase(" in rule["expr"] or rule["for"]


def test_prometheus_asks_where_the_alerts_look() -> None:
    told = yaml.safe_load((WATCHING / "prometheus.yml").read_text(encoding="utf-8"))
    assert [job["job_name"] for job in told["scrape_configs"]] == ["workshop"]
    assert all((WATCHING / name).is_file() for name in told["rule_files"])
