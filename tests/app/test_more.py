"""What a phone fetches once it is in: all of it is there, and who is in gets it however narrow the door is."""

from __future__ import annotations

import html
import re

import pytest
from live import Server

from workshop.content import load


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_slides_guide_and_other_cards_are_there_with_every_line(sqlite_server: Server, language: str) -> None:
    pack = load(language)
    code = sqlite_server.create(language=language)["code"]
    found = words(sqlite_server.get(f"/r/{code}/more").body.decode())
    wanted = [line for slide in pack.slides for line in (slide.title, *slide.lines, slide.source)]
    wanted += [line for part in pack.guide.parts for line in (part.title, *part.lines)] if pack.guide else []
    wanted += [line for card in pack.other_conversations for part in card.back for line in (card.line, *part.lines)]
    assert pack.guide and pack.other_conversations and [line for line in wanted if line not in found] == []
    assert not [slide.say for slide in pack.slides if slide.say in found], "what only the leader sees"


def test_it_is_of_a_room_and_leads_to_the_makers(sqlite_server: Server) -> None:
    code = sqlite_server.create()["code"]
    assert f'href="{load("nl").credit.address}"' in sqlite_server.get(f"/r/{code}/more").body.decode()
    assert sqlite_server.get(f"/r/{'00000000' if code != '00000000' else '11111111'}/more").status == 404
