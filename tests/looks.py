"""How pages look, compared with stored pictures: half the size, few colours, and judged by the mean of blocks,
so that the smoothing of letters is no difference and a label that moved, was cut or lies on another one is.

`RENEW_LOOKS=1 pytest tests/test_browser.py -k looks` takes the pictures anew.
"""

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Page

FOLDER = Path(__file__).with_name("looks")
FAILED = FOLDER / "failed"
COLOURS = 96
BLOCK = 8  # pixels of the stored picture, 16 of the page
TOLERANCE = 20  # of 255, the most a block's mean may differ
RENEW = "RENEW_LOOKS"
# What changes with every build and says nothing about looks.
_STEADY = """(versions) => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) words.currentNode.data = words.currentNode.data.replaceAll(versions, "0".repeat(versions.length));
}"""
_NAME = """([x, y]) => {
  const there = document.elementFromPoint(x, y);
  const owner = there?.closest("[class*=st-key-]");
  const key = owner?.className.match(/st-key-([\\w-]+)/)?.[1] ?? "page";
  return `${key}: “${(there?.textContent ?? "").trim().slice(0, 40)}”`;
}"""


@dataclass(frozen=True)
class Look:
    """A page as one reader sees it."""

    path: str
    width: int = 1280
    dark: bool = False

    @property
    def height(self) -> int:
        return 1100 if self.width > 640 else 1400


LOOKS = {
    "overview": Look("/?lang=zh"),
    "overview_phone": Look("/?lang=en", 390),
    "coverage": Look("/?lang=en&level=township", dark=True),
    "compare": Look("/compare?lang=zh&indicator=mediation_success_rate"),
    "compare_phone": Look("/compare?lang=zh&indicator=outreach_materials", 390, dark=True),
    "table": Look("/compare?lang=en&view=table&indicator=outreach_events"),
    "profile": Look("/profile?lang=zh&area=120111001"),
    "evidence": Look("/evidence?lang=en"),
    "quality_phone": Look("/quality?lang=en", 390),
    "words": Look("/words?lang=zh"),
    "import": Look("/import?lang=zh", 390),
}


def take(page: Page, version: str) -> Image.Image:
    """The picture as it is stored."""
    page.evaluate(_STEADY, version[:12])
    shot = page.screenshot(animations="disabled", caret="hide")
    whole = Image.open(BytesIO(shot)).convert("RGB")
    return whole.resize((whole.width // 2, whole.height // 2), Image.Resampling.BOX)


def differences(name: str, page: Page, version: str) -> str:
    """ "" where the page looks as stored, else which region differs; the difference is kept as a picture."""
    taken, stored = take(page, version), FOLDER / f"{name}.png"
    if os.environ.get(RENEW):
        FOLDER.mkdir(exist_ok=True)
        few = taken.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(stored, optimize=True)
        return ""
    expected = Image.open(stored).convert("RGB")
    if expected.size != taken.size:
        return f"{name}: {taken.size} instead of {expected.size}"
    places = apart(expected, taken)
    if not places:
        return ""
    FAILED.mkdir(exist_ok=True)
    picture = FAILED / f"{name}.png"
    _beside(expected, taken, places).save(picture)
    columns, rows = zip(*places, strict=True)
    scale = 2 * BLOCK
    left, top = min(columns) * scale, min(rows) * scale
    right, bottom = (max(columns) + 1) * scale, (max(rows) + 1) * scale
    at = page.evaluate(_NAME, [(places[0][0] + 0.5) * scale, (places[0][1] + 0.5) * scale])
    return (
        f"{name}: {len(places)} blocks differ within x {left}–{right}, y {top}–{bottom}, the first in {at}; "
        f"see {picture}; where it is meant: {RENEW}=1 pytest tests/test_browser.py -k looks"
    )


def apart(expected: Image.Image, taken: Image.Image) -> list[tuple[int, int]]:
    """Column and row of the blocks that differ."""
    blocks = ImageChops.difference(_blocks(expected), _blocks(taken))
    worst = [max(pixel) for pixel in zip(*(band.tobytes() for band in blocks.split()), strict=True)]
    return [divmod(k, blocks.width)[::-1] for k, value in enumerate(worst) if value > TOLERANCE]


def _blocks(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // BLOCK, picture.height // BLOCK), Image.Resampling.BOX)


def _beside(
    expected: Image.Image, taken: Image.Image, places: list[tuple[int, int]]
) -> Image.Image:
    """As stored, as taken, and what differs framed in red."""
    framed = taken.copy()
    pen = ImageDraw.Draw(framed)
    for x, y in places:
        pen.rectangle((x * BLOCK, y * BLOCK, (x + 1) * BLOCK, (y + 1) * BLOCK), outline="red")
    strip = Image.new("RGB", (3 * taken.width + 20, taken.height), "grey")
    for k, picture in enumerate((expected, taken, framed)):
        strip.paste(picture, (k * (taken.width + 10), 0))
    return strip
