"""Contact sheets: many small pictures on one."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Page

MOST_BYTES = 300 * 1024


def contact_sheet(page: Page, pictures: list[tuple[str, bytes]], width: int, name: str) -> None:
    """All pictures on one sheet, each with its name."""
    figures = "".join(
        f'<figure><img width="{width}" src="data:image/jpeg;base64,{b64encode(data).decode()}">'
        f"<figcaption>{title}</figcaption></figure>"
        for title, data in pictures
    )
    style = (
        "body{margin:16px;display:flex;flex-wrap:wrap;gap:12px;font:14px sans-serif;background:#ddd}figure{margin:0}"
    )
    page.goto("about:blank")
    page.set_viewport_size({"width": 6 * (width + 12) + 32 if width < 300 else 4 * (width + 12) + 32, "height": 400})
    page.set_content(f"<style>{style}</style>{figures}")
    for quality in (60, 45, 30, 15):
        sheet = page.screenshot(full_page=True, type="jpeg", quality=quality)
        if len(sheet) <= MOST_BYTES:
            break
    (Path(os.environ["PICTURES"]) / f"{name}.jpg").write_bytes(sheet)
