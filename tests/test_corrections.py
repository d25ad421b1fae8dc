"""What a reviewer decided holds in the next build, and what is computed from it follows."""

import csv
from pathlib import Path

import duckdb
import pytest

from pipeline import corrections
from pipeline.build import build
from pipeline.errors import CorrectionError
from pipeline.publish import current

SEEDS = Path(__file__).parent.parent / "seeds"
WANTED = "select observation_id from observation where ref_area = '120111001' and time_period = '2022' and charted and indicator = ?"


def values(folder: Path, query: str, *bound: object) -> list[tuple]:
    database = current(folder)
    assert database is not None
    with duckdb.connect(database, read_only=True) as con:
        return con.execute(query, list(bound)).fetchall()


def decide(folder: Path, *lines: tuple[str, ...]) -> None:
    with (folder / corrections.FILE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([corrections.COLUMNS, *lines])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("reviewed")
    build([SEEDS], place)
    return place


def test_decisions_are_published_and_computed_values_follow(folder):
    ((cases,),) = values(folder, WANTED, "mediation_cases")
    ((persons,),) = values(folder, WANTED, "petition_visits_persons")
    ((orgs,),) = values(folder, WANTED, "mediation_orgs")
    decide(
        folder,
        (cases, "correct", "45", "李四", "2023-05-01", "与台账核对"),
        (persons, "reject", "", "李四", "2023-05-01", "=笔误"),
        (orgs, "confirm", "", "李四", "2023-05-01", "已核"),
    )
    build([SEEDS], folder)
    charted = dict(
        values(
            folder,
            "select indicator, obs_value::double from observation"
            " where ref_area = '120111001' and time_period = '2022' and charted and category = '{}'",
        )
    )
    assert charted["mediation_cases"] == 45
    assert charted["mediation_success_rate"] == pytest.approx(80)
    assert "petition_visits_persons" not in charted
    ((method, statuses, comment),) = values(
        folder,
        "select method, obs_status_all, comment from observation where observation_id = ?",
        cases,
    )
    assert (method, "V" in statuses) == ("corrected", False)
    assert all(words in comment for words in ("42", "李四"))
    ((kept,),) = values(folder, "select comment from observation where observation_id = ?", persons)
    assert "=笔误" in kept
    assert len(values(folder, "select * from correction")) == 3
    (folder / corrections.FILE).unlink()
    build([SEEDS], folder)
    assert values(folder, WANTED, "petition_visits_persons") == [(persons,)]


@pytest.mark.parametrize(
    "line",
    [
        ("x", "correct", "", "甲", "2023-05-01", "无数值"),
        ("x", "correct", "很多", "甲", "2023-05-01", "不是数"),
        ("x", "confirm", "3", "甲", "2023-05-01", "多余的数值"),
        ("x", "delete", "", "甲", "2023-05-01", "没有这种决定"),
        ("x", "reject", "", "", "2023-05-01", "没有署名"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path, line):
    decide(tmp_path, line)
    with pytest.raises(CorrectionError, match="line 2"):
        corrections.load(tmp_path)
