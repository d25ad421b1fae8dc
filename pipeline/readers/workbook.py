"""Excel workbooks (xlsx): the cells a person sees, as they see them; what is hidden is named, not read.

Read with lxml within the bounds of `package`: the usual library repeats a merged cell over as many cells as the file
claims, or, reading row by row, knows no merged cells, and leaves entities to the parser.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from pipeline.model import both, quoted
from pipeline.readers import package, yearbook
from pipeline.readers.content import Content, damaged, too_large
from pipeline.readers.package import Element, Package
from pipeline.readers.yearbook import Sheet

_MOST = 24 * 1024 * 1024  # bytes of a sheet; half a million cells
_CELLS = 500_000  # of a workbook, merged ones counted as often as they are repeated
SHEETS = 200
_DIGITS = (
    18  # before the point or behind it: what has more is no figure, and stays as it is written
)
_COLUMNS = 16_384  # as many as the format has
_PERCENT, _DATES = frozenset((9, 10)), frozenset((*range(14, 18), *range(27, 32), 36, *range(50, 59)))  # fmt: skip
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')  # of a number format: what is printed as it stands

Grid = dict[int, dict[int, str]]  # rows and columns from 1
Area = tuple[int, int, int, int]  # top, left, bottom, right


def read(data: bytes) -> Content:
    """A workbook about one area and year as text; raises ReadError for one that holds several."""
    return yearbook.content(*sheets(data))


def sheets(data: bytes) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """The visible sheets, and what was left unread and why."""
    with package.opened(data, "Excel 工作簿（xlsx）", "the Excel workbook (xlsx)") as parts:
        book = parts.xml("xl/workbook.xml")
        reader = _Reader.of(parts, book)
        listed = list(package.children(_need(package.child(book, "sheets")), "sheet"))
        if len(listed) > SHEETS:
            raise too_many()
        targets = _targets(parts)
        for one in listed:
            part = targets.get(_relation(one), "")
            name = package.attribute(one, "name")
            if package.attribute(one, "state") in ("hidden", "veryHidden"):
                reader.left.append(hidden(name))
            elif part in parts.names and "/worksheets/" in f"/{part}":
                reader.sheet(name, parts.xml(part, _MOST))
        return tuple(reader.made), tuple(reader.left)


def _need(element: Element | None) -> Element:
    if element is None:
        raise damaged("Excel 工作簿里没有工作表", "the Excel workbook holds no sheet")
    return element


def _relation(sheet: Element) -> str:
    """`r:id`, beside a `sheetId`."""
    return next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")


def _targets(parts: Package) -> dict[str, str]:
    path = "xl/_rels/workbook.xml.rels"
    found = parts.xml(path) if path in parts.names else ()
    targets = {package.attribute(one, "Id"): package.attribute(one, "Target") for one in found}
    return {
        key: target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        for key, target in targets.items()
    }


# --- one sheet ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Book:
    """What has been read of a workbook."""

    made: list[Sheet] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    cells: int = 0

    def add(self, name: str, grid: Grid, merged: Iterable[Area], *, hidden: bool) -> None:
        """One sheet, some of which may be hidden."""
        self.merge(grid, merged)
        if hidden:
            self.left.append(_hidden_part(name))
        self.made.append(Sheet(name, _dense(grid)))

    def count(self, cells: int) -> None:
        self.cells += cells
        if self.cells > _CELLS:
            raise too_many()

    def merge(self, grid: Grid, merged: Iterable[Area]) -> None:
        """Words of a merged cell in each of its columns and rows; a number once, or it would count twice."""
        last = max(grid, default=0)
        widest = max((max(row, default=0) for row in grid.values()), default=0)
        for top, left, bottom, right in merged:
            text = grid.get(top, {}).get(left, "")
            if not text or yearbook.is_figure(text):
                continue
            for row in range(top, min(bottom, last) + 1):
                self.count(max(0, min(right, widest) + 1 - left))
                columns = range(left, min(right, widest) + 1)
                grid.setdefault(row, {}).update(dict.fromkeys(columns, text))


@dataclass(slots=True, kw_only=True)
class _Reader(Book):
    """What the sheets of a workbook share."""

    strings: Sequence[str]
    formats: Sequence[str]  # "percent", "date" or "" by style
    first_day: date

    @classmethod
    def of(cls, parts: Package, book: Element) -> "_Reader":
        shared = "xl/sharedStrings.xml"
        strings = parts.xml(shared, _MOST) if shared in parts.names else ()
        styles = parts.xml("xl/styles.xml") if "xl/styles.xml" in parts.names else None
        late = package.attribute(package.child(book, "workbookPr"), "date1904") in ("1", "true")
        return cls(
            strings=[_words(one) for one in strings],
            formats=_formats(styles),
            first_day=first_day(late=late),
        )

    def sheet(self, name: str, root: Element) -> None:
        grid: Grid = {}
        unknown = 0  # formulas without a value
        columns = _hidden_columns(root)
        hidden = bool(columns)
        body = package.child(root, "sheetData")
        for number, row in _placed(() if body is None else package.children(body, "row")):
            if package.attribute(row, "hidden") in ("1", "true"):
                hidden = True
                continue
            kept = grid.setdefault(number, {})
            for column, cell in _placed(package.children(row, "c"), column=True):
                text = self.text(cell)
                unknown += not text and package.child(cell, "f") is not None
                if text and column not in columns:
                    self.count(1)
                    kept[column] = text
        merged = package.child(root, "mergeCells")
        cells = () if merged is None else package.children(merged, "mergeCell")
        areas = (_range(package.attribute(one, "ref")) for one in cells)
        self.add(name, grid, areas, hidden=hidden)
        if unknown:
            self.left.append(_unknown(name, unknown))

    def text(self, cell: Element) -> str:
        """A cell as it is shown, as far as a figure's meaning needs it: rates with %, dates as dates."""
        kind = package.attribute(cell, "t")
        if kind == "inlineStr":
            said = package.child(cell, "is")
            return "" if said is None else _words(said)
        value = package.child(cell, "v")
        raw = (value.text or "").strip() if value is not None else ""
        if kind == "s":
            number = int(raw) if raw.isascii() and raw.isdigit() else -1
            return self.strings[number] if 0 <= number < len(self.strings) else ""
        if kind == "e":  # #N/A, #DIV/0!
            return ""
        if kind in ("", "n"):
            style = package.attribute(cell, "s")
            number = int(style) if style.isascii() and style.isdigit() else 0
            shown = self.formats[number] if number < len(self.formats) else ""
            return number_as_shown(raw, shown, self.first_day)
        return _line(raw)


