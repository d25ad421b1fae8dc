"""Files that no reader should trust: broken, mislabelled, endless, or made to do harm. Kept small, made anew each time.

None of them is a usable report, so each must end as a row with a reason. `write` makes as many as asked for: every kind
once, then again with bytes cut off or changed at random.
"""

import contextlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

TITLE = "法治政府建设年度情况报告"
STORY = "从前有一座山，山里有一座庙，庙里有三个和尚。" * 20
NO_PLACE = f"2022年{TITLE}\n一、主要情况\n调解矛盾纠纷42件，开展普法宣传15场。\n".encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DEEP = zlib.compress(b"q " * 10_000_000)  # a page's drawing, 10,000,000 levels deep
BOMB = (
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a0 '哈哈哈哈'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def word(body: str, before: str = "") -> bytes:
    """A docx that has nothing but its text."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f"<w:document xmlns:w='{namespace}'><w:body>{body}</w:body></w:document>"
    return packed(
        ("[Content_Types].xml", b"<Types/>"), ("word/document.xml", (before + document).encode())
    )


def linked() -> bytes:
    """An archive with a link to a file of the machine."""
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return target.getvalue()


def claiming(size: int, members: int) -> bytes:
    """An archive whose list of contents says how much it would unpack to."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(members):
            archive.writestr(f"{number}.txt", NO_PLACE)
        for info in archive.infolist():
            info.file_size, info.compress_size = size, size // 10
    return target.getvalue()


def locked() -> bytes:
    """An archive whose member says that it has a password."""
    data = bytearray(packed(("report.txt", NO_PLACE)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def nested(depth: int) -> bytes:
    data = packed(("report.txt", NO_PLACE))
    for level in range(depth):
        data = packed((f"level{level}.zip", data))
    return data


def excel(**parts: bytes) -> bytes:
    """A workbook that has nothing but a sheet with these parts."""
    relation = (
        b"<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>"
    )
    listed = b"<workbook xmlns:r='r'><sheets><sheet name='a' r:id='r1'/></sheets></workbook>"
    sheet = b"<worksheet><sheetData>%s</sheetData>%s</worksheet>"
    return packed(
        ("xl/workbook.xml", parts.get("book", listed)),
        ("xl/_rels/workbook.xml.rels", relation),
        ("xl/sharedStrings.xml", parts.get("strings", b"<sst/>")),
        ("xl/worksheets/sheet1.xml", parts.get("before", b"") + sheet % (parts.get("rows", b""), parts.get("merged", b""))),
    )  # fmt: skip


CELL = b"<row r='1'><c r='A1' t='str'><v>x</v></c><c r='XFD1'><v>1</v></c></row>"


def pdf(*objects: bytes) -> bytes:
    numbered = (b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer <</Root 1 0 R>>\n%%EOF"


# Each is the content of one file; its suffix is what the file claims to be.
KINDS: tuple[tuple[str, Callable[[Random], bytes]], ...] = (
    (".txt", lambda _: b""),
    (".txt", lambda _: b" \r\n\t" * 500),
    (".txt", lambda draw: draw.randbytes(5000)),
    (".txt", lambda _: bytes(5000)),
    (".txt", lambda _: STORY.encode()),
    (".txt", lambda _: STORY.encode("utf-16")),
    (".txt", lambda _: STORY.encode("utf-32")),
    (".txt", lambda _: "從前有一座山，山裡有一座廟。".encode("big5") * 20),
    (".txt", lambda _: STORY.encode()[:-1]),
    (".txt", lambda _: NO_PLACE),
    (".txt", lambda _: NO_PLACE.decode().encode("gb18030")),
    (".txt", lambda _: f"西营门街道{TITLE}\n我街道调解矛盾纠纷42件。".encode()),
    (".txt", lambda _: f"城西街道2022年{TITLE}\n我街道调解矛盾纠纷42件。".encode()),
    (".txt", lambda _: NO_PLACE + b"\xed\xa0\x80" * 300),  # half a character of UTF-16
    (".txt", lambda _: NO_PLACE + "\u202e\u2066反转文字\u2069".encode() * 200),
    (".txt", lambda _: NO_PLACE + b"9" * 200_000),
    (".txt", lambda _: NO_PLACE + "（".encode() * 100_000),
    (".txt", lambda _: NO_PLACE + "一".encode() * 100_000),
    (".txt", lambda _: NO_PLACE + "关于".encode() * 50_000),
    (".txt", lambda _: NO_PLACE + b"1," * 50_000),
    (".txt", lambda _: NO_PLACE + "第一百".encode() * 20_000),
    (".txt", lambda _: NO_PLACE + b"\x1b[2J\x07\x0b\x0c" * 500),
    (".txt", lambda _: NO_PLACE + "👮".encode() * 20_000),
    (".txt", lambda _: NO_PLACE + b"a" * 10_000_000),
    (".txt", lambda _: b"MZ" + NO_PLACE + bytes(100)),
    (".txt", lambda _: packed(("x", NO_PLACE))),
    (".html", lambda _: b"<html><body>" + b"<div>" * 50_000),
    (".html", lambda _: b"<html><body><table>" + b"<tr><td>" * 20_000),
    (".html", lambda _: f"{BOMB}<html><body>&a9;</body></html>".encode()),
    (".html", lambda _: b"<html><head><script>while(1);</script></head></html>"),
    (".html", lambda _: b"<html><meta charset='no-such-code'><body>" + STORY.encode()),
    (".html", lambda _: b"<html><meta charset='utf-16'><body>" + STORY.encode()),
    (".html", lambda _: b"<html><body title='" + b"x" * 1_000_000),
    (".html", lambda _: b"<html><body>&#xD800;&#0;&#x110000;" + STORY.encode()),
    (".html", lambda _: b"<html><body><!--" + b"-" * 500_000),
    (".html", lambda _: b"<table><td colspan=999999999 rowspan=999999999>" * 50),
    (".docx", lambda _: b"PK\x03\x04" + b"\xff" * 2000),
    (".docx", lambda _: packed(("word/document.xml", b"<w:document"))),
    (".docx", lambda _: packed(("word/other.xml", b"<a/>"))),
    (".docx", lambda _: word("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", BOMB)),
    (".docx", lambda _: word("<w:p>" * 20_000)),
    (".docx", lambda _: packed(("word/document.xml", bytes(60_000_000)))),
    (".docx", lambda _: OLE + b"EncryptedPackage".decode().encode("utf-16-le") * 50),
    (".pdf", lambda _: b"%PDF-1.7\n"),
    (".pdf", lambda _: b"%PDF-1.7\n" + b"\x00\xff" * 5000),
    (".pdf", lambda _: pdf(b"<</Type/Catalog/Pages 1 0 R>>")),
    (".pdf", lambda _: pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9999999/Kids[2 0 R 2 0 R]>>")),
    (
        ".pdf",
        lambda _: pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99999999 99999999]/Contents 4 0 R>>",
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(DEEP), DEEP),
        ),
    ),
    (".xlsx", lambda _: excel()),
    (".xlsx", lambda _: excel(book=b"<workbook/>")),
    (".xlsx", lambda _: excel(before=BOMB.encode(), rows=b"<row><c t='str'><v>&a9;</v></c></row>")),
    (".xlsx", lambda _: excel(strings=BOMB.encode() + b"<sst><si><t>&a9;</t></si></sst>")),
    (".xlsx", lambda _: excel(rows=bytes(60_000_000))),
    (".xlsx", lambda _: excel(rows=b"<row><c><v>1</v></c></row>" * 1_000_000)),
    (".xlsx", lambda _: excel(rows=b"<row r='9999999'><c r='ZZZ9999999' t='s'><v>99999999</v></c></row>")),
    (".xlsx", lambda _: excel(rows=CELL * 2000, merged=b"<mergeCells>" + b"<mergeCell ref='A1:XFD1048576'/>" * 2000 + b"</mergeCells>")),
    (".xlsx", lambda _: excel(rows=b"<row><c><f>1/0</f><v>1e999999999</v></c><c><v>NaN</v></c><c t='e'><v>#N/A</v></c></row>" * 9)),
    (".xlsx", lambda _: word("<w:p/>")),
    (".xls", lambda _: OLE + b"Workbook".decode().encode("utf-16-le") * 50),
    (".csv", lambda _: STORY.encode("gb18030")),
    (".csv", lambda _: "地区,年份,数值\n".encode() * 150_000),
    (".csv", lambda _: "地区,年份,数值\n甲,2022,".encode() + b"9" * 10_000_000),
    (".csv", lambda _: '"地区,年份\n'.encode() * 20_000),
    (".csv", lambda _: "地区,件\n".encode() + b"," * 2_000_000),
    (".csv", lambda _: "地区,2022年调解（件）\n".encode() + b"".join(b"x%d,1\n" % k for k in range(6000))),
    (".tsv", lambda draw: draw.randbytes(5000)),
    (".doc", lambda _: OLE + b"\x00\xfe" * 3000),
    (".doc", lambda _: b"{\\rtf1" + b"{" * 50_000),
    (".zip", lambda _: b"PK\x05\x06" + bytes(18)),
    (".zip", lambda _: packed(("a.txt", STORY.encode()))[:-30]),
    (".zip", lambda _: packed(("../../../etc/cron.d/evil.txt", NO_PLACE), ("C:\\evil.txt", NO_PLACE))),
    (".zip", lambda _: packed(("bomb.txt", bytes(50_000_000)))),
    (".zip", lambda _: claiming(60 << 20, 80)),
    (".zip", lambda _: nested(6)),
    (".zip", lambda _: linked()),
    (".zip", lambda _: locked()),
    (".png", lambda _: b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x00\x00\x00\x00" + bytes(500)),
    (".jpg", lambda _: b"\xff\xd8\xff\xe0" + STORY.encode()),
    (".tif", lambda _: b"II*\x00\x08\x00\x00\x00\xff\xff" + b"\x00\x01\x04\x00" * 200),
    (".png", lambda draw: b"\x89PNG\r\n\x1a\n" + draw.randbytes(500)),
    (".exe", lambda draw: b"MZ" + draw.randbytes(500)),
)  # fmt: skip


def write(folder: Path, count: int, seed: int = 0) -> set[str]:
    """`count` such files and the harmful things that are no files; the names under which they must be accounted for."""
    draw = Random(seed)  # noqa: S311 - repeatable, nothing secret
    folder.mkdir(parents=True)
    names = {f"{number:03}{KINDS[number % len(KINDS)][0]}" for number in range(count)}
    for name in names:
        number = int(name[:3])
        data = KINDS[number % len(KINDS)][1](draw)
        (folder / name).write_bytes(data if number < len(KINDS) else spoilt(data, draw))
    return names | traps(folder)


def spoilt(data: bytes, draw: Random) -> bytes:
    """Cut short, or with some bytes changed."""
    if draw.random() < 0.5:
        return data[: draw.randint(0, len(data))]
    changed = bytearray(data)
    for _ in range(min(20, len(data))):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def traps(folder: Path) -> set[str]:
    """What a file system can hold beside files; as much of it as this one allows."""
    made = set()
    tricks: tuple[tuple[str, Callable[[Path], object]], ...] = (
        ("link.txt", lambda path: path.symlink_to(__file__)),
        ("folder_link", lambda path: path.symlink_to(folder.parent)),
        ("loop.txt", lambda path: path.symlink_to(path)),
        ("gone.txt", lambda path: path.symlink_to(folder / "nowhere")),
        ("pipe.txt", lambda path: os.mkfifo(path)),  # noqa: PLW0108 - Windows has none
        ("huge.txt", _sparse),
        ("turned\\u202etxt.exe", lambda _: (folder / "turned\u202etxt.exe").write_bytes(b"x")),
        ("two\\u000alines.txt", lambda _: (folder / "two\nlines.txt").write_bytes(b"x")),
        ("年报.txt", lambda _: (folder / os.fsdecode("年报.txt".encode("gb18030"))).write_bytes(NO_PLACE)),
        ("bytes\\xff\\xfe.txt", lambda _: (folder / os.fsdecode(b"bytes\xff\xfe.txt")).write_bytes(b"x")),
    )  # fmt: skip
    for name, make in tricks:
        with contextlib.suppress(OSError, AttributeError, UnicodeError):  # Windows, macOS
            make(folder / name)
            made.add(name)
    return made


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3 << 30)
