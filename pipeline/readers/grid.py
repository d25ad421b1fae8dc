"""Rows of cells to lines `| cell | cell |`, one row a line, every column under its header.

Merged cells: a header is repeated over the columns it spans and joined with the header below it, so that each column
has one name; a label that spans rows is repeated in each, a number never is, or it would count twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WIDEST = 100  # columns; what has more is no table a person could read
_LONGEST = 5000  # rows
_LABEL = 40  # characters; what spans rows and is longer is no label
_PROSE = 60
_NUMBER = re.compile(r"[+＋−-]?[\d０-９][\d０-９,，.．]*[%％]?")
_JOINED = re.compile(r"(?<=[一-鿿　-〿！-～])\n(?=[一-鿿　-〿！-～])")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it stands in its row."""

    lines: tuple[str, ...]
    across: int = 1
    down: int = 1
    continued: bool = False  # a Word cell that goes on from the row above


@dataclass(frozen=True, slots=True)
class _Slot:
    """One column of one row."""

    text: str
    lead: bool = True  # the first column of its cell
    below: bool = False  # not the first row of its cell

    @property
    def in_body(self) -> str:
        repeated = len(self.text) <= _LABEL and not _NUMBER.fullmatch(self.text)
        return self.text if self.lead and (repeated or not self.below) else ""

    @property
    def in_header(self) -> str:
        return self.text if self.lead or not _NUMBER.fullmatch(self.text) else ""


def lines(rows: Sequence[Sequence[Cell]]) -> list[str] | None:
    """The lines of a table; None where it only arranges a page and its cells are to be read one by one."""
    if _arranges(rows):
        return None
    slots = _slots(rows)
    width = max(map(len, slots))
    if width > _WIDEST:
        return None
    slots = [[*row, *[_Slot("")] * (width - len(row))] for row in slots if _filled(row)]
    above = next((k for k, row in enumerate(slots) if not _is_caption(row)), len(slots))
    below = next((k for k, row in enumerate(reversed(slots)) if not _is_caption(row)), 0)
    table = slots[above : len(slots) - below] if above < len(slots) else []
    depth = _header_depth(table)
    body = [[slot.in_body for slot in row] for row in table[depth:]]
    head = ["".join(dict.fromkeys(s.in_header for s in column)) for column in zip(*table[:depth], strict=True)]  # fmt: skip
    cells = [head, *body] if table else []
    used = [any(column) for column in zip(*cells, strict=True)]
    shown = [[text for text, use in zip(row, used, strict=True) if use] for row in cells]
    return [
        *(_first(row) for row in slots[:above]),
        *(f"| {' | '.join(row)} |" for row in shown),
        *(_first(row) for row in slots[len(slots) - below :] if table),
    ]


def _arranges(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the table has no second column, or one cell holds the article."""
    if len(rows) > _LONGEST or max(map(len, rows), default=0) > _WIDEST:
        return True
    cells = [cell for row in rows for cell in row if any(cell.lines)]
    sizes = [sum(map(len, cell.lines)) for cell in cells]
    if max((sum(any(c.lines) for c in row) for row in rows), default=0) < 2:
        return True
    if len([row for row in rows if any(any(c.lines) for c in row)]) < 2:
        return max(sizes) > _PROSE
    most = max(range(len(cells)), key=sizes.__getitem__)
    return len(cells[most].lines) > 2 and sizes[most] * 10 > sum(sizes) * 6


def _slots(rows: Sequence[Sequence[Cell]]) -> list[list[_Slot]]:
    """Every row with all its columns, those included that cells of rows above reach into."""
    result: list[list[_Slot]] = []
    hanging: dict[int, tuple[_Slot, int]] = {}  # column → what reaches down, and how far

    def hang(row: list[_Slot]) -> None:
        while len(row) in hanging:
            slot, left = hanging.pop(len(row))
            if left > 1:
                kept[len(row)] = slot, left - 1
            row.append(slot)

    for cells in rows:
        row: list[_Slot] = []
        kept: dict[int, tuple[_Slot, int]] = {}
        for cell in cells:
            hang(row)
            text = _text(cell)
            if cell.continued and result and len(row) < len(result[-1]):
                text = result[-1][len(row)].text
            for k in range(min(cell.across, _WIDEST + 1)):
                slot = _Slot(text, k == 0, cell.continued)
                if cell.down > 1:
                    kept[len(row)] = _Slot(text, k == 0, below=True), cell.down - 1
                row.append(slot)
        hang(row)
        hanging = {**hanging, **kept}
        result.append(row[: _WIDEST + 1])
    return result


def _text(cell: Cell) -> str:
    joined = _JOINED.sub("", "\n".join(cell.lines))
    return re.sub(r"\s+", " ", re.sub("[|｜]", "/", joined)).strip()


def _filled(row: Sequence[_Slot]) -> bool:
    return any(slot.text and not slot.below for slot in row)


def _is_caption(row: Sequence[_Slot]) -> bool:
    """One cell across the whole table: its title, its unit, a note below it."""
    return sum(slot.lead for slot in row) == 1


def _first(row: Sequence[_Slot]) -> str:
    return row[0].text


def _header_depth(table: Sequence[Sequence[_Slot]]) -> int:
    """How many rows name the columns: the first, and those that divide its merged cells."""
    depth = 1 if table else 0
    while 0 < depth < len(table) - 1:
        divided = any(not slot.lead and not slot.below for slot in table[depth - 1])
        if not divided or any(_NUMBER.fullmatch(slot.text) for slot in table[depth]):
            break
        depth += 1
    return depth
