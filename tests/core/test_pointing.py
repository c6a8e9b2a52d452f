"""What could point to someone; the same cases as tests/js/pointing.test.mjs."""

from __future__ import annotations

import pytest

from workshop.core.pointing import pointing

NAMES = ["Bo", "Fatma", "Jan Piet", "…"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vraag het Sanne van de balie", ["Sanne"]),
        ("bel 06-1234 5678", ["06-1234 5678"]),
        ("mail noor@example.org even", ["noor@example.org"]),
        ("Fatma zei het goed", ["Fatma"]),
        ("Jan Piet zei het goed", ["Jan Piet", "Piet"]),
        ("ik sprak met Çelik-van ’t Hof", ["Çelik-van", "Hof"]),
        ("bel Fatma of Sanne op 0612345678, of sanne@x.nl", ["sanne@x.nl", "0612345678", "Fatma", "Sanne"]),
        ("Ik luisterde. Toen zei ik niets.", []),
        ("In 2026 drie keer, om 10.30", []),
        ("Het UWV belde", []),
        ("Bolwerk gebouwd\nEn verder", []),
        ("", []),
    ],
)
def test_all_that_could_point_to_someone_is_found_and_nothing_else(text: str, found: list[str]) -> None:
    assert pointing(text, NAMES) == found
