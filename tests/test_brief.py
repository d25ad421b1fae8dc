"""The brief says what the page says, names its sources, and survives what a report may be called."""

import io

import pytest
from docx import Document

from dashboard import brief

REPORT = {
    "issuer": "甲街道办事处",
    "area_name": "甲街道",
    "title": "2021年法治政府建设\x0b年度\x01情况报告",
    "source": "a.txt",
    "time_period": "2021",
    "published_on": None,
    "sha256": "0" * 64,
}


def figure(report_id="a", **changes):
    told = {
        "indicator": "调解件数",
        "year": "2021",
        "value": "42 件",
        "previous": "–",
        "change": "–",
        "median": "–",
        "report_id": report_id,
        "surface": "42起",
        "sentence": "=调解42起。",
    }
    return brief.Figure(**(told | changes))


def made(*figures):
    return brief.Brief("甲街道", figures, {"a": REPORT, "b": REPORT}, "0123abcd", "/profile")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_holds_every_figure_and_its_numbered_source(lang):
    told = made(figure(), figure("b", indicator="信访件数", value="3 件"), figure())
    page = Document(io.BytesIO(brief.word(told, lang)))
    rows = [[cell.text for cell in row.cells] for row in page.tables[0].rows]
    assert [(row[0], row[2], row[-1]) for row in rows[1:]] == [
        ("调解件数", "42 件", "[1]"),
        ("信访件数", "3 件", "[2]"),
        ("调解件数", "42 件", "[1]"),
    ]
    text = "\n".join(paragraph.text for paragraph in page.paragraphs)
    assert text.count("sha256: 0000") == 2
    assert "42 件" in text
    assert "0123abcd" in text


def test_the_text_to_paste_says_medians_and_numbers_its_sources():
    told = made(figure(median="36 件（n=3）"), figure("b", year="2020", value="7 件"))
    first, second, _, *sources = brief.text(told, "zh").splitlines()
    assert "[1]" in first
    assert "42 件，同级中位数 36 件（n=3）" in first
    assert second.endswith("[2]，2020年：调解件数 7 件。")
    assert [line[:3] for line in sources[:2]] == ["[1]", "[2]"]


def test_equal_data_give_an_equal_page():
    assert brief.word(made(figure()), "zh") == brief.word(made(figure()), "zh")


def test_the_rows_of_the_workbook_carry_their_sentences():
    rows = brief.table(made(figure(), figure("b")))
    assert list(rows["cited"]) == ["[1]", "[2]"]
    assert set(rows["sentence"]) == {"=调解42起。"}
    assert list(brief.sources(made(figure(), figure("b")))["cited"]) == ["[1]", "[2]"]
