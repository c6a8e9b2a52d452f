"""A passkey from its first day to its last, by keyboard on the narrowest phone: a browser with an authenticator of its
own makes it, and is asked for it where one logs in."""

from __future__ import annotations

from collections.abc import Callable

from live import Server
from playwright.sync_api import Page, expect

from tests.app.test_logins import House

from .test_links import NARROW, picture, violations

Open = Callable[..., Page]
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_one_adds_a_passkey_logs_in_with_it_and_removes_it(sqlite_server: Server, open_page: Open) -> None:
    house, site = House(sqlite_server), sqlite_server.url.replace("127.0.0.1", "localhost")
    page = open_page(f"{site}/login", **NARROW)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    number = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def looked_at(name: str) -> None:
        picture(page, f"passkeys-{name}-320")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert not violations(page)

    name, token = house.first.split("=", 1)
    page.context.add_cookies([{"name": name, "value": token, "url": site}])
    page.goto(f"{site}/account")
    page.locator("#name").press_sequentially("telefoon")
    page.keyboard.press("Enter")
    expect(page.locator("#passkeys [role=status]")).to_contain_text("Je passkey is toegevoegd")
    expect(page.locator(".passkeys li")).to_contain_text("Nog niet gebruikt")
    page.locator(".passkeys summary").press("Enter")
    looked_at("added")
    page.locator("#name").fill("nog een keer")
    page.keyboard.press("Enter")
    expect(page.locator("[data-says=known]")).to_be_visible()
    page.locator(".masthead button").press("Enter")
    page.wait_for_url(f"{site}/")

    # Somebody who thinks better of it, or whose finger is not known, is led back to the password.
    page.goto(f"{site}/login")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    ask = page.get_by_role("button", name="Log in met een passkey")
    ask.press("Enter")
    expect(page.locator("[data-says=cancelled]")).to_be_visible()
    looked_at("cancelled")
    page.locator("[data-says=cancelled] a").press("Enter")
    expect(page.locator("#email")).to_be_focused()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": True})
    ask.press("Enter")
    page.wait_for_url(f"{site}/lead")

    page.goto(f"{site}/account")
    page.locator(".passkeys summary").press("Enter")
    page.get_by_role("button", name="Verwijder deze passkey").press("Enter")
    expect(page.locator("#passkeys [role=status]")).to_contain_text("De passkey is verwijderd")
    expect(page.locator(".passkeys")).to_have_count(0)
    page.locator(".masthead button").press("Enter")
    page.goto(f"{site}/login")
    ask.press("Enter")
    expect(page.locator("[role=alert]:visible")).to_contain_text("misschien is hij verwijderd")
    looked_at("unknown")
