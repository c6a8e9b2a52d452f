"""Names and texts that look empty, or alike, or stand over other lines; and every script that stays whole (S3)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from live import Server

from tests.hostile import TEXTS
from workshop.commands import one_line, visible, words
from workshop.commands.words import clean

NOTHING = {
    "Hangul filler": "\u3164",
    "Hangul choseong filler": "\u115f",
    "Hangul jungseong filler": "\u1160",
    "halfwidth Hangul filler": "\uffa0",
    "blank braille": "\u2800",
    "soft hyphen": "\u00ad",
    "grapheme joiner": "\u034f",
    "Khmer inherent vowels": "\u17b4\u17b5",
    "Mongolian separator": "\u180b\u180e",
    "variation selectors": "\ufe00\ufe0f\U000e0100",
    "tags": "\U000e0041\U000e007f",
    "joiners": "\u200d\u200c\u200d",
    "only marks": "\u0301\u0308\u0e47",
    "zero width space": "\u200b",
    "word joiner": "\u2060\ufeff",
    "invisible operators": "\u2061\u2062\u2063\u2064",
    "a note without a head": "\U0001d159",
    "what stands for a picture": "\ufffc",
    "wide and thin spaces": "\u3000\u2009\u202f\u00a0\u205f",
    "next line": "\u0085\u2028\u2029",
    "shorthand format": "\U0001bca0",
    "an unassigned tag": "\U000e0fff",
}
SPACES = {"wide and thin spaces", "next line", "blank braille"}
WHOLE = [
    "Noor", "Çelik-van ’t Hof", "Nguyễn Thị Bưởi", "Þórdís", "Ñandú", "O’Brien", "Łukasz", "Søren", "İpek", "ẞ",
    "علی‌رضا", "می‌خواهم", "مُحَمَّد", "شَدَّةٌ", "נֹעָה", "בְּרֵאשִׁ֖ית", "श्रीमती", "क्‍ष", "र्‍य", "আর্‍য", "ന്‍", "ශ්‍රී", "ကြီး",
    "สมชาย", "ผู้ใหญ่", "ខ្មែរ", "བཀྲ་ཤིས་", "སྒྲུབས", "ᠮᠣᠩᠭᠣᠯ", "김민준", "각", "山田", "葛\U000e0100城", "辻\ufe00",
    "ⵜⴰⵎⴰⵣⵉⵖⵜ", "አበበ",
    "👩🏽‍🦽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "❤️", "❤️‍🔥", "1️⃣", "#️⃣", "🇳🇱", "‼️", "↔️", "👁️‍🗨️", "🧑‍⚕️", "☺︎",
    "⠝⠕⠕⠗", "x̂", "é̂", "ḍ̇",
]  # fmt: skip


@pytest.mark.parametrize("nothing", NOTHING.values(), ids=NOTHING)
def test_what_looks_empty_is_empty(nothing: str) -> None:
    assert clean(nothing) == "" and one_line(nothing) == ""
    assert one_line(f" {nothing * 5} \n{nothing}") == ""


@pytest.mark.parametrize("name", [name for name in NOTHING if name not in SPACES | {"only marks"}])
def test_mixed_with_letters_it_is_taken_out(name: str) -> None:
    nothing = NOTHING[name]
    assert one_line(f"{nothing}No{nothing}or{nothing}") == "Noor"
    assert one_line(f"Noor{nothing} {nothing}Bakker") == "Noor Bakker"


def test_blank_braille_and_odd_spaces_are_spaces() -> None:
    assert {one_line(f"Noor{space}Bakker") for space in "\u2800\u3000\u2009\u00a0\u2028"} == {"Noor Bakker"}


@pytest.mark.parametrize("text", WHOLE)
def test_what_people_write_stays_whole(text: str) -> None:
    assert one_line(text) == unicodedata.normalize("NFC", text)
    assert clean(f"{text}, {text}\n{text}") == unicodedata.normalize("NFC", f"{text}, {text}\n{text}")


@pytest.mark.parametrize("mark", ["\u0301", "\u0e47", "\u20dd", "\u0334", "\u1ab0", "\u0489"])
def test_no_tower_of_marks_stands_over_other_lines(mark: str) -> None:
    for tower in (f"Z{mark * 30}algo", f"Z{(mark + chr(0x34F)) * 30}algo", f"Z{(mark + chr(0x200D)) * 30}algo"):
        name = one_line(tower)
        marks = [c for c in unicodedata.normalize("NFD", name) if unicodedata.category(c) in ("Mn", "Me")]
        assert name.endswith("algo") and len(marks) <= 5
    assert one_line(mark * 40 + "Bo") == "Bo"


@pytest.mark.parametrize(
    "text",
    [
        "\u0301\u0323" * 2400,
        ("\u0301\u0323" * 15 + "\u200b") * 150,  # a row once nothing stands in between
        "\u0f73" * 4800,  # which say that they are no marks of this kind, and are made of two
        "\U0001d165\u302e" * 2400,  # which take room, and are kept
        "\U0001d160" * 4800,
    ],
    ids=["accents", "accents with nothing between", "Tibetan", "music", "notes"],
)
def test_no_long_row_is_put_in_order(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """That takes as long as the square of its length."""
    rows: list[int] = []

    def watched(form: str, text: str) -> str:
        apart = "".join(unicodedata.normalize("NFD", c) for c in text)
        marks = ("x" if unicodedata.combining(c) else " " for c in apart)
        rows.append(max(map(len, "".join(marks).split()), default=0))
        return unicodedata.normalize("NFC", text) if rows[-1] < 100 else ""

    monkeypatch.setattr(visible, "normalize", watched)
    clean(f"a{text}")
    one_line(f"a{text}")
    assert rows and max(rows) < 100


def test_a_name_that_is_far_too_long_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr(words, "visible", lambda text: looked.append(len(text)) or text)
    assert len(one_line("👩\u200d" * 2000)) > 280, "it stays too long"
    assert max(looked) <= 1000


@given(
    st.text(
        st.characters()
        | st.sampled_from([*"".join(NOTHING.values()), *"".join(WHOLE), "\u0301", "\U0001d165", "\u0f73"]),
        max_size=60,
    )
)
@example("\U0001d160" + "\U0001d165\u302e" * 30)
def test_what_was_looked_through_is_not_changed_again(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert one_line(one_line(text)) == one_line(text)
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_keeps_all_that_can_be_seen(text: str) -> None:
    seen = [c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] in "LNPSZ"]
    assert not set(seen) - set(clean(text)) - set(" \u2028\u2029\u00a0"), text


@pytest.mark.parametrize("nothing", ["\u3164", "\u2800", "\u0301", "\ufe0f\u034f", "\u200d"])
def test_nobody_comes_in_writes_or_is_called_by_nothing(sqlite_server: Server, dial, nothing: str) -> None:  # type: ignore[no-untyped-def]
    made = sqlite_server.create()
    join = f"/api/rooms/{made['code']}/people"
    assert sqlite_server.get(join, method="POST", body={"name": nothing}).json()["code"] == "invalid"
    person = sqlite_server.join(made["code"], f"No{nothing}or", team=nothing)
    leader, phone = dial(sqlite_server, made["lead_token"]), dial(sqlite_server, person["token"])
    assert phone.snapshot["me"]["team"] is None
    refused = {
        "rename": {"person": person["person"], "name": nothing},
        "add_person": {"name": nothing},
        "notice": {"text": nothing},
        "post_for": {"column": "snags", "text": nothing},
        "insert_step": {"index": 1, "kind": "break", "title": nothing},
    }
    for command, more in refused.items():
        assert leader.say("command", do=command, **more)["code"] == "invalid", command
    assert phone.note("tip", nothing)["ok"] and phone.post("snags", nothing)["ok"]
    mine = sqlite_server.get("/api/me", person["token"]).json()
    assert mine["notes"] == mine["posts"] == [], "empty text is no note and no line"
    assert sqlite_server.workshop("create", "--title", nothing).returncode == 1
