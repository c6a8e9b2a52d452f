"""What was measured, as JSON and as a table, and into docs/performance.md between two marks."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

from .rows import ROWS, Row
from .servers import BUILD, ROOT, Kind
from .sessions import Measured, Size

PAGE = ROOT / "docs" / "performance.md"
FIGURES = PAGE.with_suffix(".json")
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of the figures -->"
Runs = dict[Kind, list[Measured]]
"""One row, as often as it was measured; house and peer of one turn have the same place."""


def spread(values: list[float]) -> dict[str, float] | None:
    """Median, least and most."""
    return {"median": median(values), "least": min(values), "most": max(values)} if values else None


def row_report(row: Row, runs: Runs) -> dict[str, Any]:
    """One row of the JSON."""
    sides: dict[str, Any] = {}
    for kind, measured in runs.items():
        sides[kind] = {
            "figure": spread([one.value for one in measured if one.value is not None]),
            "values": [one.value for one in measured],
            "phones": sum(one.phones for one in measured),
            "missing": sum(one.missing for one in measured),
            "asked": sum(one.asked for one in measured),
            "answered": sum(one.answered for one in measured),
            "acknowledged": sum(one.acknowledged for one in measured),
            "not_measured": sum(one.value is None for one in measured),
            "why": next((one.why for one in measured if one.why), ""),
        }
    pairs = zip(runs.get("house", []), runs.get("peer", []), strict=False)
    ratio = spread([house.value / peer.value for house, peer in pairs if house.value is not None and peer.value])
    house = sides["house"]
    whole = not house["missing"] and not house["not_measured"] and house["asked"] == house["acknowledged"]
    middle = median(values) if (values := [value for value in house["values"] if value is not None]) else None
    return {
        "row": row.key,
        "what": row.what,
        "unit": row.unit,
        **{kind: sides.get(kind) for kind in ("house", "peer")},
        "ratio": ratio,
        "goal": row.goal and row.goal.told(row.unit),
        "met": row.goal and whole and row.goal.holds(middle, ratio["median"] if ratio else None),
    }


def report(found: dict[str, Runs], times: int, size: Size) -> dict[str, Any]:
    """All of it; of the rows those that were run."""
    return {
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "times": times,
        "most_phones": size.most_phones,
        "full": size == Size(),
        "commit": _said("git", "rev-parse", "--short", "HEAD"),
        "machine": {
            "cores": os.cpu_count(),
            "processor": _processor(),
            "load": round(os.getloadavg()[0], 2),
            "commit_ms": round(commit_ms(), 3),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "node": _said("node", "--version"),
        },
        "rows": [row_report(row, found[row.key]) for row in ROWS if row.key in found],
    }


def _said(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def commit_ms() -> float:
    """What it costs here to bring one page onto the disk, the middle of a hundred times."""
    took = []
    path = BUILD / "commit"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"\0" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    path.unlink()
    return median(took) * 1000


def number(value: float) -> str:
    """Three digits of it, the thousands apart."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def cell(found: dict[str, float] | None, unit: str = "") -> str:
    """Median and spread, the spread where there is one."""
    if found is None:
        return "–"
    between = f" ({number(found['least'])}–{number(found['most'])})" if found["least"] != found["most"] else ""
    return f"{number(found['median'])}{between} {unit}".rstrip()


def remark(side: dict[str, Any]) -> str:
    """What went wrong, in counts."""
    told = []
    if side["missing"]:
        told.append(f"{side['missing']:,} of {side['phones']:,} phones not in")
    elif side["asked"] > side["acknowledged"]:
        told.append(f"{side['asked'] - side['acknowledged']:,} of {side['asked']:,} not in time, or refused")
    if side["not_measured"] and not side["missing"]:
        told.append(f"{side['not_measured']} × not measured")
    return ", ".join(told)


def table(told: dict[str, Any]) -> str:
    """The rows in Markdown."""
    lines = ["| | house | peer | house ÷ peer | goal | |", "|---|---|---|---|---|---|"]
    for row in told["rows"]:
        house, peer = row["house"], row["peer"]
        cells = [row["what"]]
        for side in (house, peer):
            unit = "" if row["unit"].startswith("×") else row["unit"]
            wrong = remark(side) if side else ""
            cells.append(
                cell(side["figure"], unit if side["figure"] else "") + (f"; {wrong}" if wrong else "") if side else "–"
            )
        cells.append(cell(row["ratio"], "×") if row["ratio"] else "–")
        cells.append(row["goal"] or "–")
        cells.append({True: "met", False: "**not met**", None: ""}[row["met"]])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def heading(told: dict[str, Any]) -> str:
    """When, where and how often."""
    machine = told["machine"]
    return (
        f"{told['when']}, commit {told['commit'] or 'unknown'}; {machine['cores']} cores ({machine['processor']}), "
        f"load {machine['load']:g} at the end, {machine['commit_ms']:g} ms a commit; Python {machine['python']}, "
        f"SQLite {machine['sqlite']}, Node {machine['node'].lstrip('v')}. "
        + (f"{told['times']} times: median (least–most)." if told["times"] > 1 else "Once.")
        + (
            ""
            if told["full"]
            else f" At most {told['most_phones']} phones: this says that it works, and nothing of speed."
        )
    )


def write(told: dict[str, Any]) -> None:
    """Into the documents."""
    FIGURES.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{heading(told)}\n\n{table(told)}\n\n{END}{after}", encoding="utf-8")
