"""What kind of file some bytes are: their first characters decide, not the name."""

import io
import re
import zipfile

from pipeline.errors import ReadError
from pipeline.model import both
from pipeline.readers.content import damaged, refused

# What a file begins with, and what it is then.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "doc"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"GIF8", "gif"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"MIME-Version:", "mht"),
)
_HTML = re.compile(
    rb"(?>\s|<!--.*?-->|<\?xml[^>]*\?>)*+"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|div|table|script|style|link|p)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_WORD_XML = re.compile(rb"\s*<\?xml[^>]{0,200}\?>\s*<\?mso-application[^>]*Word", re.IGNORECASE)
_BOM = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# A part that an archive of this kind must have.
_PARTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"word/document\w*\.xml"), "docx"),
    (re.compile(r"xl/workbook\.xml"), "xlsx"),
    (re.compile("xl/"), "xlsb"),
    (re.compile("ppt/"), "pptx"),
    (re.compile("OFD.xml"), "ofd"),
    (re.compile(r"content\.xml"), "odt"),
)
# Streams of an old Office file, named in UTF-16.
_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "locked"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_REFUSED = {
    "zip": ("压缩包（zip）", "an archive (zip)"),
    "pptx": ("演示文稿（pptx）", "a presentation (pptx)"),
    "ppt": ("演示文稿（ppt）", "a presentation (ppt)"),
    "ofd": ("OFD 版式文件", "an OFD file"),
    "odt": ("OpenDocument 文件（odt）", "an OpenDocument file (odt)"),
    "gif": ("图片（GIF）", "an image (GIF)"),
    "gzip": ("压缩文件（gzip）", "a compressed file (gzip)"),
    "rar": ("压缩文件（rar）", "a compressed file (rar)"),
    "7z": ("压缩文件（7z）", "a compressed file (7z)"),
    "mht": ("单一文件网页（mht）", "a web archive (mht)"),
}


def recognise(data: bytes) -> str:
    """ "html", "docx", "pdf", "doc", "xlsx", "xls" or "image"; "" where nothing but text can be in it.

    Raises ReadError for kinds that no reader knows.
    """
    found = _first(data)
    if found == "zip":
        found = _archive(data)
    elif found == "ole":
        found = _old_office(data)
    if found == "locked":
        raise refused("文件有密码保护", "the file is protected by a password")
    if found == "xlsb":
        raise ReadError(
            both(
                "内容是二进制的 Excel 工作簿（xlsb）；请用 Excel 或 WPS 另存为 xlsx 后再导入。",
                "this is a binary Excel workbook (xlsb); save it as xlsx in Excel or WPS.",
            )
        )
    if found in _REFUSED:
        zh, en = _REFUSED[found]
        raise refused(f"内容是{zh}，目前不能读", f"this is {en}, which cannot be read yet")
    return found


def _first(data: bytes) -> str:
    found = next((name for magic, name in _MAGIC if data.startswith(magic)), "")
    if found:
        return found
    if b"%PDF-" in data[:1024]:
        return "pdf"
    head = data[:4096]
    for mark in _BOM:
        head = head.removeprefix(mark)
    if _WORD_XML.match(head):
        return "doc"
    # UTF-16 puts a NUL beside every character of a tag
    return "html" if _HTML.match(head.replace(b"\x00", b"")) else ""


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(
            "压缩包或 Office 文件（docx、xlsx、zip）打不开，可能没有下载完整",
            "the archive or Office file (docx, xlsx, zip) cannot be opened, perhaps it is cut short",
        ) from error
    return next((kind for part, kind in _PARTS if any(map(part.match, names))), "zip")


def _old_office(data: bytes) -> str:
    return next((kind for name, kind in _STREAMS if name.encode("utf-16-le") in data), "doc")
