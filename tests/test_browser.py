"""What a user does, in a real browser against the real server, with nothing but this machine to talk to."""

import csv
import io
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import looks
import pytest
from docx import Document
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Route, expect

from dashboard.text import number, t
from pipeline import corrections

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "overview",
    "compare",
    "profile",
    "evidence",
    "words",
    "quality",
    "import",
    "data",
    "methods",
)
MARK = ".js-plotly-plot .main-svg :is(.trace, .hm)"
HIGHLIGHT = "#chosen"
PATIENCE = 30_000  # milliseconds; a slow machine is no failure


@pytest.fixture(scope="module")
def server(published: Path) -> Iterator[str]:
    """The dashboard of the published reports."""
    with serving(published) as address:
        yield address


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """`fazhi serve` on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "serve",
        "--port",
        str(port),
        "--data",
        str(folder),
    ]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            answers(f"{address}/_stcore/health", process)
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def answers(health: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server is up."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(health, timeout=1):
                return
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
    pytest.fail(f"no answer from {health}")


def complaint(message: ConsoleMessage) -> list[str]:
    """Errors in the console."""
    return [message.text] if message.type == "error" else []


@contextmanager
def visitor(browser: Browser, width: int = 1280, height: int = 1600) -> Iterator[Page]:
    """A fresh browser profile that may only talk to this machine; a console error fails the test."""
    elsewhere: list[str] = []
    errors: list[str] = []

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context = browser.new_context(
        viewport={"width": width, "height": height}, accept_downloads=True
    )
    context.set_default_timeout(PATIENCE)
    context.route("**/*", only_here)
    page = context.new_page()
    page.on("console", lambda message: errors.extend(complaint(message)))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    expect(page.locator('[data-testid="stException"]')).to_have_count(0)
    for lang in ("zh", "en"):
        expect(page.get_by_text(t("frame.failed", lang))).to_have_count(0)
    context.close()
    assert elsewhere == []
    assert errors == []


def go(page: Page, address: str) -> None:
    """Open an address and wait until its script has run to the end."""
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    """Until Streamlit says that nothing is running."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def click_middle(page: Page, mark: Locator) -> None:
    """Of something drawn in a chart, at once what lies over it: where the chart is drawn anew meanwhile, of the new one."""
    settle(page)
    mark.click(force=True)


def click_a_mark(page: Page) -> None:
    """The middle of a mark in the last chart."""
    click_middle(page, page.locator(".js-plotly-plot").last.locator(".main-svg .point").first)


def open_the_sentence(page: Page) -> None:
    """Behind that mark."""
    click_a_mark(page)
    page.wait_for_url("**/evidence?**quantity=**")
    settle(page)


def test_the_looks_of_pages_are_as_stored(server: str, browser: Browser, published: Path) -> None:
    version = (published / "CURRENT").read_text(encoding="utf-8").split("-")[1]
    different = []
    with visitor(browser) as page:
        page.context.add_cookies([{"name": "fazhi_tour", "value": "seen", "url": server}])
        for name, look in looks.LOOKS.items():
            page.set_viewport_size({"width": look.width, "height": look.height})
            page.emulate_media(
                color_scheme="dark" if look.dark else "light", reduced_motion="reduce"
            )
            go(page, server + look.path)
            drawn(page)
            different.append(looks.differences(name, page, version))
    assert "\n".join(filter(None, different)) == ""


@pytest.mark.parametrize("name", looks.LOOKS)
def test_smoother_letters_are_no_difference_and_a_moved_label_is(name: str) -> None:
    stored = Image.open(looks.FOLDER / f"{name}.png").convert("RGB")
    assert looks.apart(stored, stored.filter(ImageFilter.GaussianBlur(0.6))) == []
    moved = stored.copy()
    heading = (10, 60, 150, 90) if stored.width < 320 else (40, 30, 200, 60)
    moved.paste(stored.crop(heading), (heading[0], heading[1] + 9))
    assert looks.apart(stored, moved)


def drawn(page: Page) -> None:
    """Until nothing moves any more: two pictures, a moment apart, are alike."""
    before = b""
    for _ in range(40):
        expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
        now = page.screenshot(animations="disabled", caret="hide")
        if now == before:
            return
        before = now
        page.wait_for_timeout(300)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_speaks_both_languages(
    server: str, browser: Browser, name: str, lang: str
) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/{'' if name == 'overview' else name}?lang={lang}")
        expect(page.get_by_role("heading", name=t(f"frame.{name}", lang)).first).to_be_visible()
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[lang]
        assert page.title() == t("frame.title", lang)


