"""Writes a new database beside the current one, checks it, then moves a one-line pointer to it.

A process that holds the old file keeps reading it, and a writer and a reader exclude each other, so the
file in use is never touched: every build has a name of its own, and only `CURRENT` changes, atomically.
A failed gate, or a kill at any moment, leaves what was published before.
"""

import csv
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
from pypinyin import Style, lazy_pinyin

from pipeline import __version__
from pipeline.catalog import Catalog
from pipeline.errors import PublishError
from pipeline.model import (
    Correction,
    Jurisdiction,
    Observation,
    Place,
    Rejected,
    Report,
    both,
    quoted,
)

SCHEMA_VERSION = 1
POINTER = "CURRENT"
KEPT_BUILDS = 3  # the one in use, and two for readers that still hold an older one
UNFINISHED = ".building"  # no *.duckdb before the gate has passed
SCHEMA = Path(__file__).with_name("schema.sql")

Row = dict[str, Any]
_STATUS: Mapping[str, Literal["rejected", "unreadable", "duplicate"]] = {
    "rejected": "rejected",
    "unreadable": "unreadable",
    "duplicate": "duplicate",
}

# One row a violation: what a published database must never hold.
GATE: Mapping[tuple[str, str], str] = {
    ("数字与所指原文不符", "a quantity differs from the text it points to"): """
        SELECT q.report_id || ' ' || q.char_start || ' ' || q.surface
        FROM quantity q JOIN report r USING (report_id)
        WHERE q.surface <> substring(r.text, q.char_start + 1, q.char_end - q.char_start)""",
    ("观测值没有所依据的数字、句子或来源", "an observation has no quantity, sentence or input"): """
        SELECT o.observation_id || ' ' || o.indicator FROM observation o
        WHERE o.sentence_no IS NULL
          AND NOT EXISTS (FROM observation_quantity q WHERE q.observation_id = o.observation_id)
          AND NOT EXISTS (FROM observation_input i WHERE i.observation_id = o.observation_id)""",
    ("观测值所指的句子不存在", "an observation points to a sentence its report does not have"): """
        SELECT o.observation_id || ' ' || o.indicator FROM observation o
        WHERE o.sentence_no IS NOT NULL AND NOT EXISTS (
            FROM sentence s WHERE s.report_id = o.report_id AND s.sentence_no = o.sentence_no)""",
    ("观测值的分类不在代码表中", "an observation's category is not among the codes"): """
        SELECT o.observation_id || ' ' || o.category
        FROM observation o, unnest(json_keys(o.category)) AS k (name)
        WHERE NOT EXISTS (FROM code c WHERE c.code_list = 'category:' || k.name
                          AND c.code = json_extract_string(o.category, '$.' || k.name))""",
    (
        "同一地区、年度、指标、分类有两个绘图值",
        "two charted values for one area, year, indicator and category",
    ): """
        SELECT ref_area || ' ' || left(time_period, 4) || ' ' || indicator || ' ' || category
        FROM observation WHERE charted
        GROUP BY ref_area, left(time_period, 4), indicator, category HAVING count(*) > 1""",
}

# What the kinds of divisions are called in English, longest suffix first.
TYPES: tuple[tuple[str, str], ...] = (
    ("特别行政区", "Special Administrative Region"),
    ("自治区", "Autonomous Region"),
    ("自治州", "Autonomous Prefecture"),
    ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"),
    ("民族乡", "Ethnic Township"),
    ("街道办事处", "Subdistrict"),
    ("街道", "Subdistrict"),
    ("地区", "Prefecture"),
    ("新区", "New Area"),
    ("林区", "Forestry District"),
    ("省", "Province"),
    ("市", "City"),
    ("区", "District"),
    ("县", "County"),
    ("旗", "Banner"),
    ("盟", "League"),
    ("镇", "Town"),
    ("乡", "Township"),
)


