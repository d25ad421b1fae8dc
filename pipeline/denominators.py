"""Figures that no report states and that others may be divided by: `denominators.csv` in the data folder.

One line a value: `ref_area, year, concept, value, source`. A view per resident appears only where a line stands, and
says its source; nothing is estimated or carried from one year or area to another.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipeline.errors import DenominatorError
from pipeline.model import Denominator, both

FILE = "denominators.csv"
COLUMNS = ("ref_area", "year", "concept", "value", "source")


def load(data_dir: Path, concepts: Iterable[str]) -> tuple[Denominator, ...]:
    """Every line, of two for one area, year and concept the last. Raises DenominatorError with the line to mend."""
    path = data_dir / FILE
    if not path.is_file():
        return ()
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DenominatorError(
            both(
                f"{FILE} 读不出来，请存为 UTF-8 的 CSV",
                f"{FILE} cannot be read: save it as UTF-8 CSV",
            )
        ) from error
    known = frozenset(concepts)
    found = [_denominator(line, row, known) for line, row in enumerate(rows, start=2)]
    return tuple({(one.ref_area, one.time_period, one.concept): one for one in found}.values())


def _denominator(line: int, row: Mapping[str, str | None], known: frozenset[str]) -> Denominator:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    try:
        value = Decimal(cells["value"])
    except InvalidOperation:
        value = Decimal(0)
    year = cells["year"]
    good = value.is_finite() and value > 0 and year.isdecimal() and len(year) == 4
    if not (good and all(cells.values()) and cells["concept"] in known):
        names = "、".join(sorted(known))
        raise DenominatorError(
            both(
                f"{FILE} 第 {line} 行不能用：需要 {'、'.join(COLUMNS)}，年份四位，数值大于 0，concept 为 {names}；"
                "请改正该行。",
                f"{FILE}, line {line}: needs {', '.join(COLUMNS)}, a year of four digits, a value above 0 and a concept "
                f"of {', '.join(sorted(known))}; mend that line.",
            )
        )
    return Denominator(cells["ref_area"], year, cells["concept"], value, cells["source"])
