"""PDF files with a text layer: lines joined to paragraphs again, running heads and page numbers left out."""

import ctypes
import math
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import pypdfium2
from pypdfium2 import raw

from pipeline.errors import ReadError
from pipeline.model import both
from pipeline.readers.chrome import is_chrome
from pipeline.readers.content import Content, damaged, refused, too_large

_PAGES = 500
_CHARACTERS = 2_000_000
_FEW = 8  # lines from which the margins of a page are known
_NARROW = 12  # characters; no running text is set in shorter lines
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
_PAGE_NUMBER = re.compile(
    r"[—\-－–·•~\s]*\d{1,3}[—\-－–·•~\s]*|第\s*\d+\s*页(?:\s*[，,/]?\s*共\s*\d+\s*页)?|\d{1,3}\s*/\s*\d{1,3}"
    r"|Page\s*\d+(?:\s*of\s*\d+)?",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[。！？!?：:][”’」』）)》]*$")
# What opens a paragraph of its own wherever it stands.
_OPENS = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[章节条部]"
)
# As much of a line as cannot be parted from its first character: closing marks, and quotation marks on either side.
_FIRST = re.compile(
    r"[“‘（(《〈【「『]*(?:[0-9A-Za-z.,%+/-]+|.)(?:[，。、；：！？）》〉】」』％%)…]|[“”‘’]+(?:[0-9A-Za-z]+|.)?)*"
)


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    left: float
    right: float
    base: float
    height: float


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    base: float  # of its first character, upwards from the foot of the page
    height: float
    first: float  # width of what would have had to fit on the line before


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a page's text stands."""

    left: float
    right: float
    leading: float  # from base line to base line

    def shifts(self, line: _Line) -> bool:
        """Whether a line begins further in than most."""
        return line.left - self.left > 1.2 * line.height


def read(data: bytes) -> Content:
    """A PDF as text; raises ReadError where it is locked, broken, too long or a scan."""
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
    blank = [number for number, lines in enumerate(pages, 1) if not lines]
    edges = [_edges(lines) for lines in pages]
    bodies = [
        _without_running(lines, [e for e in (*edges[:k], *edges[k + 1 :]) if e])
        for k, lines in enumerate(pages)
    ]
    paragraphs, begins = _joined(bodies)
    text, starts = _placed(paragraphs, begins)
    return Content(
        text,
        titles=(" ".join(title.split()),),
        pages=starts,
        warnings=(
            *([_blank(blank)] if blank else []),
            *([_PRINTED] if sum(map(is_chrome, paragraphs)) > 2 else []),
        ),
    )


def _unopened(error: pypdfium2.PdfiumError) -> ReadError:
    if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
        return refused("PDF 有密码保护", "the PDF is protected by a password")
    return damaged(
        "PDF 打不开，可能没有下载完整", "the PDF cannot be opened, perhaps it is cut short"
    )


