"""The words of every report: an inverted table for search, and how common each word is at each level.

Filled in one pass over the texts once all reports are in the database; a word's rows lie together, so that a question reads
only its own. Words are cut as for a search engine: a long word and the words within it are all found.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import duckdb
import pyarrow as pa
import rjieba
from tqdm import tqdm

BATCH = 200  # texts in memory at a time
SHORTEST = 2  # characters of a word: single ones are in every report
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
# Said beforehand: to find the types out takes seven times as long.
_POSTINGS = pa.schema([("word", pa.string()), ("report_no", pa.int32()), ("count", pa.int32())])
_DOCUMENTS = pa.schema(
    [("report_no", pa.int32()), ("report_id", pa.string()), ("words", pa.int32())]
)


def fill(con: duckdb.DuckDBPyConnection, terms: Iterable[str]) -> None:
    """Writes `document`, `posting` and `word`; `terms` are words that must not be cut apart."""
    jieba = rjieba.Jieba()
    for term in terms:
        jieba.add_word(term, None, None)
    con.execute("CREATE TEMP TABLE unsorted AS FROM posting")
    number = 0
    for texts in _texts(con):
        words: list[str] = []
        counts: list[int] = []
        numbers: list[int] = []
        lengths: list[int] = []
        for report_no, (_, text) in enumerate(texts, start=number):
            found = _words(jieba, text)
            words += found
            counts += found.values()
            numbers += [report_no] * len(found)
            lengths.append(sum(found.values()))
        _insert(con, "unsorted", _POSTINGS, [words, numbers, counts])
        ids = [report_id for report_id, _ in texts]
        here = [*range(number, number + len(ids))]
        _insert(con, "document", _DOCUMENTS, [here, ids, lengths])
        number += len(ids)
    con.execute("INSERT INTO posting FROM unsorted ORDER BY word, report_no")
    con.execute(
        """INSERT INTO word BY NAME
           SELECT word, level, count(*) AS reports, sum(count) AS count
           FROM unsorted JOIN document USING (report_no) JOIN report USING (report_id) JOIN ref_area USING (ref_area)
           GROUP BY ALL ORDER BY word, level"""
    )
    con.execute("DROP TABLE unsorted")


def _texts(con: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[str, str]]]:
    """Published reports in the order they lie in, some at a time."""
    found = con.execute("SELECT coalesce(max(rowid) + 1, 0) FROM report").fetchone()
    end = found[0] if found else 0
    for first in tqdm(range(0, end, BATCH), desc="索引 indexing", delay=1, leave=False):
        yield con.execute(
            """SELECT report_id, text FROM report
               WHERE rowid >= ? AND rowid < ? AND status = 'published' ORDER BY rowid""",
            [first, first + BATCH],
        ).fetchall()


def _words(jieba: rjieba.Jieba, text: str) -> dict[str, int]:
    plain = (unicodedata.normalize("NFKC", text) if _WIDE.search(text) else text).lower()
    found = Counter(jieba.cut_for_search(plain, hmm=False))
    return {w: n for w, n in found.items() if len(w) >= SHORTEST and w[0].isalnum()}


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, columns: pa.Schema, values: list[list[Any]]
) -> None:
    con.register("incoming", pa.table(values, schema=columns))
    con.execute(f"INSERT INTO {table} BY NAME FROM incoming")
    con.unregister("incoming")
