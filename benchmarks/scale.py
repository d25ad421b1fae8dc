"""A published database as large as the country: `python benchmarks/scale.py SOURCE FOLDER [AREAS] [OBSERVATIONS] [INDICATORS]`.

SOURCE is a published database (its catalogue, code lists and words are taken over), FOLDER becomes a data folder to serve.
Areas come from the national table, townships spread over all counties; each has a report for each of ten years. Keys are
left out: they take an hour and several gigabytes to build, and answers without them are slower, not faster.
"""

import re
import sys
from pathlib import Path

import duckdb
import pyarrow as pa

from dashboard.db import POINTER
from pipeline.jurisdiction import PlaceTable
from pipeline.publish import english, initials

PLACES = Path(__file__).resolve().parent.parent / "data" / "divisions_2023.parquet"
BUILD = "5ca1e5ca1e5ca1e5"
TAKEN = "benchmark per regime_break denominator code correction indicator document posting word"
YEARS = 10
GROUPING = re.compile("^(市辖区|县)$|直辖县级行政区划$")  # a line of the table that is no place
# One figure a sentence, a sentence of nineteen characters: what a report says of its k-th indicator.
SENTENCE = "printf('本项工作今年共办理%08d件。', value)"
LENGTH = 19
TABLES = {
    "place": "SELECT *, row_number() OVER (ORDER BY ref_area) - 1 AS area_no FROM incoming",
    "ref_area": "SELECT * EXCLUDE (area_no) FROM place",
    "kept": """SELECT *, row_number() OVER (ORDER BY headline DESC, tier, position) - 1 AS n FROM source.indicator
        QUALIFY n < $indicators""",
    "cell": """SELECT a.area_no * $years + y AS report_no, k AS quantity_no, a.ref_area, (2016 + y)::VARCHAR AS time_period,
            i.indicator, i.unit_measure, hash(a.area_no, i.n) % 5000 + hash(report_no, k) % 900 AS value,
            hash(report_no, k, 1) % 20 AS odd
        FROM place a, range($years) r (y), range($each) s (k)
        JOIN kept i ON i.n = (k * $indicators // $each + hash(a.area_no, k) % ($indicators // $each))
        ORDER BY report_no, k""",
    "report": f"""SELECT printf('%016x', report_no) AS report_id, printf('%064x', report_no) AS sha256,
            10000::BIGINT AS size, report_no || '.txt' AS source, 'published' AS status, '' AS reason, 'txt' AS reader,
            'utf-8' AS encoding, name || time_period || '年法治政府建设情况报告' AS title, name AS issuer,
            'government' AS issuer_kind, ref_area, time_period, NULL::VARCHAR AS published_on, '' AS how_ref_area,
            '' AS how_time_period, '' AS warnings, said AS text
        FROM (SELECT report_no, ref_area, time_period, string_agg({SENTENCE}, '' ORDER BY quantity_no) AS said
            FROM cell GROUP BY ALL) JOIN place USING (ref_area) ORDER BY report_no""",
    "section": """SELECT report_id, 0 AS section_no, 0 AS char_start, length(text)::INTEGER AS char_end, 'performance' AS kind,
        '' AS title FROM report""",
    "sentence": f"""SELECT printf('%016x', report_no) AS report_id, quantity_no::INTEGER AS sentence_no, 0 AS section_no,
        (quantity_no * {LENGTH})::INTEGER AS char_start, ((quantity_no + 1) * {LENGTH})::INTEGER AS char_end FROM cell""",
    "quantity": f"""SELECT printf('%016x', report_no) AS report_id, quantity_no::INTEGER AS quantity_no,
        quantity_no::INTEGER AS sentence_no, (quantity_no * {LENGTH} + 9)::INTEGER AS char_start,
        (quantity_no * {LENGTH} + 17)::INTEGER AS char_end, printf('%08d', value) AS surface,
        value::DECIMAL(38, 6) AS value, NULL::DECIMAL(38, 6) AS value_max, '件' AS unit, 'exact' AS qualifier,
        'metric' AS role, 'full_year' AS period, NULL::VARCHAR AS period_end, '' AS period_note, 'whole' AS scope,
        NULL::INTEGER AS part_of, true AS classified FROM cell""",
    "observation": """SELECT printf('%012x%04x', report_no, quantity_no) AS observation_id,
        printf('%016x', report_no) AS report_id, ref_area, time_period, indicator, '{}' AS category, 'level' AS fact,
        value::DECIMAL(38, 6) AS obs_value, unit_measure, if(odd = 0, 'D', 'A') AS obs_status,
        if(odd = 0, 'D;V', 'V') AS obs_status_all, if(odd = 1, 'about', 'exact') AS qualifier,
        if(odd = 2, 'ytd', 'full_year') AS period, if(odd = 2, time_period || '-11', NULL) AS period_end,
        'whole' AS scope, 'stated' AS method, true AS charted, if(odd = 3, 0.7, 0.95) AS confidence,
        quantity_no::INTEGER AS sentence_no, NULL::VARCHAR AS formula, '' AS comment, '' AS reason FROM cell""",
    "observation_quantity": """SELECT printf('%012x%04x', report_no, quantity_no) AS observation_id,
        printf('%016x', report_no) AS report_id, quantity_no::INTEGER AS quantity_no FROM cell""",
    "observation_input": "FROM source.observation_input LIMIT 0",
    "finding": """SELECT row_number() OVER ()::INTEGER AS finding_id, report_id, 'sum' AS rule, 'warning' AS severity,
        '合计不符 | the parts do not add up' AS message, 'the parts do not add up' AS message_en, '[0]' AS quantities
        FROM report WHERE hash(report_id) % 20 = 0""",
    "build": """SELECT * REPLACE ($build AS build_id, (SELECT count(*) FROM report)::INTEGER AS reports_published)
        FROM source.build""",
}


