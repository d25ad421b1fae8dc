"""The spine: the only module that knows the order of the stages.

`read_report` is the straight line of one report; `build` applies it to every file, file by file, keeps
what did not change, and publishes. A file that fails costs that file; a gate that fails costs nothing,
because the old database stays.
"""

import csv
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from typing import Literal

from filelock import FileLock, Timeout
from tqdm import tqdm

from pipeline import (
    cache as results,
)
from pipeline import (
    catalog,
    charting,
    checks,
    corrections,
    extract,
    jurisdiction,
    publish,
    quantity,
    readers,
    segment,
    tables,
)
from pipeline.catalog import Catalog
from pipeline.errors import PlaceError, PublishError, ReadError
from pipeline.jurisdiction import PlaceTable
from pipeline.model import Correction, Layout, Place, Quantity, Rejected, Report, both, quoted

ROOT = Path(__file__).resolve().parent.parent
PLACE_TABLE = ROOT / "data" / "divisions_2023.parquet"
PLACES = "places.csv"
COLUMNS = {"file", "ref_area", "time_period", "why"}
NAME = "fazhi"
ONE_PROCESS = 64  # fewer files than this are read before a pool has started
SPAWN = get_context("spawn")  # forking beside DuckDB's and Arrow's threads can deadlock
MAX_MEMBER = 64 * 1024 * 1024  # bytes a zip member may unpack to

Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read: in a folder, or a member of a zip archive."""

    source: str
    path: Path
    member: str = ""
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to, for those who asked for it."""

    database: Path
    reused: bool
    published: int
    computed: int  # reports read now; the others were kept from an earlier build
    rejected: tuple[Rejected, ...]
    removed: tuple[str, ...]  # in the database before, no longer among the files


def read_report(
    source: str, data: bytes, line: Line | None, known: Catalog, places: PlaceTable
) -> Report | Rejected:
    """The straight line: bytes → text → place and year → sentences → numbers → observations."""
    try:
        doc = readers.read(source, data)
    except ReadError as error:
        return Rejected(source, digest(data), len(data), "unreadable", str(error))
    told = jurisdiction.resolve(doc, places, line)
    layout, found = laid_out(doc.text)
    sections, sentences = layout.sections, layout.sentences
    readings, stated = extract.observe(doc, told, layout, found, known)
    if told.time_period is None:  # without a year a figure speaks for none: numbers only
        return Report(doc, told, sections, sentences, readings, (), ())
    level = told.place.level if told.place else ""
    added, findings = checks.judge(doc.text, readings, stated, known, told.time_period, level)
    values = checks.flagged((*stated, *added), findings, readings)
    charted = charting.choose(values, known, told.time_period)
    return Report(doc, told, sections, sentences, readings, charted, findings)


def laid_out(text: str) -> tuple[Layout, tuple[Quantity, ...]]:
    """Sections, sentences, tables and numerals of a text."""
    sections = segment.sections(text)
    cells = tables.find(text)
    heads = {start: cell.words for start, cell in cells.items()}
    layout = Layout(text, sections, segment.sentences(text, sections), heads)
    return layout, tables.fill(quantity.find(text), cells)


def revised(report: Report, decided: Mapping[str, Correction], known: Catalog) -> Report:
    """A report after review: what rests on a corrected value is computed anew, what is rejected is not charted."""
    if not any(one.observation_id in decided for one in report.observations):
        return report
    stated = [one for one in report.observations if one.method in ("stated", "worded")]
    valid, year = corrections.kept(stated, decided), report.jurisdiction.time_period
    place = report.jurisdiction.place
    level = place.level if place else ""
    added, findings = checks.judge(
        report.document.text, report.readings, valid, known, year, level
    )
    values = checks.flagged((*valid, *corrections.kept(added, decided)), findings, report.readings)
    charted = charting.choose([corrections.reviewed(v, decided) for v in values], known, year)
    rejected = corrections.rejected((*stated, *added), decided)
    return replace(report, observations=(*charted, *rejected), findings=findings)


