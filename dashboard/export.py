"""What users take home: frames for the full data, and their bytes as CSV for Excel and as XLSX.

Excel on Chinese Windows reads a CSV without BOM as ANSI, and any program may run a text cell that begins
like a formula: both are settled here, once, so that no page has to remember them. Numbers stay numbers,
ids stay text, a missing value is an empty cell and never 0.
"""

import csv
import datetime as dt
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard.text import either, t

Cell = str | int | float | bool | None
Codes = Mapping[tuple[str, str], tuple[str, str]]

COLUMNS = (
    "ref_area", "area_name", "time_period", "indicator", "indicator_name", "category", "category_name", "fact",
    "obs_value", "unit_measure", "qualifier", "period", "period_end", "obs_status", "obs_status_all", "scope",
    "method", "charted", "confidence", "surface", "sentence", "report_id", "title", "source", "sha256",
    "char_start", "char_end", "formula", "comment", "observation_id", "build_id",
)  # fmt: skip
ATTRIBUTES = (
    "qualifier",
    "period",
    "period_end",
    "obs_status",
)  # beside each value of the wide frame
SDMX = "FAZHI:RULE_OF_LAW_REPORTS(1.0)"
MAX_ROWS = 1_048_575  # of an XLSX sheet, below its heading
_MAX_TEXT = 32_767  # characters of an XLSX cell
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDTHS = {"sentence": 60, "note": 60, "definition": 60, "title": 40, "sha256": 24, "column": 40}


def long(
    observations: pd.DataFrame, build_id: str, lang: str, category: Callable[[str], str]
) -> pd.DataFrame:
    """One row an observation with all it rests on, from the frame `queries.observations` gives.

    Offsets point into the report that holds the evidence, so `report_id` is that report.
    """
    frame = observations.assign(
        area_name=observations["area_name" if lang == "zh" else "area_name_en"],
        indicator_name=observations["name_zh" if lang == "zh" else "name_en"],
        category_name=[category(text) for text in observations["category"]],
        comment=[either(words, lang) for words in observations["comment"]],
        report_id=observations["evidence_report"],
        build_id=build_id,
    )
    return frame[list(COLUMNS)].reset_index(drop=True)


def series_id(indicator: str, category: str) -> str:
    """`petition_closure_rate[base=online]`: the column of the wide frame."""
    pairs = json.loads(category)
    inside = ",".join(f"{key}={pairs[key]}" for key in sorted(pairs))
    return f"{indicator}[{inside}]" if inside else indicator


