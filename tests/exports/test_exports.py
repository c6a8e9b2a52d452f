"""The tables an organiser takes home, read back with other people's readers."""

import csv
import io
import json
import random
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from tests.hostile import FORMULAS, TEXTS
from workshop.exports import FORMATS, WORDS, Note, Post, Reflections, Timed, file_name
from workshop.exports import json as json_of
from workshop.exports.cells import begins_like_a_formula
from workshop.exports.csv import BEGINS_A_CELL
from workshop.exports.csv import render as render_csv

COLUMNS = (
    ("enthusiastic", "What are you keen on?"),
    ("snags", "Where does it rub?"),
    ("first_step", "Your first step?"),
)
SCHEMA = Path(__file__).parents[2] / "docs" / "reflections.schema.json"
PROMPTS = {"change": "What would you change?", "first_step": "Your first step?"}


def record(**changes):
    facts = {
        "title": "Samen leren in Zuid",
        "code": "12345678",
        "language": "nl",
        "held_on": date(2026, 11, 23),
        "columns": COLUMNS,
        "prompts": PROMPTS,
    }
    return Reflections(**{**facts, **changes})


def hostile_record():
    """Every hostile text as a title, a question, a post, a name, a note, a theme and a step."""
    texts = list(TEXTS)
    return record(
        title="\n".join(texts),
        columns=tuple((f"column{n}", text) for n, text in enumerate(texts)),
        prompts={f"prompt{n}": text for n, text in enumerate(texts)},
        posts=tuple(Post(f"column{n}", text, name=text, recognised=n, theme=text) for n, text in enumerate(texts)),
        notes=tuple(Note(f"prompt{n}", text) for n, text in enumerate(texts)),
        themes=tuple(texts),
        times=tuple(Timed(text, n, n, n) for n, text in enumerate(texts)),
        held_back="Notes come later.",
    )


def render(extension, of):
    return FORMATS[extension][1](of)


def rows_of_csv(of):
    text = render("csv", of).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def printed(text):
    """The text as a file may hold it; what it loses is nothing that a person can see."""
    return Post("snags", text).text


def test_csv_is_what_excel_in_europe_opens():
    data = render("csv", record(posts=(Post("snags", "één"),)))
    assert data.startswith(b"\xef\xbb\xbfkind;question;text;name;recognised;under\r\n")
    assert data.endswith("wall;Where does it rub?;één;;0;\r\n".encode())


def test_csv_is_one_table_of_posts_and_notes():
    rows = rows_of_csv(record(posts=(Post("snags", "time", "Noor", 3),), notes=(Note("change", "listen longer"),)))
    assert rows == [
        {
            "kind": "wall",
            "question": "Where does it rub?",
            "text": "time",
            "name": "Noor",
            "recognised": "3",
            "under": "",
        },
        {
            "kind": "note",
            "question": "What would you change?",
            "text": "listen longer",
            "name": "",
            "recognised": "",
            "under": "",
        },
    ]


@pytest.mark.parametrize(("written", "read"), [("semicolon", ","), ("comma", ";"), ("semicolon", "\t")])
def test_csv_has_no_formula_for_who_takes_another_sign_for_the_separator(written, read):
    text = render_csv(hostile_record(), written).decode("utf-8-sig")
    cells = [cell for line in text.splitlines() for cell in line.split(read)]
    assert not [cell for cell in cells if cell.strip(' "').startswith(tuple("=+-@＝＋－＠"))]


def test_csv_gives_every_hostile_text_back_and_no_formula():
    rows = rows_of_csv(hostile_record())
    assert len(rows) == 2 * len(TEXTS)
    cells = [row[column] for row in rows for column in ("question", "text", "name")]
    assert not [cell for cell in cells if begins_like_a_formula(cell)]
    within = [BEGINS_A_CELL.sub(r"\1'", text) for text in map(printed, TEXTS)]
    expected = sorted(f"'{t}" if begins_like_a_formula(t) else t for t in within)
    for kind in ("wall", "note"):
        assert sorted(row["text"] for row in rows if row["kind"] == kind) == expected


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_recognised(text):
    assert begins_like_a_formula(text)


@pytest.mark.parametrize("text", ["", "1 = 1", "a-b", "noor@example.org", "(=1)"])
def test_what_only_contains_a_sign_is_left_alone(text):
    assert not begins_like_a_formula(text)


