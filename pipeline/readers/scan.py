"""Scanned PDFs and images, read by OCR where the extra `ocr` is installed: RapidOCR, whose models come with it.

It takes seconds a page and some hundred megabytes, so a file is first given to the quick readers, which say that it is
a picture; nothing of it is loaded before. What it says is to be checked against the original, and the report says so.
"""

import io
import re
import statistics
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import pypdfium2

from pipeline.errors import ReadError, ScanError
from pipeline.model import both
from pipeline.readers import paragraphs
from pipeline.readers.content import Content, damaged, too_large
from pipeline.readers.paragraphs import Line

INSTALL = ".venv/bin/python -m pip install -e '.[ocr]'"
_PAGES = 100
_DPI = 150  # as sure as with 200, at three quarters of the time
_LONGEST = (
    2600  # pixels of a side: A3 at that; a page takes seconds, whatever its size claims to be
)
_PIXELS = 80_000_000  # of an image as it comes: A3 at 600 dpi
_SURE = 0.9  # confidence below which a line is named as unsure
_FORMATS = ("PNG", "JPEG", "TIFF")

# Between Chinese characters a blank is none: OCR sees one where a line is set wide.
_WIDE = re.compile(r"(?<=[一-鿿，。、；：]) +(?=[一-鿿])")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A piece of a line as OCR found it, in pixels from the upper left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    sure: float


def installed() -> bool:
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def needed(zh: str, en: str, pages: int = 1) -> ScanError:
    """What the file is; without the extra, what to run."""
    if installed():
        return ScanError(both(f"{zh}，要用文字识别（OCR）读取", f"{en} and takes OCR"), pages)
    return ScanError(
        both(
            f"{zh}；安装文字识别扩展即可读取：在项目文件夹运行 {INSTALL} ，再重新构建；或先用其他软件识别后导入。",
            f"{en}; the extra ocr reads it: run {INSTALL} in the project's folder and build again; "
            "or run another OCR program first.",
        ),
        pages,
    )


def unread(data: bytes) -> Content:
    """An image has no text to read quickly."""
    del data
    raise needed("这是图片", "this is an image")


def read(data: bytes) -> Content:
    """Pages of a PDF or an image as text. Raises ReadError where they are too many or too large, or hold no writing."""
    images = _of_pdf(data) if b"%PDF-" in data[:1024] else _of_image(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, about particulars of an image that nobody reads
        recognise = _engine()
        pages = [recognise(image) for image in images]
    seen = [one for page in pages for one in page]
    if not seen:
        raise ReadError(
            both(
                "图里没有认出文字；请检查是否清晰、方向是否正确。",
                "no writing was found in the picture; check that it is sharp and the right way up.",
            )
        )
    _, text, starts = paragraphs.joined([_lines(page) for page in pages])
    return Content(text, pages=starts, warnings=(_warning(seen),))


def _warning(seen: Sequence[_Seen]) -> str:
    mean = statistics.fmean(one.sure for one in seen)
    unsure = sum(one.sure < _SURE for one in seen)
    return both(
        f"本文由文字识别（OCR）得出，请与原件核对；平均把握 {mean:.0%}，{len(seen)} 行中 {unsure} 行把握低于 {_SURE:.0%}。",
        f"Read by OCR, check it against the original; mean confidence {mean:.0%}, {unsure} of {len(seen)} lines below {_SURE:.0%}.",
    )


# --- pictures -------------------------------------------------------------------------------------


def _of_pdf(data: bytes) -> Iterator[object]:
    try:
        with pypdfium2.PdfDocument(data) as document:
            _count(len(document))
            for number in range(len(document)):
                page = document[number]
                scale = min(_DPI / 72, _LONGEST / max(1.0, *page.get_size()))
                yield page.render(scale=scale, grayscale=True).to_pil().convert("RGB")
                page.close()
    except pypdfium2.PdfiumError as error:
        raise damaged("PDF 的页面画不出来", "the pages of the PDF cannot be drawn") from error


def _of_image(data: bytes) -> Iterator[object]:
    from PIL import Image, ImageOps, ImageSequence  # noqa: PLC0415 - comes with the extra

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _count(getattr(image, "n_frames", 1))
            for frame in ImageSequence.Iterator(image):
                _measure(frame.width * frame.height)
                upright = ImageOps.exif_transpose(frame).convert("RGB")
                upright.thumbnail((_LONGEST, _LONGEST))
                yield upright
    except ReadError:
        raise
    except Exception as error:  # a broken image has many ways to say so
        raise damaged("图片打不开，可能没有下载完整", "the image cannot be opened, perhaps it is cut short") from error  # fmt: skip


def _count(pages: int) -> None:
    if pages > _PAGES:
        raise too_large(
            f"扫描件有 {pages} 页，超过 {_PAGES} 页上限",
            f"the scan has {pages} pages, more than the limit of {_PAGES}",
        )


def _measure(pixels: int) -> None:
    if pixels > _PIXELS:
        raise too_large(
            f"图片有 {_PIXELS // 10_000} 万个以上的像素",
            f"the image has more than {_PIXELS:,} pixels",
        )


# --- writing --------------------------------------------------------------------------------------


@cache
def _engine() -> Callable[[object], list[_Seen]]:
    """The recogniser, loaded once a process: pictures in, pieces of lines out."""
    from numpy import asarray  # noqa: PLC0415 - loaded for scans only
    from rapidocr import RapidOCR  # noqa: PLC0415 - an extra, and half a second

    engine: Any = RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False})

    def recognise(image: object) -> list[_Seen]:
        found = engine(asarray(image))
        if found.txts is None:
            return []
        return [
            _Seen(text, *_sides(box), float(sure))
            for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True)
            if text.strip()
        ]

    return recognise


def _sides(corners: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    return min(xs), max(xs), min(ys), max(ys)


def _lines(page: Sequence[_Seen]) -> list[Line]:
    """Pieces side by side are one line; far apart they are cells of a table."""
    rows: list[list[_Seen]] = []
    for one in sorted(page, key=lambda seen: seen.top + seen.bottom):
        last = rows[-1][-1] if rows else None
        height = one.bottom - one.top
        if last and abs(last.top + last.bottom - one.top - one.bottom) < height:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [_line(sorted(row, key=lambda seen: seen.left)) for row in rows]


def _line(pieces: Sequence[_Seen]) -> Line:
    height = statistics.median(one.bottom - one.top for one in pieces)
    text, right = "", pieces[0].left
    for one in pieces:
        gap = one.left - right
        text += "" if not text else "\t" if gap > 1.5 * height else " " if gap > 0.6 * height else ""  # fmt: skip
        text += _WIDE.sub("", one.text.strip())
        right = one.right
    head = pieces[0]
    each = (head.right - head.left) / max(1, len(head.text))
    base = -statistics.fmean((one.top + one.bottom) / 2 for one in pieces)
    return Line(text, head.left, pieces[-1].right, base, height, each * paragraphs.first(text))
