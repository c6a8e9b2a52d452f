from hypothesis import given
from hypothesis import strategies as st

from workshop.core.visible import visible


@given(st.text(st.characters(exclude_categories=())))
def test_all_of_it_can_be_seen_and_is_text(text):
    shown = visible(text)
    assert all(sign.isprintable() or sign.isspace() for sign in shown)
    assert "\n" not in shown and "\x1b" not in shown
    shown.encode()


def test_what_can_be_read_stays_as_it_is():
    for text in ("", "Çelik-van ’t Hof", "a\u00a0b", "日本", "✓ 🙂"):
        assert visible(text) == text
    assert visible("\x1b[2Jx\n\u202e\udcff", but="\n") == "\\x1b[2Jx\n\\u202e\\udcff"
