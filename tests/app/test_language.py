"""A phone may read another language than its room: buttons, cards and step titles; what people wrote stays."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from live import Server, fetch

from tests.app.test_web import cookie
from workshop.content import load


def words(html: str, island: str = "pack") -> dict[str, Any]:
    """What a page gives its scripts."""
    found: dict[str, Any] = json.loads(re.findall(rf'id="{island}">(.*?)</script>', html, re.DOTALL)[0])
    return found


@pytest.mark.parametrize(("of_room", "of_phone"), [("nl", "en"), ("en", "nl")])
@pytest.mark.parametrize("programme", ["full", "triads"])
def test_a_phone_that_chose_reads_everything_in_its_language(
    sqlite_server: Server, of_room: str, of_phone: str, programme: str
) -> None:
    made = sqlite_server.create(language=of_room, programme=programme, title="Onze middag")
    address = f"{sqlite_server.url}/r/{made['code']}"
    chosen = fetch(f"{address}?language={of_phone}")
    again = fetch(address, headers={"Cookie": cookie(chosen)}).body.decode()
    plain = fetch(address).body.decode()
    own, other = load(of_room), load(of_phone)
    assert again == chosen.body.decode() and f'<html lang="{of_phone}"' in again and f'<html lang="{of_room}"' in plain
    assert other.topics[0].title in again and own.topics[0].title not in again
    more = fetch(f"{address}/more", headers={"Cookie": cookie(chosen)}).body.decode()
    assert other.slides[0].title in more and own.slides[0].title not in more
    assert "Onze middag" in again, "what people wrote is nobody's to translate"
    titles = words(again)["titles"]
    for step, sibling in zip(own.programme(programme), other.programme(programme), strict=True):
        assert titles[step.title] == sibling.title
    assert words(plain)["titles"] == {}


def test_what_is_no_language_changes_nothing(sqlite_server: Server) -> None:
    made = sqlite_server.create(language="nl")
    for wanted in ("", "de", "../en", "EN"):
        page = fetch(f"{sqlite_server.url}/r/{made['code']}?language={wanted}")
        assert '<html lang="nl"' in page.body.decode() and "Set-Cookie" not in page.headers
    forged = fetch(f"{sqlite_server.url}/r/{made['code']}", headers={"Cookie": f"samen_language_{made['code']}=xx"})
    assert '<html lang="nl"' in forged.body.decode()


def test_keys_are_the_same_in_both_packs() -> None:
    """What a phone sends is understood in the room, whatever it reads."""
    nl, en = load("nl"), load("en")
    for keys in (
        lambda pack: [topic.key for topic in pack.topics],
        lambda pack: [column.key for column in pack.wall],
        lambda pack: [prompt.key for prompt in pack.prompts],
        lambda pack: [word.key for word in pack.safety.words],
    ):
        assert keys(nl) == keys(en)
