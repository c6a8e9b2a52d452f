"""What travels without its spaces says what it said: texts, templates and patterns stay as they were."""

from __future__ import annotations

import pytest

from workshop.web.pressing import SPARE, spared


@pytest.mark.parametrize(
    ("written", "travels"),
    [
        ("const a = b + c;\nreturn { a, b };", "const a=b+c;return{a,b};"),
        ('say("a , b") ;', 'say("a , b");'),
        ("t(`one  ${a ? `two , ${b}` : { c: 1 }.c} ,  ${d}`, e);", "t(`one  ${a?`two , ${b}`:{c:1}.c} ,  ${d}`,e);"),
        (r"x.match(/[^/ ] +\/ {2,}/u, y / z);", r"x.match(/[^/ ] +\/ {2,}/u,y/z);"),
        ("a + +b - -c", "a + +b - -c"),
    ],
)
def test_only_spaces_between_words_and_signs_go(written: str, travels: str) -> None:
    assert spared(written) == travels


def test_a_style_keeps_what_it_says() -> None:
    style = '.a > b,\nc {\ncontent: "○ ";\nmargin: 0 auto;\n}\n'
    assert SPARE[".css"].sub("", style) == '.a > b,c{content:"○ ";margin:0 auto}'
