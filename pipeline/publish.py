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
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from shutil import rmtree
from typing import Any, Literal

import duckdb

from pipeline import __version__
from pipeline.catalog import Catalog
from pipeline.errors import PublishError
from pipeline.model import (
    Claim,
    Correction,
    Denominator,
    Finding,
    Jurisdiction,
    Observation,
    Place,
    Rejected,
    Report,
    Version,
    both,
    quoted,
)

SCHEMA_VERSION = 2
POINTER = "CURRENT"
PATHS = "paths.json"
KEPT_BUILDS = 3  # the one in use, and two for readers that still hold an older one
UNFINISHED = ".building"  # no *.duckdb before the gate has passed
SCHEMA = Path(__file__).with_name("schema.sql")

# What the database may take while it is written: data goes to disk where it does not fit, keys cannot.
MEMORY, MEMORY_OF_KEYS = 128 * 1024**2, 8 * 1024  # bytes, and bytes a report
LOG = "64MB"  # of changes before it tidies up; with the usual 16 MB that takes half of the time
# What Arrow need not find out by itself; decimals come as text, and dates as the database reads them.
_ARROW = {"INTEGER": "int32", "VARCHAR": "string", "BOOLEAN": "bool", "DOUBLE": "float64"}
_DECIMALS = Decimal("0.000001")  # as many as the columns hold

Row = dict[str, Any]
Columns = dict[str, list[Any]]
Tables = dict[str, Columns]
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


@contextmanager
def drafting(
    data_dir: Path,
    name: str,
    catalog: Catalog,
    parent_of: Callable[[Place], Place | None],
    reports: int = 0,
) -> Iterator["Draft"]:
    """A new database to fill with so many reports; checked and published when the block ends, gone without a trace where it fails."""
    data_dir.mkdir(parents=True, exist_ok=True)
    for leftover in data_dir.glob(f"*{UNFINISHED}*"):  # the lock is ours: a killed build left it
        rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    part, final = data_dir / f"{name}{UNFINISHED}", data_dir / f"{name}.duckdb"
    try:
        with duckdb.connect(part) as con:
            con.execute("SET enable_progress_bar = false")
            con.execute(f"SET memory_limit = '{MEMORY + MEMORY_OF_KEYS * reports}B'")
            con.execute(f"SET wal_autocheckpoint = '{LOG}'")
            con.execute("SET threads = 1")  # the workers have the other processors
            con.execute(SCHEMA.read_text(encoding="utf-8"))
            draft = Draft(con, parent_of)
            draft.know(catalog)
            yield draft
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
        part.with_name(f"{part.name}.wal").unlink(missing_ok=True)
    point(data_dir, final)


