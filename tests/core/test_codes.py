import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core import codes

LINKS = json.loads((Path(__file__).parents[1] / "rules" / "links.json").read_text(encoding="utf-8"))


@given(st.integers())
def test_every_code_made_survives_being_shown_and_typed(seed):
    code = codes.make(Random(seed))
    assert len(code) == 8 and code.isdigit()
    assert codes.normalise(codes.show(code)) == codes.normalise(code) == code


def test_a_small_number_keeps_its_zeros():
    class Low(Random):
        def randrange(self, *_):
            return 42

    assert codes.make(Low()) == "00000042"
    assert codes.show("00000042") == "0000 0042"


@pytest.mark.parametrize(
    "typed", ["12345678", "1234 5678", " 1234-5678\n", "12 34–56 78", "1234\u00a05678", "١٢٣٤٥٦٧٨", "１２３４ ５６７８"]
)
def test_spaces_and_dashes_are_ignored(typed):
    assert codes.normalise(typed) == "12345678"


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "1234567a", "1234_5678", "-1234567", "1234567²"])
def test_what_is_no_code(typed):
    assert codes.normalise(typed) is None


@pytest.mark.parametrize(("pasted", "code", "secret"), LINKS)
def test_the_code_in_a_link_that_was_pasted(pasted, code, secret):
    assert codes.in_link(pasted) == (code and (code, secret))
