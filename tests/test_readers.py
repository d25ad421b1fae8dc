"""Reading bytes: nothing of the text is lost, and what is no text is refused in one sentence."""

import pytest

from pipeline import readers
from pipeline.errors import ReadError

TEXT = "甲区法治政府建设情况报告\r\n2022年，开展普法20场。\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("gb18030"), "gb18030"),
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
        ("a.txt", b"\x89PNG\r\n", "PNG"),
        ("a.txt", b"abc\x00def", "二进制"),
        ("a.txt", TEXT.encode("utf-16"), "UTF-16"),
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