def wide(rows: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Area × year: each charted series of `long` as a value column followed by its attributes.

    `cells` (ref_area, area_name, time_period, source, build_id) are the area-years that have a report: a
    cell that is empty there was not stated. A row without `source` is known from other reports only.
    """
    keys = ["ref_area", "time_period"]
    charted = rows[rows["charted"].astype(bool)]
    named = pd.concat([cells, charted[[*keys, "area_name", "build_id"]]]).drop_duplicates(keys)
    columns: dict[str, pd.Series[Any]] = {}
    for (indicator, category), group in charted.groupby(["indicator", "category"], sort=False):
        series = series_id(str(indicator), str(category))
        found = group.drop_duplicates(keys).set_index(keys)
        columns[series] = found["obs_value"]
        columns |= {f"{series}.{name}": found[name] for name in ATTRIBUTES}
    order = named.set_index(keys).sort_index()
    return order.join(
        pd.DataFrame(columns, index=order.index) if columns else order[[]]
    ).reset_index()


def wide_names(rows: pd.DataFrame, lang: str) -> dict[str, str]:
    """Headings of the wide frame: the name of the indicator, its category and its unit."""
    names: dict[str, str] = {}
    seen = rows[rows["charted"].astype(bool)].drop_duplicates(["indicator", "category"])
    for row in seen.to_dict("records"):
        series = series_id(row["indicator"], row["category"])
        label = "·".join(filter(None, (row["indicator_name"], row["category_name"])))
        names[series] = t("export.value_heading", lang, name=label, unit=row["unit_measure"] or "–")
        names |= {f"{series}.{a}": f"{label}·{t(f'export.{a}', lang)}" for a in ATTRIBUTES}
    return names


def code_book(indicators: pd.DataFrame, codes: Codes, lang: str) -> pd.DataFrame:
    """What every id and code of the file means, and why a cell may be empty."""
    other = "en" if lang == "zh" else "zh"
    empty = [
        (
            "missing",
            code,
            t(f"export.missing_{code}", lang),
            "",
            t(f"export.missing_{code}_note", lang),
        )
        for code in ("O", "L", "M", "Q")
    ]
    listed = [
        (
            "indicator",
            row["indicator"],
            row[f"name_{lang}"],
            row["unit_measure"],
            row[f"definition_{lang}"],
        )
        for row in indicators.to_dict("records")
    ]
    coded = [
        (code_list, code, names[lang == "en"], "", names[other == "en"])
        for (code_list, code), names in codes.items()
    ]
    return pd.DataFrame(
        empty + listed + coded,
        columns=["code_list", "code", "name", "unit_measure", "note"],
        dtype=str,
    )


def sources(rows: pd.DataFrame) -> pd.DataFrame:
    """The reports the rows rest on, with how many rows each."""
    keys = ["report_id", "title", "source", "sha256"]
    return rows.groupby(keys, sort=False, dropna=False).size().rename("rows").reset_index()


def notes(build: Mapping[str, Any], rows: int, link: str, lang: str) -> pd.DataFrame:
    """The read-me of a file: which data, what they are not, how to cite them."""
    facts = {"build_id": str(build["build_id"]), "rows": str(rows), "link": link}
    built = build["built_at"]
    facts["built_at"] = (
        built.isoformat(" ", "seconds") if isinstance(built, dt.datetime) else str(built)
    )
    shown = [
        (t(f"export.{key}", lang), facts[key]) for key in ("build_id", "built_at", "rows", "link")
    ]
    said = [
        (t(f"export.{key}", lang), t(f"export.{key}_note", lang))
        for key in ("nature", "empty", "qualified", "evidence", "licence")
    ]
    cited = (t("export.citation", lang), citation(build, lang))
    return pd.DataFrame([*shown, *said, cited], columns=["item", "note"], dtype=str)


def citation(build: Mapping[str, Any], lang: str) -> str:
    """How to cite the compiled data: with the build, since the next one may differ."""
    return t(
        "export.citation_note", lang, build=build["build_id"], date=str(build["built_at"])[:10]
    )


def citation_bibtex(build: Mapping[str, Any]) -> str:
    """The same for BibTeX."""
    return (
        f"@misc{{fazhi{build['build_id']},\n"
        "  title = {{法治政府建设年度报告数据集}},\n"
        f"  year = {{{str(build['built_at'])[:4]}}},\n"
        "  howpublished = {data set},\n"
        f"  version = {{{build['build_id']}}},\n"
        f"  note = {{{str(build['built_at'])[:10]}, CC BY 4.0}}\n"
        "}"
    )


def distinct(names: Sequence[str]) -> list[str]:
    """Headings of which no two are alike: a reader's question may name a column twice."""
    found: list[str] = []
    for name in names:
        number = found.count(name) + sum(one.startswith(f"{name} (") for one in found)
        found.append(f"{name} ({number + 1})" if number else name)
    return found


def excel_csv(frame: pd.DataFrame, lang: str, names: Mapping[str, str] | None = None) -> bytes:
    """UTF-8 with BOM, CRLF, text quoted and inert, numbers bare."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_inert(heading) for heading in headings(frame, lang, names)])
    columns = [[_inert(cell) for cell in _cells(frame[name])] for name in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue().encode("utf-8-sig")


def sdmx_csv(rows: pd.DataFrame) -> bytes:
    """The charted values of `long` as SDMX-CSV 2.1: dimensions, the measure, attributes, then columns of ours."""
    charted = rows[rows["charted"].astype(bool)]
    frame = pd.DataFrame(
        {
            "STRUCTURE": "dataflow",
            "STRUCTURE_ID": SDMX,
            "ACTION": "R",
            "REF_AREA": charted["ref_area"],
            "INDICATOR": charted["indicator"],
            "CATEGORY": [series_id("", text) or "_T" for text in charted["category"]],
            "TIME_PERIOD": charted["time_period"].str[:4],
            "OBS_VALUE": charted["obs_value"],
            "UNIT_MEASURE": charted["unit_measure"],
            "UNIT_MULT": 0,
            "OBS_STATUS": charted["obs_status"],
            "VALUE_QUALIFIER": charted["qualifier"],
            "COMMENT_OBS": charted["comment"],
            **{
                name.upper(): charted[name]
                for name in (
                    "obs_status_all",
                    "period",
                    "period_end",
                    "scope",
                    "method",
                    "sentence",
                )
            },
            **{
                name.upper(): charted[name]
                for name in ("report_id", "sha256", "char_start", "char_end", "observation_id")
            },
        }
    )
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_cells(frame[name]) for name in frame.columns), strict=True))
    return buffer.getvalue().encode("utf-8")


def xlsx(
    frame: pd.DataFrame,
    sheets: Mapping[str, pd.DataFrame],
    lang: str,
    names: Mapping[str, str] | None = None,
) -> bytes:
    """The data and `sheets` (notes, sources, codes) as one workbook; every text is a string cell."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        # A fixed date: equal data give equal bytes.
        book.set_properties(
            {"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)}
        )
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for key, content in ({"data": frame} | dict(sheets)).items():
            sheet = book.add_worksheet(t(f"export.sheet_{key}", lang))
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(headings(content, lang, names)):
                sheet.write_string(0, column, heading, head)
                sheet.set_column(column, column, _WIDTHS.get(str(content.columns[column]), 16))
                for row, cell in enumerate(_cells(content.iloc[:, column]), start=1):
                    _write(sheet, row, column, cell)
            if len(content):
                sheet.autofilter(0, 0, len(content), len(content.columns) - 1)
    return buffer.getvalue()


def headings(frame: pd.DataFrame, lang: str, names: Mapping[str, str] | None = None) -> list[str]:
    """Headings in the chosen language; `names` for columns that are data (the wide frame)."""
    given = names or {}
    return [
        given[name] if name in given else t(f"export.{name}", lang)
        for name in map(str, frame.columns)
    ]


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:  # noqa: ANN401 - untyped library
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(
            row, column, cell if len(cell) <= _MAX_TEXT else cell[: _MAX_TEXT - 1] + "…"
        )
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    else:
        sheet.write_number(row, column, cell)


def _inert(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_TRIGGERS) else cell


def _cells(column: "pd.Series[Any]") -> list[Cell]:
    """Plain values: bool, int, float and text; None where nothing is known."""
    return [_cell(value) for value in column.astype(object).where(column.notna(), None)]


def _cell(value: Any) -> Cell:  # noqa: ANN401 - a frame's cell may be anything
    if value is None or isinstance(value, str | bool):
        return value
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, bool | int):
        return plain
    if isinstance(plain, float):
        if not math.isfinite(plain):
            return None
        return int(plain) if plain.is_integer() and abs(plain) < 2**53 else plain
    return plain.isoformat() if isinstance(plain, dt.date) else str(plain)
