"""Old Excel workbooks (xls): the same cells as of new ones, read by xlrd."""

import io
from typing import Any

import xlrd

from pipeline.readers import workbook, yearbook
from pipeline.readers.content import Content, damaged, refused
from pipeline.readers.workbook import Book, Grid
from pipeline.readers.yearbook import Sheet

_TEXT, _NUMBER, _DATE = xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE


def read(data: bytes) -> Content:
    """A workbook about one area and year as text; raises ReadError for one that holds several."""
    return yearbook.content(*sheets(data))


def sheets(data: bytes) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """The visible sheets, and what was left unread and why."""
    source, made = _opened(data), Book()
    if source.nsheets > workbook.SHEETS:
        raise workbook.too_many()
    for sheet in source.sheets():
        if sheet.visibility:
            made.left.append(workbook.hidden(sheet.name))
        else:
            _add(made, source, sheet)
    return tuple(made.made), tuple(made.left)


def _opened(data: bytes) -> Any:  # noqa: ANN401 - xlrd has no types
    """Formats tell rates and dates from numbers; only with them are merged and hidden cells known."""
    try:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except MemoryError:
        raise
    except Exception as error:  # a broken workbook has many ways to say so
        if "encrypted" in str(error):
            raise refused("文件有密码保护", "the file is protected by a password") from error
        raise damaged(
            "旧版 Excel 工作簿（xls）打不开", "the old Excel workbook (xls) cannot be opened"
        ) from error


def _add(made: Book, source: Any, sheet: Any) -> None:  # noqa: ANN401 - as above
    rows = {number for number, row in sheet.rowinfo_map.items() if row.hidden}
    columns = {number for number, column in sheet.colinfo_map.items() if column.hidden}
    grid: Grid = {}
    for number in range(sheet.nrows):
        if number not in rows:
            kept = grid.setdefault(number + 1, {})
            for column in range(sheet.row_len(number)):
                if column not in columns and (text := _text(source, sheet, number, column)):
                    made.count(1)
                    kept[column + 1] = text
    merged = ((top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells)
    made.add(sheet.name, grid, merged, hidden=bool(rows or columns))


def _text(source: Any, sheet: Any, row: int, column: int) -> str:  # noqa: ANN401 - as above
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == _TEXT:
        return yearbook.line(value)
    if kind not in (_NUMBER, _DATE):
        return ""
    key = source.xf_list[sheet.cell_xf_index(row, column)].format_key
    form = source.format_map.get(key)
    shown = workbook.format_of(str(key), form.format_str if form else "")
    return workbook.number_as_shown(
        repr(value), shown, workbook.first_day(late=bool(source.datemode))
    )
