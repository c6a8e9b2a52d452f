"""Odd rooms at every door: whatever they are called and wherever they are, each page and each file comes out whole."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from hostile import NAMES, ROOMS
from live import Line, Server, fetch
from openpyxl import load_workbook


@pytest.mark.parametrize("wanted", ROOMS, ids=lambda wanted: wanted["title"][:12].encode("ascii", "replace").decode())
def test_every_door_of_an_odd_room(sqlite_server: Server, dial: Callable[..., Line], wanted: dict[str, Any]) -> None:
    room = sqlite_server.create(**wanted)
    title, code = wanted["title"], room["code"]
    leader = dial(sqlite_server, room["lead_token"])
    assert leader.snapshot["room"]["title"] == title
    for name in NAMES:
        leader.do("add_person", name=name)
    noor = dial(sqlite_server, sqlite_server.join(code, NAMES[1])["token"])
    for step in leader.snapshot["programme"][1:]:
        leader.do("go", index=step["index"])
    assert noor.post("snags", title)["ok"] and noor.note("tip", title, "organiser")["ok"]
    leader.do("close")
    for path in (f"/r/{code}", f"/r/{code}/more", f"/api/rooms/{code}", f"/qr/{code}.svg"):
        assert sqlite_server.get(path).status == 200, path
    shown = re.search(r"<title>(.*?)</title>", sqlite_server.get(f"/r/{code}").body.decode(), re.S)
    assert shown and unescape(shown[1]) == title
    for page in ("lead", "screen", "reflections"):
        entered = fetch(room[f"{page}_url"])
        seen = fetch(
            f"{sqlite_server.url}/{page}/{code}", headers={"Cookie": entered.headers["Set-Cookie"].split(";")[0]}
        )
        assert seen.status == 200 and title in unescape(seen.body.decode()), page
    files = {
        kind: sqlite_server.get(f"/reflections/{code}.{kind}", room["organiser_token"])
        for kind in ("csv", "json", "xlsx")
    }
    for kind, answer in files.items():
        named = re.fullmatch(rf'attachment; filename="([a-z0-9-]+)\.{kind}"', answer.headers["Content-Disposition"])
        assert answer.status == 200 and named, answer.headers["Content-Disposition"]
    told = json.loads(files["json"].body)
    assert told["title"] == title and [post["text"] for column in told["wall"] for post in column["posts"]] == [title]
    assert title.lstrip("=") in "".join(
        next(row for row in csv.reader(io.StringIO(files["csv"].body.decode()), delimiter=";") if "wall" in row)
    )
    sheets = load_workbook(io.BytesIO(files["xlsx"].body))
    assert sheets.worksheets[0]["B2"].value == title and sheets.worksheets[0]["B2"].data_type == "s"
