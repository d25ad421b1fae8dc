"""Tables in a text: which figure stands in which row and column, and what its headers say it counts.

A table is two or more lines in a run whose cells are parted by `|` or tabs, as readers write the tables of pages and
documents. A bare number in a cell takes its unit from the column, the row, a column of units or the line above:

    单位：宗、万元
    | 类别 | 2021年 | 2020年 | 罚没金额 |
    | 行政处罚 | 6127 | 7018 | 1268.44 |        → 6127 宗, 7018 宗 of the year before, 12684400 元
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipeline.model import Quantity
from pipeline.numerals import NARROW_DIGITS

_UNITS = Path(__file__).parent / "catalog" / "units.toml"
SPLIT = re.compile(r"[|｜\t]")
RULE = re.compile(r"[\s|｜:：+-]*")  # |---|---| under a header
NUMBER = re.compile(
    r"(?P<sign>[+＋−-]?)(?P<digits>[0-9０-９]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?|[0-9０-９]+(?:[.．][0-9０-９]+)?)(?P<rate>[%％]?)"
)
_PLACES = frozenset(
    "县 市 区 乡 镇 乡镇 街道 村 社区".split()
)  # 县（区） names a column, not its unit
_COUNTED = sorted(
    {*tomllib.loads(_UNITS.read_text(encoding="utf-8"))["units"]["arabic"].split()} - _PLACES,
    key=len,
    reverse=True,
)
UNIT = re.compile(
    rf"[（(](?:单位[:：])?(?P<unit>％|[千万亿]?(?:{'|'.join(map(re.escape, _COUNTED))}))[）)]\s*$"
)  # 罚没金额（万元）
COUNTED = re.compile(
    "(?P<unit>件|次|人|户|起|场|宗|家|份|条|批|项|处|个)数$|(?P<whole>人次|场次|件次|户次|批次|家次)$"
)  # 检查次数 · 参加人次
CASES = re.compile("(?:立案|结案|办结案件|案件)数?$")
CAPTION = re.compile(r"单位[:：]\s*(?P<units>[^\s）)|]{1,16})")  # 单位：宗、万元
MONEY = re.compile("金额|款|元|经费|资金|费用|标的")
RATE = re.compile("率|占比|比重|同比|增减|增幅|变化|%")
UNIT_COLUMN = re.compile(r"(?:计量)?单位")
_SCALES = {"千": Decimal(1000), "万": Decimal(10_000), "亿": Decimal(100_000_000), "": Decimal(1)}
_FLAT = str.maketrans("０１２３４５６７８９．，＋−％", "0123456789.,+-%")
SUM = re.compile(".{0,4}(?:合计|总计).{0,4}")  # the row of all: 合计, 全区合计
_LARGEST = 10**18  # what is larger is an account's number or a bar code
_ABOVE = 160  # characters before a table that may say what it is about


@dataclass(frozen=True, slots=True)
class Cell:
    """A bare number of a table and what its headers say; `words` reads like the clause a clerk would have written."""

    start: int
    end: int
    words: str  # what the table is about, its row, its column
    quantity: Quantity
    part: bool  # its row is one of those that a row of the table sums


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    text: str


_Row = list[_Part]


def find(text: str) -> dict[int, Cell]:
    """Cells that hold a bare number, by where the number starts."""
    if "|" not in text and "\t" not in text and "｜" not in text:
        return {}
    return {cell.start: cell for above, rows in _tables(text) for cell in _cells(text, above, rows)}


def fill(quantities: Sequence[Quantity], cells: Mapping[int, Cell]) -> tuple[Quantity, ...]:
    """The numerals of a text, those in cells as their headers say."""
    if not cells:
        return tuple(quantities)
    spans = sorted((cell.start, cell.end) for cell in cells.values())
    taken = iter(spans)
    span = next(taken, None)
    kept: list[Quantity] = [cell.quantity for cell in cells.values()]
    for one in quantities:
        while span and span[1] <= one.start:
            span = next(taken, None)
        if span is None or one.end <= span[0]:
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def _tables(text: str) -> Iterator[tuple[str, list[_Row]]]:
    """What stands above, and the rows."""
    rows: list[_Row] = []
    first = position = 0
    for line in [*text.splitlines(keepends=True), ""]:
        parts = _parts(line, position) if SPLIT.search(line) else []
        if len(parts) > 1:
            first = first if rows else position
            rows.append(parts)
        elif not RULE.fullmatch(line) or not line:
            if len(rows) > 1:
                yield text[max(0, first - _ABOVE) : first], rows
            rows = []
        position += len(line)


def _parts(line: str, position: int) -> _Row:
    """The cells of a line; bars at its ends part nothing."""
    parts, start = [], 0
    for bar in [*SPLIT.finditer(line), None]:
        end = bar.start() if bar else len(line)
        inner = line[start:end]
        parts.append(_Part(position + start + len(inner) - len(inner.lstrip()), inner.strip()))
        start = bar.end() if bar else end
    framed = line.lstrip()[:1] in ("|", "｜")
    return parts[1:] if framed else parts


def _cells(text: str, above: str, rows: Sequence[_Row]) -> Iterator[Cell]:
    width = max(len([part for part in row if part.text]) for row in rows)
    rows = [row[:-1] if len(row) > width and not row[-1].text else row for row in rows]
    header = rows[0] if not any(NUMBER.fullmatch(part.text) for part in rows[0]) else None
    heads = [part.text for part in header] if header else []
    units = next((k for k, head in enumerate(heads) if UNIT_COLUMN.fullmatch(head)), None)
    caption = CAPTION.search(above)
    shared = re.split("[、，,/]", caption["units"]) if caption else []
    about = _about(above)
    body = rows[1:] if header else rows
    labels = [next((p.text for p in row if not NUMBER.fullmatch(p.text)), "") for row in body]
    summed = any(SUM.fullmatch(label) for label in labels)
    for row, label in zip(body, labels, strict=True):
        own = row[units].text if units is not None and units < len(row) else ""
        for column, part in enumerate(row):
            number = NUMBER.fullmatch(part.text)
            if not number or column == 0:
                continue
            # a row that lost its empty cells cannot be told apart: its columns have no names
            head = heads[column] if len(row) == len(heads) else ""
            unit = _unit(head, label, own, shared)
            if number["rate"]:
                unit = "%"
            words = f"{about}{UNIT.sub('', label)}{UNIT.sub('', head)}".translate(NARROW_DIGITS)
            found = _quantity(text, part, number, unit)
            if found.value is not None and abs(found.value) < _LARGEST:
                one_of = summed and not SUM.fullmatch(label)
                yield Cell(part.start, part.start + len(part.text), words, found, one_of)


def _about(above: str) -> str:
    """The last words before the table, as a clause of their own."""
    lines = [line for line in above.splitlines() if line.strip() and not SPLIT.search(line)]
    said = re.split("[。；;]", lines[-1].strip())[-1] if lines else ""
    if not said and lines:
        said = re.split("[。；;]", lines[-1].strip())[-2]
    said = CAPTION.sub("", said).strip(" （()）：:　")
    return f"{said}，" if said else ""


def _unit(head: str, label: str, own: str, shared: Sequence[str]) -> str:
    """By the column, else its own column of units, the row, the caption: 宗、万元 gives money to columns of money."""
    for words in (head, label):
        if found := UNIT.search(words):
            return found["unit"]
    if said := COUNTED.search(head):
        return said["unit"] or said["whole"]
    if RATE.search(head) and not own:
        return "%" if "%" in head or "率" in head or "占比" in head else ""
    if own:
        return own
    money = [unit for unit in shared if unit.endswith("元")]
    others = [unit for unit in shared if not unit.endswith("元")]
    if MONEY.search(head) or MONEY.search(label):
        return money[0] if money else ""
    return others[0] if others else "件" if CASES.search(head) else ""


def _quantity(text: str, part: _Part, number: re.Match[str], unit: str) -> Quantity:
    scaled = unit[:1] in _SCALES and unit[1:] in _COUNTED and unit not in _COUNTED  # not 千米
    scale = unit[:1] if scaled else ""
    value = Decimal(number["digits"].translate(_FLAT).replace(",", "")) * _SCALES[scale]
    value = -value if number["sign"].translate(_FLAT) == "-" else value
    end = part.start + len(part.text)
    whole = value.to_integral_value()
    return Quantity(
        part.start,
        end,
        text[part.start : end],
        whole if whole == value else value.normalize(),
        None,
        unit.removeprefix(scale).replace("％", "%") if scale else unit.replace("％", "%"),
        "exact",
        "metric",
    )
