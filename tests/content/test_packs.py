"""The packs that come with the workshop: complete, the same in both languages, and plain to read."""

import ast
import inspect
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from workshop import content
from workshop.content import Pack, schema
from workshop.core.programme import KINDS, ROUND_KINDS, Part, unroll

ROOT = Path(__file__).parents[2]
ROLES = ("client", "professional", "observer")
NAMES = {
    "key", "drawing", "kind", "language", "length", "first", "visibility", "family", "layer", "step", "role", "order",
    "seconds", "auto_advance", "site", "page",
}  # fmt: skip
"""Fields that hold no sentence: they are the same in every language."""
SAME_IN_BOTH = {"Samenleerwijzer", "Professional"}
"""Words that are spelt alike in Dutch and English."""


@pytest.fixture(params=content.SHIPPED)
def pack(request: pytest.FixtureRequest) -> Pack:
    return content.load(request.param)


def texts(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence of a pack with the field it stands in."""
    if isinstance(value, str):
        yield from [(field, value)] if value else []
    elif isinstance(value, dict):
        for name, entry in value.items():
            if name not in NAMES or not isinstance(entry, str):
                yield from texts(entry, f"{field}.{name}")
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from texts(entry, f"{field}[{number}]")


def shape(value: object) -> object:
    """A pack without its sentences: what has to be equal in every language."""
    if isinstance(value, dict):
        return {k: v if k in NAMES and not isinstance(v, dict | list) else shape(v) for k, v in value.items()}
    return [shape(entry) for entry in value] if isinstance(value, list) else type(value)


def lengths(pack: Pack) -> list[tuple[int, str]]:
    """Every sentence of a pack with its number of words."""
    sentences = (s for _, text in texts(msgspec.to_builtins(pack)) for s in re.split(r"(?<=[.?!…:])\s+", text))
    return [(len(re.findall(r"\w+(?:[’'-]\w+)*", s)), s) for s in sentences if re.search(r"\w", s)]


def test_both_packs_load_once():
    assert [content.load(name).language for name in content.SHIPPED] == ["nl", "en"]
    assert content.load("nl") is content.load("nl")


def test_both_languages_have_the_same_fields_and_keys():
    dutch, english = (msgspec.to_builtins(content.load(name)) for name in content.SHIPPED)
    for own in ("key", "language"):
        assert dutch.pop(own) != english.pop(own)
    assert shape(dutch) == shape(english)


def test_nothing_is_left_untranslated():
    dutch, english = (dict(texts(msgspec.to_builtins(content.load(name)))) for name in content.SHIPPED)
    assert dutch.keys() == english.keys()
    assert [f for f, text in dutch.items() if text == english[f] and text not in SAME_IN_BOTH] == []


def test_no_card_is_empty_in_any_step_for_any_role(pack: Pack):
    for kind in KINDS:
        step = pack.step(kind)
        assert all((step.title, step.lead, step.screen.headline, step.phone.headline, step.phone.line)), kind
        assert content.drawing(step.drawing)
    for key in ROLES:
        role = pack.role(key)
        assert all((role.name, role.now, role.next, role.screen, content.drawing(role.drawing)))
        for kind in ROUND_KINDS:
            card = getattr(role, kind)
            assert card.line and card.more and all(section.lines for section in card.more), (key, kind)


def test_sentences_are_short(pack: Pack):
    counted = lengths(pack)
    assert sum(number for number, _ in counted) / len(counted) <= 12
    assert [s for number, s in counted if number > 20] == []


def test_words_that_we_do_not_use(pack: Pack):
    never = re.compile(r"!|\b(user|session|submit|please|gebruiker|sessie|alstublieft|u|uw)\b", re.IGNORECASE)
    assert [(f, text) for f, text in texts(msgspec.to_builtins(pack)) if never.search(text)] == []


def test_the_keys_that_other_programs_rely_on(pack: Pack):
    assert [topic.key for topic in pack.topics] == ["connection", "approach", "results"]
    assert [card.key for card in pack.conversation_cards] == ["preparation", "in_conversation", "actions"]
    assert [column.key for column in pack.columns] == ["enthusiastic", "snags", "first_step"]
    assert [p.key for p in pack.prompts] == [
        "case", "change", "keep", "helped", "question", "try_out", "worked_well", "tip", "agreed", "first_step",
    ]  # fmt: skip
    assert {p.key: p.visibility for p in pack.prompts if p.visibility != "me"} == {"agreed": "group"}


def test_what_is_asked_when_and_of_whom(pack: Pack):
    def asked(kind: str, role: str | None = None) -> list[str]:
        return [prompt.key for prompt in pack.asked(kind, role)]

    assert asked("prepare") == ["case", "change", "keep"]
    for key, own in {"client": "helped", "professional": "question", "observer": "try_out"}.items():
        assert asked("notes", key) == [own, "worked_well", "tip", "agreed"]
        assert pack.asked("notes", key)[0].label == pack.role(key).notes.line, "the question stands there once"
    assert asked("conversation", "observer") == ["worked_well", "tip"]
    assert asked("conversation", "client") == asked("conversation", "professional") == []
    assert asked("closing") == ["first_step"]


def test_both_people_in_the_conversation_have_the_same_sentences_to_begin_with(pack: Pack):
    """It is a conversation between two, not an interview."""
    layers = {key: [s.layer for s in pack.role(key).conversation.more if s.layer] for key in ROLES}
    assert layers["client"] == layers["professional"] == ["visible", "invisible", "invisible"]


def test_the_observer_can_count_layers_questions_and_logics(pack: Pack):
    families = [(counter.family, counter.key) for counter in pack.sheet.counters]
    assert families == [
        *(("layers", key) for key in ("happened", "felt", "matters")),
        *(("questions", key) for key in ("open", "closed")),
        *(("logics", key) for key in ("procedural", "relational", "caring", "empowering")),
    ]


def test_the_three_speak_in_turn_within_the_time_for_feedback(pack: Pack):
    turns = [pack.role(key).feedback for key in ROLES]
    assert [turn.order for turn in turns] == [1, 2, 3]
    (feedback,) = [part for part in pack.programme("full") if part.kind == "feedback"]
    assert sum(turn.seconds for turn in turns) <= feedback.seconds


def test_the_date_of_erasure_is_the_only_gap_in_a_text(pack: Pack):
    gaps = [field for field, text in texts(msgspec.to_builtins(pack)) if "{" in text or "}" in text]
    assert gaps == [".welcome.lines[2]"] and "{date}" in pack.welcome.lines[2]


def test_the_credit_names_instrument_makers_and_institutions(pack: Pack):
    for word in ("Samenleerwijzer", "Van Hal", "Lengkeek", "HAN", "Zuyd"):
        assert word in pack.credit.line


def test_the_full_programme(pack: Pack):
    minutes = [(part.kind, part.seconds / 60) for part in pack.programme("full")]
    assert minutes == [
        ("welcome", 0), ("check_in", 8), ("check_in", 5), ("talk", 25), ("prepare", 5), ("break", 15), ("groups", 5),
        ("brief", 2), ("conversation", 5), ("feedback", 3), ("notes", 1), ("plenary", 15), ("closing", 0),
    ]  # fmt: skip
    assert {p.kind: p.first_seconds for p in pack.programme("full") if p.first_seconds is not None} == {"brief": 240}
    assert [part.kind for part in pack.programme("full") if part.auto_advance] == ["conversation"]
    assert [part.slides for part in pack.programme("full") if part.slides] == [len(pack.slides)]


def test_the_triads_programme_is_the_full_one_without_its_first_half(pack: Pack):
    kept = [part for part in pack.programme("full") if part.kind not in ("check_in", "talk", "break")]
    assert pack.programme("triads") == kept
    assert 50 <= sum(step.seconds for step in unroll(kept)) / 60 <= 70


def test_a_programme_of_ones_own(tmp_path: Path, pack: Pack):
    file = tmp_path / "short.yaml"
    file.write_text(
        "title: Short\nline: Half an hour.\nsteps:\n  - {kind: welcome, title: Hello}\n"
        "  - {kind: conversation, length: 90s, first: 2m, auto_advance: true}\n",
        encoding="utf-8",
    )
    assert content.load_programme(file, pack) == [
        Part("welcome", "Hello"),
        Part("conversation", pack.steps.conversation.title, 90, 120, True),
    ]


def test_a_pack_of_ones_own(tmp_path: Path):
    shutil.copytree(content.HERE / "en", tmp_path / "own")
    file = tmp_path / "own" / "pack.yaml"
    file.write_text(file.read_text("utf-8").replace("key: en", "key: our-own"), encoding="utf-8")
    assert content.load(tmp_path / "own").key == "our-own"


def test_the_schema_knows_the_kinds_of_the_core():
    assert get_args(schema.Kind) == KINDS
    assert tuple(field.encode_name for field in msgspec.structs.fields(schema.Steps)) == KINDS


def test_every_field_of_a_pack_says_what_it_is_for():
    silent = []
    for node in ast.parse(inspect.getsource(schema)).body:
        if isinstance(node, ast.ClassDef):
            for field, after in zip(node.body, [*node.body[1:], None], strict=True):
                if isinstance(field, ast.AnnAssign) and not (
                    isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                ):
                    silent.append(f"{node.name}.{ast.unparse(field.target)}")
    assert silent == []


def test_the_words_are_our_own():
    tool = ROOT.parent / "shared" / "tools" / "own-words"
    if not tool.exists():
        pytest.skip("the sources are not beside this checkout")
    found = subprocess.run([tool, ROOT], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")
