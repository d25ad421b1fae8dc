"""Web pages: the report's own text, its particulars, and nothing that the site prints around it."""

import formats
import pytest

from pipeline import build, readers, tables
from pipeline.errors import ReadError
from pipeline.model import Report

TITLE = "甲区乙街道办事处2021年度法治政府建设情况报告"
BODY = "".join(f"<p>{'一二三四五六七八九十'[k]}、我街道扎实推进法治政府建设各项工作，开展普法宣传20场。</p>" for k in range(8))  # fmt: skip
TEXT = "\n".join(formats.lines(BODY.replace("<p>", "").replace("</p>", "\n")))


def text_of(body: str) -> str:
    return readers.read("a.html", f"<html><body>{body}</body></html>".encode()).text


def test_only_the_report_is_read() -> None:
    doc = readers.read("a.html", formats.in_page(TITLE, BODY))
    assert (doc.text, doc.reader, doc.encoding) == (TEXT, "html", "utf-8")
    assert doc.title == TITLE
    assert doc.metadata == {
        "标题": TITLE,
        "发布日期": "2025-01-20 16:20",
        "来源": "本站",
        "索引号": "11120111MB1/2025-00092",
        "发布机构": "某某政务网编辑部",
        "发布时间": "2025-01-20 16:20",
        "文号": "无",
    }


@pytest.mark.parametrize(
    "renamed",
    [
        "article_content",
        "zoom",
        "UCAP-CONTENT",
        "con",
        "view TRS_UEDITOR",
        "x9f",
        "share",
        "hidden",
    ],
)
def test_the_body_is_found_under_any_name_and_under_none(renamed: str) -> None:
    page = formats.in_page(TITLE, BODY).replace(b"TRS_Editor", renamed.encode())
    assert readers.read("a.html", page).text == TEXT


@pytest.mark.parametrize(
    "old", ["nav", "crumbs", "related", "footer", "prenext", "pagination", "fj"]
)
def test_page_furniture_is_known_without_its_name_as_well(old: str) -> None:
    page = formats.in_page(TITLE, BODY).replace(f'class="{old}"'.encode(), b'class="x1"')
    page = page.replace(b"TRS_Editor", b"x2").replace(b'class="article"', b"")
    said = readers.read("a.html", page).text
    assert TEXT in said
    report = build.read_report("a.html", page, None, *build.knowledge())
    assert isinstance(report, Report)
    trapped = {f"{number}" for number in range(81, 100)}
    assert not trapped & {str(reading.quantity.value) for reading in report.readings}


def test_a_page_laid_out_with_tables_is_read_by_paragraph() -> None:
    page = f"<table><tr><td><a href=x>导航</a></td><td><table><tr><td>{BODY}</td></tr></table></td></tr></table>"
    assert text_of(page) == TEXT


def test_a_body_in_several_parts_is_kept_whole() -> None:
    parts = BODY.replace("<p>五", "</div><div><p>五")
    assert text_of(f"<div class=w><div>{parts}</div></div>") == TEXT


@pytest.mark.parametrize(
    ("declared", "encoded", "named"),
    [
        ("gb2312", "gb18030", "gb18030"),
        ("GBK", "gb18030", "gb18030"),
        ("utf-8", "gb18030", "gb18030"),
        ("gb2312", "utf-8", "utf-8"),
        ("", "gb18030", "gb18030"),
        ("", "utf-8-sig", "utf-8"),
        ("", "utf-16", "utf-16"),
    ],
)
def test_charsets_declared_undeclared_and_declared_wrongly(declared, encoded, named) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    page = f"<!DOCTYPE html><html><head>{meta if declared else ''}</head><body>{BODY}</body></html>"
    doc = readers.read("a.html", page.encode(encoded))
    assert (doc.text, doc.encoding) == (TEXT, named)


def test_big5() -> None:
    said = "法治政府建設年度報告：在全區開展調解工作，有關單位共同參與。"
    page = f"<html><meta charset=big5><body><p>{said}</p></body></html>"
    doc = readers.read("a.html", page.encode("big5"))
    assert (doc.text, doc.encoding) == (said, "big5")


