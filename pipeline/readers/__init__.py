"""Bytes to text, one module for each kind of file.

What the bytes are decides, not the name. Plain text keeps every character the file has (no newline translation, no
trimming; only a byte order mark goes); the other readers write their text once, and every figure published later is
tied to that text by offsets.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from pipeline.errors import ReadError, ScanError
from pipeline.model import Document, both, quoted
from pipeline.readers import (
    head,
    kind,
    office,
    old_workbook,
    page,
    pdf,
    scan,
    separated,
    text,
    word,
    workbook,
    yearbook,
)
from pipeline.readers.content import Content, refused
from pipeline.readers.head import metadata, title
from pipeline.readers.yearbook import Part, Sheet

__all__ = [
    "MAX_BYTES",
    "READERS",
    "SUFFIXES",
    "TABLES",
    "Part",
    "installed",
    "may_take_more",
    "metadata",
    "parts",
    "read",
    "title",
]

MAX_BYTES = 20 * 1024 * 1024

READERS: Mapping[str, Callable[[bytes], Content]] = {
    "txt": text.read,
    "html": page.read,
    "docx": word.read,
    "pdf": pdf.read,
    "doc": office.read,
    "xlsx": workbook.read,
    "xls": old_workbook.read,
    "csv": separated.read,
    "image": scan.unread,
}
# Those that may hold many areas and years.
TABLES: Mapping[str, Callable[[bytes], tuple[tuple[Sheet, ...], tuple[str, ...]]]] = {
    "xlsx": workbook.sheets,
    "xls": old_workbook.sheets,
    "csv": separated.sheets,
}
# What a file of this name should be.
SUFFIXES: Mapping[str, str] = {
    ".txt": "txt",
    ".htm": "html",
    ".html": "html",
    ".shtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
    ".doc": "doc",
    ".wps": "doc",
    ".rtf": "doc",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".csv": "csv",
    ".tsv": "csv",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "txt": ("纯文本", "plain text"),
    "html": ("网页", "a web page"),
    "docx": ("Word 文档（docx）", "a Word document (docx)"),
    "pdf": ("PDF", "a PDF"),
    "doc": ("旧版 Word 文件", "an old Word file"),
    "xlsx": ("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)"),
    "xls": ("旧版 Excel 工作簿（xls）", "an old Excel workbook (xls)"),
    "csv": ("文本表格（csv）", "a table as text (csv)"),
    "image": ("图片", "an image"),
}
# Without tags at its beginning a page is still one, and a table as text has no mark at all: there the name decides.
_BY_NAME = frozenset(("html", "csv"))


def read(source: str, data: bytes, *, scans: bool = True) -> Document:
    """One file as a document; `ReadError` says in one sentence why it cannot be one.

    Without `scans` a picture that could be read by OCR is left for later: `ScanError`.
    """
    _measure(data)
    suffix = PurePosixPath(source).suffix.lower()
    named = SUFFIXES.get(suffix, "")
    found = kind.recognise(data)
    if not found and not named:
        raise _unknown(suffix)
    reader = found or (named if named in _BY_NAME else "txt")
    try:
        content = READERS[reader](data)
    except ScanError as error:
        if not scan.installed():
            raise ReadError(str(error)) from error
        if not scans:
            raise
        content = scan.read(data)
    if not content.text.strip():
        raise ReadError(
            both(
                "文件里只有空白；请检查下载是否完整。",
                "the file holds only blanks; check whether the download is complete.",
            )
        )
    misnamed = () if reader == named else (_misnamed(suffix, reader),)
    return Document(
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        reader=reader,
        encoding=content.encoding,
        text=content.text,
        title=head.chosen(content.titles, title(content.text)),
        metadata={**metadata(content.text), **content.metadata},
        warnings=(*misnamed, *content.warnings),
        pages=content.pages,
    )


def parts(source: str, data: bytes) -> tuple[list[Part], tuple[str, ...]]:
    """A table of indicators as one text for each area and year it holds, and what of it stays unread.

    Nothing where the file is none; `ReadError` as `read` has it.
    """
    _measure(data)
    named = PurePosixPath(source)
    reader = kind.recognise(data) or SUFFIXES.get(named.suffix.lower(), "")
    if reader not in TABLES:
        return [], ()
    sheets, left = TABLES[reader](data)
    return yearbook.parts(sheets, named.stem), left


def installed() -> str:
    """What is there of the programs that some files take and the project does not bring along: "soffice-ocr"."""
    return "-".join([*office.installed(), *(["ocr"] if scan.installed() else [])]) or "alone"


def may_take_more(source: str) -> bool:
    """Whether a file of this name may be one of those."""
    return SUFFIXES.get(PurePosixPath(source).suffix.lower()) in ("pdf", "image", "doc")


def _measure(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1048576:.1f} MB"
        raise ReadError(
            both(
                f"文件有 {size}，超过 20 MB 上限；请只导入报告正文。",
                f"the file has {size}, more than the limit of 20 MB; import the report's text only.",
            )
        )
    if not data:
        raise ReadError(
            both(
                "文件是空的；请检查下载是否完整。",
                "the file is empty; check whether the download is complete.",
            )
        )


def _unknown(suffix: str) -> ReadError:
    named = (suffix, quoted(suffix)) if suffix else ("无后缀", "unnamed")
    return refused(
        f"暂不支持 {named[0]} 文件，目前可读 {'、'.join(SUFFIXES)}",
        f"files of {named[1]} type cannot be read yet, only {', '.join(SUFFIXES)}",
    )


def _misnamed(suffix: str, reader: str) -> str:
    zh, en = _WORDS[reader]
    name = (
        (f"后缀是 {suffix}", f"is named {quoted(suffix)}")
        if suffix
        else ("没有后缀", "has no suffix")
    )
    return both(
        f"文件{name[0]}，内容却是{zh}；已按{zh}读取。",
        f"The file {name[1]} but is {en}; read as such.",
    )
