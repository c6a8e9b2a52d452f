"""What a real browser says of where it comes from, against what the border makes of it (S4)."""

from __future__ import annotations

from collections.abc import Callable

from browser.conftest import PHONE, join
from live import Line, Server, until
from playwright.sync_api import Browser, Page

Open = Callable[..., Page]
LINK = "to => document.body.append(Object.assign(document.createElement('a'), {href: to, id: 'x', textContent: 'x'}))"
TRIED = """async ([join, qr]) => {
    const body = '{"name": "Eva"}';
    await fetch(join, { method: "POST", mode: "no-cors", credentials: "include", body }).catch(String);
    const picture = new Image();
    return new Promise((done) => {
        [picture.onload, picture.onerror, picture.src] = [() => done(true), () => done(false), qr];
    });
}"""


def test_a_link_on_another_site_leads_in_also_through_the_service_worker(
    sqlite_server: Server, open_page: Open
) -> None:
    """The worker fetches the page again by itself; what the browser then says is still a link that was followed."""
    made = sqlite_server.create()
    phone = f"{sqlite_server.url}/r/{made['code']}"
    page = join(open_page(phone, **PHONE), "Noor")
    page.wait_for_function("navigator.serviceWorker.controller || navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_selector("#stage:not([hidden])")
    until(lambda: page.evaluate("!!navigator.serviceWorker.controller"))
    page.goto(f"http://localhost:{sqlite_server.port}/")  # to a browser that is another site than 127.0.0.1
    page.evaluate(LINK, phone)
    with page.expect_response(lambda answer: answer.url == phone) as answer:
        page.click("#x")
    assert answer.value.status == 200, answer.value.request.all_headers()
    assert answer.value.from_service_worker
    page.wait_for_selector("#stage:not([hidden])")


def test_another_sites_page_in_a_real_browser_gets_nothing(sqlite_server: Server, browser: Browser) -> None:
    made = sqlite_server.create()
    context = browser.new_context(bypass_csp=True)  # the other site's page has no policy of ours
    page = context.new_page()
    page.goto(made["screen_url"])
    page.goto(f"http://localhost:{sqlite_server.port}/")
    address = [f"{sqlite_server.url}/api/rooms/{made['code']}/people", f"{sqlite_server.url}/qr/{made['code']}.svg"]
    assert page.evaluate(TRIED, address) is False, "it saw the QR code"
    context.close()
    line = Line(sqlite_server, made["lead_token"])
    assert line.snapshot["people"] == []
    line.close()