def test_a_page_with_one_broken_character_is_read_with_a_warning(bilingual) -> None:
    page = b"<html><meta charset=gb2312><body>" + (BODY * 4).encode("gb18030")[:-1] + b"\xb8</p>"
    doc = readers.read("a.html", page)
    assert "开展普法宣传20场" in doc.text
    assert len(doc.warnings) == 1
    assert bilingual(doc.warnings[0])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>调解<span>矛盾</span><b>纠</b>\n  <i>纷1</i><font>27</font>件</p>", "调解矛盾纠纷127件"),
        ("<p>&nbsp;&nbsp;甲&nbsp;区<br>乙街\n道</p><div>　　丙<div>丁</div>戊</div>", "甲 区\n乙街道\n丙\n丁\n戊"),
        ("<p>开展 20 场</p><pre>一\n二</pre>", "开展 20 场\n一\n二"),
        ("<p>甲<del>19</del>20<span style='DISPLAY:none'>21</span>场\u200b</p>", "甲20场"),
        ("<ol><li>甲</li><li>乙</li></ol><ol start=3><li>丙<li value=7>丁</ol>", "1.甲\n2.乙\n3.丙\n7.丁"),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲</ol><ol type=a><li>乙</ol>", "一、甲\na.乙"),
        ("<ul><li>甲</li><li>（一）乙</li></ul><ul style='list-style: none'><li>丙</ul>", "• 甲\n（一）乙\n丙"),
        ("<p>甲<a name=x>乙</a>丙<a href=y>丁</a></p><p><a href=z>另一份报告</a></p>", "甲乙丙丁"),
    ],
)  # fmt: skip
def test_how_text_is_written(body: str, text: str) -> None:
    assert text_of(body) == text


# --- tables ---------------------------------------------------------------------------------------

PLAIN = """<table><caption>2021年行政执法情况</caption><tr><td colspan=3>单位：件、万元</td></tr>
<tr><th>类别</th><th>案件<br>数</th><th>罚没金额</th></tr><tr><td><p>行政处罚</p></td><td>127</td><td>3.5</td></tr>
<tr><td>行政|强制</td><td></td><td>0</td></tr><tr><td colspan=3>注：不含交通</td></tr></table>"""
MERGED = """<table><tr><td rowspan=2>单位</td><td rowspan=2>类别</td><td colspan=2>行政处罚</td></tr>
<tr><td>件数</td><td>金额（万元）</td></tr>
<tr><td rowspan=2>甲所</td><td>普通</td><td>12</td><td rowspan=2>3.5</td></tr><tr><td>简易</td><td>30</td></tr></table>"""


def test_tables_are_rows_of_cells() -> None:
    assert text_of(PLAIN).split("\n") == [
        "2021年行政执法情况",
        "单位：件、万元",
        "| 类别 | 案件数 | 罚没金额 |",
        "| 行政处罚 | 127 | 3.5 |",
        "| 行政/强制 |  | 0 |",
        "注：不含交通",
    ]


def test_merged_cells_keep_columns_under_their_headers_and_no_number_counts_twice() -> None:
    text = text_of(MERGED)
    assert text.split("\n") == [
        "| 单位 | 类别 | 行政处罚件数 | 行政处罚金额（万元） |",
        "| 甲所 | 普通 | 12 | 3.5 |",
        "| 甲所 | 简易 | 30 |  |",
    ]
    found = tables.find(text)
    assert [str(cell.quantity.value) for cell in found.values()] == ["12", "35000", "30"]
    assert "行政处罚件数" in next(iter(found.values())).words


def test_units_of_a_column_are_multiplied_and_no_number_is_beyond_counting() -> None:
    cells = [("12", "万人次"), ("3", "千元"), ("7", "千米"), ("9" * 30, "件")]
    rows = "".join(f"| 数 | {digits} | {unit} |\n" for digits, unit in cells)
    found = tables.find(f"| 指标 | 数值 | 单位 |\n{rows}").values()
    values = [(str(cell.quantity.value), cell.quantity.unit) for cell in found]
    assert values == [("120000", "人次"), ("3000", "元"), ("7", "千米")]


def test_headers_without_brackets_name_the_unit_as_well() -> None:
    found = tables.find("领域|检查次数|立案|参加人次|罚款（万元）\n土地|43|5|120|1.8\n").values()
    assert [cell.quantity.unit for cell in found] == ["次", "件", "人次", "元"]


# --- what is no report, or hostile ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b"<html><body></body></html>", "没有文字"),
        (b"<html>", "没有文字"),
        (b"<html><script>var a = 1</script></html>", "没有文字"),
        (b"<html><body><p>" + b"\x81" * 99, "编码"),
        ("<html><body><p>甲\0乙".encode(), "二进制"),
        (b"<html><body>" + b"<div>" * 10_000 + "甲".encode(), "嵌套"),
        (b"<html><body>" + b"<a>" * 500_000, "标签"),
        ("<html><body><p>报告见附件</p><a href='/x/2021.pdf?v=1'>下载</a>".encode(), "2021.pdf"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_sentence(bilingual, page: bytes, said: str) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        readers.read("a.html", page)
    assert bilingual(str(caught.value))


def test_cells_that_claim_to_be_huge_stay_small() -> None:
    rows = "".join(
        f"<tr><td>甲{k}</td><td colspan=99999 rowspan=99999>乙</td></tr>" for k in range(300)
    )
    assert len(text_of(f"<table>{rows}</table>")) < 100_000


def test_nothing_is_fetched_and_no_entity_is_followed(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密", encoding="utf-8")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><html><body><p>甲&x;乙</p></body></html>'
    assert "秘密" not in readers.read("a.html", page.encode()).text
