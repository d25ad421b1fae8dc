"""Reports that people added in the dashboard: `imported.csv` in the data folder, one line for each step they took.

A line names a file's bytes by their hash (they lie in `originals/`) and the place and year a person chose where the
report leaves them open; empty cells leave the decision to the report. Nothing is deleted: the last line of a hash says
whether the report is in, so a removal is a line as well.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.errors import ImportedError
from pipeline.model import both

FILE = "imported.csv"
COLUMNS = ("sha256", "file", "ref_area", "time_period", "who", "when", "action")
_SUFFIX = re.compile(r"\.[0-9a-z]{1,9}")
# What a cell must look like; a file name must be one, because it becomes part of a path.
_CELLS: Mapping[str, re.Pattern[str]] = {
    "sha256": re.compile(r"[0-9a-f]{64}"),
    "file": re.compile(r"[^\x00-\x1f/\\]*[^\x00-\x1f/\\.]"),
    "ref_area": re.compile(r"(?:[0-9]{2,9}(?:-[0-9a-z-]{1,40})?)?"),
    "time_period": re.compile(r"(?:(?:19|20)[0-9]{2})?"),
    "action": re.compile(r"added|removed"),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """One added report: its name as shown, its bytes, and what a person decided, as a line of places.csv would."""

    source: str
    path: Path
    line: Mapping[str, str] | None


def load(data_dir: Path) -> tuple[Imported, ...]:
    """The reports that are in, in the order they came. Raises ImportedError with the line to mend."""
    path = data_dir / FILE
    if not path.is_file():
        return ()
    try:
        rows = list(_rows(path.read_text(encoding="utf-8-sig")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ImportedError(
            both(
                f"{FILE} 读不出来，请存为 UTF-8 的 CSV。",
                f"{FILE} cannot be read: save it as UTF-8 CSV.",
            )
        ) from error
    last = {row["sha256"]: row for row in rows}
    return tuple(_imported(row, data_dir) for row in last.values() if row["action"] == "added")


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if reader.fieldnames is not None and set(reader.fieldnames) != set(COLUMNS):
        raise _broken(1)
    for row in reader:
        sound = all(isinstance(row.get(name), str) for name in COLUMNS) and None not in row
        if not sound or any(not form.fullmatch(row[name]) for name, form in _CELLS.items()):
            raise _broken(reader.line_num)
        yield row


def _broken(line: int) -> ImportedError:
    columns = ", ".join(COLUMNS)
    return ImportedError(
        both(
            f"{FILE} 第 {line} 行有误：各列应为 {columns}，action 为 added 或 removed；请改正该行。",
            f"{FILE}, line {line} is wrong: its columns are {columns}, action is added or removed; mend that line.",
        )
    )


def _imported(row: Mapping[str, str], data_dir: Path) -> Imported:
    suffix = PurePosixPath(row["file"]).suffix.lower()
    name = row["sha256"] + (suffix if _SUFFIX.fullmatch(suffix) else "")
    chosen = {name: row[name] for name in ("ref_area", "time_period")}
    line = chosen | {"why": row["who"], "origin": FILE} if any(chosen.values()) else None
    return Imported(f"imported/{row['file']}", data_dir / "originals" / name, line)
