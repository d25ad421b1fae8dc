"""Word files: what is printed, in its order, with the numbers Word makes itself."""

import io
import zipfile

import formats
import pytest
from formats import W, docx, paragraph, run

from pipeline import readers
from pipeline.errors import ReadError


def text_of(body: str, **parts: str) -> str:
    return readers.read("a.docx", docx(body, **parts)).text


def cell(*paragraphs: str, properties: str = "") -> str:
    said = "".join(map(paragraph, paragraphs)) or "<w:p/>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{said}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def level(index: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">'
    + level(0, "japaneseCounting", "%1、")
    + level(1, "chineseCountingThousand", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimalEnclosedCircle", "%4")
    + level(4, "bullet", "\uf06c")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    + level(0, "decimal", "第%1章", '<w:pStyle w:val="Heading1"/>')
    + level(1, "lowerRoman", "%1.%2")
    + "</w:abstractNum>"
    + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    + '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    + '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    + "</w:numbering>"
)
STYLES = (
    f'<w:styles {W}><w:style w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="Mine"><w:basedOn w:val="Heading1"/></w:style>'
    '<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    '<w:style w:styleId="11"><w:name w:val="toc 1"/></w:style></w:styles>'
)


def test_paragraphs_and_tables_stand_in_their_order() -> None:
    table = (
        f"<w:tbl>{row(cell('类别'), cell('件数'))}{row(cell('行政', '处罚'), cell('127'))}</w:tbl>"
    )
    said = text_of(paragraph("甲", "乙") + table + "<w:p/>" + paragraph("丙"))
    assert said == "甲乙\n| 类别 | 件数 |\n| 行政处罚 | 127 |\n丙"


def test_automatic_numbers_are_written_as_printed() -> None:
    said = text_of(
        paragraph("总体", number="1")
        + paragraph("学习", number="1/1")
        + paragraph("甲", number="1/2")
        + paragraph("2021年", number="1/2")
        + paragraph("圈", number="1/3")
        + paragraph("点", number="1/4")
        + paragraph("执法", number="1/1")
        + paragraph("再来", number="1/2")
        + "".join(paragraph("下", number="1") for _ in range(10))
        + paragraph("重来", number="3"),
        numbering=NUMBERING,
    ).split("\n")
    assert said[:8] == ["一、总体", "（一）学习", "1.甲", "2. 2021年", "①圈", "• 点", "（二）执法", "1.再来"]  # fmt: skip
    assert said[-3:] == ["十、下", "十一、下", "一、重来"]


def test_numbers_come_from_styles_too_and_a_ring_of_styles_ends() -> None:
    said = text_of(
        paragraph("甲", style="Heading1")
        + paragraph("乙", style="Mine")
        + paragraph("丙", style="Heading1", number="0")
        + paragraph("丁", style="A"),
        numbering=NUMBERING,
        styles=STYLES,
    )
    assert said == "第1章甲\n第2章乙\n丙\n丁"


def test_tracked_changes_are_read_as_accepted() -> None:
    said = text_of(
        paragraph(
            run("调解"),
            "<w:ins><w:r><w:t>42</w:t></w:r></w:ins>",
            "<w:del><w:r><w:delText>41</w:delText></w:r></w:del>",
            "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>件</w:t></w:r></w:moveTo>",
        )
        + "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>"
        + paragraph("后半")
        + "<w:ins>"
        + paragraph("整段")
        + "</w:ins>"
        + f"<w:tbl>{row(cell('甲'), cell('乙'))}{row(cell('删'), cell('去'), properties='<w:del/>')}{row(cell('丙'), cell('丁'))}</w:tbl>"
    )
    assert said == "调解42件\n前半后半\n整段\n| 甲 | 乙 |\n| 丙 | 丁 |"


def test_notes_boxes_and_breaks() -> None:
    box = "<w:txbxContent>" + paragraph("文本框") + "</w:txbxContent>"
    said = text_of(
        paragraph(
            "甲",
            f"<w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>",
            "<w:r><w:footnoteReference w:id='2'/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/></w:r>",
        )
        + paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏20场</w:t></w:r>", "丁")
        + paragraph(
            "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>PAGE 9</w:instrText></w:r>", "戊"
        )
        + paragraph("目录甲\t12", style="11"),
        footnotes=f"<w:footnotes {W}><w:footnote w:type='separator' w:id='0'>{paragraph('线')}</w:footnote>"
        f"<w:footnote w:id='2'>{paragraph('脚注')}</w:footnote></w:footnotes>",
        styles=STYLES,
    )
    assert said == "甲乙\n丙-\n文本框\n脚注\n丁\n戊"