def publish(  # noqa: PLR0913 - a build is what it was made from
    reports: Sequence[Report],
    rejected: Sequence[Rejected],
    decided: Iterable[Correction] = (),
    *,
    catalog: Catalog,
    parent_of: Callable[[Place], Place | None],
    data_dir: Path,
    build_id: str,
    name: str,
    inputs: str,
) -> Path:
    """Write, check and publish one build; returns its file. Raises PublishError with nothing changed."""
    data_dir.mkdir(parents=True, exist_ok=True)
    for leftover in data_dir.glob(f"*{UNFINISHED}*"):  # the lock is ours: a killed build left it
        leftover.unlink()
    part, final = data_dir / f"{name}{UNFINISHED}", data_dir / f"{name}.duckdb"
    tables = rows(reports, rejected, catalog, parent_of) | {
        "build": [_build_row(build_id, len(reports), len(rejected), inputs)],
        "correction": [asdict(one) | {"obs_value": _number(one.obs_value)} for one in decided],
    }
    try:
        with duckdb.connect(part) as con:
            con.execute("SET enable_progress_bar = false")
            con.execute(SCHEMA.read_text(encoding="utf-8"))
            for table in _tables(con):
                _insert(con, table, tables.get(table, []))
            con.execute("CHECKPOINT")
            gate(con)
        part.replace(final)
    except duckdb.Error as error:
        said = quoted(str(error))
        raise PublishError(
            both(f"数据库写不出来：{said}", f"the database could not be written: {said}")
        ) from error
    finally:
        part.unlink(missing_ok=True)
    point(data_dir, final)
    return final


def gate(con: duckdb.DuckDBPyConnection) -> None:
    for (zh, en), query in GATE.items():
        bad = con.execute(query).fetchall()
        if bad:
            count, first = len(bad), quoted(str(bad[0][0]))
            raise PublishError(
                both(
                    f"发布前检查未通过：{zh}（{count} 处），首个{first}",
                    f"gate: {en} ({count}), first {first}",
                )
            )