def build(
    paths: Sequence[Path], data_dir: Path, *, fresh: bool = False, workers: int | None = None
) -> Built:
    """Publish exactly the reports found under `paths`; files that did not change are not read again."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with lock(data_dir):
        decided = corrections.load(data_dir)
        inputs = discover(paths)
        hashes = [_hash(item) for item in inputs]
        build_id = identify(inputs, hashes, data_dir)
        before = publish.current(data_dir)
        ready = data_dir / f"{NAME}-{build_id}.duckdb"
        if ready.is_file() and not fresh:
            if before != ready:
                publish.point(data_dir, ready)
            return summary(ready, before, reused=True, computed=0)
        folder = data_dir / "cache" / code_id()
        done, computed = read_all(inputs, hashes, folder, fresh=fresh, workers=workers)
        reports, rejected = usable(done)
        publish.keep_rejected(data_dir, rejected)
        if not reports:
            raise PublishError(
                both("没有可用的报告，数据库未变", "no usable report, the database is unchanged")
            )
        keep_originals(inputs, hashes, reports, data_dir)
        known, places = knowledge()
        reports = [revised(report, decided, known) for report in reports]
        stamp = datetime.now(UTC).strftime("-%Y%m%dT%H%M%S%f") if fresh else ""
        database = publish.publish(
            charting.across(reports),
            rejected,
            decided.values(),
            catalog=known,
            parent_of=lambda place: parent_of(place, places),
            data_dir=data_dir,
            build_id=build_id,
            name=f"{NAME}-{build_id}{stamp}",
            inputs="; ".join(map(shown, paths)),
        )
        results.forget_others(folder)
        return summary(database, before, reused=False, computed=computed)


# --- what there is to read ------------------------------------------------------------------------


def discover(paths: Sequence[Path]) -> tuple[Input, ...]:
    """Every file under `paths`, in order; hidden files and places.csv are not reports."""
    found = [item for path in paths for item in _inputs(path)]
    return tuple(sorted(found, key=lambda item: (item.source, item.path)))


def _inputs(path: Path) -> Iterator[Input]:
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent
    lines = {folder: places_csv(folder) for folder in {file.parent for file in files}}
    for file in files:
        relative = PurePosixPath(file.relative_to(root).as_posix())
        if _ignored(relative):
            continue
        if zipfile.is_zipfile(file) and file.suffix.lower() == ".zip":
            yield from _members(file, relative)
        else:
            yield Input(str(relative), file, line=lines[file.parent].get(file.name))


def _members(archive: Path, relative: PurePosixPath) -> Iterator[Input]:
    with zipfile.ZipFile(archive) as unpacked:
        names = [info.filename for info in unpacked.infolist() if not info.is_dir()]
        lists = [name for name in names if PurePosixPath(name).name == PLACES]
        lines = {
            PurePosixPath(name).parent: _lines(unpacked.read(name), f"{relative}/{name}")
            for name in lists
        }
    for name in names:
        inner = PurePosixPath(name)
        if not _ignored(inner):
            line = lines.get(inner.parent, {}).get(inner.name)
            yield Input(f"{relative}/{name}", archive, name, line)


def shown(path: Path) -> str:
    """A path as published: nobody needs to know where this machine keeps the project."""
    full = path.resolve()
    return full.relative_to(ROOT).as_posix() if full.is_relative_to(ROOT) else path.name


def _ignored(relative: PurePosixPath) -> bool:
    return relative.name == PLACES or any(part.startswith((".", "~$")) for part in relative.parts)


def load(item: Input) -> bytes:
    """The bytes of one input; those a zip archive claims in excess are not unpacked."""
    if not item.member:
        return item.path.read_bytes()
    with zipfile.ZipFile(item.path) as archive, archive.open(item.member) as member:
        return member.read(MAX_MEMBER)


def _hash(item: Input) -> str:
    """Empty where the file cannot be opened: `read_one` meets the same error and says so."""
    try:
        return digest(load(item))
    except (OSError, zipfile.BadZipFile, RuntimeError):  # zipfile: an encrypted member
        return ""


def places_csv(folder: Path) -> Mapping[str, Line]:
    """Lines of a folder's places.csv by file name; none where there is no such file."""
    path = folder / PLACES
    return _lines(path.read_bytes(), str(path)) if path.is_file() else {}


