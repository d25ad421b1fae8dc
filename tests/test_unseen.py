"""Reports read with nothing learnt from them: floors of the scores, and a record of what is still wrong."""

import difflib
from pathlib import Path
from shutil import copyfile

import pytest
import record

from pipeline import build, score

GOLD = Path(__file__).resolve().parent / "gold"
FLOORS = {
    "F1": 97,
    "unit": 98,
    "qual": 96,
    "period": 90,
    "ind.R": 85,
    "ind.P": 90,
    "categ": 75,
}


@pytest.fixture(scope="module")
def scores() -> list[score.Score]:
    found: list[score.Score] = record.scores()
    return found


@pytest.mark.parametrize("column", FLOORS)
def test_scores_stay_above_their_floor(scores: list[score.Score], column: str) -> None:
    assert score.total(scores).figure(column) >= FLOORS[column]


def test_every_place_and_year_is_right(scores: list[score.Score]) -> None:
    counts = score.total(scores).counts
    assert counts["place"] == counts["year"] == len(scores)


def test_every_report_can_be_published(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    for file in record.UNSEEN.iterdir():
        if file.suffix in record.SUFFIXES and file != record.RECORD:
            copyfile(file, reports / file.name)
    published = len(list(reports.iterdir()))
    copyfile(record.UNSEEN / "places.csv", reports / "places.csv")  # what two of them do not say
    done = build.build([reports], tmp_path / "data")
    assert (done.rejected, done.published) == ((), published)


def test_what_is_wrong_is_what_was_recorded(scores: list[score.Score]) -> None:
    kept = record.RECORD.read_text(encoding="utf-8").splitlines()
    now = record.record(scores).splitlines()
    moved = list(difflib.unified_diff(kept, now, "recorded", "now", lineterm="", n=0))
    assert not moved, "\n".join(["run python tests/gold/record.py to record", *moved])


def test_the_dashboard_shows_the_scores_that_were_measured(scores: list[score.Score]) -> None:
    kept = record.SHOWN.read_text(encoding="utf-8")
    assert kept == record.shown(scores), "run python tests/gold/record.py to record"
