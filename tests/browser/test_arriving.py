"""The leader says which network the phones are in, and sees that one came in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import socketio
from live import PATIENCE, Server
from playwright.sync_api import Page, expect

from .conftest import LAPTOP, PROJECTOR

Open = Callable[..., Page]
PROGRAM = (str(Path(__file__).parent / "two_networks.py"),)
OTHER = "192.168.1.20"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path, program=PROGRAM, options=("--host", "0.0.0.0"), PUBLIC_URL="", PYTHONPATH=".") as found:
        yield found


def test_by_keyboard_links_codes_and_screen_lead_to_another_network(server: Server, open_page: Open) -> None:
    made = server.create()
    desk, screen = open_page(made["lead_url"], **LAPTOP), open_page(made["screen_url"], **PROJECTOR)
    expect(desk.locator("#line")).to_have_attribute("data-line", "on")
    network = desk.get_by_label("Het netwerk van de telefoons")
    expect(network.locator("option").filter(has_text="192.168.1.20 · wlan")).to_have_count(1)
    before = network.input_value()
    expect(screen.locator(".welcome .address")).to_have_text(f"{before}:{server.port}")
    network.focus()
    while network.input_value() != OTHER:
        desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    for page in (desk, screen):
        expect(page.locator("[data-address]").first).to_have_text(f"{OTHER}:{server.port}")
        expect(page.locator("[data-qr]").first).to_have_attribute("src", re.compile(r"\?at="))
    for link in ("join", "lead", "screen", "reflections"):
        field = desk.locator(f"#link-{link}")
        if field.count():
            expect(field).to_have_value(re.compile(f"^http://{OTHER}:{server.port}/"))
    expect(desk.get_by_text("Probeer het met je eigen telefoon")).to_be_visible()
    phone = socketio.Client(reconnection=False, request_timeout=PATIENCE)
    token = server.join(made["code"], "Sem")["token"]
    passed_on = {"X-Forwarded-For": "192.168.1.77"}
    phone.connect(server.url, auth={"token": token}, headers=passed_on, transports=["websocket"], wait_timeout=PATIENCE)
    expect(desk.get_by_text("Probeer het met je eigen telefoon")).to_be_hidden()
    phone.disconnect()
    desk.reload()
    expect(network).to_have_value(OTHER)
    expect(desk.locator("#link-join")).to_have_value(re.compile(f"^http://{OTHER}:"))
