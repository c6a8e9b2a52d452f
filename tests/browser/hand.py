"""A leader's hand: all that a leader does on the dashboard, in one place, with every press counted.

Buttons are found as a leader finds them, by what they say. What they say is looked up in the page's own words, so that
another wording breaks no test.
"""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect


class Hand:
    """One dashboard in one browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0
        page.wait_for_selector("#now-title")
        self.words: dict[str, Any] = json.loads(page.locator("#words").text_content() or "{}")

    def word(self, key: str, **params: object) -> str:
        """What the page says for a key, filled in; of a plural the form for many."""
        word = self.words[key]
        text = word if isinstance(word, str) else word["one" if params.get("n") == 1 else "other"]
        return re.sub(r"\{(\w+)\}", lambda m: str(params.get(m[1], m[0])), text)

    def button(self, key: str, within: str = "body", **params: object) -> Locator:
        """The button that says so, or that is called so by a screen reader."""
        name = self.word(key, **params)
        return self.page.locator(within).get_by_role("button", name=name, exact="{" not in name).first

    def click(self, what: Locator | str) -> None:
        """One press."""
        self.presses += 1
        (self.page.locator(what) if isinstance(what, str) else what).click()

    def press(self, key: str, within: str = "body", **params: object) -> None:
        """One press of the button that says so."""
        self.click(self.button(key, within, **params))

    def key(self, key: str) -> None:
        """One press of a key."""
        self.presses += 1
        self.page.keyboard.press(key)

    def next(self) -> None:
        """The one big button; returns once the room is in another step, or at another slide."""
        before = self.page.locator("#now-part .above").first.inner_text() + self.page.inner_text("#next-button")
        expect(self.page.locator("#next-button button")).not_to_have_attribute("aria-disabled", "true")
        self.click("#next-button button")
        self.page.wait_for_function(
            """before => document.querySelector("#now-part .above").innerText
              + (document.querySelector("#next-button")?.innerText ?? "") !== before""",
            arg=before,
        )

    def until(self, title: str, at_most: int = 3) -> None:
        """Presses the big button until the room is in a step with this title."""
        for _ in range(at_most):
            self.next()
            if self.page.inner_text("#now-title") == title:
                return
        raise AssertionError(f"no {title} within {at_most} presses")

    def is_in(self, title: str) -> None:
        """The dashboard says that the room is in this step."""
        expect(self.page.locator("#now-title")).to_have_text(title)

    def view(self, name: str) -> None:
        """Brings a part of the desk to the front; costs no press where it is there already."""
        tab = self.page.locator(f"#views [data-view={name}]")
        if tab.is_visible() and tab.get_attribute("aria-current") != "page":
            self.click(tab)

    def clock(self) -> int:
        """Seconds that the dashboard shows to be left."""
        text = self.page.inner_text("#now-part .clock .time")
        minutes, seconds = text.lstrip("+").split(":")
        return (-1 if text.startswith("+") else 1) * (int(minutes) * 60 + int(seconds))

    def tables(self) -> list[set[int]]:
        """Who sits with whom, by id."""
        seated: list[list[str]] = self.page.eval_on_selector_all(
            "#triads-part [data-group]",
            "all => all.map(table => [...table.querySelectorAll('[data-person]')].map(one => one.dataset.person))",
        )
        return [set(map(int, table)) for table in seated]

    def keep_apart(self, one: str, other: str) -> None:
        """Two people who asked not to sit together."""
        wishes = self.page.locator("details.wishes")
        if wishes.get_attribute("open") is None:
            self.click(wishes.locator("summary").first)
        self.page.select_option("#wish-one", label=one)
        self.page.select_option("#wish-other", label=other)
        self.press("apart")
        expect(wishes).to_contain_text(self.word("apart_two", one=one, other=other))

    def add_by_hand(self, name: str, team: str = "") -> None:
        """Someone without a phone."""
        self.view("people")
        form = self.page.locator("form.adding")
        form.locator("[name=name]").fill(name)
        form.locator("[name=team]").fill(team)
        self.click(form.locator("[type=submit]"))
        expect(self.page.locator("ul.people").first).to_contain_text(name)
