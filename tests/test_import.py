"""The Import page in all its states, then as a visitor uses it in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from test_browser import PATIENCE, go, serving, settle, visitor
from test_pages import opened, said

from dashboard.text import t
from pipeline import build

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
TITLE = "法治政府建设年度情况报告"
CLEAR = (
    f"青岛市市南区八大关街道2023年{TITLE}\n我街道调解矛盾纠纷120件，开展普法宣传30余场。".encode()
)
OPEN = f"城西街道2022年{TITLE}\n我街道调解矛盾纠纷42件，开展普法宣传12场。".encode()
HOSTILE = f"{TITLE}\n<script>alert(1)</script>[x](javascript:alert(1))\n调解矛盾纠纷42件。".encode()


@pytest.fixture
def here(published, monkeypatch) -> Path:
    """A dashboard that only this machine can reach."""
    monkeypatch.setenv("FAZHI_HOST", "127.0.0.1")
    monkeypatch.delenv("FAZHI_TOKEN", raising=False)
    return published


def dropped(lang: str, name: str, data: bytes):
    app = opened("import", lang, {})
    app.file_uploader[0].upload(name, data).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", ""])  # noqa: S104 - recognised, not bound
@pytest.mark.usefixtures("here")
def test_where_others_can_reach_it_the_page_is_closed(monkeypatch, host, lang):
    monkeypatch.setenv("FAZHI_HOST", host)
    app = opened("import", lang, {})
    assert not app.exception
    assert not app.file_uploader
    assert t("import.closed", lang) in said(app)


@pytest.mark.usefixtures("here")
def test_a_token_opens_it(monkeypatch):
    monkeypatch.setenv("FAZHI_HOST", "0.0.0.0")  # noqa: S104 - recognised, not bound
    monkeypatch.setenv("FAZHI_TOKEN", "口令 1")
    app = opened("import", "en", {})
    assert not app.file_uploader
    app.text_input(key="import_token").input("口令").run()
    assert not app.file_uploader
    assert app.error[0].value == t("import.token_wrong", "en")
    app.text_input(key="import_token").input("口令 1").run()
    assert app.file_uploader
    assert not app.exception


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("here")
def test_empty_it_offers_an_example(lang):
    app = opened("import", lang, {})
    assert t("import.list_empty", lang) in said(app)
    app.button[0].click().run()
    assert not app.exception
    assert t("import.already", lang) in said(app)
    assert "import_add" not in [button.key for button in app.button]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("here")
def test_an_open_place_is_chosen_among_its_candidates(lang):
    app = dropped(lang, "城西.txt", OPEN)
    assert t("import.undecided", lang) in said(app)
    assert "import_add" not in [button.key for button in app.button]
    area = app.selectbox(key="import_area")
    assert len(area.options) > 10
    area.select("重庆市 / 黔江区 / 城西街道 (500114003)").run()
    assert not app.exception
    assert t("import.undecided", lang) not in said(app)
    assert app.button(key="import_add")
    outcomes = app.dataframe[0].value[t("import.outcome", lang)]
    assert set(outcomes) == {t("import.outcome_new", lang)}


@pytest.mark.usefixtures("here")
def test_a_place_none_of_the_candidates_is_found_by_name():
    app = dropped("zh", "某街道.txt", f"某某街道{TITLE}\n我街道调解矛盾纠纷42件。".encode())
    app.text_input[0].input("西青区 西营门").run()
    app.selectbox(key="import_area").select("天津市 / 西青区 / 西营门街道 (120111001)").run()
    app.number_input(key="import_year").set_value(2022).run()
    assert not app.exception
    assert app.button(key="import_add")
    assert "000_28d38b68794d00bb.txt" in said(app)  # the report of that area and year


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("here")
def test_a_broken_file_gets_its_reason_in_one_language(lang):
    app = dropped(lang, "坏|*.txt", b"\x89PNG\r\n\x1a\n")
    assert len(app.error) == 1
    chinese = re.search("[，。；]", app.error[0].value)
    assert bool(chinese) == (lang == "zh")


@pytest.mark.usefixtures("here")
def test_hostile_names_and_texts_are_shown_and_nothing_more():
    app = dropped("zh", "<script>alert(1)</script>[x](y)`.txt", HOSTILE)
    shown = "\n".join(element.proto.body for element in app.get("html"))
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    assert "<script>" not in re.sub(r"`[^`]*`", "", said(app))


# --- in a browser ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A dashboard with a data folder of its own, because these tests change it."""
    folder = tmp_path_factory.mktemp("desk")
    build.build([SEEDS], folder)
    with serving(folder) as address:
        yield address, folder


def drop(page: Page, name: str, data: bytes) -> None:
    zone = page.get_by_test_id("stFileUploaderDropzoneInput")
    zone.set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def test_a_report_is_dropped_read_added_and_found(desk, browser: Browser) -> None:
    address, folder = desk
    with visitor(browser) as page:
        go(page, f"{address}/import?lang=zh")
        drop(page, "八大关.txt", CLEAR)
        expect(page.get_by_text("山东省 / 青岛市 / 市南区 / 八大关街道")).to_be_visible(
            timeout=PATIENCE
        )
        page.get_by_role("tab", name=t("import.tab_text", "zh")).click()
        marked = page.locator(".st-key-import_text .n-indicator")
        expect(marked).to_have_text(["120件", "30余场"])
        assert not (folder / "imported.csv").exists()
        press(page, t("import.add", "zh"))
        expect(page.get_by_text("已进入数据")).to_be_visible(timeout=PATIENCE)
        settle(page)
        page.get_by_role("link", name=t("import.compare", "zh")).click()
        page.wait_for_url("**/compare?**")
        settle(page)
        assert parse_qs(urlsplit(page.url).query)["area"] == ["370202009"]
        expect(page.get_by_role("heading", name=re.compile("八大关街道")).first).to_be_visible()


def test_a_broken_file_says_why(desk, browser: Browser) -> None:
    with visitor(browser) as page:
        go(page, f"{desk[0]}/import?lang=en")
        drop(page, "broken.txt", b"\x89PNG\r\n\x1a\n")
        expect(page.get_by_text("This file was not read")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("button", name=t("import.add", "en"))).to_have_count(0)


def test_a_place_is_chosen_then_the_report_is_removed(desk, browser: Browser) -> None:
    address, folder = desk
    with visitor(browser) as page:
        go(page, f"{address}/import?lang=en")
        drop(page, "城西.txt", OPEN)
        expect(page.get_by_text(t("import.undecided", "en"))).to_be_visible(timeout=PATIENCE)
        box = page.get_by_role("combobox", name=re.compile("^Area"))
        box.click()
        box.fill("黔江")
        page.get_by_role("option").first.click()
        press(page, t("import.add", "en"))
        expect(page.get_by_text("is in the data now")).to_be_visible(timeout=PATIENCE)
        settle(page)
        page.get_by_role("button", name=t("import.remove", "en"), exact=True).last.click()
        expect(page.get_by_text("was removed")).to_be_visible(timeout=PATIENCE)
        settle(page)
    lines = (folder / "imported.csv").read_text(encoding="utf-8").splitlines()[-2:]
    assert [line.rpartition(",")[2] for line in lines] == ["added", "removed"]
    assert all(",500114003," in line for line in lines)