def _lines(data: bytes, name: str) -> Mapping[str, Line]:
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise PlaceError(
            both(
                f"{quoted(name)}读不出来，请存为 UTF-8 的 CSV：{quoted(str(error))}",
                f"{quoted(name)} cannot be read, save it as CSV in UTF-8: {quoted(str(error))}",
            )
        ) from error
    missing = {"file"} - set(reader.fieldnames or ())
    strange = set(reader.fieldnames or ()) - COLUMNS
    if missing or strange:
        columns = "file, ref_area, time_period, why"
        raise PlaceError(
            both(
                f"{quoted(name)}的列应为 {columns}",
                f"{quoted(name)} must have the columns {columns}",
            )
        )
    return {row["file"]: {k: v or "" for k, v in row.items()} for row in rows if row["file"]}


# --- what a build is made of ----------------------------------------------------------------------


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


@cache
def code_id() -> str:
    """Hash of everything but the reports that decides a result: code, catalogue, place table."""
    here = Path(__file__).parent
    kinds = {".py", ".sql", ".toml", ".csv", ".txt"}
    files = sorted(path for path in here.rglob("*") if path.is_file() and path.suffix in kinds)
    parts = [(path.relative_to(here).as_posix(), digest(path.read_bytes())) for path in files]
    return digest(json.dumps([*parts, digest(PLACE_TABLE.read_bytes())]).encode())[:16]


def identify(inputs: Sequence[Input], hashes: Sequence[str], data_dir: Path) -> str:
    """The build id: equal inputs and equal code give an equal id on any machine."""
    decided = data_dir / corrections.FILE
    parts = [
        code_id(),
        digest(decided.read_bytes()) if decided.is_file() else "",
        *(results.key(h, item.source, item.line) for item, h in zip(inputs, hashes, strict=True)),
    ]
    return digest(json.dumps(parts).encode())[:16]


@cache
def knowledge() -> tuple[Catalog, PlaceTable]:
    """Catalogue and places, once a process."""
    return catalog.load(), PlaceTable.load(PLACE_TABLE)


def parent_of(place: Place, places: PlaceTable) -> Place | None:
    """The next division up that has a name of its own: none of the rows that only group others."""
    above = (places.place(code) for code in reversed(places.ancestors(place.ref_area)))
    return next((p for p in above if p and p.path and p.path[-1] == p.name), None)


# --- reading many files ---------------------------------------------------------------------------


def read_all(
    inputs: Sequence[Input],
    hashes: Sequence[str],
    folder: Path,
    *,
    fresh: bool,
    workers: int | None,
) -> tuple[list[Report | Rejected], int]:
    """One outcome per input, in order, and how many had to be read now."""
    keys = [results.key(h, item.source, item.line) for item, h in zip(inputs, hashes, strict=True)]
    done: dict[int, Report | Rejected] = {}
    for index, key in enumerate(keys):
        kept = None if fresh else results.load(folder, key)
        if kept is not None:
            done[index] = kept
    missing = [index for index in range(len(inputs)) if index not in done]
    run = _in_processes if len(missing) > ONE_PROCESS and workers != 1 else _in_turn
    bar = tqdm(total=len(missing), desc="reading", unit="file", delay=1, leave=False)
    with bar:
        for index, outcome in run([(i, inputs[i]) for i in missing], workers):
            done[index] = outcome
            if isinstance(outcome, Report):
                results.store(folder, keys[index], outcome)
            bar.update()
    return [done[index] for index in range(len(inputs))], len(missing)


Numbered = tuple[int, Input]
Outcomes = Iterator[tuple[int, Report | Rejected]]


def read_one(item: Input) -> Report | Rejected:
    """The boundary: whatever one file does, it costs that file."""
    data = b""
    try:
        data = load(item)
        known, places = knowledge()
        return read_report(item.source, data, item.line, known, places)
    except Exception as error:  # noqa: BLE001 - one bad file costs one file, never the build
        said = quoted(f"{type(error).__name__}: {error}")
        why = both(f"处理时出错：{said}", f"an error occurred: {said}")
        return Rejected(item.source, digest(data), len(data), "unreadable", why)


def _in_turn(items: Sequence[Numbered], _workers: int | None) -> Outcomes:
    for index, item in items:
        yield index, read_one(item)


def _in_processes(items: Sequence[Numbered], workers: int | None) -> Outcomes:
    """All at once; after a crash the rest one by one, so that it is known which file it was."""
    left = dict(items)
    try:
        with ProcessPoolExecutor(workers, SPAWN) as pool:
            for index, outcome in zip(tuple(left), pool.map(read_one, left.values()), strict=True):
                del left[index]
                yield index, outcome
    except BrokenProcessPool:
        for index, item in left.items():
            yield index, _alone(item)


