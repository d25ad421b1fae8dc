"""Tables as text (csv, tsv): cells parted by commas, tabs or semicolons, in any encoding that plain text may have."""

import csv
import io

from pipeline.readers import text, yearbook
from pipeline.readers.content import Content, too_large
from pipeline.readers.yearbook import Sheet

_MARKS = ",\t;，"
_LOOK = 50  # lines by which the mark is chosen
_ROWS, _CELLS, _CELL = 100_000, 500_000, 131_072


def read(data: bytes) -> Content:
    """A table about one area and year as text; raises ReadError for one that holds several."""
    found, encoding = _sheet(data)
    return yearbook.content((found,), (), encoding)


def sheets(data: bytes) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    return (_sheet(data)[0],), ()


def _sheet(data: bytes) -> tuple[Sheet, str]:
    said, encoding = text.decode(data)
    rows: list[tuple[str, ...]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(said, newline=""), delimiter=_mark(said)):
            cells += len(row)
            if len(rows) >= _ROWS or cells > _CELLS or max(map(len, row), default=0) > _CELL:
                raise _too_large()
            rows.append(tuple(map(yearbook.line, row)))
    except csv.Error as error:  # a cell longer than this interpreter's limit: no cell, and no table
        raise _too_large() from error
    return Sheet("", yearbook.even(rows)), encoding


def _mark(said: str) -> str:
    """What parts most lines into equally many cells."""
    lines = [line for line in said[:200_000].splitlines()[:_LOOK] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in _MARKS}
    return max(_MARKS, key=lambda mark: sum(count > 0 for count in counts[mark]))


def _too_large() -> Exception:
    return too_large(
        f"表格有 {_ROWS // 10_000} 万行、{_CELLS // 10_000} 万个单元格以上，或有单元格长得不正常",
        f"the table has more than {_ROWS:,} rows or {_CELLS:,} cells, or a cell of abnormal length",
    )
