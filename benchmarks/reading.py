"""The reader's pages over many reports: `python benchmarks/reading.py DATABASE [REPORTS]` multiplies a published database and asks it.

The copies hold the same words and figures as the originals, so each is found in as large a share of the reports as it really
is; keys are left out, which makes the answers slower, not faster.
"""

import sys
import tempfile
from collections.abc import Callable, Sized
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb

from dashboard import queries, words

QUESTIONS = ("调解", "矛盾纠纷 调解成功率", "行政复议 败诉", "12345热线 满意率", "营门")
ROUNDS = 9
TABLES = "report sentence section quantity observation observation_quantity observation_input finding ref_area"
IDS = "report_id observation_id input_id ref_area parent"
KEPT = "build indicator code benchmark correction"
MANY = """
CREATE TABLE document AS SELECT (n * size + report_no)::INTEGER AS report_no, n || '-' || report_id AS report_id, words
    FROM range({times}) r (n), source.document, (SELECT count(*) AS size FROM source.document);
CREATE TABLE posting AS SELECT word, (n * size + report_no)::INTEGER AS report_no, count
    FROM source.posting, range({times}) r (n), (SELECT count(*) AS size FROM source.document) ORDER BY word, report_no;
CREATE TABLE word AS SELECT word, level, (reports * {times})::INTEGER AS reports, count * {times} AS count FROM source.word;
"""


def multiply(source: Path, large: Path, reports: int) -> None:
    """The tables of `source` so many times that there are as many reports."""
    with duckdb.connect(large) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute("SET memory_limit = '3GB'")
        con.execute(f"ATTACH '{source}' AS source (READ_ONLY)")
        held = con.execute("SELECT count(*) FROM source.document").fetchone()
        times = -(-reports // (held[0] if held else 1))
        for table in KEPT.split():
            con.execute(f"CREATE TABLE {table} AS FROM source.{table}")
        for table in TABLES.split():
            columns = con.execute(f"DESCRIBE source.{table}").fetchall()
            named = [row[0] for row in columns if row[0] in IDS.split()]
            ids = ", ".join(f"n || '-' || {name} AS {name}" for name in named)
            con.execute(
                f"CREATE TABLE {table} AS SELECT t.* REPLACE ({ids}) FROM range({times}) r (n), source.{table} t"
            )
        con.execute(MANY.format(times=times))


def timed(name: str, ask: Callable[[], Sized]) -> None:
    times = []
    for _ in range(ROUNDS):
        started = perf_counter()
        found = ask()
        times.append(1000 * (perf_counter() - started))
    print(f"{name}: {len(found)} rows, first {times[0]:.0f} ms, median {median(times):.0f} ms")


def main(source: Path, reports: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.duckdb"
        multiply(source, large, reports)
        with duckdb.connect(large, read_only=True) as con:
            con.execute("SET threads = 2")
            sizes = con.execute(
                """SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM observation),
                    (SELECT count(*) FROM quantity), (SELECT count(*) FROM posting)"""
            ).fetchone()
            print(f"reports, observations, numerals, words of reports: {sizes}")
            listed = con.execute("SELECT code FROM code WHERE code_list = 'term'").fetchall()
            terms = [row[0] for row in listed]
            for question in QUESTIONS:
                parts = words.cut(question, terms)
                timed(question, partial(queries.search, con, question, parts))
            ask(con)


def ask(con: duckdb.DuckDBPyConnection) -> None:
    """What the pages ask for one report and one area in the middle of them all."""
    row = con.execute(
        """SELECT report_id, char_start, char_end, ref_area, time_period FROM quantity JOIN report USING (report_id)
           JOIN ref_area USING (ref_area)
           WHERE report_id LIKE '7-%' AND classified AND level = 'township' ORDER BY ALL LIMIT 1"""
    ).fetchone()
    if row is None:
        return
    report, start, end, area, year = row
    timed("evidence of a numeral", lambda: queries.evidence(con, report, start, end))
    timed("numerals of a report", lambda: queries.quantities(con, report))
    timed("reports to lay beside it", lambda: queries.neighbours(con, report))
    gaps = queries.peer_gaps(con, area, year, 12)
    timed("gaps against peers", lambda: queries.peer_gaps(con, area, year, 12))
    ids = [[one for held in gaps[n] for one in held] for n in ("report_ids", "observation_ids")]
    timed("sentences of the peers", lambda: queries.said(con, *ids))
    timed("comparability", lambda: queries.comparability(con, None, None))
    timed("review queue", lambda: queries.queue(con, "headline", None, None, 300))
    timed("unclassified figures", lambda: queries.unclassified(con, None, None, 300))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
