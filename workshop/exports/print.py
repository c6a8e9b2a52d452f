"""The afternoon on paper, for when the network is not there: one PDF with all that has to be printed.

`print.typ` beside this file says what the pages look like. What is on them goes there as data, so that nothing a
person typed is ever read as markup. `typeset` lays it out, in a process of its own.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec
import segno

from workshop.content import Pack, drawing
from workshop.content.schema import Counter, Prompt, RoleCard
from workshop.core.programme import KINDS, ROUND_KINDS, Step

from .record import printable

INK, ACTION = "#1e2a32", "#0b6b63"
ROLES = {"client": "#b4472b", "professional": "#1f5fa6", "observer": "#4a6b1f"}
"""The roles in their order, each with its colour on paper (static/css/base/tokens.css)."""
SIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 88">'
    '<circle cx="48" cy="49" r="16" fill="none" stroke="{ink}" stroke-width="4"/>'
    '<circle cx="48" cy="13" r="12" fill="{client}"/>'
    '<rect x="69" y="57" width="22" height="22" rx="5" fill="{professional}"/>'
    '<path d="M19 54 33.5 79H4.5Z" fill="{observer}"/></svg>'
)
FAMILIES = ("layers", "questions", "logics")
SEATS = 3


@dataclass(frozen=True, slots=True)
class Printed:
    """What goes on paper for one room, besides its pack."""

    title: str
    code: str
    """As people read it: 1234 5678."""
    join: str
    """Where the QR code leads; with the secret of the room in it."""
    address: str
    """The address that people type."""
    tables: int
    erased_on: str
    """The day on which the room erases itself, as people write it."""
    steps: tuple[Step, ...]
    words: Mapping[str, str]
    """The words that are not the pack's: see `workshop.web.printing`."""


def contents(pack: Pack, room: Printed) -> bytes:
    """Everything on the pages, as JSON."""
    return msgspec.json.encode(_data(pack, room))


def _data(pack: Pack, room: Printed) -> dict[str, Any]:
    """Everything on the pages, as plain values."""
    words = room.words
    return {
        "language": pack.language, "ink": INK, "action": ACTION, "sign": SIGN.format(ink=INK, **ROLES),
        "words": {**words, "layers": {"visible": words["visible"], "invisible": words["invisible"]}},
        "title": printable(room.title), "code": room.code, "address": room.address, "qr": _qr(room.join),
        "tables": room.tables, "credit": pack.credit.line, "reminder": pack.reminder,
        "parts": _parts(pack, room), "steps": _programme(pack, room), "plan": _plan(room),
        "welcome": [line.replace("{date}", room.erased_on) for line in pack.welcome.lines],
        "safety": {
            "question": pack.safety.question, "words": [word.label for word in pack.safety.words],
            "own": pack.safety.own, "together": pack.safety.together,
        },
        "choice": pack.topic_choice,
        "turns": [_turn(pack, key, words) for key in sorted(ROLES, key=lambda key: pack.role(key).feedback.order)],
        "roles": [_role(pack, key, words) for key in ROLES],
        "guide": pack.guide and {
            "title": pack.guide.title, "parts": pack.guide.parts, "address": pack.credit.address.partition("://")[2],
        },
        "cards": _cards(pack, words),
        "sheet": {
            "title": pack.sheet.title,
            "prompts": [
                {"step": "", "label": p.label, "hint": p.hint} for p in pack.asked("conversation", "observer")
            ],
            "families": [counters for family in FAMILIES if (counters := _counters(pack, family))],
        },
        "own": _own(pack),
    }  # fmt: skip


def _parts(pack: Pack, room: Printed) -> list[dict[str, Any]]:
    """What there is to print: by which key the document knows it, how many copies one needs, and what to do with
    them."""
    names = {"sheet": pack.sheet.title, "guide": pack.guide and pack.guide.title}
    copies = {"poster": 1, "tents": 1, "sheet": room.tables * SEATS, "own": room.tables * SEATS}
    return [
        {
            "key": key,
            "name": names[key] if key in names else room.words[key],
            "copies": copies.get(key, room.tables),
            "how": room.words[f"how_{key}"],
        }
        for key in ("poster", "tents", "together", "guide", "roles", "cards", "sheet", "own")
        if key != "guide" or pack.guide
    ]


