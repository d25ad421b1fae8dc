"""PDF files with a text layer: lines joined to paragraphs again, running heads and page numbers left out."""

import ctypes
import re
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
from pypdfium2 import raw

from pipeline.errors import ReadError
from pipeline.model import both
from pipeline.readers import paragraphs, scan
from pipeline.readers.chrome import is_chrome
from pipeline.readers.content import Content, damaged, refused, too_large
from pipeline.readers.paragraphs import Line

_PAGES = 500
_CHARACTERS = 2_000_000
_SPARSE = 10  # characters a page, on average, below which there is no text layer

# Some fonts name a whole character by its radical. NFKC knows those of Kangxi; the later ones it leaves.
_LATER = dict(
    zip(
        "⺠⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⺎⺒⺓⻁",
        "民西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龜兀巳幺虎",
        strict=True,
    )
)
_RADICAL = re.compile("[\u2e80-\u2fdf]")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200f\u2060\ufeff\ufffe\uffff]")
_GARBLED = re.compile("[\ue000-\uf8ff\ufffd\x01-\x08]")
_HAN = re.compile("[一-鿿]")

_PRINTED = both(
    "这个 PDF 像是网页的打印件，网页导航里的文字可能还在；请核对，或直接导入网页。",
    "This PDF looks like a printed web page, words of its navigation may be left; check it, or import the page itself.",
)


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    left: float
    right: float
    base: float
    height: float


def read(data: bytes) -> Content:
    """A PDF as text; raises ReadError where it is locked, broken or too long, ScanError where it is a scan."""
    try:
        with pypdfium2.PdfDocument(data) as document:
            if len(document) > _PAGES:
                raise too_large(
                    f"PDF 有 {len(document)} 页，超过 {_PAGES} 页上限",
                    f"the PDF has {len(document)} pages, more than the limit of {_PAGES}",
                )
            pages = [_lines(characters) for characters in _pages(document)]
            title = document.get_metadata_value("Title")
    except pypdfium2.PdfiumError as error:
        raise _unopened(error) from error
    _refuse_scans(pages)
    blank = [number for number, page in enumerate(pages, 1) if not page]
    found, text, starts = paragraphs.joined(pages)
    return Content(
        text,
        titles=(" ".join(title.split()),),
        pages=starts,
        warnings=(
            *([_blank(blank)] if blank else []),
            *([_PRINTED] if sum(map(is_chrome, found)) > 2 else []),
        ),
    )


def _unopened(error: pypdfium2.PdfiumError) -> ReadError:
    if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
        return refused("PDF 有密码保护", "the PDF is protected by a password")
    return damaged(
        "PDF 打不开，可能没有下载完整", "the PDF cannot be opened, perhaps it is cut short"
    )


def _refuse_scans(pages: Sequence[Sequence[Line]]) -> None:
    text = "".join(line.text for lines in pages for line in lines)
    if len(text) < _SPARSE * len(pages) or not text.strip():
        raise scan.needed("这是扫描件，没有文字层", "this PDF is a scan without text", len(pages))
    if len(_GARBLED.findall(text)) > len(_HAN.findall(text)):
        raise scan.needed(
            "PDF 的文字层是乱码（字体没有对应的文字）",
            "the text layer of this PDF is garbled (its fonts name no characters)",
            len(pages),
        )


def _blank(pages: Sequence[int]) -> str:
    numbers = "、".join(map(str, pages[:10])), ", ".join(map(str, pages[:10]))
    more = "…" if len(pages) > 10 else ""
    return both(
        f"PDF 第 {numbers[0]}{more} 页没有文字（可能是扫描页或图片），未读。",
        f"pages {numbers[1]}{more} of the PDF hold no text (perhaps scans or images) and were not read.",
    )


# --- characters to lines --------------------------------------------------------------------------


def _pages(document: pypdfium2.PdfDocument) -> Iterator[list[_Char]]:
    total = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:  # one broken page: shown among those without text
            yield []
            continue
        try:
            text_page = page.get_textpage()
            total += text_page.count_chars()
            if total > _CHARACTERS:
                raise too_large(
                    f"PDF 有 {_CHARACTERS // 10_000} 万个以上的字",
                    f"the PDF has more than {_CHARACTERS:,} characters",
                )
            yield list(_characters(text_page, page.get_rotation()))
            text_page.close()
        finally:
            page.close()


def _characters(text_page: pypdfium2.PdfTextPage, rotation: int) -> Iterator[_Char]:
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if raw.FPDFText_IsGenerated(text_page, index) == 1 or not 0 < code < 0x110000:
            continue
        text = plain(chr(code))
        if not text or text.isspace():
            continue
        raw.FPDFText_GetLooseCharBox(text_page, index, box)
        raw.FPDFText_GetCharOrigin(text_page, index, x, y)
        left, bottom, right, top, base = _turned(box, x.value, y.value, rotation)
        if top > bottom:  # a mark may have no width
            yield _Char(text, left, right, base, top - bottom)


def _turned(
    box: raw.FS_RECTF, x: float, y: float, rotation: int
) -> tuple[float, float, float, float, float]:
    """A box and its base line as the reader of a turned page sees them."""
    if rotation == 90:
        return box.bottom, -box.right, box.top, -box.left, -x
    if rotation == 180:
        return -box.right, -box.top, -box.left, -box.bottom, -y
    if rotation == 270:
        return -box.top, box.left, -box.bottom, box.right, x
    return box.left, box.bottom, box.right, box.top, y


def plain(text: str) -> str:
    """A character as it is written elsewhere: radicals made ordinary, marks without a shape left out."""
    if _RADICAL.match(text):
        return _LATER.get(text) or unicodedata.normalize("NFKC", text)
    return "" if _UNSEEN.match(text) else text


def _lines(characters: Iterable[_Char]) -> list[Line]:
    """Characters on one base line are a line, from the head of the page to its foot."""
    lines: list[list[_Char]] = []
    for one in sorted(characters, key=lambda c: -c.base):
        if lines and abs(lines[-1][0].base - one.base) < 0.4 * min(lines[-1][0].height, one.height):
            lines[-1].append(one)
        else:
            lines.append([one])
    return [_line(sorted(line, key=lambda c: c.left)) for line in lines]


def _line(characters: Sequence[_Char]) -> Line:
    height = statistics.median(c.height for c in characters)
    text, kept = characters[0].text, [characters[0]]
    for before, one in pairwise(characters):
        gap = one.left - kept[-1].right
        if one.text == kept[-1].text and one.left - kept[-1].left < 0.2 * height:
            continue  # printed twice to look bold
        wide = before.text.isascii() and one.text.isascii()
        text += (
            "\t" if gap > 1.5 * height else " " if gap > (0.15 if wide else 0.6) * height else ""
        )
        text += one.text
        kept.append(one)
    length = paragraphs.first("".join(c.text for c in kept))
    first = kept[min(length, len(kept)) - 1].right - kept[0].left
    return Line(_paired(text), kept[0].left, kept[-1].right, kept[0].base, height, first)


def _paired(text: str) -> str:
    """Characters beyond the first plane come in two halves."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
