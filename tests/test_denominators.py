"""What values may be divided by and where series break stands in the database; a figure from outside needs its source."""

from pathlib import Path

import duckdb
import pytest

from pipeline import build, publish
from pipeline.errors import DenominatorError

SEED = Path(__file__).resolve().parent.parent / "seeds" / "000_28d38b68794d00bb.txt"
HEAD = "ref_area,year,concept,value,source\n"


def test_a_sourced_figure_is_published_and_makes_another_build(tmp_path):
    before = build.build([SEED], tmp_path).database
    line = "120111001,2022,resident_population,61234,第七次人口普查分乡镇资料\n"
    (tmp_path / "denominators.csv").write_text(HEAD + line, encoding="utf-8")
    after = build.build([SEED], tmp_path).database
    assert after != before
    with duckdb.connect(after, read_only=True) as con:
        found = con.execute("SELECT * REPLACE (obs_value::INTEGER AS obs_value) FROM denominator")
        assert found.fetchall() == [
            ("120111001", "2022", "resident_population", 61234, "第七次人口普查分乡镇资料")
        ]


@pytest.mark.parametrize(
    "line",
    [
        "120111001,2022,resident_population,61234,",
        "120111001,2022,resident_population,0,公报",
        "120111001,2022,resident_population,NaN,公报",
        "120111001,22,resident_population,61234,公报",
        "120111001,2022,cars,61234,公报",
    ],
)
def test_a_line_without_source_number_year_or_concept_stops_the_build(tmp_path, line):
    (tmp_path / "denominators.csv").write_text(HEAD + line, encoding="utf-8")
    with pytest.raises(DenominatorError, match="line 2"):
        build.build([SEED], tmp_path)
    assert publish.current(tmp_path) is None


def test_ratios_and_breaks_come_from_the_catalogue(db):
    per = set(db.execute("SELECT indicator, denominator, factor FROM per").fetchall())
    assert ("mediation_cases", "mediators", 1) in per
    assert ("outreach_events", "resident_population", 1000) in per
    law = db.execute(
        "SELECT zh, en FROM regime_break WHERE indicator = 'reconsideration_cases' AND starts_on = DATE '2024-01-01'"
    ).fetchone()
    assert law
    assert "行政复议法" in law[0]
