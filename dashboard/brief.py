"""One area's figures on one page of a Word document, with numbered sources, ready to be pasted into a report. Pure."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from docx import Document
from docx.document import Document as Page
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell

from dashboard.reader import gbt7714
from dashboard.text import t

MOST = 12  # figures of a page, with their sources
SAID = 8  # of them in the sentence
_FONTS = {"zh": "仿宋", "en": "Calibri"}
_COLUMNS = ("indicator", "year", "value", "previous", "change", "median", "cited")
_WIDTHS = (4.8, 2.2, 2.3, 2.5, 2.2, 2.6, 1.4)  # centimetres


@dataclass(frozen=True)
class Figure:
    """A value with its neighbours in words, and where it is said."""

    indicator: str
    year: str
    value: str
    previous: str
    change: str
    median: str
    report_id: str
    surface: str
    sentence: str


@dataclass(frozen=True)
class Brief:
    """What the page says: an area, its figures and the reports they come from."""

    area: str
    figures: Sequence[Figure]
    reports: Mapping[str, Mapping[str, Any]]
    build_id: str
    link: str

    def cited(self, figure: Figure) -> str:
        """`[2]`: the number of a figure's report in the list of sources."""
        order = list(dict.fromkeys(one.report_id for one in self.figures))
        return f"[{order.index(figure.report_id) + 1}]"

    def sources(self) -> list[str]:
        """`[1] 甲街道. …[R].` in the order in which they are first used."""
        order = dict.fromkeys(one.report_id for one in self.figures)
        return [f"[{no}] {gbt7714(self.reports[one])}" for no, one in enumerate(order, start=1)]


def table(brief: Brief) -> pd.DataFrame:
    """The figures as rows for a workbook, each with its sentence."""
    names = ("indicator_name", "time_period", "value", "previous", "change", "median", "cited")
    rows = [[*_cells(brief, one), one.surface, one.sentence] for one in brief.figures]
    shown = pd.DataFrame(rows, columns=[*names, "surface", "sentence"], dtype=str)
    return shown.assign(area_name=brief.area)[["area_name", *shown.columns]]


def sources(brief: Brief) -> pd.DataFrame:
    """The numbered list of sources as rows."""
    pairs = [line.split(" ", 1) for line in brief.sources()]
    return pd.DataFrame(pairs, columns=["cited", "reference"], dtype=str)


def word(brief: Brief, lang: str) -> bytes:
    """The page itself."""
    page = Document()
    page.core_properties.created = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # equal data, equal bytes
    page.core_properties.author = ""
    page.core_properties.title = _plain(t("brief.title", lang, area=brief.area))
    _layout(page, lang)
    title = page.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(page.core_properties.title)
    run.bold, run.font.size = True, Pt(16)
    page.add_paragraph(_plain(_sentence(brief, lang)))
    _grid(page, brief, lang)
    note = page.add_paragraph(t("brief.note", lang))
    note.paragraph_format.space_before = Pt(6)
    page.add_paragraph(t("brief.sources", lang)).runs[0].bold = True
    for line in brief.sources():
        page.add_paragraph(_plain(line))
    page.add_paragraph(t("brief.origin", lang, build=brief.build_id, link=brief.link))
    for small in page.paragraphs[2:]:
        for part in small.runs:
            part.font.size = Pt(8.5)
    held = io.BytesIO()
    page.save(held)
    return held.getvalue()


def text(brief: Brief, lang: str) -> str:
    """The same to be pasted: a sentence for each report and year, medians in brackets, the numbered sources."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for one in brief.figures:
        groups.setdefault((one.year, one.report_id), []).append(one)
    said = [_said(brief, figures, lang, medians=True) for figures in groups.values()]
    lines = (*said, "", *brief.sources(), t("brief.data", lang, build=brief.build_id))
    return "\n".join(map(_plain, lines))


def _plain(words: str) -> str:
    """What a report says of itself may hold characters that XML cannot."""
    return "".join(c for c in words if c.isprintable())


def _layout(page: Page, lang: str) -> None:
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.6)
    style = page.styles["Normal"]
    style.font.name, style.font.size = _FONTS[lang], Pt(10.5)
    look = style.element.get_or_add_rPr()
    look.get_or_add_rFonts().set(qn("w:eastAsia"), _FONTS["zh"])
    spoken = OxmlElement("w:lang")  # else punctuation stands as in Japanese
    spoken.set(qn("w:eastAsia"), "zh-CN")
    look.append(spoken)
    style.paragraph_format.space_after = Pt(4)


def _sentence(brief: Brief, lang: str) -> str:
    """The figures of the first one's year and report as a sentence that can stand in a text."""
    first = brief.figures[0]
    beside = [
        one for one in brief.figures if (one.year, one.report_id) == (first.year, first.report_id)
    ]
    return _said(brief, beside[:SAID], lang)


def _said(brief: Brief, figures: Sequence[Figure], lang: str, *, medians: bool = False) -> str:
    """Figures of one year and one report."""
    first = figures[0]
    said = [
        t("brief.said", lang, name=one.indicator, value=one.value)
        + (t("brief.beside", lang, median=one.median) if medians and one.median != "–" else "")
        for one in figures
    ]
    return t(
        "brief.sentence",
        lang,
        area=brief.area,
        cited=brief.cited(first),
        year=first.year,
        said=t("brief.apart" if medians else "brief.separator", lang).join(said),
    )


def _grid(page: Page, brief: Brief, lang: str) -> None:
    grid = page.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
    grid.autofit = False
    for cell, name in zip(grid.rows[0].cells, _COLUMNS, strict=True):
        _write(cell, t(f"brief.{name}", lang), bold=True)
    for one in brief.figures:
        for cell, words in zip(grid.add_row().cells, _cells(brief, one), strict=True):
            _write(cell, words)
    for column, width in zip(grid.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _write(cell: _Cell, words: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(_plain(words))
    run.bold, run.font.size = bold, Pt(9)


def _cells(brief: Brief, one: Figure) -> list[str]:
    """A figure in the order of the columns."""
    told = (one.indicator, one.year, one.value, one.previous, one.change, one.median)
    return [*told, brief.cited(one)]
