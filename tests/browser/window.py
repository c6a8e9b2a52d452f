"""A page through Selenium: what a person sees there and does. Found by CSS, as in the tests with Playwright."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from live import PATIENCE
from selenium.common import exceptions
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

Found = TypeVar("Found")
Errors = tuple[type[exceptions.WebDriverException], ...]
DRAWN_ANEW: Errors = (
    exceptions.JavascriptException,
    exceptions.StaleElementReferenceException,
    exceptions.ElementNotInteractableException,
    exceptions.ElementClickInterceptedException,
)
"""What a driver says of a page that changes just now; nothing was done then."""
WIDE = "() => (document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : [])"
"""What is wrong with a page that one can scroll, down only."""
SEEN = """
const [selector, text] = arguments;
const says = (one) => one.textContent.replace(/\\s+/g, " ");
return [...document.querySelectorAll(selector)].find((one) => one.checkVisibility() && says(one).includes(text));
"""
COMPLAINTS = """
if (!window.complaints) {
  window.complaints = [];
  for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"])
    addEventListener(kind, (one) => window.complaints.push(`${kind} ${one.reason ?? one.message ?? one.blockedURI}`));
}
return window.complaints;
"""


class Window:
    """One page, in a window of its own."""

    def __init__(self, driver: WebDriver, width: int, height: int) -> None:
        driver.switch_to.new_window("window")
        driver.set_window_size(width, height)
        self.driver, self.handle = driver, driver.current_window_handle

    def open(self, address: str) -> None:
        """Goes to an address."""
        self.driver.switch_to.window(self.handle)
        self.driver.get(address)

    def reload(self) -> None:
        """Comes anew, as after a swipe down."""
        self.driver.switch_to.window(self.handle)
        self.driver.refresh()

    def script(self, text: str, *arguments: Any) -> Any:
        """What a script in the page says."""
        self.driver.switch_to.window(self.handle)
        return self.driver.execute_script(text, *arguments)

    def complaints(self) -> list[str]:
        """What the page's scripts complained of since this was asked for the first time."""
        return list(self.script(COMPLAINTS))

    def until(self, so: Callable[[], Found], what: str, despite: Errors = DRAWN_ANEW) -> Found:
        """Waits until something is so, and returns it."""
        return WebDriverWait(self.driver, 2 * PATIENCE, 0.1, despite).until(lambda _: so(), what)

    def sees(self, selector: str, text: str = "") -> WebElement:
        """The first that is visible and says so; waits for it, also where the page is on its way to another."""
        found = f"no {selector} that says “{text}”"
        return self.until(lambda: self.script(SEEN, selector, text), found, (exceptions.WebDriverException,))

    def reads(self, selector: str) -> str:
        """What it says."""
        says = "return arguments[0].value ?? arguments[0].textContent.trim()"
        return str(self.until(lambda: self.script(says, self.sees(selector)), f"{selector} says nothing"))

    def is_whole(self, faults: str) -> None:
        """Waits until a function of the page that lists what is wrong lists nothing: what moves comes to rest."""
        found: list[str] = []

        def whole() -> bool:
            found[:] = self.script(f"return ({faults})()")
            return not found

        with suppress(exceptions.TimeoutException):
            self.until(whole, "")
        assert not found, found

    def at_hand(self, selector: str) -> WebElement:
        """What is to be pressed or written in, brought to the middle: drivers do not always scroll far enough."""
        found = self.sees(selector)
        self.script("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", found)
        return found

    def click(self, selector: str) -> None:
        """Presses it."""
        self.until(lambda: self.at_hand(selector).click() is None, f"cannot press {selector}")

    def fill(self, selector: str, text: str) -> None:
        """Types into it."""
        self.until(lambda: self.at_hand(selector).send_keys(text) is None, f"cannot write in {selector}")