def test_the_overview_shows_what_the_five_reports_state(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, server)
        page.locator(MARK).first.wait_for()
        shown = page.locator(".js-plotly-plot").first.text_content() or ""
        for place in ("西营门街道", "城西街道", "东湖街道", "广安门内街道"):
            assert place in shown
        for year in ("2021", "2022", "2023", "2024"):
            assert year in shown


def test_from_an_indicator_to_the_highlighted_sentence(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh")
        chosen = page.get_by_role("combobox", name=t("frame.indicators", "zh"))
        chosen.click()
        chosen.fill("信访")
        page.get_by_role("option").first.click()
        page.keyboard.press("Escape")
        expect(page.locator("h3")).to_have_count(2)
        settle(page)
        page.locator(MARK).last.wait_for(state="attached")
        open_the_sentence(page)
        place = parse_qs(urlsplit(page.url).query)
        start, end = (int(part) for part in place["quantity"][0].split("-"))
        highlighted = page.locator(HIGHLIGHT).first
        expect(highlighted).to_be_visible()
        assert len((highlighted.text_content() or "").strip()) == end - start


def test_the_csv_opens_in_excel_and_says_what_the_table_says(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh&view=table&indicator=mediation_success_rate")
        cells = page.locator('[data-testid="stDataFrame"] [role="gridcell"]')
        cells.first.wait_for(state="attached")
        table = cells.all_text_contents()
        with page.expect_download() as download:
            page.get_by_role("button", name=t("compare.csv", "zh")).first.click()
        data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b'"\r\n')
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows
    for row in rows:
        value, unit = float(row[t("export.obs_value", "zh")]), row[t("export.unit_measure", "zh")]
        assert number(value, "zh", unit, row[t("export.qualifier", "zh")]) in table


def test_a_link_restores_the_view_in_a_fresh_browser(server: str, browser: Browser) -> None:
    address = f"{server}/compare?area=120111001&from=2021&to=2022&indicator=mediation_success_rate&lang=en"
    seen = []
    for _ in range(2):
        with visitor(browser) as page:
            go(page, address)
            page.locator(MARK).first.wait_for()
            seen.append(
                (page.locator("h3").first.text_content(), parse_qs(urlsplit(page.url).query))
            )
    assert seen[0] == seen[1]
    assert seen[0][1]["area"] == ["120111001"]
    assert seen[0][1]["lang"] == ["en"]
    assert "西营门街道" in (seen[0][0] or "")


def test_an_unknown_id_is_ignored_with_a_notice(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?area=999999999&lang=en")
        expect(page.get_by_text("999999999")).to_be_visible()


def test_a_rebuild_while_open_shows_no_error(
    server: str, browser: Browser, published: Path
) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh")
        page.locator(MARK).first.wait_for()
        before = (published / "CURRENT").read_text(encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "pipeline", "build", "--fresh", "--data", str(published)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        assert (published / "CURRENT").read_text(encoding="utf-8") != before
        page.get_by_text(t("view.year", "zh"), exact=True).click()
        page.locator(".js-plotly-plot .barlayer .trace").first.wait_for(state="attached")
        settle(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_never_scrolls_sideways(server: str, browser: Browser, name: str) -> None:
    with visitor(browser, width=390, height=844) as page:
        go(page, f"{server}/{'' if name == 'overview' else name}?lang=en")
        page.wait_for_timeout(500)
        wide = page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".map(e => e.scrollWidth - e.clientWidth)"
        )
        assert max(wide) <= 1


def test_a_cell_of_the_grid_leads_to_its_report(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/?lang=zh")
        page.locator(MARK).first.wait_for()
        grid = page.locator(".js-plotly-plot").first
        cell = grid.locator(".annotation-text", has_text=re.compile(r"^[0-9]+ 项$"))
        click_middle(page, cell.first)
        page.wait_for_url("**/evidence?**report=**")


def test_the_chosen_year_and_conditions_stand_in_the_address(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=en&view=year")
        page.get_by_test_id("stButtonGroup").get_by_text("2023").click()
        page.wait_for_url("**year=2023**")
        page.get_by_role("button", name=t("frame.conditions", "en")).click()
        page.get_by_text(t("frame.only_comparable", "en")).click()
        page.wait_for_url("**comparable=1**")
        settle(page)
        expect(page.get_by_text(t("frame.conditions_set", "en"))).to_be_visible()


def test_the_review_queue_comes_back_as_decisions(
    server: str, browser: Browser, tmp_path: Path
) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/quality?lang=zh")
        with page.expect_download() as download:
            page.get_by_role("button", name=t("quality.review_csv", "zh")).click()
        form = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(form)))
    assert rows
    done = rows[0] | {
        "decision": "confirm",
        "who": "甲",
        "decided_on": "2026-01-05",
        "why": "对照原文",
    }
    with (tmp_path / corrections.FILE).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(done))
        writer.writeheader()
        writer.writerow(done)
    assert list(corrections.load(tmp_path)) == [done["observation_id"]]


def test_the_reader_steps_by_keyboard_and_leads_to_a_chart(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/evidence?lang=zh")
        first = page.locator(HIGHLIGHT).first.text_content()
        page.get_by_role("heading", name=t("frame.evidence", "zh")).click()
        page.keyboard.press("j")
        page.wait_for_url("**quantity=**")
        settle(page)
        assert page.locator(HIGHLIGHT).first.text_content() != first
        page.keyboard.press("k")
        expect(page.locator(HIGHLIGHT).first).to_have_text(first or "")
        page.get_by_role("link", name=t("evidence.to_chart", "zh")).first.click()
        page.wait_for_url("**/compare?**indicator=**")
        page.locator(MARK).first.wait_for()


def test_the_tour_never_comes_back(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/?lang=zh")
        expect(page.get_by_text(t("tour.step_1", "zh"))).to_be_visible()
        go(page, f"{server}/?lang=zh")
        expect(page.get_by_role("heading", name=t("overview.coverage", "zh"))).to_be_visible()
        settle(page)
        expect(page.get_by_text(t("tour.step_1", "zh"))).to_have_count(0)


def test_from_a_word_to_its_sentence(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/evidence?lang=zh")
        box = page.get_by_role("textbox", name=t("evidence.search", "zh"))
        box.fill("调解成功率")
        box.press("Enter")
        page.wait_for_url("**q=**")
        hit = page.locator(".hits li").first
        assert "调解" in (hit.locator("strong").first.text_content() or "")
        hit.locator("a").click()
        page.wait_for_url("**quantity=**")
        settle(page)
        expect(page.locator(".sentence").first).to_be_visible()


def test_the_brief_is_a_word_document_with_the_areas_figures(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/profile?lang=zh&area=120111001")
        with page.expect_download() as download:
            page.get_by_role("button", name=t("profile.brief", "zh")).click()
        page_of_word = Document(str(download.value.path()))
        assert download.value.suggested_filename.endswith(".docx")
    rows = [[cell.text for cell in row.cells] for row in page_of_word.tables[0].rows]
    assert ["2022", "42 件", "[1]"] in [[row[1], row[2], row[-1]] for row in rows]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pictures_hold_title_notes_source_and_date(
    server: str, browser: Browser, lang: str
) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang={lang}&indicator=mediation_success_rate")
        page.locator(MARK).first.wait_for()
        title = page.locator("h3").first.text_content() or ""
        files = {}
        for name in ("png", "svg"):
            with page.expect_download() as download:
                page.get_by_role("button", name=t(f"picture.{name}", lang)).first.click()
            files[name] = Path(download.value.path()).read_bytes()
    picture = ET.fromstring(files["svg"])  # noqa: S314 - our own drawing
    said = "".join(picture.itertext()).replace(" ", "")
    source = t("compare.source", lang, count=4, titles="|").split("|")
    today = datetime.now(UTC).date().isoformat()
    for words in (title, "西营门街道", "85.714%", *source, today):
        assert words.replace(" ", "") in said
    assert files["png"].startswith(b"\x89PNG")
    width, height = struct.unpack(">II", files["png"][16:24])
    assert [width, height] == [
        int(float(picture.get(side, "0")) * 2) for side in ("width", "height")
    ]
    assert len(files["png"]) > 50_000  # text and marks, no empty sheet


@pytest.mark.parametrize(("path", "key"), [("", "headlines"), ("profile", "profile")])
def test_the_small_charts_make_one_picture(
    server: str, browser: Browser, path: str, key: str
) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/{path}?lang=zh&area=120111001")
        charts = page.locator(f".st-key-figure_{key} .js-plotly-plot")
        charts.last.locator(".main-svg .point").first.wait_for(state="attached")
        with page.expect_download() as download:
            page.get_by_role("button", name=t("picture.svg", "zh")).last.click()
        picture = ET.fromstring(Path(download.value.path()).read_bytes())  # noqa: S314 - our own drawing
        said = "".join(picture.itertext())
        assert download.value.suggested_filename.startswith(key)
        assert "接待来访批次" in said
        assert t("overview.grid_note", "zh") in said
        drawn = [part for part in picture.iter() if "main-svg" in part.get("class", "")]
        assert len({(part.get("x"), part.get("y")) for part in drawn}) == charts.count() > 1


def look_at_one_area(page: Page, address: str, typed: str) -> None:
    """From the first page to an area's own, with the keyboard."""
    go(page, f"{address}/?lang=zh")
    page.get_by_role("link", name=t("overview.look", "zh")).click()
    page.wait_for_url("**/profile?**")
    settle(page)
    page.get_by_role("combobox", name=t("frame.area", "zh")).click()
    page.keyboard.type(typed)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**area=**")
    settle(page)


def test_an_analyst_takes_a_rate_and_its_source_as_text(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        look_at_one_area(page, server, "广安门内")
        page.get_by_role("button", name=t("profile.text", "zh")).click()
        text = page.get_by_test_id("stCode")
        expect(text).to_contain_text("调解成功率 88.235%")
        expect(text).to_contain_text("[1]")
        expect(text).to_contain_text("[R]")


def test_a_resident_finds_the_street_by_initials(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        look_at_one_area(page, server, "cxjd")
        assert "area=500114003" in page.url
        card = page.locator('[data-testid="stColumn"]', has_text="信访事项总数").first
        expect(card.get_by_role("heading")).to_have_text("30 件")


def test_a_scholar_cites_a_figure_and_takes_its_data(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh&indicator=petition_visits_batches")
        page.locator(MARK).first.wait_for()
        open_the_sentence(page)
        page.get_by_role("button", name=t("evidence.cite", "zh")).click()
        expect(page.get_by_test_id("stCode").first).to_contain_text("[R]. sha256: ")
        with page.expect_download() as download:
            page.get_by_role("button", name=t("evidence.csv", "zh")).click()
        data = Path(download.value.path()).read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(data))
    assert row[t("export.indicator", "zh")] == "petition_visits_batches"
    assert row[t("export.surface", "zh")] in row[t("export.sentence", "zh")]


def test_a_journalist_reads_and_reports_what_does_not_add_up(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/?lang=zh")
        page.get_by_role("link", name=t("frame.quality", "zh")).click()
        row = page.locator(".sheet tbody tr").first
        message = row.locator("td").nth(4).text_content() or ""
        row.get_by_role("link").click()
        page.wait_for_url("**quantity=**")
        settle(page)
        expect(page.locator(".facts", has_text=message)).to_be_visible()
        page.get_by_role("button", name=t("evidence.mistake", "zh")).click()
        text = page.get_by_test_id("stCode")
        expect(text).to_contain_text(message)
        sentence = page.locator(".sentence").first.text_content() or ""
        expect(text).to_contain_text(sentence.strip()[:20])


def test_three_areas_typed_one_after_another_become_a_picture(
    server: str, browser: Browser
) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh")
        page.get_by_role("combobox", name=t("frame.areas", "zh"), exact=True).focus()
        for chosen, initials in enumerate(("xymjd", "cxjd", "dhjd"), 1):
            page.keyboard.type(initials)
            expect(page.get_by_role("option")).to_have_count(1)
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile(f"(area=[0-9]+.*){{{chosen}}}"))
            settle(page)
        page.keyboard.press("Escape")
        page.locator(MARK).first.wait_for()
        with page.expect_download() as download:
            page.get_by_role("button", name=t("picture.png", "zh")).click()
        assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_table_says_why_it_has_no_picture(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh&view=table")
        expect(page.get_by_role("button", name=t("picture.png", "zh"))).to_be_disabled()
        expect(page.get_by_text(t("picture.table", "zh"))).to_be_visible()


def test_with_the_keyboard_alone_initials_find_an_area(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh&indicator=petition_visits_batches")
        page.get_by_role("combobox", name=t("frame.areas", "zh"), exact=True).focus()
        page.keyboard.type("xym")
        expect(page.get_by_role("option")).to_have_text("西营门街道 xiyingmen xymjd")
        page.keyboard.press("Enter")
        page.wait_for_url("**area=120111001**")
        settle(page)
        page.keyboard.type("cxj")  # the list is still open under the hands
        expect(page.get_by_role("option")).to_have_text("城西街道 chengxi cxjd")
        page.keyboard.press("Enter")
        page.wait_for_url("**area=500114003**")


def test_one_back_leads_from_the_sentence_to_the_chart(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh&indicator=petition_visits_batches")
        page.locator(MARK).first.wait_for()
        open_the_sentence(page)
        page.go_back()
        page.wait_for_url("**/compare?**")
        expect(page.get_by_role("heading", name=t("frame.compare", "zh"))).to_be_visible()
        assert "quantity" not in page.url


def test_on_a_phone_the_lines_have_the_width_and_their_names_stand_below(
    server: str, browser: Browser
) -> None:
    with visitor(browser, width=390, height=844) as page:
        go(page, f"{server}/compare?lang=en&indicator=mediation_success_rate")
        page.locator(MARK).first.wait_for()
        chart = page.locator(".js-plotly-plot").first
        plot, legend = (
            chart.locator(one).bounding_box() for one in (".plot .gridlayer, .gridlayer", ".legend")
        )
        assert plot is not None
        assert legend is not None
        assert plot["width"] > 250
        assert legend["y"] > plot["y"] + plot["height"]


def test_a_dark_system_gets_a_dark_page(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        page.emulate_media(color_scheme="dark")
        go(page, f"{server}/compare?lang=zh")
        page.locator(MARK).first.wait_for()
        fill = page.locator(".js-plotly-plot .ytick text").first.evaluate(
            "e => getComputedStyle(e).fill"
        )
        assert min(int(part) for part in re.findall(r"[0-9]+", fill)[:3]) > 180


def test_paper_shows_the_chart_and_no_buttons(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh&indicator=mediation_success_rate")
        page.locator(MARK).first.wait_for()
        page.emulate_media(media="print")
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
        expect(page.locator("h3").first).to_be_visible()
        for gone in (t("frame.copy_link", "zh"), t("picture.png", "zh"), t("view.scatter", "zh")):
            expect(page.get_by_text(gone, exact=True).first).to_be_hidden()


# Text of less than 4.5 to 1 on what is painted behind it; large text needs 3, what is disabled nothing.
PALE = """() => {
  const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const over = ([r, g, b, a = 1], under) => [r, g, b].map((c, k) => c * a + under[k] * (1 - a));
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const painted = (element) => {
    const colour = parts(getComputedStyle(element).backgroundColor);
    if ((colour[3] ?? 1) === 1 || !element.parentElement) return colour.slice(0, 3);
    return over(colour, painted(element.parentElement));
  };
  const found = [];
  for (const element of document.querySelectorAll("[data-testid=stMain] *")) {
    const words = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
    const box = element.getBoundingClientRect();
    if (!words || !box.width || !box.height || element.closest("[disabled], [aria-disabled=true], [aria-hidden=true]")) continue;
    const style = getComputedStyle(element);
    const svg = element instanceof SVGElement;
    if (svg || style.visibility === "hidden" || style.opacity === "0") continue;  // colours of charts: test_charts.py
    const under = painted(element);
    let [r, g, b, a = 1] = parts(style.color);
    for (let up = element; up; up = up.parentElement) a *= parseFloat(getComputedStyle(up).opacity);
    const [low, high] = [light(over([r, g, b, a], under)), light(under)].sort((a, b) => a - b);
    const large = parseFloat(style.fontSize) >= 24;
    if ((high + 0.05) / (low + 0.05) < (large ? 3 : 4.5)) found.push(`${words.slice(0, 30)} ${[r, g, b, a]} on ${under}`);
  }
  return found;
}"""
NAMED = set("button link textbox combobox checkbox switch radio tab figure".split())


def nameless(page: Page) -> list[str]:
    """Controls and charts that the browser tells a screen reader of without saying which."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    return [
        node["role"]["value"]
        for node in nodes
        if not node["ignored"]
        and node["role"]["value"] in NAMED
        and not node.get("name", {}).get("value", "").strip()
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_control_has_a_name_and_every_text_its_contrast(
    server: str, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    with visitor(browser) as page:
        page.emulate_media(color_scheme=scheme)
        for name in PAGES:
            go(page, f"{server}/{'' if name == 'overview' else name}?lang=zh")
            page.get_by_role("heading", name=t(f"frame.{name}", "zh")).first.wait_for()
            assert (name, page.evaluate(PALE), nameless(page)) == (name, [], [])


def test_the_keyboards_place_is_always_seen(server: str, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{server}/compare?lang=zh")
        page.locator(MARK).first.wait_for()
        settle(page)
        page.locator("body").focus()
        seen = set()
        for _ in range(24):
            page.keyboard.press("Tab")
            place = page.evaluate(
                """() => {const e = document.activeElement, s = getComputedStyle(e);
                const ring = (one) => parseFloat(one.outlineWidth) > 1 && one.outlineStyle !== "none" || one.boxShadow !== "none";
                const around = [e, e.parentElement, e.parentElement.parentElement].some((one) => ring(getComputedStyle(one)));
                return [e.tagName + (e.getAttribute("aria-label") ?? e.textContent).slice(0, 20), around];}"""
            )
            seen.add(tuple(place))
        assert len(seen) > 12
        assert [name for name, ring in seen if not ring] == []