class Draft:
    """A database being filled, some reports at a time: never more than those are in memory."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, parent_of: Callable[[Place], Place | None]
    ) -> None:
        """Of the database behind `con` only the tables exist."""
        self.con = con
        self.parent_of = parent_of
        self.kinds = _tables(con)
        self.areas: set[str] = set()
        self.findings = 0
        self.ids: Counter[str] = Counter()
        self.reports = 0

    def know(self, catalog: Catalog) -> None:
        """What the rows of reports refer to."""
        self._insert(
            {
                "indicator": _columns(_indicator_rows(catalog)),
                "per": _columns(asdict(one) for one in catalog.per),
                "regime_break": _columns(
                    {"indicator": one.indicator, "starts_on": one.first, "zh": one.zh, "en": one.en}
                    for one in catalog.breaks
                ),
                "code": _columns(
                    {"code_list": kind, "code": code, "zh": zh, "en": en}
                    for kind, code, zh, en in catalog.codes
                ),
                "benchmark": _columns(map(_benchmark_row, catalog.benchmarks)),
            }
        )

    def add(self, reports: Sequence[Tables]) -> list[tuple[Tables, str]]:
        """Insert reports; those whose rows break a rule of the schema stay out and are named with what it says."""
        try:
            self._insert(self._joined(reports))
        except (
            duckdb.IntegrityError,
            duckdb.DataError,
            ValueError,
        ) as error:  # ValueError: Arrow's
            if len(reports) == 1:
                return [(reports[0], str(error))]
            half = len(reports) // 2
            return [*self.add(reports[:half]), *self.add(reports[half:])]
        self.reports += len(reports)
        self.ids.update(one["report"]["report_id"][0] for one in reports)
        return []

    def versions(self) -> list[Version]:
        """Reports that are not alone in their area and year."""
        rows = self.con.execute(
            """SELECT report_id, source, [ref_area, time_period, if(issuer_kind = 'department', issuer, '')] AS cell,
                      title, published_on, length(text)
               FROM report WHERE status = 'published'
               QUALIFY count(*) OVER (PARTITION BY cell) > 1 ORDER BY source, report_id"""
        ).fetchall()
        return [Version(row[0], row[1], tuple(row[2]), *row[3:]) for row in rows]

    def step_back(self, pairs: Iterable[tuple[Version, Version, str]]) -> None:
        """Reports that stay as evidence while another of their area and year is charted."""
        for one, first, decided in pairs:
            self.con.execute(
                "UPDATE observation SET charted = false WHERE charted AND report_id = ?",
                [one.report_id],
            )
            zh, _, en = decided.partition(" | ")
            year = one.cell[1]
            message_en = f"{quoted(first.source)} is charted for this area and {year} instead: {en}"
            message = both(
                f"同一地区 {year} 年另有{quoted(first.source)}，图表采用它：{zh}", message_en
            )
            finding = Finding("same_area_year", "warning", message, message_en, ())
            rows = _columns(_finding_rows(one.report_id, [finding]))
            self._insert({"finding": self._numbered(rows)})

    def claims(self) -> list[Claim]:
        """Charted observations that are not alone for their area, year, indicator and category."""
        rows = self.con.execute(
            """SELECT o.observation_id, [o.ref_area, left(o.time_period, 4), o.indicator, o.category] AS cell,
                      left(o.time_period, 4) = r.time_period, r.issuer_kind = 'department', o.report_id
               FROM observation o JOIN report r USING (report_id) WHERE o.charted
               QUALIFY count(*) OVER (PARTITION BY cell) > 1 ORDER BY o.observation_id"""
        ).fetchall()
        return [Claim(row[0], tuple(row[1]), *row[2:]) for row in rows]

    def uncharted(self, observations: Iterable[str]) -> None:
        self.con.execute(
            "UPDATE observation SET charted = false WHERE list_contains(?, observation_id)",
            [list(observations)],
        )

    def finish(
        self,
        rejected: Sequence[Rejected],
        decided: Iterable[Correction],
        outside: Iterable[Denominator] = (),
        *,
        build_id: str,
        inputs: str,
    ) -> None:
        """What is known only at the end."""
        reviewed = (asdict(one) | {"obs_value": _number(one.obs_value)} for one in decided)
        self._insert(
            {
                "report": _columns(_rejected_row(one, self.ids) for one in rejected),
                "build": _columns([_build_row(build_id, self.reports, len(rejected), inputs)]),
                "correction": _columns(reviewed),
                "denominator": _columns(
                    {
                        "ref_area": one.ref_area,
                        "time_period": one.time_period,
                        "concept": one.concept,
                        "obs_value": _number(one.value),
                        "source": one.source,
                    }
                    for one in outside
                ),
            }
        )

    def _joined(self, reports: Sequence[Tables]) -> Tables:
        """The rows of several reports, table by table, with the areas that are new."""
        joined: Tables = {}
        for report in reports:
            for table, columns in report.items():
                into = joined.setdefault(table, {})
                for name, values in columns.items():
                    into.setdefault(name, []).extend(values)
        places = joined.pop("place")
        new = {
            place.ref_area: place
            for place in map(
                Place,
                *(places[name] for name in ("ref_area", "name", "level")),
                map(tuple, places["path"]),
            )
        }
        joined["ref_area"] = _columns(self._area_rows(new.values()))
        joined["finding"] = self._numbered(joined["finding"])
        return joined

    def _area_rows(self, places: Iterable[Place]) -> Iterator[Row]:
        """Places and everything above them that is not there yet."""
        here: set[str] = set()
        for one in places:
            place: Place | None = one
            while place is not None and place.ref_area not in self.areas | here:
                here.add(place.ref_area)
                parent = self.parent_of(place)
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

    def _numbered(self, findings: Columns) -> Columns:
        count = len(findings.get("rule", ()))
        return {**findings, "finding_id": [*range(self.findings, self.findings + count)]}

    def _insert(self, tables: Tables) -> None:
        """All or nothing, in the order that foreign keys need."""
        import pyarrow as pa  # noqa: PLC0415 - 60 MB, which no worker needs

        self.con.execute("BEGIN")
        try:
            for table in self.kinds:
                columns = tables.get(table, {})
                if any(columns.values()):
                    kinds = self.kinds[table]
                    rows = {
                        name: pa.array(values, type=_ARROW.get(kinds[name]))
                        for name, values in columns.items()
                    }
                    self.con.register("incoming", pa.table(rows))
                    self.con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
                    self.con.unregister("incoming")
        except BaseException:
            self.con.execute("ROLLBACK")
            raise
        self.con.execute("COMMIT")
        self.areas.update(tables.get("ref_area", {}).get("ref_area", ()))
        self.findings += len(tables.get("finding", {}).get("rule", ()))


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


def original(data_dir: Path, digest: str, suffix: str) -> Path:
    return data_dir / "originals" / f"{digest}{suffix}"


def keep_original(data_dir: Path, digest: str, suffix: str, data: bytes) -> None:
    """The bytes of a report, under their own hash."""
    path = original(data_dir, digest, suffix)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")  # two workers may hold two copies of one file
    part.write_bytes(data)
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


def keep_paths(data_dir: Path, paths: Iterable[Path]) -> None:
    """What the published build was made from, for `build --again`; in a file because it concerns this machine only."""
    path = data_dir / PATHS
    part = path.with_suffix(".part")
    part.write_text(json.dumps([str(one.resolve()) for one in paths]), encoding="utf-8")
    part.replace(path)


def kept_paths(data_dir: Path) -> list[Path]:
    """What `keep_paths` wrote last, nothing before the first build."""
    try:
        return [Path(one) for one in json.loads((data_dir / PATHS).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def read(database: Path, query: str) -> list[Row]:
    """Rows of a published database, for the command line."""
    try:
        with duckdb.connect(database, read_only=True) as con:
            con.execute("SET enable_progress_bar = false")
            result = con.execute(query)
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    except duckdb.Error as error:
        name = quoted(database.name)
        raise PublishError(
            both(
                f"数据库 {name} 已损坏，请用 fazhi build --fresh 重新生成。",
                f"the database {name} is damaged; build it again with fazhi build --fresh.",
            )
        ) from error


def tables(report: Report) -> Tables:
    """Every row of one report, by table and column; plain JSON, so that it can wait on disk."""
    doc, found = report.document, report.observations
    place = report.jurisdiction.place
    return {
        "place": _columns([asdict(place) | {"path": list(place.path)}] if place else []),
        "report": _columns([_report_row(report)]),
        "section": _columns(_section_rows(report)),
        "sentence": _sentence_columns(report),
        "quantity": _quantity_columns(report),
        "observation": _columns(_observation_row(report, o) for o in found),
        "observation_quantity": _columns(
            {"observation_id": o.observation_id, "report_id": doc.report_id, "quantity_no": number}
            for o in found
            for number in dict.fromkeys(o.quantities)
        ),
        "observation_input": _columns(
            {"observation_id": o.observation_id, "input_id": needed}
            for o in found
            for needed in dict.fromkeys(o.inputs)
        ),
        "finding": _columns(_finding_rows(doc.report_id, report.findings)),
    }


def _columns(rows: Iterable[Row]) -> Columns:
    """Rows turned on their side; all have the same cells."""
    rows = list(rows)
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def english(place: Place) -> str:
    """西营门街道 → Xiyingmen Subdistrict 西营门街道."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 55 MB and a second, which no worker needs

    suffix, kind = next(((s, e) for s, e in TYPES if place.name.endswith(s)), ("", ""))
    stem = place.name.removesuffix(suffix)
    if place.level == "province" and kind == "City":
        kind = "Municipality"
    return " ".join(filter(None, ("".join(lazy_pinyin(stem)).capitalize(), kind, place.name)))


