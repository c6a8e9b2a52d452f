"""The report: what stands in it and in which order, for every format that people read on paper.

One page first, with what the room was and what stood out; then charts, each with its table; then everything.
`markdown`, `docx` and `pdf` only say what that looks like, so that the three say the same.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from msgspec import Struct

from .across import each_once, returning
from .figures import Counted, Figures, figures, strongest
from .record import Note, Post, Reflections, Timed

MOST_BARS = 8
MOST_THEMES_IN_SHORT = 5


class Line(Struct):
    """What someone wrote, or a title with the lines that were put together under it. `gathered` says that of a title;
    `said` is that and how many recognise it, in words."""

    text: str
    name: str = ""
    recognised: int = 0
    gathered: str = ""
    said: str = ""
    under: list[Line] = []


class Section(Struct):
    """A question with the lines that answer it; `said` stands in front of them, `empty` where there are none."""

    heading: str
    lines: list[Line]
    said: str = ""
    empty: str = ""


class Chart(Struct):
    """A few bars, each with its label and number, and the table that says the same; or the table alone. `alt`: what is
    to be seen. With `pairs` each label has a hollow bar and a full one under it, which are called as `pairs` says."""

    heading: str
    alt: str
    bars: list[tuple[str, int] | tuple[str, int, int]]
    head: list[str]
    rows: list[list[str]]
    said: str = ""
    pairs: list[str] = []


class Report(Struct):
    """Everything, in the order in which it is read."""

    language: str
    kicker: str
    title: str
    what: str
    facts: list[tuple[str, str]]
    in_short: str
    strongest: str
    short: list[Section]
    charts: list[Chart]
    themes: list[Section]
    all_themes: str
    themes_are: str
    all_wall: str
    wall_is: str
    head: list[str]
    """Over the lines of the wall, and over how many recognise each."""
    wall: list[Section]
    all_notes: str
    notes_are: list[str]
    notes: list[Section]
    clock: Chart | None
    """Planned against real; None where nothing is known of it."""
    about: str
    remarks: list[str]
    signs: str
    """Is added where a typeface lacks some of the signs that people wrote."""
    page: str


def report(record: Reflections) -> Report:
    """What is told of a record."""
    words, counted = record.words, figures(record)
    wall, shared = record.wall(), [section for section in record.shared() if section[2]]
    return Report(
        language=record.language,
        kicker=f"{words['reflections']} · {_days(record)}",
        title=record.title,
        what=words["what_several" if record.several else "what"],
        facts=_facts(record, counted),
        in_short=words["in_short"],
        strongest=words["strongest_several" if record.several else "strongest"],
        short=[
            *(_short(record, one, posts) for one, (_, _, posts) in zip(counted.wall, wall, strict=True)),
            *_themes_in_short(record, counted),
        ],
        charts=[
            *(one for one in (_returning(record), _written(record, counted), _recognised(record)) if one.bars),
            *([_workshops(record)] if record.workshops else []),
        ],
        themes=[_theme(record, theme, lines) for theme, lines in record.under_themes() if lines],
        all_themes=words["themes"],
        themes_are=words["themes_are"],
        all_wall=words["all_wall"],
        wall_is=words["wall_is"],
        head=[words["line"], words["recognised"]],
        wall=[
            Section(question, [_line(record, post) for post in posts], empty=words["nothing"])
            for _, question, posts in wall
        ],
        all_notes=words["all_notes"] if record.held_back else "",
        notes_are=_about_notes(record),
        notes=[Section(question, [_noted(record, note) for note in notes]) for _, question, notes in shared],
        clock=_clock(record) if record.times else None,
        about=words["about"],
        remarks=[words["left_out"], words["order"], words["people_why"], *record.remarks],
        signs=words["signs"],
        page=words["page"],
    )


def _facts(record: Reflections, counted: Figures) -> list[tuple[str, str]]:
    words, people = record.words, record.at_least(counted.people)
    first = ("workshops", len(record.workshops)) if record.several else ("rounds", counted.rounds)
    facts = [("people", people), first, ("lines", counted.lines), ("times", counted.recognised)]
    if record.held_back:
        facts.append(("shared", counted.notes))
    return [(words[name], str(value)) for name, value in facts]


def _about_notes(record: Reflections) -> list[str]:
    if not record.held_back:  # a leader's file
        return []
    none = [] if record.notes else [record.words["no_notes"]]
    return [record.words["notes_are"], record.held_back, *none]


def _short(record: Reflections, counted: Counted, posts: list[Post]) -> Section:
    words = record.words
    said = _counted(record, counted.lines, counted.recognised) if posts else ""
    lines = [_line(record, post, whole=False) for post in strongest(each_once(posts) if record.several else posts)]
    return Section(counted.question, lines, said, words["nothing_chosen"] if posts else words["nothing"])


def _line(record: Reflections, post: Post, *, whole: bool = True) -> Line:
    """A line. If it is not to be `whole`, a title stands for the lines that were put together under it, and one of them
    shows what it is about."""
    by = record.words["by"].format(n=post.recognised) if post.recognised else ""
    gathered = _gathered(record, post, such_as=not whole) if post.lines else ""
    under = [_line(record, line) for line in post.lines] if whole else []
    name = " · ".join(filter(None, (post.name, _where(record, post))))
    return Line(post.text, name, post.recognised, gathered, " ".join(filter(None, (by, gathered))), under)


def _gathered(record: Reflections, post: Post, *, such_as: bool) -> str:
    """What a title says of its lines; `such_as`: also the one that was recognised most, if any was."""
    words, strongest = record.words, max(post.lines, key=lambda line: line.recognised)
    if such_as and strongest.recognised:
        return words["together_such_as"].format(n=len(post.lines), line=" ".join(strongest.text.split()))
    return words["together"].format(n=len(post.lines))


def _themes_in_short(record: Reflections, counted: Figures) -> list[Section]:
    lines = [
        Line(one.name, said=_counted(record, one.lines, one.recognised))
        for one in counted.themes[:MOST_THEMES_IN_SHORT]
    ]
    return [Section(record.words["themes"], lines)] if lines else []


def _theme(record: Reflections, theme: str, posts: list[Post]) -> Section:
    """All lines of a theme; beside each the question that it answers."""
    lines = [_line(record, post) for post in posts]
    for line, post in zip(lines, posts, strict=True):
        line.gathered = record.question(post.column)
        line.said = " · ".join(filter(None, (line.gathered, line.said)))
    return Section(theme, lines, _counted(record, len(posts), sum(post.recognised for post in posts)))


def _counted(record: Reflections, lines: int, times: int) -> str:
    return record.words["counted"].format(lines=lines, times=times)


def _noted(record: Reflections, note: Note) -> Line:
    return Line(note.text, _where(record, note))


def _where(record: Reflections, line: Post | Note) -> str:
    """Of a record of several: in which workshop a line was written."""
    found = record.workshop(line)
    return f"{found.title}, {_day(found.held_on, record.language)}" if found else ""


def _written(record: Reflections, counted: Figures) -> Chart:
    words, asked = record.words, (*counted.wall, *counted.shared)

    def where(one: Counted) -> str:
        return words["wall" if one.on_wall else "notes"]

    return Chart(
        heading=words["chart_written"],
        alt=words["chart_written_alt"],
        bars=[(f"{one.question} · {where(one)}", one.lines) for one in asked]
        if any(one.lines for one in asked)
        else [],
        head=[words[name] for name in ("question", "where", "written", "times")],
        rows=[[one.question, where(one), str(one.lines), str(one.recognised) if one.on_wall else ""] for one in asked],
    )


def _recognised(record: Reflections) -> Chart:
    """The lines that were recognised most, of all questions together, by the number that they have in the table."""
    words = record.words
    posts = sorted(record.posts, key=lambda post: post.recognised, reverse=True)
    most = [post for post in posts if post.recognised][:MOST_BARS]
    return Chart(
        heading=words["chart_recognised"],
        alt=words["chart_recognised_alt"],
        bars=[(str(n), post.recognised) for n, post in enumerate(most, start=1)],
        head=[words[name] for name in ("number", "line", "recognised")],
        rows=[[str(n), post.text, str(post.recognised)] for n, post in enumerate(most, start=1)],
    )


def _clock(record: Reflections) -> Chart:
    """Planned against real, step by step."""
    words = record.words
    steps = [(step_of(record, one), one.planned, one.took) for one in record.times]
    total = (words["in_total"], sum(planned for _, planned, _ in steps), sum(took for *_, took in steps))
    return Chart(
        heading=words["chart_times"],
        alt=words["chart_times_alt"],
        bars=[*steps],
        head=[words[name] for name in ("step", "planned", "took")],
        rows=[[label, str(planned or ""), str(took)] for label, planned, took in (*steps, total)],
        said=words["minutes_are"],
        pairs=[words["chart_planned"], words["chart_took"]],
    )


def step_of(record: Reflections, step: Timed) -> str:
    """What a step is called, with its round."""
    return record.words["in_round"].format(step=step.title, n=step.round) if step.round else step.title


def _returning(record: Reflections) -> Chart:
    """What stands in several workshops, by the number that it has in the table."""
    words = record.words
    found = list(enumerate(returning(record) if record.several else [], start=1))
    return Chart(
        heading=words["returns"],
        alt=words["returns_alt"],
        bars=[(str(n), one.workshops) for n, one in found[:MOST_BARS]],
        head=[words[name] for name in ("number", "line", "question", "workshops", "recognised")],
        rows=[[str(n), one.text, one.question, str(one.workshops), str(one.recognised)] for n, one in found],
    )


def _workshops(record: Reflections) -> Chart:
    """A table of all of them, without a picture."""
    words = record.words
    return Chart(
        heading=words["workshops"],
        alt="",
        bars=[],
        head=[words[name] for name in ("title", "held_on", "people", "lines", "erased_on")],
        rows=[
            [one.title, *(_short_day(record, one.held_on), record.at_least(one.people)), str(one.lines),
             _short_day(record, one.erased_on)]
            for one in record.workshops
        ],
    )  # fmt: skip


def _days(record: Reflections) -> str:
    """The day, or the first and the last of several."""
    days = [one.held_on for one in record.workshops] or [record.held_on]
    return " – ".join(_day(day, record.language) for day in sorted({days[0], days[-1]}))


def _short_day(record: Reflections, day: date) -> str:
    return _day(day, record.language, "medium")


def _day(held_on: date, language: str, length: Literal["long", "medium"] = "long") -> str:
    """A day as people of this language write it; Europeans write the day first."""
    try:
        place = Locale.parse({"en": "en_GB"}.get(language, language))
    except (UnknownLocaleError, ValueError):
        place = Locale("en", "GB")
    return format_date(held_on, format=length, locale=place)
