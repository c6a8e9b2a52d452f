"""A screen that nobody can scroll: in every step, at every size and zoom, with few people and with many, everything
on it is whole, can be read from the back and covers nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from live import Line, Server
from playwright.sync_api import Page
from sqlalchemy import select

from workshop.models import Person, Post, Room

from .conftest import PROJECTOR

SIZES = (
    (640, 480), (800, 600), (911, 512), (1024, 768), (1280, 720), (1920, 1080), (2560, 1080), (3840, 2160),
    (1080, 1920),
)  # fmt: skip
ZOOMS = (1.0, 1.5, 2.0)
ZOOMED = ((1024, 768), (1920, 1080), (1080, 1920))
"""The sizes at which one looks at every zoom; at the others a zoom comes down to a size that is there as well."""
FAULTS = Path(__file__).with_name("whole.js").read_text(encoding="utf-8").strip().removesuffix(";").partition("*/")[2]
NAMES = (
    "Noor",
    "Bo",
    "O",
    "Marie-Louise",
    "’t Hof-van Çelik",
    "Maria Magdalena van Oldenbarnevelt-Smits",
    "Jan Willem",
)
LONG = "Nog twee minuten. Wie klaar is, schrijft alvast op wat hielp; daarna gaan we samen naar de wand en kijken. "
FRAMES = 10
CROWDED = (*ZOOMED, (1280, 720))
"""Those at which one looks with sixty people; with fewer, at all."""
SLIDES = (0, 3, 7, 11)
SAID_IN = ("welcome", "groups", "brief", "conversation", "plenary")
"""The steps in which the leader says something long besides."""


def fill(server: Server, code: str, people: int) -> None:
    """People, with names of every length, and a wall of long lines."""
    with server.database.writing() as session:
        room = session.scalars(select(Room).where(Room.code == code)).one()
        for i in range(people):
            name = NAMES[i % len(NAMES)] if i < 14 else f"{NAMES[i % 4]} {i}"
            session.add(Person(room_id=room.id, name=name, joined_at=1, by_hand=True))
        for i in range(30):
            column = ("enthusiastic", "snags", "first_step")[i % 3]
            text = (LONG * (1 + i % 3))[:280].strip()
            session.add(
                Post(room_id=room.id, id=f"{i:08}-0000-4000-8000-000000000000", column=column, text=text, posted_at=i)
            )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("people", [11, 60])
def test_nothing_is_cut_or_covered_or_too_small(
    sqlite_server: Server, open_page: Callable[..., Page], people: int
) -> None:
    made = sqlite_server.create(programme="full", title="Samen oefenen met feedback in de wijk")
    fill(sqlite_server, made["code"], people)
    leader = Line(sqlite_server, made["lead_token"])
    screen = open_page(made["screen_url"], reduced_motion="reduce", **PROJECTOR)
    faults: dict[str, list[str]] = {}

    def look(what: str) -> None:
        for wide, high in SIZES if people < 60 else CROWDED:
            for zoom in ZOOMS if (wide, high) in ZOOMED and people < 60 else (1.0,):
                screen.set_viewport_size({"width": int(wide / zoom), "height": int(high / zoom)})
                found = None
                for _ in range(FRAMES):  # until it has settled
                    screen.evaluate(
                        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
                    )
                    if not (found := screen.evaluate(FAULTS)):
                        break
                if found:
                    faults[f"{what} {wide}×{high} at {zoom:.0%}"] = found[:3]

    for step in leader.snapshot["programme"]:
        kind = step["kind"]
        if (step["round"] or 1) > 1 and (kind, step["round"]) != ("brief", 2):
            continue
        leader.do("go", index=step["index"])
        screen.wait_for_selector(f".scene[data-kind={kind}]:not([hidden])")
        for slide in SLIDES if kind == "talk" else (None,):
            if slide is not None:
                leader.do("slide", to=slide)
                screen.wait_for_selector(f"[data-slide='{slide}']:not([hidden])")
            if slide is None or people < 60:  # a slide is the same for any number
                look(f"{kind} {slide or ''}")
        if kind in SAID_IN:
            leader.do("notice", text=(LONG * 2)[:210])
            screen.wait_for_selector("#told[data-size=large]")
            look(f"{kind}, with a message")
            with sqlite_server.database.writing() as session:  # long ago
                session.connection().exec_driver_sql("UPDATE notices SET sent_at = 1")
            screen.reload()
            screen.wait_for_selector(f".scene[data-kind={kind}]:not([hidden])")
    leader.close()
    assert not faults
