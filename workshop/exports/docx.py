"""The report as a document that one can go on writing in: real headings, lists and tables, and each chart as a picture
with words for those who cannot see it.

What people wrote goes in as text. Its zip tells no time but the workshop's day, so the same record gives the same file.
"""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import msgspec

from .record import Reflections
from .report import Chart, Line, Report, Section, report

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

FONT, LONGEST_PROPERTY = "Calibri", 255
INK, SOFT, HAIR = "1E2A32", "56636B", "B9C0C4"
MARGIN_MM, WIDTH_MM, NUMBER_MM = 20, 170, 32
INDENT_MM = 6
RIGHT: Any = 2
"""Its number among the alignments of a paragraph."""


def render(record: Reflections) -> bytes:
    """The record as a document."""
    told = report(record)
    writer = _Writer(told)
    writer.front()
    writer.charts()
    writer.everything()
    writer.about(record)
    return _as_of(record, writer.saved())


def _as_of(record: Reflections, file: bytes) -> bytes:
    """The same zip, with the day of the workshop as the time of everything in it."""
    made = io.BytesIO()
    day = (record.held_on.year, record.held_on.month, record.held_on.day, 0, 0, 0)
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, day), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


class _Writer:
    """The document that is being written."""

    def __init__(self, told: Report) -> None:
        from docx import Document as new_document  # and with it lxml, for who asks for a document

        self._told = told
        self._document: Document = new_document()
        self._end: Any = self._document.element.body.sectPr
        self._looks()
        self._page()

    def saved(self) -> bytes:
        """The file."""
        file = io.BytesIO()
        self._document.save(file)
        return file.getvalue()

    def front(self) -> None:
        """One page: what it was, and what stood out."""
        told = self._told
        self._quiet(told.kicker)
        self._document.add_heading(told.title, 0)
        self._add(told.what)
        self._table([], [list(fact) for fact in told.facts], (90, 80))
        self._document.add_heading(told.in_short, 1)
        self._quiet(told.strongest)
        for section in told.short:
            self._section(section)

    def charts(self) -> None:
        """Each with its table."""
        for number, chart in enumerate(self._told.charts):
            self._chart(chart).paragraph_format.page_break_before = number == 0

    def everything(self) -> None:
        """All lines."""
        told = self._told
        if told.themes:
            self._document.add_heading(told.all_themes, 1).paragraph_format.page_break_before = True
            self._quiet(told.themes_are)
        for section in told.themes:
            self._document.add_heading(section.heading, 2)
            self._quiet(section.said)
            self._wall(section.lines)
        self._document.add_heading(told.all_wall, 1).paragraph_format.page_break_before = True
        self._quiet(told.wall_is)
        for section in told.wall:
            self._document.add_heading(section.heading, 2)
            if section.lines:
                self._wall(section.lines)
            else:
                self._quiet(section.empty)
        if told.all_notes:
            self._document.add_heading(told.all_notes, 1)
            for text in told.notes_are:
                self._quiet(text)
            for section in told.notes:
                self._section(section)
        if told.clock is not None:
            self._chart(told.clock)

    def about(self, record: Reflections) -> None:
        """What to know about all this, and about the file itself."""
        self._document.add_heading(self._told.about, 1)
        for remark in self._told.remarks:
            self._add(remark, "ListBullet")
        about = self._document.core_properties
        about.title, about.language = self._told.title[:LONGEST_PROPERTY], self._told.language
        about.author, about.comments, about.last_modified_by = "", "", ""
        about.created = about.modified = datetime.combine(record.held_on, time())

    def _chart(self, chart: Chart) -> Paragraph:
        """A picture, where there is one, and the table that says the same. Returns its heading."""
        heading: Paragraph = self._document.add_heading(chart.heading, 1)
        if chart.said:
            self._quiet(chart.said).paragraph_format.keep_with_next = True
        if chart.bars:
            self._picture(chart)
            self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        first = [NUMBER_MM // 2] if chart.bars and chart.bars[0][0] == "1" else []
        rest = [NUMBER_MM] * (len(chart.head) - 1 - len(first))
        self._table(chart.head, chart.rows, (*first, WIDTH_MM - sum(first) - sum(rest), *rest))
        return heading

    def _section(self, section: Section) -> None:
        self._document.add_heading(section.heading, 2)
        if section.said:
            self._quiet(section.said)
        for line in section.lines:
            paragraph = self._add(line.text, "ListBullet")
            self._beside(paragraph, (line.name, line.said))
        if not section.lines and section.empty:
            self._quiet(section.empty)

    def _wall(self, lines: list[Line]) -> None:
        told = [(line, 0) for line in lines for line in ((line, *line.under))]
        titles = {id(line) for line in lines if line.under}
        under = {id(one) for line in lines for one in line.under}
        table = self._table(
            self._told.head,
            [[line.text, str(line.recognised or "")] for line, _ in told],
            (WIDTH_MM - NUMBER_MM, NUMBER_MM),
        )
        for (line, _), row in zip(told, table._tbl.tr_lst[1:], strict=True):
            paragraph = self._paragraph(row.tc_lst[0])
            paragraph.runs[0].bold = id(line) in titles or None
            if id(line) in under:
                paragraph.paragraph_format.left_indent = _mm(INDENT_MM)
            self._beside(paragraph, (line.name, line.gathered))

    def _table(self, head: list[str], rows: list[list[str]], widths_mm: tuple[int, ...]) -> Table:
        """A table whose head is repeated on each page. Its rows are copies of one: the library looks at all rows for
        each that is added."""
        from docx.oxml import OxmlElement

        table: Table = self._document.add_table(rows=1, cols=len(widths_mm))
        table.autofit = False
        for column, width in zip(table.columns, widths_mm, strict=True):
            column.width = _mm(width)
            for cell in column.cells:
                cell.width = _mm(width)
        self._lines(table)
        template: Any = table._tbl.tr_lst[0]
        for cell in template.tc_lst:
            cell.p_lst[0].style = "Cell"
        table._tbl.remove(template)
        numbers = [all(row[n].isdigit() or not row[n] for row in rows) for n in range(len(widths_mm))]
        for row in (head, *rows) if head else rows:
            made = deepcopy(template)
            no_split = OxmlElement("w:cantSplit")
            made.get_or_add_trPr().append(no_split)
            if row is head:
                made.trPr.append(OxmlElement("w:tblHeader"))
            for text, cell, number in zip(row, made.tc_lst, numbers, strict=True):
                paragraph = self._paragraph(cell)
                if row is head:
                    self._quietly(paragraph, text)
                else:
                    paragraph.add_run(text)
                if number and head:
                    paragraph.alignment = RIGHT
            table._tbl.append(made)
        self._add("", "Gap")
        return table

    def _add(self, text: str, style: str = "Normal") -> Paragraph:
        """A paragraph at the end, by the id of its style: the library looks up names, and the end, each time anew."""
        from docx.oxml import OxmlElement
        from docx.text.paragraph import Paragraph

        element: Any = OxmlElement("w:p")
        element.style = style
        self._end.addprevious(element)
        paragraph = Paragraph(element, self._document._body)
        if text:
            paragraph.add_run(text)
        return paragraph

    def _paragraph(self, cell: Any) -> Paragraph:
        from docx.text.paragraph import Paragraph

        return Paragraph(cell.p_lst[0], self._document._body)

    def _beside(self, paragraph: Paragraph, parts: tuple[str, ...]) -> None:
        if said := " · ".join(filter(None, parts)):
            paragraph.add_run().add_break()
            self._quietly(paragraph, said)

    def _quiet(self, text: str) -> Paragraph:
        paragraph = self._add("")
        self._quietly(paragraph, text)
        return paragraph

    @staticmethod
    def _quietly(paragraph: Paragraph, text: str) -> Any:
        run = paragraph.add_run(text)._r
        run.style = "Quiet"
        return run

    def _picture(self, chart: Chart) -> None:
        from . import typeset

        data = msgspec.json.encode({"language": self._told.language, "bars": chart.bars, "pairs": chart.pairs}).decode()
        png = typeset.compiled(typeset.pages("chart.typ", "chart_alone.typ"), data, kind="png")
        shape = self._document.add_picture(io.BytesIO(png), width=_mm(WIDTH_MM))
        about = shape._inline.docPr
        about.set("descr", chart.alt)
        about.set("title", chart.heading)
        about.set("name", chart.heading)

    def _page(self) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        section = self._document.sections[0]
        section.page_width, section.page_height = _mm(210), _mm(297)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _mm(MARGIN_MM)
        foot = section.footer.paragraphs[0]
        foot.alignment = RIGHT
        self._quietly(foot, f"{self._told.page} ")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        field.append(self._quietly(foot, "1"))
        foot._p.append(field)

    def _looks(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        styles = self._document.styles
        normal: Any = styles["Normal"]
        normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(10.5), RGBColor.from_string(INK)
        normal.paragraph_format.space_after = Pt(5)
        for of in (normal.element.get_or_add_rPr(), styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}")):
            for old in of.findall(qn("w:lang")):
                of.remove(old)
            of.append(of.makeelement(qn("w:lang"), {qn("w:val"): self._told.language}))
        for name, size, before in (("Title", 24, 4), ("Heading 1", 14, 16), ("Heading 2", 11.5, 10)):
            style: Any = styles[name]
            style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
            style.font.color.rgb = RGBColor.from_string(INK)
            fonts = style.element.rPr.rFonts
            for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
                del fonts.attrib[theme]
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(4)
            style.paragraph_format.keep_with_next = True
            for border in style.element.pPr.findall(qn("w:pBdr")):
                style.element.pPr.remove(border)
        quiet: Any = styles.add_style("Quiet", WD_STYLE_TYPE.CHARACTER)
        quiet.font.size, quiet.font.color.rgb = Pt(9), RGBColor.from_string(SOFT)
        cell: Any = styles.add_style("Cell", WD_STYLE_TYPE.PARAGRAPH)
        cell.base_style = normal  # or it has another typeface, and is in English
        cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(3)
        gap: Any = styles.add_style("Gap", WD_STYLE_TYPE.PARAGRAPH)
        gap.base_style = normal
        gap.font.size, gap.paragraph_format.space_after = Pt(4), Pt(0)

    def _lines(self, table: Table) -> None:
        """Hairlines between rows, and nothing else."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        borders = OxmlElement("w:tblBorders")
        for side in ("bottom", "insideH"):
            line = OxmlElement(f"w:{side}")
            for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", HAIR)):
                line.set(qn(f"w:{key}"), value)
            borders.append(line)
        table._tbl.tblPr.append(borders)


def _mm(length: int) -> Any:
    from docx.shared import Mm

    return Mm(length)