def test_merged_cells() -> None:
    down = '<w:vMerge w:val="restart"/>'
    said = text_of(
        "<w:tbl>"
        + row(cell("执法情况统计表", properties='<w:gridSpan w:val="3"/>'))
        + row(cell("单位", properties=down), cell("处罚", properties='<w:gridSpan w:val="2"/>'))
        + row(cell(properties="<w:vMerge/>"), cell("件数"), cell("金额（万元）"))
        + row(cell("甲所", properties=down), cell("5", properties=down), cell("3.5"))
        + row(cell(properties="<w:vMerge/>"), cell(properties="<w:vMerge/>"), cell("4"))
        + "</w:tbl>"
    )
    assert said.split("\n") == [
        "执法情况统计表",
        "| 单位 | 处罚件数 | 处罚金额（万元） |",
        "| 甲所 | 5 | 3.5 |",
        "| 甲所 |  | 4 |",
    ]


def test_nothing_of_a_nested_table_is_lost() -> None:
    inner = f"<w:tbl>{row(cell('甲'), cell('1'))}{row(cell('乙'), cell('2'))}</w:tbl>"
    outer = f"<w:tbl>{row(cell('左'), f'<w:tc>{inner}<w:p/></w:tc>')}</w:tbl>"
    assert text_of(outer) == "左\n| 甲 | 1 |\n| 乙 | 2 |"


def test_the_title_of_the_file_serves_where_the_text_has_none() -> None:
    core = "<c xmlns:dc='d'><dc:title>甲区2021年法治政府建设情况报告</dc:title></c>"
    assert readers.read("a.docx", docx(paragraph("甲。"), core=core)).title == "甲区2021年法治政府建设情况报告"  # fmt: skip
    assert readers.read("a.docx", docx(paragraph("甲。"), core=core.replace("甲区2021年法治政府建设情况报告", "新建文档"))).title == ""  # fmt: skip


def test_the_strict_namespace_is_read_as_well() -> None:
    strict = docx(paragraph("甲"))
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(strict)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            said = old.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            new.writestr(name, said)
    assert readers.read("a.docx", packed.getvalue()).text == "甲"


# --- hostile and broken ---------------------------------------------------------------------------

WHOLE = docx(paragraph("甲"))
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def member(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (WHOLE[:200], "没有下载完整"),
        (WHOLE[:-30], "没有下载完整"),
        (member("word/document.xml", b"<w:document"), "没有下载完整"),
        (member("word/document.xml", LAUGHS.encode() + b"<x>&b;</x>"), "实体"),
        (member("word/document.xml", LAUGHS.encode("utf-16") + "<x>&b;</x>".encode("utf-16-le")), "实体|没有下载完整"),
        (member("word/document.xml", b"<a>" * 9000 + b"</a>" * 9000), "没有下载完整"),
        (member("word/document.xml", b"<x>" + b" " * 30_000_000), "炸弹"),
        (member("word/document.xml", b"<x>" + b" " * 60_000_000), "炸弹"),
        (member("word/document.xml", b"<x/>"), "正文"),
        (docx(paragraph("  ")), "空白"),
        (member("xl/workbook.xml", b"<x/>"), "Excel"),
        (member("ppt/x.xml", b"<x/>"), "演示"),
        (member("OFD.xml", b"<x/>"), "OFD"),
        (member("a.txt", b"x"), "zip"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_sentence(bilingual, data: bytes, said: str) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        readers.read("a.docx", data)
    assert bilingual(str(caught.value))


def test_deep_nesting_is_no_crash() -> None:
    for opened, closed in (
        ("<w:ins>", "</w:ins>"),
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
    ):
        deep = 240 // opened.count("<")
        assert text_of(opened * deep + paragraph("甲") + closed * deep) == "甲"


def test_an_external_entity_is_not_followed(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密", encoding="utf-8")
    said = f'<!DOCTYPE x SYSTEM "{secret.as_uri()}"><w:document {formats.W}><w:body/></w:document>'
    with pytest.raises(ReadError, match="实体"):
        readers.read("a.docx", member("word/document.xml", said.encode()))
