"""PDF files: lines become paragraphs again, running heads go, scans are named as such."""

import formats
import pytest
from playwright.sync_api import Browser

from pipeline import readers
from pipeline.errors import ReadError
from pipeline.readers import pdf

SENTENCE = (
    "全年开展法治宣传教育活动120场，受教育群众3.5万人次，调解矛盾纠纷86件，群众满意率达到98.6%"
)
PARAGRAPHS = [
    "甲区乙街道办事处",
    "2021年法治政府建设情况报告",
    *(
        f"（{'一二三四五六七八九十'[k % 10]}）{SENTENCE * (k % 4 + 1)}{'。' * (k % 3 > 0)}"
        for k in range(40)
    ),
]
STYLES = [
    "font: 16pt 'Noto Serif CJK SC'; text-align: justify",
    "font: 12pt/2 'Noto Sans CJK SC'; text-align: left",
    "font: 22pt 'Noto Serif CJK SC'; hanging-punctuation: last",
]


def body(indent: str) -> str:
    return "".join(f'<p style="text-indent: {indent}">{one}</p>' for one in PARAGRAPHS)


@pytest.mark.parametrize("css", STYLES)
@pytest.mark.parametrize("indent", ["2em", "0"])
def test_lines_are_joined_to_the_paragraphs_they_were(browser: Browser, css, indent) -> None:
    doc = readers.read("a.pdf", formats.printed(browser, body(indent), css))
    assert doc.text.split("\n") == PARAGRAPHS
    assert doc.reader == "pdf"
    assert doc.title == "甲区乙街道办事处2021年法治政府建设情况报告"


def test_paragraphs_without_space_between_them(browser: Browser) -> None:
    css = f"{STYLES[0]}"
    tight = body("2em").replace("text-indent", "margin: 0; text-indent")
    assert readers.read("a.pdf", formats.printed(browser, tight, css)).text.split("\n") == PARAGRAPHS  # fmt: skip


def test_pages_are_known_by_where_they_start(browser: Browser) -> None:
    broken = "<p>甲页第一段。</p><p style='break-before: page'>乙页第一段。</p><p style='break-before: page'>丙页。</p>"
    doc = readers.read("a.pdf", formats.printed(browser, broken))
    assert [doc.text[start] for start in doc.pages] == ["甲", "乙", "丙"]
    assert "77" not in doc.text


def test_rows_of_a_table_stay_rows(browser: Browser) -> None:
    table = "<table style='width:100%'><tr><td>类别</td><td>件数</td></tr><tr><td>处罚</td><td>127</td></tr></table>"
    doc = readers.read("a.pdf", formats.printed(browser, f"<p>执法情况如下：</p>{table}"))
    assert doc.text.split("\n")[-2:] == ["类别\t件数", "处罚\t127"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_are_read_as_they_are_seen(turn: int) -> None:
    matrix = {0: "1 0 0 1 72 700", 90: "0 1 -1 0 100 72", 180: "-1 0 0 -1 500 200", 270: "0 -1 1 0 400 800"}  # fmt: skip
    said = f"BT /F 12 Tf {matrix[turn]} Tm (20 cases) Tj 0 -20 Td (of mediation) Tj ET"
    data = formats.pdf(said).replace(b"/MediaBox[0 0 595 842]", f"/MediaBox[0 0 842 842]/Rotate {turn}".encode())  # fmt: skip
    assert readers.read("a.pdf", data).text == "20 cases\nof mediation"


def test_radicals_and_marks_become_ordinary_characters() -> None:
    assert "".join(map(pdf.plain, "⼈⺠⻓⻔⻅\xad\ufffe\u200b调解")) == "人民长门见调解"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (formats.pdf("0 0 m 100 100 l S"), "扫描件"),
        (formats.pdf(*["BT /F 9 Tf (1) Tj ET"] * 5), "扫描件"),
        (formats.pdf(*["BT ET"] * 501), "500"),
        (formats.PDF[:60], "没有下载完整"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "没有下载完整"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(bilingual, data: bytes, said: str) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        readers.read("a.pdf", data, scans=False)
    assert bilingual(str(caught.value))


def test_pages_without_text_among_others_are_named(bilingual) -> None:
    said = "BT /F 12 Tf 72 700 Td (20 cases of mediation in the year 2021) Tj ET"
    doc = readers.read(
        "a.pdf", formats.pdf(said, "0 0 m 9 9 l S", said.replace("20 cases", "30 days"))
    )
    assert len(doc.pages) == 3
    assert "2" in doc.warnings[0]
    assert bilingual(doc.warnings[0])
