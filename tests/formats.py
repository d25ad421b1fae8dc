"""A report in the formats in which governments publish: what the readers are tested on."""

import csv
import html
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))

# What such a page has around its report; every figure in it is a trap.
PAGE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<title>{title}-某某政务网</title>
<meta name="ArticleTitle" content="{title}" />
<meta name="PubDate" content="2025-01-20 16:20" />
<meta name="ContentSource" content="本站" />
<style>.TRS_Editor P {{ line-height: 2 }}</style>
<script>var visits = "开展普法宣传99场"; document.write("调解纠纷98件");</script>
</head><body>
<div class="top"><span id="clock">2025年3月8日 星期六 10:20:30</span> 今天办理信访97件
<a href="/login">登录</a> | <a href="/reg">注册</a> | <a href="#">无障碍</a></div>
<div style="display: none">隐藏：开展执法检查96次。</div>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开95项</a></li><li><a href="/b">办件94件</a></li></ul></div>
<div class="wrap">
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/x">政务公开</a> &gt; 法治政府建设报告93篇</div>
<table class="xxgk"><tr><td>索 引 号：</td><td>11120111MB1/2025-00092</td><td>发布机构：</td><td>某某政务网编辑部</td></tr>
<tr><td>公开日期：</td><td>2025-01-20</td><td>文　　号：</td><td>无</td></tr></table>
<h1>{title}</h1>
<div class="info">发布时间：2025-01-20 16:20　来源：本站　浏览次数：<span id="hits">91</span>次
字体：[<a href="javascript:">大</a> <a href="javascript:">中</a> <a href="javascript:">小</a>]　<a href="javascript:">打印</a></div>
<div class="bdsharebuttonbox">分享到：<a href="#">微信</a><a href="#">微博</a> 已分享90次</div>
<div class="article"><div class="TRS_Editor">
{body}
</div></div>
<div class="fj">附件下载：<a href="P020250120.pdf">2024年执法统计89件.pdf</a></div>
<div class="prenext"><p>上一篇：<a href="1.html">2019年调解纠纷88件的报告</a></p><p>下一篇：<a href="2.html">开展普法87场</a></p></div>
<div class="pagination"><a href="#">首页</a> <a href="#">1</a> <a href="#">2</a> 共86页 <a href="#">尾页</a></div>
<div class="related"><h3>相关文章</h3><ul><li><a href="3.html">我区调解纠纷85件</a><span>2024-05-06</span></li></ul></div>
</div>
<div class="footer"><p>主办单位：某某区人民政府办公室 联系电话：022-12345684</p>
<p>版权所有 津ICP备05000083号-1 津公网安备12010302000982号 网站标识码1201110001</p><p>您是第81位访客，建议使用1920×1080分辨率</p></div>
</body></html>
"""


def lines(text: str) -> list[str]:
    return [line.strip(" \t\u3000\xa0") for line in text.splitlines() if line.strip()]


def in_page(title: str, body: str, charset: str = "utf-8") -> bytes:
    """A body of HTML in the page of a government site."""
    return PAGE.format(title=html.escape(title), body=body, charset=charset).encode(
        {"gb2312": "gb18030"}.get(charset, charset), "xmlcharrefreplace"
    )


def paragraphs(text: str) -> str:
    """A report as an editor of a site writes it: spans inside paragraphs, blanks before them."""
    return "\n".join(
        f'<p style="text-indent: 2em">&nbsp;&nbsp;&nbsp; <span>{html.escape(line[:7])}</span>'
        f'<span style="font-family: 仿宋">{html.escape(line[7:])}</span><o:p></o:p></p>'
        for line in lines(text)
    )


OPEN = "http://schemas.openxmlformats.org"
W = f'xmlns:w="{OPEN}/wordprocessingml/2006/main"'
TYPES = (
    f'<Types xmlns="{OPEN}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)


def docx(body: str, **parts: str) -> bytes:
    """A Word file of these paragraphs; further parts by name: numbering, styles, footnotes, core, …"""
    said = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{OPEN}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{OPEN}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/header1.xml": f"<w:hdr {W}>{paragraph('页眉 调解纠纷77件')}</w:hdr>",
        **{
            f"{'docProps' if name == 'core' else 'word'}/{name}.xml": xml
            for name, xml in parts.items()
        },
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in said.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{xml}')
    return packed.getvalue()


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", number: str = "") -> str:
    """One paragraph of runs or plain words, perhaps of a style or in a list (numId/ilvl)."""
    said = "".join(one if one.startswith("<") else run(one) for one in runs)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    num, _, level = number.partition("/")
    listed = (
        f'<w:numPr><w:ilvl w:val="{level or 0}"/><w:numId w:val="{num}"/></w:numPr>' if num else ""
    )
    return f"<w:p><w:pPr>{named}{listed}</w:pPr>{said}</w:p>"


HEAD = '<div style="font-size:9px;width:100%;text-align:center">甲区政府办公室文件 第77号</div>'
FOOT = '<div style="font-size:9px;width:100%;text-align:center">— <span class="pageNumber"></span> —</div>'
MARGINS = {"top": "2.5cm", "bottom": "2.5cm", "left": "2.5cm", "right": "2.5cm"}


def printed(browser: Browser, body: str, css: str = "font: 16pt 'Noto Serif CJK SC'") -> bytes:
    """A body of HTML on paper, with a running head and page numbers."""
    page = browser.new_page()
    page.set_content(f'<body style="{css}">{body}')
    done = page.pdf(
        format="A4",
        margin=MARGINS,
        display_header_footer=True,
        header_template=HEAD,
        footer_template=FOOT,
    )
    page.close()
    return done


def pdf(*pages: str) -> bytes:
    """A PDF whose pages have these contents, in PDF's own words."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{k} 0 R' for k in range(4, 4 + 2 * len(pages), 2))}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for said in pages:
        after = len(objects) + 2
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents {after} 0 R>>"
        )
        objects.append(f"<</Length {len(said)}>>stream\n{said}\nendstream")
    written, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj{one}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(written)}\n%%EOF"
    return written + end.encode()


