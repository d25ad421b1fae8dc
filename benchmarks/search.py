"""Search over many reports: `python benchmarks/search.py DATABASE [REPORTS]` multiplies a published database and asks it questions.

The copies hold the same words as the originals, so each word is found in as large a share of the reports as it really is.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb

from dashboard import queries, words

QUESTIONS = (
    "调解",
    "法治政府建设",
    "矛盾纠纷 调解成功率",
    "行政复议 败诉",
    "西营门",
    "12345热线 满意率",
    "营门",
)
ROUNDS = 9
COPY = """
CREATE TABLE ref_area AS FROM source.ref_area;
CREATE TABLE code AS FROM source.code;
CREATE TABLE report AS SELECT r.* REPLACE (n.n || '-' || report_id AS report_id)
    FROM range({times}) n (n), source.report r WHERE status = 'published';
CREATE TABLE sentence AS SELECT s.* REPLACE (n.n || '-' || report_id AS report_id)
    FROM range({times}) n (n), source.sentence s;
CREATE TABLE document AS SELECT (n.n * size.n + report_no)::INTEGER AS report_no, n.n || '-' || report_id AS report_id, words
    FROM range({times}) n (n), source.document, (SELECT count(*) AS n FROM source.document) size;
CREATE TABLE posting AS SELECT word, (n.n * size.n + report_no)::INTEGER AS report_no, count
    FROM source.posting, range({times}) n (n), (SELECT count(*) AS n FROM source.document) size ORDER BY word, report_no;
"""


def main(source: Path, reports: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.duckdb"
        with duckdb.connect(large) as con:
            con.execute("SET enable_progress_bar = false")
            con.execute("SET memory_limit = '3GB'")
            con.execute(f"ATTACH '{source}' AS source (READ_ONLY)")
            row = con.execute("SELECT count(*) FROM source.document").fetchone()
            con.execute(COPY.format(times=-(-reports // (row[0] if row else 1))))
        with duckdb.connect(large, read_only=True) as con:
            con.execute("SET threads = 2")
            counts = "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM posting)"
            reports_and_rows = con.execute(counts).fetchone()
            print(f"{reports_and_rows} reports and rows, {large.stat().st_size / 1e9:.1f} GB")
            listed = con.execute("SELECT code FROM code WHERE code_list = 'term'").fetchall()
            terms = [row[0] for row in listed]
            for question in QUESTIONS:
                times = []
                for _ in range(ROUNDS):
                    started = perf_counter()
                    found = queries.search(con, question, words.cut(question, terms))
                    times.append(1000 * (perf_counter() - started))
                print(
                    f"{question}: {len(found)} sentences, first {times[0]:.0f} ms, median {median(times):.0f} ms"
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