def _alone(item: Input) -> Report | Rejected:
    try:
        with ProcessPoolExecutor(1, SPAWN) as pool:
            return pool.submit(read_one, item).result()
    except BrokenProcessPool:
        data = load(item)
        why = both("读取它的进程崩溃了", "the process that read it crashed")
        return Rejected(item.source, digest(data), len(data), "unreadable", why)


# --- what the outcomes come to --------------------------------------------------------------------


def usable(outcomes: Iterable[Report | Rejected]) -> tuple[list[Report], list[Rejected]]:
    """Reports to publish, and every other file with its reason; of duplicates the first is kept."""
    reports: list[Report] = []
    rejected: list[Rejected] = []
    texts: dict[str, str] = {}
    cells: dict[tuple[str, int | None, str], str] = {}
    for outcome in outcomes:
        if isinstance(outcome, Rejected):
            rejected.append(outcome)
            continue
        doc, told = outcome.document, outcome.jurisdiction
        if told.problem or told.place is None:
            rejected.append(_refused(outcome, "rejected", told.problem))
            continue
        department = told.issuer if told.issuer_kind == "department" else ""
        cell = (told.place.ref_area, told.time_period, department)
        text = digest(doc.text.encode("utf-8", "surrogatepass"))
        if text in texts:
            same = both(
                f"与{quoted(texts[text])}内容相同", f"same content as {quoted(texts[text])}"
            )
            rejected.append(_refused(outcome, "duplicate", same))
        elif cell in cells:
            name, year = told.place.name, told.time_period
            why = both(
                f"与{quoted(cells[cell])}同为{name} {year} 年的报告",
                f"{quoted(cells[cell])} is the report of {quoted(name)} for {year} already",
            )
            rejected.append(_refused(outcome, "duplicate", why))
        else:
            texts[text] = cells[cell] = doc.source
            reports.append(outcome)
    return reports, rejected


def _refused(report: Report, status: Literal["rejected", "duplicate"], reason: str) -> Rejected:
    doc = report.document
    return Rejected(doc.source, doc.sha256, doc.size, status, reason)


def keep_originals(
    inputs: Sequence[Input], hashes: Sequence[str], reports: Iterable[Report], data_dir: Path
) -> None:
    """The bytes of every published report, so that any figure can be checked against its file."""
    used = {report.document.source for report in reports}
    for item, hashed in zip(inputs, hashes, strict=True):
        if item.source in used:
            suffix = PurePosixPath(item.source).suffix.lower()
            publish.keep_original(data_dir, hashed, suffix, partial(load, item))


def summary(database: Path, before: Path | None, *, reused: bool, computed: int) -> Built:
    rows = publish.read(database, "SELECT sha256, source, size, status, reason FROM report")
    rejected = tuple(
        Rejected(r["source"], r["sha256"], r["size"], r["status"], r["reason"])
        for r in rows
        if r["status"] != "published"
    )
    removed = _removed(rows, before)
    return Built(database, reused, len(rows) - len(rejected), computed, rejected, removed)


def _removed(rows: Sequence[publish.Row], before: Path | None) -> tuple[str, ...]:
    """Reports of the database before that no file holds any more."""
    if before is None:
        return ()
    here = {row["sha256"] for row in rows}
    query = "SELECT sha256, source FROM report WHERE status = 'published' ORDER BY source"
    return tuple(row["source"] for row in publish.read(before, query) if row["sha256"] not in here)


@contextmanager
def lock(data_dir: Path) -> Iterator[None]:
    """One build at a time in a data folder; who waits is told for whom."""
    held, note = FileLock(data_dir / ".lock"), data_dir / ".lock-holder"
    try:
        held.acquire(timeout=0)
    except Timeout:
        holder = note.read_text(encoding="utf-8") if note.is_file() else "?"
        waiting = both(f"等待另一次构建：{holder}", f"waiting for another build: {holder}")
        sys.stderr.write(f"{waiting}\n")
        held.acquire()
    try:
        since = datetime.now(UTC).strftime("%H:%M:%S UTC")
        note.write_text(f"process {os.getpid()}, since {since}", encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        held.release()
