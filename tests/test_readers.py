"""Reading bytes: a report says the same in every format, and what cannot be read is refused in one sentence."""

import contextlib
from pathlib import Path

import formats
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from pipeline import build, readers
from pipeline.errors import ReadError
from pipeline.model import Report

TEXT = "甲区法治政府建设情况报告\r\n2022年，开展普法20场。\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
    ],
)
def test_every_encoding_gives_the_same_text(data: bytes, encoding: str) -> None:
    doc = readers.read("a.txt", data)
    assert (doc.text, doc.encoding, doc.size) == (TEXT, encoding, len(data))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "空"),
        ("a.txt", b" \r\n ", "空白"),
        ("a.txt", b"%PDF-1.7 ...", "PDF"),
        ("a.txt", b"PK\x03\x04....", "Office"),
        ("a.txt", b"\x89PNG\r\n", "图片"),
        ("a.txt", b"abc\x00def", "二进制"),
        ("a.txt", b"\xff\xfe" + "甲\x00乙".encode("utf-16-le"), "二进制"),
        ("a.txt", b"\xff\xfea", "编码"),
        ("a.doc", b"MIME-Version: 1.0\nContent-Type: multipart/related", "mht"),
        ("a.doc", b"Rar!\x1a\x07", "rar"),
        ("a.docx", b"PK\x03\x04....", "Office"),
        ("a.pdf", b"%PDF-1.7 ...", "PDF"),
        ("a.txt", bytes(range(128, 256)) * 20, "编码"),
        ("a.txt", b" <html><body>", "网页"),
        ("a.xyz", b"text", ".xyz"),
        ("报告.最终版", b"text", ".最终版"),
        ("a", b"text", "无后缀"),
        ("a.txt", b"a" * (readers.MAX_BYTES + 1), "20 MB"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(
    bilingual, name: str, data: bytes, said: str
) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        readers.read(name, data)
    assert "\n" not in str(caught.value)
    assert bilingual(str(caught.value))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "\n甲区乙街道办事处\n2021年度法治政府建设情况报告\n\n正文。",
            "甲区乙街道办事处2021年度法治政府建设情况报告",
        ),
        (
            "关于2023年法治政府\n建设情况的报告\n区政府：\n正文。",
            "关于2023年法治政府建设情况的报告",
        ),
        ("发布机构：甲局\n甲局2023年依法行政工作总结\n正文。", "甲局2023年依法行政工作总结"),
        (" 2022年以来，现将法治政府建设工作情况报告如下。\n", ""),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert readers.read("a.txt", text.encode()).title == title


def test_lines_of_metadata_are_kept() -> None:
    doc = readers.read(
        "a.txt", "索 引 号：123\n发布机构：甲区政府\n发布日期：2023-01-10\n正文".encode()
    )
    assert doc.metadata == {"索引号": "123", "发布机构": "甲区政府", "发布日期": "2023-01-10"}


@pytest.mark.parametrize(
    ("name", "data", "reader"),
    [
        ("a.txt", b"<!DOCTYPE html><html><body><p>" + TEXT.encode(), "html"),
        ("a.doc", b'\xef\xbb\xbf<html xmlns:o="urn:x"><body><p>' + TEXT.encode(), "html"),
        ("a.html", formats.docx(formats.paragraph(TEXT)), "docx"),
        ("报告", formats.docx(formats.paragraph(TEXT)), "docx"),
        ("a.pdf", TEXT.encode(), "txt"),
    ],
)
def test_what_the_bytes_are_decides_and_is_said(bilingual, name, data, reader) -> None:
    doc = readers.read(name, data)
    assert doc.reader == reader
    assert len(doc.warnings) == 1
    assert bilingual(doc.warnings[0])


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.docx", "a.doc"])
def test_a_file_named_as_it_is_needs_no_warning(name: str) -> None:
    data = {
        "a.txt": TEXT.encode(),
        "a.html": b"<p>" + TEXT.encode(),
        "a.docx": formats.docx(formats.paragraph(TEXT)),
    }
    if name in data:
        assert readers.read(name, data[name]).warnings == ()


