"""Logging in by an organisation's own login, in a browser: there and back by keyboard, on the narrowest phone, and by a
form that connects it with an account (a form may lead nowhere but to us, and browsers hold us to that).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from live import Server
from playwright.sync_api import Page, expect
from provider import Provider

from tests.app.test_again import PASSWORD

from .conftest import LAPTOP
from .test_links import NARROW, picture, violations

Open = Callable[..., Page]


def looked_at(page: Page, name: str) -> None:
    """It fits, axe finds nothing, and somebody can look at it."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
    picture(page, name)


def test_there_and_back_and_connected(tmp_path: Path, open_page: Open) -> None:
    with Provider() as provider, Server(tmp_path, **provider.settings) as server:
        assert server.workshop("user", "add", "admin@example.org", text=f"{PASSWORD}\n").returncode == 0
        page = open_page(f"{server.url}/login?openid=away", **NARROW)
        expect(page.locator("[role=alert]:not([hidden])")).to_contain_text("antwoordt nu niet")
        looked_at(page, "openid-away-320")
        page.goto(f"{server.url}/login")
        looked_at(page, "openid-login-320")
        page.get_by_role("link", name="Log in met Hogeschool “Zo”").press("Enter")
        page.wait_for_url(f"{server.url}/lead")
        page.goto(f"{server.url}/account")
        expect(page.locator("main")).to_contain_text("Dit account heeft geen wachtwoord")
        looked_at(page, "openid-account-320")

        provider.claims = {"sub": "2", "email": "admin@example.org", "roles": ["coordinator"]}
        page = open_page(f"{server.url}/login", **LAPTOP)
        page.get_by_role("link", name="Log in met Hogeschool").press("Enter")
        expect(page.locator("[role=alert]:not([hidden])")).to_contain_text("Er is hier al een account")
        looked_at(page, "openid-taken-laptop")
        page.fill("[name=email]", "admin@example.org")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{server.url}/lead")
        page.goto(f"{server.url}/account")
        looked_at(page, "openid-connect-laptop")
        page.fill("[name=password_now]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{server.url}/account?openid=done")
        expect(page.locator("[role=status]")).to_contain_text("Vanaf nu kun je ook inloggen met Hogeschool “Zo”")
        looked_at(page, "openid-connected-laptop")
