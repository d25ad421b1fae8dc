"""Writes docs/data-dictionary.md from the comments in pipeline/schema.sql: `python docs/dictionary.py`."""

from pathlib import Path

import duckdb

DOCS = Path(__file__).resolve().parent
SCHEMA = DOCS.parent / "pipeline" / "schema.sql"
PAGE = DOCS / "data-dictionary.md"
HEAD = """# Data dictionary 数据字典

Written by `python docs/dictionary.py` from the comments of `pipeline/schema.sql`; the database carries the same comments.
Spans count code points from 0 and exclude their end: `substring(text, char_start + 1, char_end - char_start) = surface`.
"""
TABLES = "SELECT table_name, comment FROM duckdb_tables() ORDER BY table_oid"
COLUMNS = "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"


def page() -> str:
    """The whole page: one section a table, one row a column."""
    with duckdb.connect() as con:
        con.execute(SCHEMA.read_text(encoding="utf-8"))
        tables = con.execute(TABLES).fetchall()
        return HEAD + "".join(
            section(name, comment, con.execute(COLUMNS, [name]).fetchall())
            for name, comment in tables
        )


def section(table: str, comment: str, columns: list[tuple[str, str, str]]) -> str:
    """One table."""
    zh, _, en = comment.partition("|")
    rows = "".join(
        "| `{}` | {} | {} | {} |\n".format(name, kind, *(part.strip() for part in words(note)))
        for name, kind, note in columns
    )
    return f"\n## {table}\n\n{zh.strip()} · {en.strip()}\n\n| column | type | 中文 | English |\n|---|---|---|---|\n{rows}"


def words(comment: str | None) -> tuple[str, str]:
    """The Chinese and the English half of a comment."""
    zh, _, en = (comment or "").partition("|")
    return zh, en


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name)
