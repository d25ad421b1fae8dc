"""Bytes to text, one function for each kind of file.

The text keeps every character the file has (no newline translation, no trimming; only a byte order mark goes),
because every figure published later is tied to it by offsets.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from pipeline.errors import ReadError
from pipeline.model import Document, both, quoted

MAX_BYTES = 20 * 1024 * 1024
_HEAD = 1000  # characters in which a title or a line of metadata may stand
_TITLE_MAX = 80

# What a file that is no text begins with.
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF 文件", "a PDF file"),
    (
        b"PK\x03\x04",
        "压缩包或 Office 文件（docx、xlsx、zip）",
        "an archive or an Office file (docx, xlsx, zip)",
    ),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文件（doc、xls）", "an old Office file (doc, xls)"),
    (b"\x89PNG", "图片（PNG）", "an image (PNG)"),
    (b"\xff\xd8\xff", "图片（JPEG）", "an image (JPEG)"),
    (b"GIF8", "图片（GIF）", "an image (GIF)"),
    (b"{\\rtf", "RTF 文件", "an RTF file"),
    (b"\x1f\x8b", "压缩文件（gzip）", "a compressed file (gzip)"),
    (b"Rar!", "压缩文件（rar）", "a compressed file (rar)"),
    (b"7z\xbc\xaf", "压缩文件（7z）", "a compressed file (7z)"),
    (b"<!doctype html", "网页文件（HTML）", "a web page (HTML)"),
    (b"<html", "网页文件（HTML）", "a web page (HTML)"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = (
    "；请另存为 UTF-8 编码的纯文本（.txt）后再导入。",
    "; save it as plain text (.txt) in UTF-8.",
)

# Any Chinese page has some of these; bytes of another kind decoded as GB18030 hardly do.
_ORDINARY = re.compile("[的一是在和有为了年政，。、]")
_HAN = re.compile("[一-鿿]")
_LINE = re.compile(r"[^\r\n]+")
_WIDE_GAP = re.compile(r"[ \t\u3000\xa0]{2,}")
_TITLE = re.compile(
    r"(?:法治政府|依法行政|法治建设|法治).{0,30}(?:报告|总结|情况|汇报)(?:（[^（）]{1,20}）|\([^()]{1,20}\))?$"
)
_ISSUER_LINE = re.compile(
    r"(?:办事处|人民政府|委员会|管委会|办公室|工委|党委|[局厅镇乡院]|街道|关于|[区县市省]|20\d\d年度?)$"
)
_META_LINE = re.compile(
    r"^\W{0,3}(索\s*引\s*号|发布机构|发文机关|发文单位|制发机关|信息来源|来源|成文日期|发布日期|发布时间|标题|名称)"
    r"\s*[:：]\s*(\S[^\r\n]{0,80})"
)


def read(source: str, data: bytes) -> Document:
    """One file as a document, by its suffix; `ReadError` says in one sentence why it cannot be one."""
    suffix = PurePosixPath(source).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        kind = (suffix, quoted(suffix)) if suffix else ("无后缀", "unnamed")
        readable = "、".join(sorted(READERS)), ", ".join(sorted(READERS))
        raise _unreadable(
            f"暂不支持 {kind[0]} 文件，目前可读 {readable[0]}",
            f"files of {kind[1]} type cannot be read yet, only {readable[1]}",
        )
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
    return reader(source, data)


def read_txt(source: str, data: bytes) -> Document:
    """Plain text in UTF-8 (with or without BOM) or GB18030."""
    _refuse_binary(data)
    text, encoding = _decode(data)
    if not text.strip():
        raise ReadError(
            both(
                "文件里只有空白；请检查下载是否完整。",
                "the file holds only blanks; check whether the download is complete.",
            )
        )
    return Document(
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        reader="txt",
        encoding=encoding,
        text=text,
        title=title(text),
        metadata=metadata(text),
    )


READERS: Mapping[str, Callable[[str, bytes], Document]] = {".txt": read_txt}


def title(text: str) -> str:
    """The report's own title within the first lines, its issuer lines included; "" where there is none."""
    parts = [part for line in _head_lines(text) for part in _WIDE_GAP.split(line) if part]
    for first in range(len(parts)):
        for last in range(first, min(first + 3, len(parts))):
            piece = parts[first : last + 1]
            joined = "".join(piece)
            if len(joined) > _TITLE_MAX or re.search("[。；，：:!！?？>]", joined):
                break
            if _TITLE.search(joined):
                return _with_issuer(parts[:first], joined)
    return ""


def metadata(text: str) -> dict[str, str]:
    """Lines such as 发布机构：… that a page prints above its report."""
    found: dict[str, str] = {}
    for line in _head_lines(text):
        if match := _META_LINE.match(line):
            found.setdefault(re.sub(r"\s", "", match[1]), match[2].strip())
    return found


def _with_issuer(before: list[str], joined: str) -> str:
    result = joined
    for part in reversed(before[-2:]):
        longer = part + result
        if len(longer) > _TITLE_MAX or _META_LINE.match(part) or not _ISSUER_LINE.search(part):
            break
        result = longer
    return result


def _head_lines(text: str) -> list[str]:
    lines = (match[0].strip() for match in _LINE.finditer(text, 0, _HEAD))
    return [line for line in lines if line]


def _refuse_binary(data: bytes) -> None:
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    lowered = head.lower()
    for magic, zh, en in _MAGIC:
        if head.startswith(magic) or lowered.startswith(magic):
            raise _unreadable(f"内容是{zh}，不是纯文本", f"this is {en}, not plain text")
    if data.startswith(_UTF16):
        raise _unreadable("文件是 UTF-16 编码", "the file is in UTF-16")
    if b"\x00" in data:
        raise _unreadable("文件是二进制内容，不是纯文本", "the file is binary, not plain text")


def _unreadable(zh: str, en: str) -> ReadError:
    """What the file is, and what would help."""
    return ReadError(both(zh + _SAVE_AS[0], en + _SAVE_AS[1]))


def _decode(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8").removeprefix("\ufeff"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030").removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = ""
    sample = text[:20000]
    ordinary = len(_ORDINARY.findall(sample))
    if ordinary * 50 < len(_HAN.findall(sample)) or not ordinary:
        raise _unreadable(
            "编码无法识别（既不是 UTF-8，也不是 GB18030）",
            "the encoding is not known (neither UTF-8 nor GB18030)",
        )
    return text, "gb18030"
