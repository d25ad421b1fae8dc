"""Lines as they stand on pages to paragraphs: joined again, running heads and page numbers left out."""

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from pipeline.readers.chrome import is_chrome

_FEW = 8  # lines from which the margins of a page are known
_NARROW = 12  # characters; no running text is set in shorter lines

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
class Line:
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

    def shifts(self, line: Line) -> bool:
        """Whether a line begins further in than most."""
        return line.left - self.left > 1.2 * line.height


def joined(pages: Sequence[Sequence[Line]]) -> tuple[list[str], str, tuple[int, ...]]:
    """The paragraphs, the text they make without what a printed web page has around it, and where in it each page starts."""
    edges = [_edges(lines) for lines in pages]
    bodies = [
        _without_running(lines, [e for e in (*edges[:k], *edges[k + 1 :]) if e])
        for k, lines in enumerate(pages)
    ]
    found, begins = _joined(bodies)
    return found, *_placed(found, begins)


def first(text: str) -> int:
    """As many characters as would have had to fit on the line before."""
    found = _FIRST.match(text)
    return found.end() if found else 0


_Edges = tuple[tuple[float, str], ...]


def _edges(lines: Sequence[Line]) -> _Edges:
    """The lines at head and foot of a page, whatever their numbers: with their heights."""
    return tuple((one.base, _masked(one)) for one in (*lines[:3], *lines[-3:]))


def _masked(line: Line) -> str:
    """Without the page number at its beginning or end."""
    return re.sub(r"^\d{1,3}(?!\d)|(?<!\d)\d{1,3}$", "", line.text).strip()


def _without_running(lines: Sequence[Line], others: Sequence[_Edges]) -> list[Line]:
    """A page without its running head, foot and number: what stands at the same height on other pages too."""
    kept = list(lines)
    for end in (0, -1):
        while kept and (
            _PAGE_NUMBER.fullmatch(kept[end].text.strip()) or _recurs(kept[end], others)
        ):
            kept.pop(end)
    return kept


def _recurs(line: Line, others: Sequence[_Edges]) -> bool:
    words = _masked(line)
    hits = sum(
        any(said == words and abs(base - line.base) < line.height for base, said in edges)
        for edges in others
    )
    return hits > 0 and hits * 2 >= len(others)


def _joined(pages: Sequence[Sequence[Line]]) -> tuple[list[str], list[tuple[int, int]]]:
    """The paragraphs, and in which of them and where each page starts."""
    paragraphs: list[str] = []
    starts: list[tuple[int, int]] = []
    before: tuple[Line, _Frame] | None = None
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


def _frames(pages: Sequence[Sequence[Line]]) -> list[_Frame]:
    """Each page's frame; where a page has a few lines only, that of the fullest page."""
    usual = _frame(max(pages, key=len, default=()))
    frames = [_frame(lines) for lines in pages]
    return [
        replace(usual, leading=frame.leading)
        if len(lines) < _FEW and all(line.right < usual.right + line.height for line in lines)
        else frame
        for lines, frame in zip(pages, frames, strict=True)
    ]


def _frame(lines: Sequence[Line]) -> _Frame:
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


def _indented(pages: Sequence[Sequence[Line]], frames: Sequence[_Frame]) -> bool:
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


def _full(line: Line, following: Line, frame: _Frame) -> bool:
    """Whether the next line's first word did not fit any more."""
    return line.right + following.first > frame.right - 0.3 * line.height


def _begins(
    line: Line, frame: _Frame, following: Line, next_frame: _Frame, *, indented: bool
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


def _apart(line: Line, following: Line, frame: _Frame) -> bool:
    """Whether two lines of a page are further apart than its lines are."""
    return line.base - following.base > 1.6 * max(frame.leading, line.height)


def _joint(before: str, after: str) -> str:
    """A blank between two words in Latin letters; Chinese lines are cut anywhere."""
    return " " if before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha() else ""  # fmt: skip