def test_json_has_every_question_also_without_an_answer():
    shape = json.loads(render("json", record(posts=(Post("snags", "time", "Noor", 3),), people=14, rounds=3)))
    assert shape == {
        "version": 2,
        "title": "Samen leren in Zuid",
        "code": "12345678",
        "language": "nl",
        "held_on": "2026-11-23",
        "figures": {"people": 10, "rounds": 3, "lines": 1, "notes": 0, "recognised": 3},
        "wall": [
            {"column": "enthusiastic", "question": "What are you keen on?", "posts": [], "bundles": []},
            {
                "column": "snags",
                "question": "Where does it rub?",
                "posts": [{"text": "time", "name": "Noor", "recognised": 3, "under": None}],
                "bundles": [],
            },
            {"column": "first_step", "question": "Your first step?", "posts": [], "bundles": []},
        ],
        "notes": [
            {"prompt": "change", "question": "What would you change?", "texts": []},
            {"prompt": "first_step", "question": "Your first step?", "texts": []},
        ],
        "times": [],
    }


def test_json_is_as_its_schema_says():
    """What is documented is what is made: write it anew with `python tests/exports/test_exports.py`."""
    written = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert written == json_of.schema()
    Draft202012Validator.check_schema(written)
    for of in (record(), record(posts=(together(),), held_back="later", people=7), hostile_record(), themed()):
        Draft202012Validator(written).validate(json.loads(render("json", of)))


def test_json_gives_every_hostile_text_back():
    shape = json.loads(render("json", hostile_record()))
    assert [column["posts"][0]["text"] for column in shape["wall"]] == [printed(text) for text in TEXTS]
    assert [prompt["texts"][0] for prompt in shape["notes"]] == [printed(text) for text in TEXTS]


def together(title="Time", column="snags"):
    """What a leader put together: a title and two lines."""
    lines = (Post(column, "too little time", "Noor", 1), Post(column, "no time"))
    return Post(column, title, recognised=2, lines=lines)


def themed():
    """Lines of two questions under themes of the organiser's, one of them under a title too; and how the clock went."""
    title = Post("snags", "Agenda", recognised=2, lines=(Post("snags", "no time", "Noor", 1, theme="Time"),))
    return record(
        posts=(title, Post("first_step", "plan it", recognised=2, theme="Time"), Post("snags", "forms", theme="Paper")),
        themes=("Paper", "Empty", "Time"),
        times=(Timed("Why", None, 25, 24), Timed("Talk", 2, 5, 7), Timed("A walk", None, 0, 10)),
        held_back="later",
    )


def test_json_has_the_organisers_themes_with_their_lines_and_how_the_clock_went():
    shape = json.loads(render("json", themed()))
    assert shape["themes"] == [
        {
            "name": "Time",
            "recognised": 3,
            "lines": [
                {"column": "snags", "text": "no time", "name": "Noor", "recognised": 1},
                {"column": "first_step", "text": "plan it", "name": None, "recognised": 2},
            ],
        },
        {
            "name": "Paper",
            "recognised": 0,
            "lines": [{"column": "snags", "text": "forms", "name": None, "recognised": 0}],
        },
        {"name": "Empty", "recognised": 0, "lines": []},
    ]
    assert shape["times"] == [
        {"step": "Why", "round": None, "planned": 25, "took": 24},
        {"step": "Talk", "round": 2, "planned": 5, "took": 7},
        {"step": "A walk", "round": None, "planned": 0, "took": 10},
    ]


def test_xlsx_has_a_sheet_of_themes_one_of_the_clock_with_a_picture_and_their_figures():
    book = workbook(themed())
    assert book.sheetnames == ["Wall", "Shared notes", "Themes", "Time", "Figures"]
    assert list(book["Themes"].values) == [
        ("Theme", "Question", "Text", "Name", "Recognised by"),
        ("Time", "Where does it rub?", "no time", "Noor", 1),
        ("Time", "Your first step?", "plan it", None, 2),
        ("Paper", "Where does it rub?", "forms", None, 0),
    ]
    assert [row[:3] for row in book["Time"].values] == [
        ("Step", "Planned (min)", "Took (min)"),
        ("Why", 25, 24),
        ("Talk · round 2", 5, 7),
        ("A walk", None, 10),
    ]
    assert [sheet.freeze_panes for sheet in (book["Themes"], book["Time"])] == ["A2", "A2"]
    with zipfile.ZipFile(io.BytesIO(render("xlsx", themed()))) as file:
        assert WORDS["chart_times_alt"] in file.read("xl/drawings/drawing1.xml").decode()
    rows = list(book["Figures"].values)
    at = rows.index(("Theme", None, "Written", "Times recognised"))
    assert rows[at + 1 : at + 3] == [("Time", None, 2, 3), ("Paper", None, 1, 0)]


