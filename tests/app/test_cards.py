"""The cards to take along: for anyone, without a name, a room or a cookie, in both languages and any pack."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from live import Server, fetch

from tests.app.test_web import cookie
from tests.content.test_mistakes import spoil
from workshop import content


@pytest.fixture
def with_packs(tmp_path: Path) -> Server:
    """A server with a pack of its own, one with a mistake, and one in a folder elsewhere."""
    packs = tmp_path / "instance" / "packs"
    for folder in (packs / "noord & zuid", packs / "broken", tmp_path / "elsewhere"):
        shutil.copytree(content.HERE / "en", folder)
        spoil(folder, "cards.yaml", "line: How are things between us?", "line: How do we get on, <b>here</b>?")
    spoil(packs / "broken", "pack.yaml", "language: en", "language: xx")
    return Server(tmp_path)


def shown(pack: content.Pack) -> list[str]:
    """All that stands on the cards of a pack, both sides, and in its guide."""
    backs = [card.back for card in (*pack.conversation_cards, *pack.other_conversations)]
    parts = [*(pack.guide.parts if pack.guide else []), *(part for back in backs for part in back)]
    return [
        *(text for card in pack.topics for text in (card.title, card.line, *card.questions)),
        *(text for card in (*pack.conversation_cards, *pack.other_conversations) for text in (card.title, card.line)),
        *(text for part in parts for text in (part.title, *part.lines)),
    ]


@pytest.mark.parametrize("language", content.SHIPPED)
def test_the_guide_and_every_card_are_there_by_the_address_and_by_the_browser(
    sqlite_server: Server, language: str
) -> None:
    chosen = sqlite_server.get(f"/cards?language={language}")
    by_browser = fetch(f"{sqlite_server.url}/cards", headers={"Accept-Language": f"{language}, de;q=0.5"})
    for page in (chosen, by_browser):
        text = unescape(page.body.decode())
        assert f'<html lang="{language}"' in text
        assert not [line for line in shown(content.load(language)) if line not in text]
        assert "Set-Cookie" not in page.headers, "holds nothing"
    other = next(one for one in content.SHIPPED if one != language)
    against = fetch(f"{sqlite_server.url}/cards?language={language}", headers={"Accept-Language": other})
    assert against.body == chosen.body


def test_a_browser_asks_whether_the_cards_are_still_the_same(sqlite_server: Server) -> None:
    page = sqlite_server.get("/cards?language=nl")
    again = fetch(f"{sqlite_server.url}/cards?language=nl", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    other = fetch(f"{sqlite_server.url}/cards?language=en", headers={"If-None-Match": page.headers["ETag"]})
    assert other.status == 200


def test_a_pack_of_the_installation_has_an_address_by_its_name_alone(with_packs: Server, tmp_path: Path) -> None:
    with with_packs as server:
        for language in ("", "&language=nl"):
            page = server.get(f"/cards?pack={quote('noord & zuid')}{language}")
            assert page.status == 200 and "How do we get on, &lt;b&gt;here&lt;/b&gt;?" in page.body.decode()
        assert 'lang="en"' in page.body.decode() and "De kaarten printen" in page.body.decode(), "its cards stay"
        for name in ("nobody", "broken", str(tmp_path / "elsewhere"), "../packs/broken", ".", "..", "", "nl/"):
            refused = server.get(f"/cards?pack={quote(name)}")
            assert refused.status == (200 if not name else 404), name
            assert "get on" not in refused.body.decode()
        assert "noord" not in server.get("/cards").body.decode(), "no list: a name may be an organisation's"


def test_the_cards_of_a_pack_in_another_language_say_which(with_packs: Server) -> None:
    """On a phone that is read in Dutch a screen reader reads them as what they are."""
    with with_packs as server:
        made = server.workshop("create", "--json", "--title", "x", "--pack", "noord & zuid")
        address = f"/r/{json.loads(made.stdout)['code']}"
        for language, said in (("nl", True), ("en", False)):
            headers = {"Cookie": cookie(fetch(f"{server.url}{address}?language={language}"))}
            pages = [fetch(f"{server.url}{one}", headers=headers).body.decode() for one in (address, f"{address}/more")]
            assert all(f'<html lang="{language}"' in page for page in pages)
            cards = re.findall(r'<\w+ class="(?:leaves|card topic|card guide|slide)"[^>]*>', "".join(pages))
            assert len(cards) > 20
            assert all((' lang="en"' in card) is said for card in cards)
            assert ('<header class="head" lang="en"' in pages[0]) is said


def test_the_phone_leads_to_the_cards_of_its_room(with_packs: Server, tmp_path: Path) -> None:
    with with_packs as server:
        for pack, led_to in (
            ("noord & zuid", "/cards?language=en&pack=noord+%26+zuid"),
            (str(tmp_path / "elsewhere"), "/cards?language=en"),
            ("nl", "/cards?language=nl"),
        ):
            made = server.workshop("create", "--json", "--title", "x", "--pack", pack)
            more = unescape(server.get(f"/r/{json.loads(made.stdout)['code']}/more").body.decode())
            assert f'href="{led_to}"' in more
            assert server.get(led_to).status == 200
