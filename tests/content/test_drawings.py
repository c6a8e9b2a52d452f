"""The drawings: small, in one hand, harmless inside a page, and put into words in every pack."""

import re
from xml.etree import ElementTree

import pytest

from workshop import content

SVG = "{http://www.w3.org/2000/svg}"
KEYS = sorted(content.drawings())


def test_every_drawing_is_put_into_words_in_every_pack():
    for name in content.SHIPPED:
        assert sorted(content.load(name).drawings) == KEYS


def test_there_is_one_for_every_card_role_and_logic():
    for name in content.SHIPPED:
        pack = content.load(name)
        cards = [card.drawing for card in (*pack.topics, *pack.conversation_cards)]
        roles = [pack.roles.client.drawing, pack.roles.professional.drawing, pack.roles.observer.drawing]
        logics = [counter.drawing for counter in pack.sheet.counters if counter.family == "logics"]
        assert len({*cards, *roles, *logics}) == 13


def test_an_unknown_drawing_is_no_way_to_a_file():
    with pytest.raises(KeyError):
        content.drawing("../nl/pack.yaml")


@pytest.mark.parametrize("key", KEYS)
def test_a_drawing(key: str):
    svg = content.drawing(key)
    assert len(svg.encode()) <= 4096
    root = ElementTree.fromstring(svg)
    assert root.attrib == {
        "viewBox": "0 0 160 120", "fill": "none", "stroke": "currentColor", "stroke-width": "4",
        "stroke-linecap": "round", "stroke-linejoin": "round",
    }  # fmt: skip
    # Only shapes: nothing that runs, loads, clashes with another drawing on the page, or needs a style of its own.
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "g", "path", "circle", "rect"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not attributes & {"style", "id", "href"} and not any(name.startswith("on") for name in attributes)
    # One line weight; only a dot may be a little heavier, to be seen.
    assert all(element.get("stroke-width", "4") in ("4", "6") for element in root.iter())
    accents = [element for element in root.iter() if element.get("class") == "accent"]
    assert all(accent.get("stroke") == "currentColor" for accent in accents) and accents
    assert not re.search(r"#[0-9a-fA-F]{3}|rgb|url", svg)