def _refuse_scans(pages: Sequence[Sequence[_Line]]) -> None:
    text = "".join(line.text for lines in pages for line in lines)
    if len(text) < _SPARSE * len(pages) or not text.strip():
        raise ReadError(
            both(
                "这是扫描件，没有文字层；请先做文字识别（OCR），再导入识别后的 PDF 或文本。",
                "this PDF is a scan without text; run OCR first and import the PDF or text that gives.",
            )
        )
    if len(_GARBLED.findall(text)) > len(_HAN.findall(text)):
        raise ReadError(
            both(
                "PDF 的文字层是乱码（字体没有对应的文字）；请先做文字识别（OCR）后导入。",
                "the text layer of this PDF is garbled (its fonts name no characters); run OCR first.",
            )
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


def _lines(characters: Iterable[_Char]) -> list[_Line]:
    """Characters on one base line are a line, from the head of the page to its foot."""
    lines: list[list[_Char]] = []
    for one in sorted(characters, key=lambda c: -c.base):
        if lines and abs(lines[-1][0].base - one.base) < 0.4 * min(lines[-1][0].height, one.height):
            lines[-1].append(one)
        else:
            lines.append([one])
    return [_line(sorted(line, key=lambda c: c.left)) for line in lines]


def _line(characters: Sequence[_Char]) -> _Line:
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
    length = len(_FIRST.match("".join(c.text for c in kept))[0])  # type: ignore[index] # . matches all
    first = kept[min(length, len(kept)) - 1].right - kept[0].left
    return _Line(_paired(text), kept[0].left, kept[-1].right, kept[0].base, height, first)


def _paired(text: str) -> str:
    """Characters beyond the first plane come in two halves."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


# --- lines to paragraphs --------------------------------------------------------------------------


_Edges = tuple[tuple[float, str], ...]


def _edges(lines: Sequence[_Line]) -> _Edges:
    """The lines at head and foot of a page, whatever their numbers: with their heights."""
    return tuple((one.base, _masked(one)) for one in (*lines[:3], *lines[-3:]))


def _masked(line: _Line) -> str:
    """Without the page number at its beginning or end."""
    return re.sub(r"^\d{1,3}(?!\d)|(?<!\d)\d{1,3}$", "", line.text).strip()


def _without_running(lines: Sequence[_Line], others: Sequence[_Edges]) -> list[_Line]:
    """A page without its running head, foot and number: what stands at the same height on other pages too."""
    kept = list(lines)
    for end in (0, -1):
        while kept and (
            _PAGE_NUMBER.fullmatch(kept[end].text.strip()) or _recurs(kept[end], others)
        ):
            kept.pop(end)
    return kept


def _recurs(line: _Line, others: Sequence[_Edges]) -> bool:
    words = _masked(line)
    hits = sum(
        any(said == words and abs(base - line.base) < line.height for base, said in edges)
        for edges in others
    )
    return hits > 0 and hits * 2 >= len(others)


def _joined(pages: Sequence[Sequence[_Line]]) -> tuple[list[str], list[tuple[int, int]]]:
    """The paragraphs, and in which of them and where each page starts."""
    paragraphs: list[str] = []
    starts: list[tuple[int, int]] = []
    before: tuple[_Line, _Frame] | None = None
    frames = _frames(pages)
    indented = _indented(pages, frames)
    for lines, frame in zip(pages, frames, strict=True):
        start = len(paragraphs), 0
        for number, line in enumerate(lines):
            if (
                before
                and not _begins(*before, line, frame, indented=indented)
                and not (number and _apart(before[0], line, frame))
            ):
                joint = _joint(before[0].text, line.text)
                if number == 0:
                    start = len(paragraphs) - 1, len(paragraphs[-1]) + len(joint)
                paragraphs[-1] += joint + line.text
            else:
                paragraphs.append(line.text)
            before = line, frame
        starts.append(start)
    return paragraphs, starts


def _placed(
    paragraphs: Sequence[str], starts: Sequence[tuple[int, int]]
) -> tuple[str, tuple[int, ...]]:
    """The text, and where in it each page starts, without what a printed web page has around its report."""
    kept = ["" if is_chrome(one) else f"{one}\n" for one in paragraphs]
    begins = [0, *accumulate(map(len, kept))]
    text = "".join(kept).removesuffix("\n")
    inside = (begins[k] + (place if kept[k : k + 1] != [""] else 0) for k, place in starts)
    return text, tuple(min(start, len(text)) for start in inside)


def _frames(pages: Sequence[Sequence[_Line]]) -> list[_Frame]:
    """Each page's frame; where a page has a few lines only, that of the fullest page."""
    usual = _frame(max(pages, key=len, default=()))
    frames = [_frame(lines) for lines in pages]
    return [
        replace(usual, leading=frame.leading)
        if len(lines) < _FEW and all(line.right < usual.right + line.height for line in lines)
        else frame
        for lines, frame in zip(pages, frames, strict=True)
    ]


def _frame(lines: Sequence[_Line]) -> _Frame:
    if not lines:
        return _Frame(0, math.inf, 0)
    em = statistics.median(line.height for line in lines)
    widest = max(line.right - line.left for line in lines)
    long = [line for line in lines if line.right - line.left > 0.6 * widest]
    right = _usual((line.right for line in long), em, largest=True)
    left = _usual((line.left for line in long), em, largest=False)
    if right - left < _NARROW * em:  # titles and signatures, no running text
        right = math.inf
    steps = [above.base - below.base for above, below in pairwise(lines)]
    return _Frame(left, right, statistics.median(steps) if steps else em)


def _indented(pages: Sequence[Sequence[_Line]], frames: Sequence[_Frame]) -> bool:
    """Whether the first line of a paragraph is indented: what follows such a line mostly is not."""
    votes = [
        1 if not frame.shifts(below) else -1
        for lines, frame in zip(pages, frames, strict=True)
        for above, below in pairwise(lines)
        if frame.shifts(above) and _full(above, below, frame)
    ]
    return sum(votes) > 0


def _usual(edges: Iterable[float], em: float, *, largest: bool) -> float:
    """The edge most lines share; of two equally frequent the outer one."""
    found = list(edges)
    counts = Counter(round(2 * edge / em) for edge in found)
    most = max(counts, key=lambda k: (counts[k], k if largest else -k))
    near = [edge for edge in found if round(2 * edge / em) == most]
    return max(near) if largest else min(near)


def _full(line: _Line, following: _Line, frame: _Frame) -> bool:
    """Whether the next line's first word did not fit any more."""
    return line.right + following.first > frame.right - 0.3 * line.height


def _begins(
    line: _Line, frame: _Frame, following: _Line, next_frame: _Frame, *, indented: bool
) -> bool:
    """Whether a line begins a paragraph: the one before was not full, or it is set off from it."""
    heights = sorted((line.height, following.height))
    cells = "\t" in line.text or "\t" in following.text
    if cells or heights[1] > 1.25 * heights[0] or not _full(line, following, frame):
        return True
    if indented:
        return next_frame.shifts(following)
    further = following.left - line.left > 1.2 * line.height
    return bool(further or _ENDED.search(line.text) or _OPENS.match(following.text))


def _apart(line: _Line, following: _Line, frame: _Frame) -> bool:
    """Whether two lines of a page are further apart than its lines are."""
    return line.base - following.base > 1.6 * max(frame.leading, line.height)


def _joint(before: str, after: str) -> str:
    """A blank between two words in Latin letters; Chinese lines are cut anywhere."""
    return " " if before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha() else ""  # fmt: skip
