"""What a phone has to fetch before it is in (W1 of docs/performance.md): how much, how often, and in two waves."""

from __future__ import annotations

import gzip
import re
import urllib.request
from posixpath import dirname, join, normpath

import pytest
from live import Server

MOST_BYTES = 60_000
MOST_REQUESTS = 24


def fetched(url: str) -> tuple[int, str]:
    """How many bytes come over the line for an address, and the text in them."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=90) as answer:
        body: bytes = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip", url
    return len(body), gzip.decompress(body).decode()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_first_visit_is_light(sqlite_server: Server, language: str) -> None:
    room = sqlite_server.create(language=language, programme="full")
    size, html = fetched(f"{sqlite_server.url}/r/{room['code']}")
    named = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html)))
    texts = {}
    for path in named:
        bytes_, texts[path] = fetched(sqlite_server.url + path)
        size += bytes_
    assert size <= MOST_BYTES
    assert len(named) + 1 <= MOST_REQUESTS
    imported = {
        normpath(join(dirname(path), found))
        for path, text in texts.items()
        for found in re.findall(r'\bfrom\s*"(\.[^"]+)"', text)
    }
    assert imported <= set(named), "a module that the page does not name is fetched in a third wave"
