"""What a script asks the page to say is among the words of a page; a key that is unknown would be shown as it is."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "workshop"
ASKED = re.compile(r"\bt\(((?:[^(),`]|\([^()]*\))*)")
"""The first argument of `t(…)`: one key, or a choice between some."""
WORD = re.compile(r'(?<![=!]== )"([a-z][\w.]*)"')
KEPT = re.compile(r'"([\w.]+)": ?(?:_\(|\{"|pack\.|ngettext)')


def test_every_word_that_a_script_asks_for_is_on_a_page() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (PACKAGE / "templates").rglob("*.html"))
    asked: set[str] = set()
    for script in (PACKAGE / "static" / "js").rglob("*.js"):
        for argument in ASKED.findall(script.read_text(encoding="utf-8")):
            asked |= set(WORD.findall(re.sub(r"\([^()]*\)", "", argument)))
    assert len(asked) > 300
    assert not asked - set(KEPT.findall(pages))