def initials(place: Place) -> str:
    """西营门街道 → xymjd."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - as above

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


def _sentence_columns(report: Report) -> Columns:
    """Column by column, as those of quantities: these are the many rows."""
    found = report.sentences
    return {
        "report_id": [report.document.report_id] * len(found),
        "sentence_no": [*range(len(found))],
        "section_no": [one.section for one in found],
        "char_start": [one.start for one in found],
        "char_end": [one.end for one in found],
    }


def _quantity_columns(report: Report) -> Columns:
    readings = report.readings
    found = [one.quantity for one in readings]
    return {
        "report_id": [report.document.report_id] * len(found),
        "quantity_no": [*range(len(found))],
        "sentence_no": [one.sentence for one in readings],
        "char_start": [one.start for one in found],
        "char_end": [one.end for one in found],
        "surface": [one.surface for one in found],
        "value": [_number(one.value) for one in found],
        "value_max": [_number(one.value_max) for one in found],
        "unit": [one.unit for one in found],
        "qualifier": [one.qualifier for one in found],
        "role": [one.role for one in found],
        "period": [one.period for one in readings],
        "period_end": [one.period_end for one in readings],
        "period_note": [one.period_note for one in readings],
        "scope": [one.scope for one in readings],
        "part_of": [one.part_of for one in readings],
        "classified": [bool(one.matches) for one in readings],
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
            "source": indicator.source,
            "plausible_low": indicator.plausible and indicator.plausible[0],
            "plausible_high": indicator.plausible and indicator.plausible[1],
            "applies_levels": ";".join(indicator.applies.levels),
            "applies_from": indicator.applies.first,
            "applies_to": indicator.applies.last,
            "position": position,
        }


def _benchmark_row(one: Mapping[str, Any]) -> Row:
    return {
        "indicator": one["indicator"],
        "per": one.get("per"),
        "kind": one["kind"],
        "obs_value": float(one["value"]),
        "unit_measure": one["unit"],
        "year": one["year"],
        "label_zh": one["zh"],
        "label_en": one["en"],
        "source": one["source"],
        "url": one["url"],
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


def _finding_rows(report_id: str, findings: Iterable[Finding]) -> Iterator[Row]:
    for finding in findings:
        yield {
            "report_id": report_id,
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


def _number(value: Decimal | None) -> str | None:
    """Written out: JSON has no decimals, and the database reads them."""
    return None if value is None else str(value.quantize(_DECIMALS))


def _tables(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The type of each column by table, in the order of schema.sql, which is the order the foreign keys need."""
    query = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY table_oid, column_index"
    kinds: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(query).fetchall():
        kinds.setdefault(table, {})[column] = kind
    return kinds


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
