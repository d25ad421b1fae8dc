"""What the five annotated reports must yield: floors of the scores, and every headline value."""

import json
from pathlib import Path

import duckdb
import pytest

from pipeline import build, inspection, score
from pipeline.model import Report

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "gold"
CORE = json.loads((GOLD / "core.json").read_text(encoding="utf-8"))
FLOORS = {
    "F1": 99,
    "unit": 99,
    "qual": 99,
    "period": 95,
    "ind.R": 97,
    "ind.P": 97,
    "categ": 95,
}
CELLS = [
    (name, "/".join(area["path"]), year, key, wanted)
    for name, area in CORE.items()
    if name != "findings"
    for year, values in area["years"].items()
    for key, wanted in values.items()
]


@pytest.fixture(scope="module")
def total() -> score.Score:
    known, places = build.knowledge()
    scores = []
    for path in sorted(GOLD.glob("*.jsonl")):
        seed = ROOT / "seeds" / f"{path.stem}.txt"
        report = build.read_report(seed.name, seed.read_bytes(), None, known, places)
        assert isinstance(report, Report)
        gold, meta = score.load(path)
        shape = inspection.shape(report)
        scores.append(score.score(path.stem, gold, meta, shape, known.indicators.keys()))
    assert len(scores) == 5
    return score.total(scores)


@pytest.mark.parametrize("column", FLOORS)
def test_scores_stay_above_their_floor(total: score.Score, column: str) -> None:
    assert total.figure(column) >= FLOORS[column]


@pytest.mark.parametrize("whole", score.WHOLE)
def test_places_years_and_headlines_are_all_right(total: score.Score, whole: str) -> None:
    assert total.counts[whole] == total.counts[f"{whole} asked"] > 0


@pytest.mark.parametrize(
    ("path", "year", "key", "wanted"),
    [cell[1:] for cell in CELLS],
    ids=[f"{name}-{year}-{key}" for name, _, year, key, _ in CELLS],
)
def test_every_headline_value_is_in_the_database(
    db: duckdb.DuckDBPyConnection, path: str, year: str, key: str, wanted: object
) -> None:
    indicator, _, base = key.rstrip("]").partition("[")
    rows = db.execute(
        """SELECT o.obs_value, o.category, o.qualifier, o.charted
           FROM observation o JOIN ref_area a USING (ref_area)
           WHERE a.path = ? AND o.time_period[:4] = ? AND o.indicator = ? AND o.fact = 'level'""",
        [path, year, indicator],
    ).fetchall()
    rows = [row for row in rows if base in json.loads(row[1]).values() or not base]
    charted = [row for row in rows if row[3] and (base or row[1] == "{}")]
    if wanted is None:
        assert not charted
        return
    values = (
        [v for v in wanted if isinstance(v, int | float)] if isinstance(wanted, list) else [wanted]
    )
    notes = [v for v in wanted if isinstance(v, str)] if isinstance(wanted, list) else []
    if any("not charted" in note for note in notes):
        assert any(abs(float(row[0]) - values[0]) <= 0.05 for row in rows)
        assert not any(abs(float(row[0]) - values[0]) <= 0.05 for row in charted)
        return
    assert any(abs(float(row[0]) - value) <= 0.05 for row in charted for value in values)
    if "more_than" in notes:
        assert {row[2] for row in charted} == {"more_than"}


@pytest.mark.parametrize(
    ("report", "rule"),
    [
        (report.strip(), finding["rule"])
        for finding in CORE["findings"]
        for report in finding["report"].split(",")
    ],
)
def test_every_expected_finding_is_there(
    db: duckdb.DuckDBPyConnection, report: str, rule: str
) -> None:
    found = db.execute(
        """SELECT count(*) FROM finding f JOIN report r USING (report_id)
           WHERE f.rule = ? AND starts_with(r.source, ?)""",
        [rule, report],
    ).fetchone()
    assert found
    assert found[0] > 0


def test_nothing_in_these_reports_is_an_error(db: duckdb.DuckDBPyConnection) -> None:
    errors = db.execute("SELECT message FROM finding WHERE severity = 'error'").fetchall()
    assert errors == []
