"""Scans and images: read by OCR where the extra is installed, else the message says what to install."""

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from pipeline import build, publish, readers
from pipeline.errors import ReadError

ROOT = Path(__file__).resolve().parent.parent
PARAGRAPHS = [
    "西营门街道2022年法治政府建设情况报告",
    "一、主要举措和成效",
    "2022年，全年调解矛盾纠纷42件，调解成功率98.5%，开展法治宣传15场，发放宣传材料1000余份，受教育群众3200人次。",
]
CSS = "width: 560px; margin: 40px; font: 22px/1.8 'Noto Sans CJK SC'; background: white"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Image.Image:
    """The report on paper, as a scanner sees it."""
    return scanned(browser, PARAGRAPHS)


def scanned(browser: Browser, paragraphs: Sequence[str]) -> Image.Image:
    sheet = browser.new_page(device_scale_factor=2, viewport={"width": 640, "height": 480})
    body = "".join(f'<p style="text-indent: 2em">{one}</p>' for one in paragraphs)
    sheet.set_content(f'<body style="{CSS}">{body}')
    drawn = sheet.screenshot()
    sheet.close()
    return Image.open(io.BytesIO(drawn)).convert("L")


def saved(page: Image.Image, kind: str, *more: Image.Image) -> bytes:
    target = io.BytesIO()
    page.save(target, kind, **({"save_all": True, "append_images": more} if more else {}))
    return target.getvalue()


@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG")])
def test_an_image_is_read(page: Image.Image, bilingual, name: str, kind: str) -> None:
    doc = readers.read(name, saved(page, kind))
    assert doc.text.split("\n") == PARAGRAPHS
    assert (doc.reader, doc.title) == ("image", PARAGRAPHS[0])
    (warning,) = doc.warnings
    assert "OCR" in warning
    assert bilingual(warning)


@pytest.mark.parametrize(("name", "kind", "reader"), [("a.tif", "TIFF", "image"), ("a.pdf", "PDF", "pdf")])  # fmt: skip
def test_pages_of_a_scan_are_known(page, browser, name: str, kind: str, reader: str) -> None:
    second = scanned(browser, ["二、存在的不足。", "执法人员仅2名。"])
    doc = readers.read(name, saved(page, kind, second))
    assert doc.reader == reader
    assert [doc.text[start : start + 4] for start in doc.pages] == ["西营门街", "二、存在"]


def test_a_build_reads_scans_last_and_publishes_them(tmp_path: Path, page: Image.Image) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.png").write_bytes(saved(page, "PNG"))
    (tmp_path / "reports" / "b.txt").write_text("从前有一座山", encoding="utf-8")
    done = build.build([tmp_path / "reports"], tmp_path / "data")
    assert (done.published, len(done.rejected)) == (1, 1)
    (row,) = publish.read(done.database, "FROM report WHERE status = 'published'")
    assert (row["source"], row["ref_area"], row["time_period"]) == ("a.png", "120111001", "2022")
    assert "OCR" in row["warnings"]
    values = publish.read(done.database, "SELECT indicator, obs_value FROM observation")
    assert {"mediation_success_rate", "outreach_events"} <= {one["indicator"] for one in values}


def test_without_the_extra_the_message_says_what_to_run(tmp_path: Path, page: Image.Image) -> None:
    without = (
        "import runpy, sys; sys.modules['rapidocr'] = None;"
        "runpy.run_module('pipeline', run_name='__main__', alter_sys=True)"
    )
    for name, kind in (("a.png", "PNG"), ("a.pdf", "PDF")):
        path = tmp_path / name
        path.write_bytes(saved(page, kind))
        ended = subprocess.run(
            [sys.executable, "-c", without, "inspect", str(path), "--json"],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 1
        assert ".venv/bin/python -m pip install -e '.[ocr]'" in ended.stderr
        assert "Traceback" not in ended.stderr


DOT = Image.new("1", (8, 8))


def png(width: int, height: int) -> bytes:
    """An image that claims to be so large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    chunks = (head, data, b"IEND")
    packed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.png", lambda: png(30_000, 2_800), "像素"),
        ("a.png", lambda: png(60_000, 60_000), "打不开"),
        ("a.jpg", lambda: b"\xff\xd8\xff" + bytes(500), "打不开"),
        ("a.tif", lambda: saved(DOT, "TIFF", *[DOT] * 100), "100 页"),
        ("a.png", lambda: saved(Image.new("L", (300, 300), 255), "PNG"), "没有认出文字"),
    ],
)
def test_images_that_are_none_or_too_much_are_refused(
    bilingual: Callable[[str], bool], name: str, make: Callable[[], bytes], said: str
) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        readers.read(name, make())
    assert bilingual(str(caught.value))
