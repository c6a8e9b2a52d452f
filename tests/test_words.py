"""What a script asks the page to say is among the words of a page; a key that is unknown would be shown as it is."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

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


def test_a_button_is_called_by_the_words_that_stand_on_it() -> None:
    """Whoever speaks to a computer says what they see (WCAG 2.5.3)."""
    page = (PACKAGE / "templates" / "desk" / "words.html").read_text(encoding="utf-8")
    words = dict(re.findall(r'"(\w+)": _\("([^"]+)"\)', page))
    others = {"seat_label": "seat_at", "message_table": "message"}
    names = {
        key: others.get(key, key.removesuffix("_label")) for key in words if key.endswith("_label") or key in others
    }
    called = [(words[seen], words[name]) for name, seen in names.items() if seen in words]
    called.append(("Undo", "Undo what was last removed, moved or combined"))
    assert len(called) > 12
    dutch = read_po(BytesIO((PACKAGE / "translations/nl/LC_MESSAGES/messages.po").read_bytes()), locale="nl")
    called += [(dutch[seen].string, dutch[name].string) for seen, name in called]
    assert not [(seen, name) for seen, name in called if not name.startswith(seen)]