def _placed(elements: Iterator[Element] | tuple[()], *, column: bool = False) -> Iterator[tuple[int, Element]]:  # fmt: skip
    """Rows or cells with their numbers; one without a reference stands after the one before."""
    number = 0
    for one in elements:
        reference = package.attribute(one, "r")
        if column:
            found = _REFERENCE.fullmatch(reference)
            number = _column(found[1]) if found else number + 1
        else:
            known = reference.isascii() and reference.isdigit() and len(reference) < 8
            number = int(reference) if known else number + 1
        yield number, one


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return min(number, _COLUMNS)


def _range(reference: str) -> Area:
    """Top, left, bottom and right of A1:C3; nothing at all where it is none."""
    ends = [_REFERENCE.fullmatch(one) for one in reference.split(":")]
    if len(ends) != 2 or not ends[0] or not ends[1]:
        return 0, 0, -1, -1
    return int(ends[0][2]), _column(ends[0][1]), int(ends[1][2]), _column(ends[1][1])


def _hidden_columns(root: Element) -> frozenset[int]:
    cols = package.child(root, "cols")
    found: set[int] = set()
    for one in () if cols is None else package.children(cols, "col"):
        ends = package.attribute(one, "min"), package.attribute(one, "max")
        if package.attribute(one, "hidden") in ("1", "true") and all(
            end.isascii() and end.isdigit() and len(end) < 6 for end in ends
        ):
            found.update(range(int(ends[0]), min(int(ends[1]), _COLUMNS) + 1))
    return frozenset(found)


