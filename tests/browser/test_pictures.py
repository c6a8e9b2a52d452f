"""Pictures of dashboard and screen in every step, in each size they have to fit, in both themes, as contact sheets for
whoever looks for defects: `PICTURES=docs/pictures pytest tests/browser/test_pictures.py`. No picture over 300 KiB."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from live import ROOT, Server
from playwright.sync_api import Page

from .sheets import MOST_BYTES, contact_sheet
from .walk import Walk, in_theme, still

Open = Callable[..., Page]
DESK = {"laptop": (1280, 800), "tablet": (820, 1180), "phone": (390, 844)}
SCREEN = {"1080": (1920, 1080), "720": (1280, 720)}
WIDTHS = {"laptop": 420, "tablet": 280, "phone": 195, "1080": 420, "720": 420}


@pytest.mark.skipif("PICTURES" not in os.environ, reason="pictures are taken when they are asked for")
@pytest.mark.timeout(400)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_of_every_step(sqlite_server: Server, open_page: Open, theme: str) -> None:
    walk = Walk(sqlite_server, open_page, "nl")
    pictures: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    for step in walk.steps():
        for name, page, sizes in (("desk", walk.desk, DESK), ("screen", walk.screen, SCREEN)):
            in_theme(page, theme)
            for size, (width, height) in sizes.items():
                page.set_viewport_size({"width": width, "height": height})
                still(page)
                picture = page.screenshot(type="jpeg", quality=80)
                pictures[f"{name}-{size}"].append((step["title"], picture))
    walk.close()
    for name, taken in pictures.items():
        contact_sheet(open_page("about:blank"), taken, WIDTHS[name.split("-")[1]], f"{name}-{theme}")


def test_no_picture_is_heavy() -> None:
    heavy = [
        f"{file.name}: {file.stat().st_size}"
        for file in Path(ROOT / "docs").rglob("*")
        if file.suffix in (".png", ".jpg") and file.stat().st_size > MOST_BYTES
    ]
    assert not heavy
