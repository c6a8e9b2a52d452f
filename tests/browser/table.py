"""One table of three: a phone in a browser, two partners and the leader as programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from live import Line, Server
from playwright.sync_api import Locator, Page, expect

from workshop.content import load

from .conftest import PHONE, join

PACK = load("nl")


class Table:
    """One phone in a browser, two partners and a leader as programs."""

    def __init__(self, server: Server, open_page: Callable[..., Page], **options: Any) -> None:
        self.server = server
        self.room = server.create(**options)
        self.phone = join(open_page(self.room["join_url"], **PHONE), "Noor")
        self.partners = [Line(server, server.join(self.room["code"], name)["token"]) for name in ("Sem", "Fatma")]
        self.leader = Line(server, self.room["lead_token"])

    def go(self, kind: str, round: int | None = None) -> None:
        """The leader brings the room to a step of this kind."""
        steps = self.leader.snapshot["programme"]
        index = next(s["index"] for s in steps if s["kind"] == kind and round in (None, s["round"]))
        self.leader.do("go", index=index)
        expect(self.phone.locator("#heading")).to_contain_text(steps[index]["title"])
        if round:
            expect(self.phone.locator("#heading")).to_contain_text(f"Ronde {round}")
        expect(self.phone.locator("#turn")).to_be_hidden()

    def field(self) -> Locator:
        """The one field that is open."""
        return self.phone.locator("#stage .field", has=self.phone.locator("textarea:visible")).first

    def read_by(self, who: str) -> None:
        """Changes who reads what stands in the field."""
        field = self.field()
        field.locator(".reader summary").click()
        field.get_by_role("radio", name=getattr(PACK.visibility, who).label).check()

    def says(self) -> Locator:
        """The quiet line."""
        return self.field().locator(".reader summary")

    def stored(self) -> list[dict[str, Any]]:
        """The notes that the server has."""
        token = self.phone.evaluate(f"localStorage.getItem('samen.{self.room['code']}')")
        notes: list[dict[str, Any]] = self.server.get("/api/me", token).json()["notes"]
        return notes

    def close(self) -> None:
        """All but the phone go."""
        for line in (self.leader, *self.partners):
            line.close()