def test_csv_is_of_lines_alone():
    """Its columns are fixed: whoever counts rows goes on finding each line once."""
    rows = rows_of_csv(themed())
    assert [row["text"] for row in rows] == ["Agenda", "no time", "forms", "plan it"]


def test_csv_has_a_title_and_behind_it_its_lines():
    rows = rows_of_csv(record(posts=(Post("snags", "forms"), together())))
    assert [(row["kind"], row["text"], row["under"], row["recognised"]) for row in rows] == [
        ("wall", "forms", "", "0"),
        ("bundle", "Time", "", "2"),
        ("wall", "no time", "Time", "0"),
        ("wall", "too little time", "Time", "1"),
    ]


def test_json_has_every_line_and_the_titles_beside_them():
    column = json.loads(render("json", record(posts=(Post("snags", "forms"), together()))))["wall"][1]
    assert [(post["text"], post["under"]) for post in column["posts"]] == [
        ("forms", None),
        ("no time", "Time"),
        ("too little time", "Time"),
    ]
    assert column["bundles"] == [{"text": "Time", "recognised": 2}]


def test_xlsx_names_the_title_that_a_line_belongs_to():
    rows = list(workbook(record(posts=(together(),))).worksheets[0].values)[1:]
    assert [(row[1], row[4]) for row in rows] == [("Time", None), ("no time", "Time"), ("too little time", "Time")]