def point(data_dir: Path, database: Path) -> None:
    """Make `database` the published one, then drop builds nobody needs."""
    part = data_dir / f"{POINTER}.part"
    with part.open("w", encoding="utf-8") as file:
        file.write(f"{database.name}\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(data_dir / POINTER)
    _sync(data_dir)
    os.utime(database)  # the newest, even where an older build is used again
    old = sorted(data_dir.glob("*.duckdb"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in old[KEPT_BUILDS:]:
        _remove(path)


def current(data_dir: Path) -> Path | None:
    """The published database, None before the first build."""
    try:
        name = (data_dir / POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return data_dir / name if name and (data_dir / name).is_file() else None


def keep_original(data_dir: Path, digest: str, suffix: str, data: Callable[[], bytes]) -> None:
    """The bytes of a published report, under their own hash."""
    path = data_dir / "originals" / f"{digest}{suffix}"
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data())
    part.replace(path)


def keep_rejected(data_dir: Path, rejected: Iterable[Rejected]) -> None:
    """What the last build could not use, even where nothing at all was published."""
    path = data_dir / "rejected" / "rejected.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "sha256", "size", "status", "reason"))
        writer.writerows((r.source, r.sha256, r.size, r.status, r.reason) for r in rejected)
    part.replace(path)


def kept_rejected(data_dir: Path) -> list[Rejected]:
    """What `keep_rejected` wrote last."""
    path = data_dir / "rejected" / "rejected.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Rejected(r["file"], r["sha256"], int(r["size"]), _STATUS[r["status"]], r["reason"])
            for r in csv.DictReader(file)
        ]


def read(database: Path, query: str) -> list[Row]:
    """Rows of a published database, for the command line."""
    with duckdb.connect(database, read_only=True) as con:
        con.execute("SET enable_progress_bar = false")
        result = con.execute(query)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def rows(
    reports: Sequence[Report],
    rejected: Sequence[Rejected],
    catalog: Catalog,
    parent_of: Callable[[Place], Place | None],
) -> dict[str, list[Row]]:
    """Everything to insert but the build itself, by table."""
    ids = Counter(report.document.report_id for report in reports)
    numbered = [(report, no, o) for report in reports for no, o in enumerate(report.observations)]
    return {
        "ref_area": list(_area_rows(reports, parent_of)),
        "report": [*map(_report_row, reports), *(_rejected_row(r, ids) for r in rejected)],
        "section": [row for report in reports for row in _section_rows(report)],
        "sentence": [row for report in reports for row in _sentence_rows(report)],
        "quantity": [row for report in reports for row in _quantity_rows(report)],
        "indicator": list(_indicator_rows(catalog)),
        "code": [
            {"code_list": kind, "code": code, "zh": zh, "en": en}
            for kind, code, zh, en in catalog.codes
        ],
        "observation": [_observation_row(report, o) for report, _, o in numbered],
        "observation_quantity": [
            {
                "observation_id": o.observation_id,
                "report_id": report.document.report_id,
                "quantity_no": quantity,
            }
            for report, _, o in numbered
            for quantity in dict.fromkeys(o.quantities)
        ],
        "observation_input": [
            {"observation_id": o.observation_id, "input_id": needed}
            for _, _, o in numbered
            for needed in dict.fromkeys(o.inputs)
        ],
        "finding": list(_finding_rows(reports)),
    }


def english(place: Place) -> str:
    """西营门街道 → Xiyingmen Subdistrict 西营门街道."""
    suffix, kind = next(((s, e) for s, e in TYPES if place.name.endswith(s)), ("", ""))
    stem = place.name.removesuffix(suffix)
    if place.level == "province" and kind == "City":
        kind = "Municipality"
    return " ".join(filter(None, ("".join(lazy_pinyin(stem)).capitalize(), kind, place.name)))


def initials(place: Place) -> str:
    """西营门街道 → xymjd."""
    return "".join(lazy_pinyin(place.name, style=Style.FIRST_LETTER))


def _build_row(build_id: str, published: int, rejected: int, inputs: str) -> Row:
    return {
        "build_id": build_id,
        "built_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        "pipeline_version": __version__,
        "schema_version": SCHEMA_VERSION,
        "reports_published": published,
        "reports_rejected": rejected,
        "inputs": inputs,
    }


def _area_rows(
    reports: Sequence[Report], parent_of: Callable[[Place], Place | None]
) -> Iterator[Row]:
    seen: set[str] = set()
    for report in reports:
        place = report.jurisdiction.place
        while place is not None and place.ref_area not in seen:
            seen.add(place.ref_area)
            parent = parent_of(place)
            yield {
                "ref_area": place.ref_area,
                "name": place.name,
                "name_en": english(place),
                "initials": initials(place),
                "level": place.level,
                "parent": parent.ref_area if parent else None,
                "path": "/".join(place.path),
            }
            place = parent


def _report_row(report: Report) -> Row:
    doc, told = report.document, report.jurisdiction
    return {
        "report_id": doc.report_id,
        "sha256": doc.sha256,
        "size": doc.size,
        "source": doc.source,
        "status": "published",
        "reason": "",
        "reader": doc.reader,
        "encoding": doc.encoding,
        "title": doc.title,
        "issuer": told.issuer,
        "issuer_kind": told.issuer_kind,
        "ref_area": _area(told),
        "time_period": str(told.time_period),
        "published_on": told.published_on,
        "how_ref_area": told.how_ref_area,
        "how_time_period": told.how_time_period,
        "warnings": "\n".join((*doc.warnings, *told.warnings)),
        "text": doc.text,
    }


def _rejected_row(rejected: Rejected, ids: Counter[str]) -> Row:
    report_id = rejected.sha256[:16]
    ids[report_id] += 1  # a duplicate has the bytes of the report it repeats
    again = ids[report_id]
    return {
        "report_id": report_id if again == 1 else f"{report_id}-{again}",
        "sha256": rejected.sha256,
        "size": rejected.size,
        "source": rejected.source,
        "status": rejected.status,
        "reason": rejected.reason,
        "warnings": "",
    }


def _section_rows(report: Report) -> Iterator[Row]:
    for no, section in enumerate(report.sections):
        yield {
            "report_id": report.document.report_id,
            "section_no": no,
            "char_start": section.start,
            "char_end": section.end,
            "kind": section.kind,
            "title": section.title,
        }


def _sentence_rows(report: Report) -> Iterator[Row]:
    for no, sentence in enumerate(report.sentences):
        yield {
            "report_id": report.document.report_id,
            "sentence_no": no,
            "section_no": sentence.section,
            "char_start": sentence.start,
            "char_end": sentence.end,
        }


def _quantity_rows(report: Report) -> Iterator[Row]:
    for no, reading in enumerate(report.readings):
        quantity = reading.quantity
        yield {
            "report_id": report.document.report_id,
            "quantity_no": no,
            "sentence_no": reading.sentence,
            "char_start": quantity.start,
            "char_end": quantity.end,
            "surface": quantity.surface,
            "value": _number(quantity.value),
            "value_max": _number(quantity.value_max),
            "unit": quantity.unit,
            "qualifier": quantity.qualifier,
            "role": quantity.role,
            "period": reading.period,
            "period_end": reading.period_end,
            "period_note": reading.period_note,
            "scope": reading.scope,
            "part_of": reading.part_of,
            "classified": bool(reading.matches),
        }


def _indicator_rows(catalog: Catalog) -> Iterator[Row]:
    for position, indicator in enumerate(catalog.indicators.values()):
        domain_zh, domain_en = catalog.domains[indicator.domain]
        yield {
            "indicator": indicator.id,
            "domain": indicator.domain,
            "domain_zh": domain_zh,
            "domain_en": domain_en,
            "name_zh": indicator.zh,
            "name_en": indicator.en,
            "definition_zh": indicator.definition_zh,
            "definition_en": indicator.definition_en,
            "unit_measure": indicator.unit,
            "kind": indicator.kind,
            "direction": indicator.direction,
            "aggregation": indicator.aggregation,
            "comparability": indicator.comparability,
            "comparability_note": indicator.comparability_note,
            "tier": indicator.tier,
            "headline": indicator.headline,
            "plausible_low": indicator.plausible and indicator.plausible[0],
            "plausible_high": indicator.plausible and indicator.plausible[1],
            "applies_levels": ";".join(indicator.applies.levels),
            "applies_from": indicator.applies.first,
            "applies_to": indicator.applies.last,
            "position": position,
        }


def _observation_row(report: Report, o: Observation) -> Row:
    return {
        "observation_id": o.observation_id,
        "report_id": report.document.report_id,
        "ref_area": _area(report.jurisdiction),
        "time_period": o.time_period,
        "indicator": o.indicator,
        "category": json.dumps(dict(o.category), ensure_ascii=False),
        "fact": o.fact,
        "obs_value": _number(o.obs_value),
        "unit_measure": o.unit_measure,
        "obs_status": o.obs_status,
        "obs_status_all": ";".join(o.obs_status_all),
        "qualifier": o.qualifier,
        "period": o.period,
        "period_end": o.period_end,
        "scope": o.scope,
        "method": o.method,
        "charted": o.charted,
        "confidence": o.confidence,
        "sentence_no": _sentence(report, o),
        "formula": o.formula,
        "comment": o.comment,
        "reason": o.reason,
    }


def _finding_rows(reports: Sequence[Report]) -> Iterator[Row]:
    found = ((report, finding) for report in reports for finding in report.findings)
    for no, (report, finding) in enumerate(found):
        yield {
            "finding_id": no,
            "report_id": report.document.report_id,
            "rule": finding.rule,
            "severity": finding.severity,
            "message": finding.message,
            "message_en": finding.message_en,
            "quantities": json.dumps(list(finding.quantities)),
        }


def _sentence(report: Report, o: Observation) -> int | None:
    """A worded observation names its sentence; the others stand where their first quantity stands."""
    if o.sentence is not None:
        return o.sentence
    return report.readings[o.quantities[0]].sentence if o.quantities else None


def _area(told: Jurisdiction) -> str | None:
    return told.place.ref_area if told.place else None


def _number(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.000001"))


def _tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """In the order of schema.sql, which is the order the foreign keys need."""
    query = "SELECT table_name FROM duckdb_tables() ORDER BY table_oid"
    return [str(name) for (name,) in con.execute(query).fetchall()]


def _insert(con: duckdb.DuckDBPyConnection, table: str, records: list[Row]) -> None:
    if not records:
        return
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {name: [record.get(name) for record in records] for name in names}
    con.register("incoming", pa.table(columns))
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    con.unregister("incoming")


def _sync(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there; os.replace is all there is
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except PermissionError:  # Windows: someone still reads it, the next build tries again
        return