def _dense(grid: Grid) -> tuple[tuple[str, ...], ...]:
    """Rows of one width; empty columns and rows left out, but one empty row for any number that part two tables."""
    columns = sorted({column for row in grid.values() for column in row})
    rows: list[tuple[str, ...]] = []
    before = 0
    for number in sorted(number for number, row in grid.items() if row):
        if rows and number > before + 1:
            rows.append(("",) * len(columns))
        rows.append(tuple(grid[number].get(column, "") for column in columns))
        before = number
    return tuple(rows)


# --- one cell -------------------------------------------------------------------------------------


def _words(element: Element) -> str:
    """Text of a shared or inline string: all runs, not the reading above them."""
    said: list[str] = []
    for one in element:
        if package.name(one) == "t":
            said.append(one.text or "")
        elif package.name(one) == "r":
            said.extend(part.text or "" for part in package.children(one, "t"))
    return _line("".join(said))


def _line(text: str) -> str:
    return yearbook.line(text.replace("_x000D_", ""))


def first_day(*, late: bool) -> date:
    """What the days of a workbook are counted from."""
    return date(1904, 1, 1) if late else date(1899, 12, 30)


def number_as_shown(raw: str, shown: str, start: date) -> str:
    try:
        value = Decimal(raw)
        if not value.is_finite() or abs(value.adjusted()) > _DIGITS:
            return _line(raw)
    except InvalidOperation:
        return _line(raw)
    if shown == "date" and 0 < value < 200_000:
        return (start + timedelta(days=int(value))).isoformat()
    if shown == "percent":
        value *= 100
    # a binary float holds 15 digits, the database 6 behind the point; what is beyond them nobody has entered
    digits = f"{round(Decimal(f'{value:.15g}'), 6):f}"
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{plain}{'%' if shown == 'percent' else ''}"


def _formats(styles: Element | None) -> list[str]:
    """What each style of a cell makes of a number."""
    if styles is None:
        return []
    codes, used = package.child(styles, "numFmts"), package.child(styles, "cellXfs")
    own: Mapping[str, str] = {
        package.attribute(one, "numFmtId"): package.attribute(one, "formatCode")
        for one in ([] if codes is None else codes)
    }
    ids = [package.attribute(one, "numFmtId") for one in ([] if used is None else used)]
    return [format_of(one, own.get(one, "")) for one in ids]


def format_of(number: str, code: str) -> str:
    """percent, date or neither, by the number and the words of a format."""
    known = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    plain = _LITERAL.sub("", code.partition(";")[0]).lower()
    if known in _PERCENT or "%" in plain:
        return "percent"
    if known in _DATES or re.search("y.*m|m.*d|d.*m", plain):
        return "date"
    return ""


# --- words ----------------------------------------------------------------------------------------


def too_many() -> Exception:
    return too_large(
        f"工作簿有 {_CELLS // 10_000} 万个以上的单元格，或 {SHEETS} 张以上的工作表",
        f"the workbook has more than {_CELLS:,} cells or {SHEETS} sheets",
    )


def hidden(sheet: str) -> str:
    said = quoted(sheet)
    return both(
        f"工作表{said}是隐藏的，未读；要读请取消隐藏。",
        f"The sheet {said} is hidden and was not read; show it if it should be.",
    )


def _hidden_part(sheet: str) -> str:
    said = quoted(sheet)
    return both(
        f"工作表{said}有隐藏的行或列，未读；要读请取消隐藏。",
        f"Hidden rows or columns of the sheet {said} were not read; show them if they should be.",
    )


def _unknown(sheet: str, count: int) -> str:
    said = quoted(sheet)
    return both(
        f"工作表{said}有 {count} 个公式没有存下结果，未读；请用 Excel 或 WPS 打开保存后再导入。",
        f"{count} formulas of the sheet {said} hold no result and were not read; open and save it in Excel or WPS first.",
    )
