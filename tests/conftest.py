"""The five real reports, built once: what every other test reads is what a user would read."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline import build, publish

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the seeds published; FAZHI_DATA points to it for the whole session."""
    folder = tmp_path_factory.mktemp("data")
    build.build([ROOT / "seeds"], folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAZHI_DATA", str(folder))
        yield folder


@pytest.fixture
def db(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database, read only."""
    database = publish.current(published)
    assert database
    with duckdb.connect(database, read_only=True) as con:
        yield con
