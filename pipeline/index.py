"""The words of every report: an inverted table for search, and how common each word is at each level.

Filled once all reports are in the database, in one pass over their texts, which costs a hundredth of the time it took to
read them; a word's rows lie together, so that a question reads only its own. Words are cut as for a search engine: a long
word and the words within it are all found.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import duckdb
import pyarrow as pa
import rjieba
from tqdm import tqdm

BATCH = 200  # texts in memory at a time
SHORTEST = 2  # characters of a word: single ones are in every report


def fill(con: duckdb.DuckDBPyConnection, terms: Iterable[str]) -> None:
    """Writes `document`, `posting` and `word`; `terms` are words that must not be cut apart."""
    jieba = rjieba.Jieba()
    for term in terms:
        jieba.add_word(term, None, None)
    con.execute("CREATE TEMP TABLE unsorted AS FROM posting")
    number = 0
    for texts in _texts(con):
        words = [_words(jieba, text) for _, text in texts]
        rows = [(number + i, *pair) for i, counts in enumerate(words) for pair in counts.items()]
        _insert(con, "unsorted", ("report_no", "word", "count"), rows)
        documents = [(number + i, texts[i][0], counts.total()) for i, counts in enumerate(words)]
        _insert(con, "document", ("report_no", "report_id", "words"), documents)
        number += len(texts)
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


def _words(jieba: rjieba.Jieba, text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text).lower()
    cut = jieba.cut_for_search(plain, hmm=False)
    return Counter(word for word in cut if len(word) >= SHORTEST and word[0].isalnum())


def _insert(
    con: duckdb.DuckDBPyConnection,
    table: str,
    names: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
) -> None:
    if rows:
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        con.register("incoming", pa.table(columns))
        con.execute(f"INSERT INTO {table} BY NAME FROM incoming")
        con.unregister("incoming")
