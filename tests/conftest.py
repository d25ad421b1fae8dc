"""The five real reports, built once: what every other test reads is what a user would read."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, sync_playwright

from pipeline import build, publish

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",  # letters of one shape on every machine
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the seeds published; FAZHI_DATA points to it for the whole session."""
    folder = tmp_path_factory.mktemp("data")
    build.build([ROOT / "seeds"], folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAZHI_DATA", str(folder))
        yield folder


@pytest.fixture(scope="session")
def bilingual() -> Callable[[str], bool]:
    """Whether a sentence is “中文 | English”: one mark, and no Chinese in the English but what it quotes."""

    def check(sentence: str) -> bool:
        zh, *rest = sentence.split(" | ")
        en = re.sub("“[^”]*”", "", "".join(rest))
        chinese = re.compile("[一-鿿，。；：、（）]")
        return len(rest) == 1 and bool(chinese.search(zh)) and bool(en) and not chinese.search(en)

    return check


@pytest.fixture
def db(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database, read only."""
    database = publish.current(published)
    assert database
    with duckdb.connect(database, read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; the tests never fetch one."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(
            "no Chromium: run tests/browser_setup.sh, or install chromium and fonts-noto-cjk"
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield chromium
        chromium.close()