def areas(count: int) -> pa.Table:
    """The upper divisions first, of each level spread over the country, as rows of `ref_area`."""
    table = PlaceTable.load(PLACES)
    here = [code for code, name in table.names.items() if not GROUPING.search(name)]
    codes = sorted(here, key=lambda code: (len(code), code[-3:], code))
    rows = []
    for place in filter(None, map(table.place, codes[:count])):
        above = [
            code
            for code in table.ancestors(place.ref_area)
            if not GROUPING.search(table.names[code])
        ]
        rows.append(
            {
                "ref_area": place.ref_area,
                "name": place.name,
                "name_en": english(place),
                "initials": initials(place),
                "level": place.level,
                "parent": above[-1] if above else None,
                "path": "/".join(place.path),
            }
        )
    return pa.Table.from_pylist(rows)


def generate(source: Path, folder: Path, count: int, observations: int, indicators: int) -> Path:
    """The database and the pointer to it."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / f"fazhi-{BUILD}.duckdb"
    database.unlink(missing_ok=True)
    values = {
        "indicators": indicators,
        "years": YEARS,
        "each": max(1, observations // (count * YEARS)),
        "build": BUILD,
    }
    with duckdb.connect(database) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute("SET memory_limit = '6GB'")
        con.execute("SET preserve_insertion_order = true")
        con.execute(f"ATTACH '{source}' AS source (READ_ONLY)")
        con.register("incoming", areas(count))
        for table, sql in TABLES.items():
            used = {name: value for name, value in values.items() if f"${name}" in sql}
            kind = "TEMP TABLE" if table in ("place", "kept", "cell") else "TABLE"
            con.execute(f"CREATE {kind} {table} AS {sql}", used)
        for table in TAKEN.split():
            con.execute(f"CREATE TABLE {table} AS FROM source.{table}")
        con.execute("DELETE FROM indicator WHERE indicator NOT IN (SELECT indicator FROM kept)")
        con.execute("DELETE FROM per WHERE indicator NOT IN (SELECT indicator FROM kept)")
        con.execute("DELETE FROM document")
        con.execute("DELETE FROM posting")
    (folder / POINTER).write_text(f"{database.name}\n", encoding="utf-8")
    return database


if __name__ == "__main__":
    source, folder, *sizes = sys.argv[1:]
    numbers = [*map(int, sizes), *(40_000, 10_000_000, 120)[len(sizes) :]]
    print(generate(Path(source), Path(folder), *numbers))
