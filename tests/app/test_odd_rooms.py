"""Odd rooms in odd houses, at every door: whatever they are called and wherever they are, each page and each file comes
out whole. The tables are in tests/hostile.py."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from html import unescape
from pathlib import Path

import pytest
from hostile import HOUSES, NAMES, ROOMS
from live import Line, Server, fetch
from openpyxl import load_workbook
from pypdf import PdfReader

from workshop.exports import FORMATS


class House(Server):
    """A server as a row of HOUSES has it; all that it keeps is in its folder."""

    def __init__(self, folder: Path, told: dict[str, str]) -> None:
        self.place = folder / "here" / told["folder"]
        self.place.parent.mkdir()
        environ = {name: value for name, value in told.items() if name not in ("folder", "PUBLIC_URL")}
        super().__init__(folder, INSTANCE_PATH=str(self.place), **environ)
        address = self.url.removeprefix("http://")
        self.environ["PUBLIC_URL"] = told.get("PUBLIC_URL", "http://{address}").format(address=address)


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[House]]:
    """One of each."""
    with ExitStack() as open_now:
        yield [open_now.enter_context(House(tmp_path_factory.mktemp("house"), told)) for told in HOUSES]


@pytest.mark.parametrize("number", range(len(ROOMS)), ids=[ascii(one["title"][:12]) for one in ROOMS])
def test_every_door_of_an_odd_room(houses: list[House], dial: Callable[..., Line], number: int) -> None:
    house, wanted = houses[number % len(houses)], ROOMS[number]
    room = house.create(**wanted)
    title, code = wanted["title"], room["code"]
    leader = dial(house, room["lead_token"])
    assert leader.snapshot["room"]["title"] == title
    for name in NAMES:
        leader.do("add_person", name=name)
    noor = dial(house, house.join(code, NAMES[1])["token"])
    for step in leader.snapshot["programme"][1:]:
        leader.do("go", index=step["index"])
    assert noor.post("snags", title)["ok"] and noor.note("tip", title, "organiser")["ok"]
    leader.do("close")
    for path in (f"/r/{code}", f"/r/{code}/more", f"/api/rooms/{code}", f"/qr/{code}.svg"):
        assert house.get(path).status == 200, path
    shown = re.search(r"<title>(.*?)</title>", house.get(f"/r/{code}").body.decode(), re.S)
    assert shown and unescape(shown[1]) == title
    for page in ("lead", "screen", "reflections"):
        entered = fetch(room[f"{page}_url"])
        seen = fetch(f"{house.url}/{page}/{code}", headers={"Cookie": entered.headers["Set-Cookie"].split(";")[0]})
        assert seen.status == 200 and title in unescape(seen.body.decode()), page
    files = {kind: house.get(f"/reflections/{code}.{kind}", room["organiser_token"]) for kind in FORMATS}
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


@pytest.mark.parametrize("number", range(len(HOUSES)))
def test_the_commands_of_an_odd_house(houses: list[House], tmp_path: Path, number: int) -> None:
    house, title = houses[number], ROOMS[number]["title"]
    made = house.create_by_command(title=title)
    assert made["lead_url"].startswith(house.url) and fetch(made["lead_url"]).status == 302
    export = house.workshop("export", made["code"], "--format", "xlsx", "--output", str(tmp_path / "x.xlsx"))
    printed = house.workshop("print", made["code"], "--tables", "1", "--output", str(tmp_path / "x.pdf"))
    assert (export.returncode, printed.returncode) == (0, 0), export.stderr + printed.stderr
    about = PdfReader(tmp_path / "x.pdf").metadata
    assert about and about.title == title
    assert (house.place / "workshop.sqlite").stat().st_size > 0
    assert [path.name for path in house.place.parent.iterdir()] == [house.place.name]