def _programme(pack: Pack, room: Printed) -> list[dict[str, str]]:
    """A line for each step; the later rounds, which go as the first one went, have a line each."""
    lines = []
    for number, together in groupby(room.steps, lambda step: step.round or 0):
        steps = list(together)
        if number > 1:
            what = ", ".join(f"{step.title} {_minutes(step.seconds)}" for step in steps)
            title = room.words["round"].format(n=number, of=max(step.round or 0 for step in room.steps))
            lines.append({"title": title, "lead": what, "minutes": _minutes(sum(step.seconds for step in steps))})
        else:
            lines += [
                {"title": step.title, "lead": pack.step(step.kind).lead, "minutes": _minutes(step.seconds)}
                for step in steps
            ]
    return lines


def _plan(room: Printed) -> list[dict[str, str]]:
    """For whoever takes part: a line for each step but the one in which people come in, and one for rounds that follow
    each other."""
    lines = []
    for in_rounds, together in groupby(room.steps, lambda step: step.round is not None):
        steps = list(together)
        if in_rounds:
            title = room.words["practice"].format(n=len({step.round for step in steps}))
            lines.append({"title": title, "minutes": _minutes(sum(step.seconds for step in steps))})
        else:
            shown = [step for step in steps if step.kind != "welcome"]
            lines += [{"title": step.title, "minutes": _minutes(step.seconds)} for step in shown]
    return lines


def _minutes(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    return f"{whole}:{rest:02}" if rest else str(whole or "")


def _role(pack: Pack, key: str, words: Mapping[str, str]) -> dict[str, Any]:
    role = pack.role(key)
    cards: dict[str, RoleCard] = {kind: getattr(role, kind) for kind in ROUND_KINDS}
    return {
        "key": key, "name": role.name, "now": role.now,
        "colour": ROLES[key], **_picture(pack, role.drawing, ROLES[key]),
        "cards": [
            {
                "step": pack.step(kind).title, "line": card.line, "sections": card.more,
                "hint": words[f"turn_{role.feedback.order}"] if kind == "feedback" else "",
            }
            for kind, card in cards.items()
        ],
    }  # fmt: skip


def _turn(pack: Pack, key: str, words: Mapping[str, str]) -> dict[str, str]:
    role = pack.role(key)
    return {
        "key": key,
        "name": role.name,
        "colour": ROLES[key],
        "hint": words["seconds"].format(n=role.feedback.seconds),
    }


def _cards(pack: Pack, words: Mapping[str, str]) -> list[dict[str, Any]]:
    topics = [
        {"kind": words["topic_card"], "title": card.title, "line": card.line, "questions": card.questions,
         "sections": [], **_picture(pack, card.drawing)}
        for card in pack.topics
    ]  # fmt: skip
    stages = [
        {"kind": words["conversation_card"], "title": card.title, "line": card.line, "questions": [],
         "sections": card.back, **_picture(pack, card.drawing)}
        for card in pack.conversation_cards
    ]  # fmt: skip
    others = [
        {"kind": words["other_card"], "title": card.title, "line": card.line, "questions": [],
         "sections": card.back, **_picture(pack, card.drawing)}
        for card in pack.other_conversations
    ]  # fmt: skip
    return topics + stages + others


def _counters(pack: Pack, family: str) -> list[dict[str, str]]:
    return [_counter(pack, counter) for counter in pack.sheet.counters if counter.family == family]


def _counter(pack: Pack, counter: Counter) -> dict[str, str]:
    picture = _picture(pack, counter.drawing, ROLES["observer"]) if counter.drawing else {"drawing": "", "alt": ""}
    return {"label": counter.label, "hint": counter.hint, **picture}


def _own(pack: Pack) -> list[dict[str, str]]:
    """What everyone is asked to write, under the step in which it is asked first; its name stands there once."""
    asked: dict[str, tuple[str, Prompt]] = {}
    for kind in KINDS:
        for prompt in pack.asked(kind):
            asked.setdefault(prompt.key, (kind, prompt))
    steps = [""] + [kind for kind, _ in asked.values()]
    return [
        {"step": "" if kind == before else pack.step(kind).title, "label": prompt.label, "hint": ""}
        for before, (kind, prompt) in zip(steps, asked.values(), strict=False)
    ]


def _picture(pack: Pack, key: str, accent: str = ACTION) -> dict[str, str]:
    """A drawing in ink and one colour, and what it shows."""
    svg = drawing(key).replace('class="accent" stroke="currentColor"', f'stroke="{accent}"')
    return {"drawing": svg.replace("currentColor", INK), "alt": pack.drawings[key]}


def _qr(address: str) -> str:
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", border=0, xmldecl=False, dark=INK)
    return picture.getvalue().decode()