def test_of_two_titles_the_one_that_says_more_wins() -> None:
    body = formats.paragraphs(
        "2021年度法治政府建设情况报告\n" + "2021年，开展法治宣传教育20场。" * 15
    )
    page = formats.in_page("甲区乙街道办事处2021年度法治政府建设情况报告", body)
    assert readers.read("a.html", page).title == "甲区乙街道办事处2021年度法治政府建设情况报告"


# --- the same report in every format --------------------------------------------------------------


def observed(name: str, data: bytes) -> tuple[object, ...]:
    """Place, year and every value of a report, as far as its format should not matter."""
    report = build.read_report(name, data, None, *build.knowledge())
    assert isinstance(report, Report), report
    doc, told = report.document, report.jurisdiction
    for reading in report.readings:
        found = reading.quantity
        assert doc.text[found.start : found.end] == found.surface
    values = sorted(
        (o.indicator, o.category, str(o.obs_value), o.time_period, o.fact, o.scope, o.charted)
        for o in report.observations
    )
    return told.place, told.time_period, values


@pytest.fixture(scope="module")
def expected() -> dict[Path, tuple[object, ...]]:
    return {seed: observed(seed.name, seed.read_bytes()) for seed in formats.SEEDS}


@pytest.mark.parametrize("seed", formats.SEEDS, ids=lambda seed: seed.stem)
@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_report_says_the_same_as_web_page(expected, seed: Path, charset: str) -> None:
    text = seed.read_text(encoding="utf-8")
    title = readers.title(text) or "关于法治政府建设情况的报告"
    page = formats.in_page(title, formats.paragraphs(text), charset)
    assert observed(f"{seed.stem}.html", page) == expected[seed]


@pytest.mark.parametrize("seed", formats.SEEDS, ids=lambda seed: seed.stem)
def test_a_report_says_the_same_as_word_file_and_in_gb18030(expected, seed: Path) -> None:
    text = seed.read_text(encoding="utf-8")
    word = formats.docx("".join(map(formats.paragraph, formats.lines(text))))
    assert observed(f"{seed.stem}.docx", word) == expected[seed]
    assert observed(seed.name, text.encode("gb18030")) == expected[seed]


@pytest.mark.parametrize("seed", formats.SEEDS, ids=lambda seed: seed.stem)
def test_a_report_says_the_same_as_pdf(expected, browser: Browser, seed: Path) -> None:
    text = seed.read_text(encoding="utf-8")
    printed = formats.printed(browser, formats.paragraphs(text))
    assert observed(f"{seed.stem}.pdf", printed) == expected[seed]
    doc = readers.read("a.pdf", printed)
    assert "".join(doc.text.split()) == "".join(text.split())
    assert len(doc.pages) > 2
    assert list(doc.pages) == sorted(set(doc.pages))


# --- whatever the bytes are -----------------------------------------------------------------------

STARTS = (
    b"", b"PK\x03\x04", b"%PDF-1.7\n", b"<html><body><table><tr><td colspan=9 rowspan=9>", b"{\\rtf1", b"\xff\xfe",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><meta charset=gbk><ol><li value=5>",
)  # fmt: skip


@given(st.sampled_from(STARTS), st.binary(max_size=600), st.sampled_from(sorted(readers.SUFFIXES)))
def test_no_bytes_raise_anything_but_a_read_error(start: bytes, data: bytes, suffix: str) -> None:
    with contextlib.suppress(ReadError):
        doc = readers.read(f"a{suffix}", start + data, scans=False)
        assert doc.text.strip()


@given(st.data())
def test_a_damaged_file_raises_nothing_but_a_read_error(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(WHOLE))
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    broken = (
        whole[:at]
        if cut
        else whole[:at] + data.draw(st.binary(min_size=1, max_size=4)) + whole[at + 2 :]
    )
    with contextlib.suppress(ReadError):
        readers.read("a.docx", broken, scans=False)


WHOLE = (
    formats.docx(formats.paragraph("一、甲") + "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"),
    formats.in_page(
        "甲区2021年法治政府建设情况报告", "<table><tr><td>1</td><td>2</td></tr></table>"
    ),
    formats.PDF,
)