PDF = pdf("BT /F 12 Tf 72 700 Td (20 cases of mediation in 2021) Tj ET")


def separated(rows: Sequence[Sequence[str]], mark: str = ",") -> bytes:
    """A table as text."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=mark).writerows(rows)
    return target.getvalue().encode()


def workbook(rows: Sequence[Sequence[str]], replaced: Mapping[str, bytes] | None = None) -> bytes:
    """An Excel workbook of one sheet; parts of its archive may be replaced by others."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": True}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    if not replaced:
        return target.getvalue()
    again = io.BytesIO()
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, replaced.get(name, old.read(name)))
    return again.getvalue()


def wide(count: int) -> bytes:
    """A sheet whose merged cells claim to be everywhere."""
    rows = "".join(
        f'<row r="{k}"><c r="A{k}" t="str"><v>x</v></c><c r="GR{k}"><v>1</v></c></row>'
        for k in range(1, count)
    )
    merged = "".join(f'<mergeCell ref="A{k}:XFD1048576"/>' for k in range(1, count))
    return f"<worksheet><sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells></worksheet>".encode()


def old_workbook(
    sheets: Sequence[tuple[str, Sequence[Sequence[str | float]]]],
    *,
    rates: Sequence[int] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    hidden_rows: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
) -> bytes:
    """An old Excel workbook (BIFF8): words, numbers, in the columns `rates` as 0.0%; merged areas with both ends, from 0."""

    def record(kind: int, *data: bytes) -> bytes:
        body = b"".join(data)
        return struct.pack("<HH", kind, len(body)) + body

    def begin(what: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, what, 0, 0, 0, 0))

    def words(text: str, length: str = "<H") -> bytes:
        return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")

    def cell(row: int, column: int, value: str | float) -> bytes:
        style = 2 if column in rates else 1
        at = struct.pack("<HHH", row, column, style)
        if isinstance(value, str):
            return record(0x204, at, words(value))
        return record(0x203, at, struct.pack("<d", value))

    def sheet(rows: Sequence[Sequence[str | float]]) -> bytes:
        cells = [cell(r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row) if v != ""]
        unseen = [record(0x208, struct.pack("<HHHHHHI", r, 0, 9, 255, 0, 0, 0x20)) for r in hidden_rows]  # fmt: skip
        joined = b"".join(struct.pack("<HHHH", *area) for area in merged)
        return b"".join([
            begin(0x10), *unseen, *cells, record(0xE5, struct.pack("<H", len(merged)), joined), record(0x0A)
        ])  # fmt: skip

    bodies = [sheet(rows) for _, rows in sheets]
    styles = [
        (0, 0xFFF5),
        (0, 1),
        (164, 1),
    ]  # the format of each, and that it is a style or follows the first
    head = begin(0x05) + record(0x41E, struct.pack("<H", 164), words("0.0%"))
    head += b"".join(record(0xE0, struct.pack("<HHH", 0, *style), bytes(14)) for style in styles)

    def listed(at: int) -> bytes:
        found = b""
        for (name, _), body in zip(sheets, bodies, strict=True):
            found += record(0x85, struct.pack("<IBB", at, name in hidden_sheets, 0), words(name, "<B"))  # fmt: skip
            at += len(body)
        return found + record(0x0A)

    stream = head + listed(len(head) + len(listed(0))) + b"".join(bodies)
    return _compound("Workbook", stream)


def _compound(name: str, stream: bytes) -> bytes:
    """A file of the old Office with one stream: its sectors, their chain, the directory."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // 512)
    assert count < 120, "one sector of the chain holds no more"
    chain = [*range(1, count), -2, -2, -3]
    entry = struct.pack
    root, own = (
        title.encode("utf-16-le").ljust(64, b"\0")
        + entry("<HBBiii", 2 * len(title) + 2, kind, 1, -1, -1, child)
        + bytes(36)
        + entry("<iQ", start, size)
        for title, kind, child, start, size in (("Root Entry", 5, 1, -2, 0), (name, 2, -1, 0, len(stream)))
    )  # fmt: skip
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head = magic + entry("<HHHHH6xIIiIIiIiI", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, count, 0, 4096, -2, 0, -2, 0)  # fmt: skip
    head += entry("<109i", count + 1, *[-1] * 108)
    sectors = stream.ljust(count * 512, b"\0") + (root + own).ljust(512, b"\0")
    return head + sectors + entry("<128i", *chain, *[-1] * (128 - len(chain)))