@pytest.mark.parametrize("text", TEXTS)
def test_a_title_is_text_everywhere(text):
    posts = (together(text),)
    assert not [
        cell for row in rows_of_csv(record(posts=posts)) for cell in row.values() if begins_like_a_formula(cell)
    ]
    cells = [cell for row in workbook(record(posts=posts)).worksheets[0] for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"} and not [cell for cell in cells if cell.hyperlink]


def test_lines_that_were_put_together_are_counted_without_their_title():
    assert [post.text for post in record(posts=(together(), Post("snags", "forms"))).written()] == [
        "forms",
        "no time",
        "too little time",
    ]


def workbook(of):
    return openpyxl.load_workbook(io.BytesIO(render("xlsx", of)))


def test_xlsx_has_two_sheets_with_headings_that_stay_and_opens_on_the_figures():
    book = workbook(record(posts=(Post("snags", "time", "Noor", 3),), notes=(Note("change", "listen longer"),)))
    assert book.sheetnames == ["Wall", "Shared notes", "Figures"]
    wall, notes, figures = book.worksheets
    assert list(wall.values) == [
        ("Question", "Text", "Name", "Recognised by", "Belongs to"),
        ("Where does it rub?", "time", "Noor", 3, None),
    ]
    assert list(notes.values) == [("Question", "Text"), ("What would you change?", "listen longer")]
    assert [sheet.freeze_panes for sheet in (wall, notes)] == ["A2", "A2"]
    assert [sheet.auto_filter.ref for sheet in (wall, notes)] == ["A1:E2", "A1:B2"]
    assert all(cell.alignment.wrap_text for cell in wall[2])
    assert book.active is figures


def test_xlsx_says_what_the_lists_add_up_to():
    posts = (together(), Post("snags", "forms", recognised=4), Post("first_step", "ask"))
    of = record(posts=posts, notes=(Note("change", "listen"),), people=41, rounds=3, held_back="Notes come later.")
    rows = [row for row in workbook(of)["Figures"].values if any(cell is not None for cell in row)]
    assert [row[:2] for row in rows[:7]] == [
        ("Workshop", "Samen leren in Zuid"), ("Date", datetime(2026, 11, 23)), ("People", "at least 40"),
        ("Rounds of conversations", 3), ("Lines on the wall", 4), ("Times recognised", 6),
        ("Notes shared with the organiser", 1),
    ]  # fmt: skip
    assert rows[7:12] == [
        ("Question", "Where", "Written", "Times recognised"),
        ("What are you keen on?", "Wall", 0, 0),
        ("Where does it rub?", "Wall", 3, 6),
        ("Your first step?", "Wall", 1, 0),
        ("What would you change?", "Shared notes", 1, None),
    ]
    assert "Notes come later." in [row[0] for row in rows[12:]]


def test_xlsx_is_ready_for_paper():
    for sheet in workbook(record(posts=(Post("snags", "time"),))):
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == (None if sheet.title == "Figures" else "$1:$1")


def test_xlsx_gives_a_text_the_lines_that_it_takes():
    texts = ["endless" * 900, "long " * 40, "one\ntwo\n\nfour", "short"]
    of = record(notes=tuple(Note("change", text) for text in texts), held_back="Later. " * 30)
    notes = workbook(of).worksheets[1]
    heights = [notes.row_dimensions[at].height for at in range(1, 6)]
    assert heights == [60, pytest.approx(409, abs=1), 60, 60, None], "the last as all rows are"


def test_xlsx_headings_are_in_the_language_of_the_record():
    dutch = {**WORDS, "wall": "Wand", "text": "Tekst"}
    sheet = workbook(record(words=dutch)).worksheets[0]
    assert (sheet.title, sheet["B1"].value) == ("Wand", "Tekst")


def test_xlsx_holds_no_formula_no_link_and_no_number_that_was_typed():
    book = workbook(hostile_record())
    assert not [c for sheet in book for row in sheet for c in row if c.data_type not in ("s", "n", "d") or c.hyperlink]
    for sheet in book.worksheets[:2]:
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
        numbers = [cell for cell in cells if cell.data_type == "n" and cell.value is not None]
        assert {cell.column_letter for cell in numbers} <= {"D"}
        assert {cell.number_format for cell in cells if cell.data_type == "s"} == {"@"}
        texts = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert sorted(texts) == sorted(map(printed, TEXTS))


def test_xlsx_keeps_a_formula_a_text_when_someone_edits_the_cell():
    sheet = workbook(record(posts=(Post("snags", "=1+1"), Post("snags", "one and one")))).worksheets[0]
    assert [row[1].quotePrefix for row in sheet.iter_rows(min_row=2)] == [True, False]


@pytest.mark.parametrize("extension", FORMATS)
def test_order_does_not_tell_who_or_when(extension):
    posts = [together(), together()] + [
        Post(column, text, name, theme=theme, mark=f"{number} {name}")
        for number, (column, _) in enumerate(COLUMNS)
        for text in TEXTS
        for name, theme in ((None, ""), ("Noor", "Time"), ("Sem", "Paper"))
    ]
    notes = [Note(prompt, text) for prompt in (*PROMPTS, "own") for text in TEXTS]
    themes = ["Time", "Paper", "Empty"]
    first = render(extension, record(posts=tuple(posts), notes=tuple(notes), themes=tuple(themes), held_back="later"))
    dice = random.Random(2)
    for _ in range(1 if extension in ("xlsx", "docx", "pdf") else 5):
        dice.shuffle(posts)
        dice.shuffle(notes)
        dice.shuffle(themes)
        again = record(posts=tuple(posts), notes=tuple(notes), themes=tuple(themes), held_back="later")
        assert render(extension, again) == first


def test_posts_follow_the_programme_and_then_the_alphabet():
    lines = (("own", "zzz"), ("first_step", "b"), ("snags", "Z"), ("snags", "a"), ("first_step", "A"))
    posts = tuple(Post(column, text) for column, text in lines)
    assert [row["text"] for row in rows_of_csv(record(posts=posts))] == ["a", "Z", "A", "b", "zzz"]


def test_marks_on_letters_and_quotation_marks_do_not_count_in_the_alphabet():
    lines = ["“Aha” zei hij", "appel", "Één vraag is genoeg", "Öf niet", "Zon"]
    posts = tuple(Post("snags", text) for text in reversed(lines))
    assert [row["text"] for row in rows_of_csv(record(posts=posts))] == lines


@pytest.mark.parametrize("extension", FORMATS)
def test_an_empty_afternoon_still_gives_a_file(extension):
    assert render(extension, record())


@pytest.mark.parametrize("title", TEXTS)
def test_a_file_name_is_safe_in_a_header_and_on_a_disk(title):
    name = file_name(record(title=title), "csv")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert name.endswith("-2026-11-23.csv")
    assert len(name) <= 80


def test_a_file_name_says_what_it_is():
    assert file_name(record(), "xlsx") == "reflections-samen-leren-in-zuid-2026-11-23.xlsx"
    assert file_name(record(title="👍"), "json") == "reflections-12345678-2026-11-23.json"


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(json_of.schema(), indent=2) + "\n", encoding="utf-8")
