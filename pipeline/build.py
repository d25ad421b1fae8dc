"""The spine: the only module that knows the order of the stages.

`read_report` is the straight line of one report; `build` applies it to every file, file by file, keeps
what did not change, and publishes. A file that fails costs that file; a gate that fails costs nothing,
because the old database stays. Results wait in the cache, so that memory does not grow with the reports.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

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
    denominators,
    extract,
    imported,
    index,
    jurisdiction,
    pool,
    publish,
    quantity,
    readers,
    segment,
    sources,
    tables,
)
from pipeline.catalog import Catalog
from pipeline.errors import PublishError, ReadError, ScanError
from pipeline.jurisdiction import PlaceTable
from pipeline.model import Correction, Layout, Place, Quantity, Rejected, Report, both, quoted
from pipeline.readers import kind
from pipeline.sources import Input, Line, digest

ROOT = Path(__file__).resolve().parent.parent
PLACE_TABLE = ROOT / "data" / "divisions_2023.parquet"
NAME = "fazhi"
FEW = 8  # plain text files that are read before a worker has started
PLAIN = 256 * 1024  # bytes of one that cannot do harm in the time it takes
CHUNK = 1 << 20  # bytes a worker gets at a time: enough to keep it busy, little to read again
BATCH = 200  # reports in memory on their way into the database
LIMITS = pool.Limits()
PAGE = 6.0  # seconds more for each page that takes OCR: twice what it needs
OCR = 4 << 30  # bytes of address space for a scan; it uses a quarter of them
TABLES = {end for end, reader in readers.SUFFIXES.items() if reader in readers.TABLES}
_SUFFIX = re.compile(r"\.[0-9a-z]{1,9}")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to, for those who asked for it."""

    database: Path
    reused: bool
    published: int
    computed: int  # files read now
    unchanged: int  # files whose result was kept from an earlier build
    rejected: tuple[Rejected, ...]
    removed: tuple[str, ...]  # in the database before, no longer among the files


def read_report(
    source: str,
    data: bytes,
    line: Line | None,
    known: Catalog,
    places: PlaceTable,
    *,
    scans: bool = True,
) -> Report | Rejected:
    """The straight line: bytes → text → place and year → sentences → numbers → observations.

    Raises ScanError where a scan is to be left for later.
    """
    try:
        doc = readers.read(source, data, scans=scans)
    except ScanError:
        raise
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
    parts = frozenset(start for start, cell in cells.items() if cell.part)
    layout = Layout(text, sections, segment.sentences(text, sections), heads, parts)
    return layout, tables.fill(quantity.find(text), cells)


def revised(report: Report, decided: Mapping[str, Correction], known: Catalog) -> Report:
    """A report after review: what rests on a corrected value is computed anew, what is rejected is not charted."""
    if not any(one.observation_id in decided for one in report.observations):
        return report
    stated = [one for one in report.observations if one.method in ("stated", "worded")]
    valid, year = corrections.kept(stated, decided), report.jurisdiction.time_period
    place = report.jurisdiction.place
    level = place.level if place else ""
    added, findings = checks.judge(report.document.text, report.readings, valid, known, year, level)
    values = checks.flagged((*valid, *corrections.kept(added, decided)), findings, report.readings)
    charted = charting.choose([corrections.reviewed(v, decided) for v in values], known, year)
    rejected = corrections.rejected((*stated, *added), decided)
    return replace(report, observations=(*charted, *rejected), findings=findings)


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read; its rows lie in the cache under `result`."""

    source: str
    sha256: str
    size: int
    text: str  # hash of the text
    result: str


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that takes OCR, and how many pages it has."""

    pages: int


@dataclass(frozen=True, slots=True)
class Job:
    """What whoever reads a file must know beside it."""

    data_dir: Path
    folder: Path  # of the results of this state of the code
    decided: Mapping[str, Correction]
    installed: str = field(default_factory=readers.installed)


def build(
    paths: Sequence[Path],
    data_dir: Path,
    *,
    fresh: bool = False,
    workers: int | None = None,
    limits: pool.Limits = LIMITS,
) -> Built:
    """Publish exactly the reports found under `paths`; files that did not change are not read again."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with lock(data_dir):
            return _build(paths, data_dir, fresh=fresh, workers=workers, limits=limits)
    except OSError as error:  # a report's own errors have become its reason long before
        said = quoted(str(error))
        why = both(f"构建中断，数据库未变：{said}", f"stopped, the database is unchanged: {said}")
        raise PublishError(why) from error


def _build(
    paths: Sequence[Path], data_dir: Path, *, fresh: bool, workers: int | None, limits: pool.Limits
) -> Built:
    job = Job(data_dir, data_dir / "cache" / code_id(), corrections.load(data_dir))
    outside = denominators.load(data_dir, _concepts())
    cores = workers or pool.cores()
    inputs, refused = parted(
        job, *found(paths, data_dir), fresh=fresh, workers=cores, limits=limits
    )
    build_id = identify(job, inputs, refused)
    before = publish.current(data_dir)
    ready = data_dir / f"{NAME}-{build_id}.duckdb"
    if ready.is_file() and not fresh:
        if before != ready:
            publish.point(data_dir, ready)
        publish.keep_paths(data_dir, paths)
        return summary(ready, before, computed=0, unchanged=len(inputs), reused=True)
    kept = {} if fresh else recalled(job, inputs)
    stamp = datetime.now(UTC).strftime("-%Y%m%dT%H%M%S%f") if fresh else ""
    name = f"{NAME}-{build_id}{stamp}"
    known, places = knowledge()
    rejected = list(refused)
    above = partial(parent_of, places=places)
    with publish.drafting(data_dir, name, known, above, len(inputs)) as draft:
        read = outcomes(job, inputs, kept, cores, limits)
        for batch in batches(progress(unique(read), len(inputs))):
            rejected += [one for one in batch if isinstance(one, Rejected)]
            rejected += add(draft, job, [one for one in batch if isinstance(one, Read)])
        rejected.sort(key=lambda one: one.source)
        publish.keep_rejected(data_dir, rejected)
        if not draft.reports:
            raise PublishError(
                both("没有可用的报告，数据库未变", "no usable report, the database is unchanged")
            )
        draft.step_back(charting.preferred(draft.versions()))
        draft.uncharted(charting.across(draft.claims()))
        index.fill(draft.con, (code for kind, code, _, _ in known.codes if kind == "term"))
        draft.finish(
            rejected,
            job.decided.values(),
            outside,
            build_id=build_id,
            inputs="; ".join(map(shown, paths)),
        )
    publish.keep_paths(data_dir, paths)
    results.forget_others(job.folder)
    database = data_dir / f"{name}.duckdb"
    return summary(database, before, computed=len(inputs) - len(kept), unchanged=len(kept))


# --- what there is to read ------------------------------------------------------------------------


def found(paths: Sequence[Path], data_dir: Path) -> tuple[tuple[Input, ...], tuple[Rejected, ...]]:
    """Files with their hashes, then what people added in the dashboard: of two alike the file is kept."""
    inputs, refused = sources.discover(paths)
    added = (Input(one.source, one.path, line=one.line) for one in imported.load(data_dir))
    return tuple(map(sources.hashed, (*inputs, *added))), refused


def parted(
    job: Job,
    inputs: Sequence[Input],
    refused: Sequence[Rejected],
    *,
    fresh: bool,
    workers: int,
    limits: pool.Limits,
) -> tuple[tuple[Input, ...], tuple[Rejected, ...]]:
    """Tables of many areas and years as the reports they hold, each in its table's place; what of a table stays unread."""
    tables = [one for one in inputs if one.sha256 and _suffix(one) in TABLES]
    todo = [[one] for one in tables if fresh or _parts(job, one) is None]
    if todo:
        pool.warm("pipeline.warm")
        for one, answer in pool.run(partial(split, job), todo, workers, limits):
            if isinstance(answer, pool.Lost):
                keep_refusal(job, one, lost(one, answer, limits))
    held = {one.source: about for one in tables if (about := _parts(job, one)) and about["parts"]}
    unread = [
        Rejected(one.source, one.sha256, one.size, "unreadable", why)
        for one in tables
        for why in held.get(one.source, {}).get("left", ())
    ]
    whole = [
        part
        for one in inputs
        for part in (_as_inputs(job, one, held[one.source]) if one.source in held else [one])
    ]
    return tuple(whole), (*refused, *unread)


def split(job: Job, item: Input) -> None:
    """Keep the parts of one table as files of their own; a table that cannot be read is left for the reader to refuse."""
    data = opened(item)
    try:
        found, left = ([], ()) if isinstance(data, Rejected) else readers.parts(item.source, data)
    except Exception:  # noqa: BLE001 - the same error meets whoever reads it whole, and is said there
        found, left = [], ()
    parts = [(one, one.text.encode()) for one in found] if len(found) > 1 else []
    if parts and isinstance(data, bytes):
        publish.keep_original(job.data_dir, item.sha256, _suffix(item), data)
    for _, text in parts:
        publish.keep_original(job.folder, digest(text), ".txt", text)
    about = {
        "parts": [[one.area, one.year, digest(text), len(text)] for one, text in parts],
        "left": list(left),
    }
    results.store(job.folder, f"{result_name(item)}-parts", about, {})


def _parts(job: Job, item: Input) -> dict[str, Any] | None:
    """What `split` has kept, where all of it is still there."""
    about = results.head(job.folder, f"{result_name(item)}-parts")
    files = [publish.original(job.folder, one[2], ".txt") for one in about["parts"]] if about else []  # fmt: skip
    return about if all(file.is_file() for file in files) else None


def _as_inputs(job: Job, item: Input, about: Mapping[str, Any]) -> Iterator[Input]:
    """The table's line of places.csv counts for what it leaves open; `book.xlsx/城西街道` has one of its own."""
    lines = {} if item.inside else sources.places_csv(item.path.parent)
    for area, year, sha256, size in about["parts"]:
        named = {"ref_area": area, "time_period": year}
        line = item.line and {k: "" if named.get(k) else v for k, v in item.line.items()}
        line = lines.get(f"{PurePosixPath(item.source).name}/{area}", line)
        name = sources.readable(f"{area}{year and f'{year}年'}".replace("/", "_")) or "-"
        path = publish.original(job.folder, sha256, ".txt")
        yield Input(f"{item.source}/{name}.txt", path, line=line, size=size, sha256=sha256)


def shown(path: Path) -> str:
    """A path as published: nobody needs to know where this machine keeps the project."""
    full = path.resolve()
    name = full.relative_to(ROOT).as_posix() if full.is_relative_to(ROOT) else path.name
    return sources.readable(name)


# --- what a build is made of ----------------------------------------------------------------------


@cache
def code_id() -> str:
    """Hash of everything but the reports that decides a result: code, catalogue, place table."""
    here = Path(__file__).parent
    kinds = {".py", ".sql", ".toml", ".csv", ".txt"}
    files = sorted(path for path in here.rglob("*") if path.is_file() and path.suffix in kinds)
    parts = [(path.relative_to(here).as_posix(), digest(path.read_bytes())) for path in files]
    return digest(json.dumps([*parts, digest(PLACE_TABLE.read_bytes())]).encode())[:16]


def identify(job: Job, inputs: Sequence[Input], refused: Sequence[Rejected]) -> str:
    """The build id: equal inputs and equal code give an equal id on any machine that can read as much."""
    told = [job.data_dir / name for name in (corrections.FILE, denominators.FILE)]
    parts = [
        code_id(),
        *(digest(path.read_bytes()) if path.is_file() else "" for path in told),
        *map(result_name, inputs),
        *([one.source, one.size, one.reason] for one in refused),
    ]
    if any(readers.may_take_more(one.source) for one in inputs):
        parts.append(job.installed)
    return digest(json.dumps(parts).encode())[:16]


def result_name(item: Input) -> str:
    return results.key(item.sha256, item.source, item.line)


def refusal_name(job: Job, item: Input) -> str:
    """What is refused may be read where more is installed."""
    return f"{result_name(item)}-{job.installed}"


@cache
def knowledge() -> tuple[Catalog, PlaceTable]:
    """Catalogue and places, once a process."""
    return catalog.load(), PlaceTable.load(PLACE_TABLE)


def _concepts() -> list[str]:
    """What a line of denominators.csv may be about."""
    return [code for kind, code, _, _ in knowledge()[0].codes if kind == "concept"]


def parent_of(place: Place, places: PlaceTable) -> Place | None:
    """The next division up that has a name of its own: none of the rows that only group others."""
    above = (places.place(code) for code in reversed(places.ancestors(place.ref_area)))
    return next((p for p in above if p and p.path and p.path[-1] == p.name), None)


# --- reading one file -----------------------------------------------------------------------------


def read_one(item: Input) -> Report | Rejected:
    """The boundary: whatever one file does, it costs that file."""
    data = opened(item)
    return data if isinstance(data, Rejected) else understood(item, data)


def opened(item: Input) -> bytes | Rejected:
    """The bytes that were found; not those of a file somebody is still copying."""
    try:
        data = sources.load(item)
    except Exception as error:  # noqa: BLE001 - a broken archive has many ways to say so
        return _failed(item, b"", error)
    if item.sha256 and digest(data) != item.sha256:
        why = both(
            "读取时文件正在改变，请重新构建", "it changed while it was being read; build again"
        )
        return Rejected(item.source, item.sha256, len(data), "unreadable", why)
    return data


def understood(item: Input, data: bytes, *, scans: bool = True) -> Report | Rejected:
    try:
        known, places = knowledge()
        return read_report(item.source, data, item.line, known, places, scans=scans)
    except ScanError:
        raise
    except MemoryError:
        return lost(item, pool.Lost("memory"), LIMITS)
    except Exception as error:  # noqa: BLE001 - one bad file costs one file, never the build
        return _failed(item, data, error)


def _failed(item: Input, data: bytes, error: Exception) -> Rejected:
    said = quoted(sources.readable(f"{type(error).__name__}: {error}"))
    why = both(f"处理时出错：{said}", f"an error occurred: {said}")
    return Rejected(item.source, digest(data), len(data), "unreadable", why)


def lost(item: Input, what: pool.Lost, limits: pool.Limits) -> Rejected:
    """A file that cost its worker. The same may not happen on another day, so the way to try again is named."""
    seconds, memory = f"{limits.seconds:g}", f"{limits.memory / (1 << 30):g} GB"
    zh, en = {
        "time": (f"读取超过 {seconds} 秒，已中止", f"reading took more than {seconds} seconds"),
        "memory": (f"读取需要 {memory} 以上内存", f"reading takes more than {memory} of memory"),
        "crash": (
            f"读取它的进程崩溃了（{what.exit_code}）",
            f"the process that read it crashed ({what.exit_code})",
        ),
    }[what.reason]
    why = both(f"{zh}；可用 --fresh 重试", f"{en}; --fresh tries again")
    return Rejected(item.source, item.sha256 or digest(b""), item.size, "unreadable", why)


# --- reading many files ---------------------------------------------------------------------------


def recalled(job: Job, inputs: Sequence[Input]) -> dict[int, Read | Rejected]:
    """What earlier builds have kept, by the number of the input."""
    kept = ((number, recall(job, item)) for number, item in enumerate(inputs))
    return {number: outcome for number, outcome in kept if outcome is not None}


def recall(job: Job, item: Input) -> Read | Rejected | None:
    name = result_name(item)
    about = results.head(job.folder, name)
    if about is None:
        about = results.head(job.folder, refusal_name(job, item))
        return Rejected(**about["rejected"]) if about else None
    if decisions := _decisions(job, about["observations"]):
        name = f"{name}-{decisions}"
        about = results.head(job.folder, name)
    here = publish.original(job.data_dir, item.sha256, _suffix(item)).is_file()
    return (
        Read(item.source, item.sha256, about["size"], about["text"], name)
        if about and here
        else None
    )


def compute(job: Job, item: Input, *, scans: bool = True) -> Read | Rejected | Scan:
    """Read one file and keep what came of it, unless it is a scan that is to be left for later."""
    data, name = opened(item), result_name(item)
    if isinstance(data, Rejected):  # may be otherwise the next time
        return data
    try:
        outcome = understood(item, data, scans=scans)
    except ScanError as error:
        return Scan(error.pages)
    if isinstance(outcome, Report) and outcome.jurisdiction.problem:
        outcome = Rejected(
            item.source, item.sha256, item.size, "rejected", outcome.jurisdiction.problem
        )
    if isinstance(outcome, Rejected):
        return keep_refusal(job, item, outcome)
    publish.keep_original(job.data_dir, item.sha256, _suffix(item), data)
    about = _keep(job, name, outcome)
    if decisions := _decisions(job, about["observations"]):
        name = f"{name}-{decisions}"
        _keep(job, name, revised(outcome, job.decided, knowledge()[0]))
    return Read(item.source, item.sha256, len(data), about["text"], name)


def _keep(job: Job, name: str, report: Report) -> dict[str, Any]:
    text = report.document.text.encode("utf-8", "surrogatepass")
    about = {
        "size": report.document.size,
        "text": digest(text),
        "observations": [one.observation_id for one in report.observations],
    }
    results.store(job.folder, name, about, publish.tables(report))
    return about


def keep_refusal(job: Job, item: Input, refusal: Rejected) -> Rejected:
    results.store(job.folder, refusal_name(job, item), {"rejected": asdict(refusal)}, {})
    return refusal


def _decisions(job: Job, observations: Iterable[str]) -> str:
    """A hash of what reviewers decided about these; "" where they decided nothing."""
    concerned = [job.decided[one] for one in observations if one in job.decided]
    return digest(repr(concerned).encode())[:16] if concerned else ""


def _suffix(item: Input) -> str:
    suffix = PurePosixPath(item.source).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


Numbered = tuple[int, Input]


def outcomes(
    job: Job,
    inputs: Sequence[Input],
    kept: Mapping[int, Read | Rejected],
    workers: int,
    limits: pool.Limits,
) -> Iterator[Read | Rejected]:
    """One outcome an input, in order."""
    todo = [(number, item) for number, item in enumerate(inputs) if number not in kept]
    new = _in_turn(job, todo) if _harmless(todo) else _in_workers(job, todo, workers, limits)
    early: dict[int, Read | Rejected] = {}
    for number in range(len(inputs)):
        while number not in kept and number not in early:
            early.update((next(new),))
        yield kept[number] if number in kept else early.pop(number)


def _harmless(todo: Sequence[Numbered]) -> bool:
    return len(todo) <= FEW and all(item.size <= PLAIN and _plain(item) for _, item in todo)


def _plain(item: Input) -> bool:
    """Whether it will be read as plain text, or refused at first sight."""
    try:
        data = sources.load(item)
        return not item.source.lower().endswith((".html", ".htm", ".shtml")) and not kind.recognise(
            data
        )
    except ReadError:
        return True
    except Exception:  # noqa: BLE001 - a broken archive has many ways to say so
        return False


def _in_turn(job: Job, todo: Sequence[Numbered]) -> Iterator[tuple[int, Read | Rejected]]:
    for number, item in todo:
        outcome = compute(job, item)
        if not isinstance(outcome, Scan):  # all are plain text
            yield number, outcome


def _in_workers(
    job: Job, todo: Sequence[Numbered], workers: int, limits: pool.Limits
) -> Iterator[tuple[int, Read | Rejected]]:
    """Scans when all others are done, one at a time: OCR takes every processor."""
    pool.warm("pipeline.warm")
    scans: list[tuple[Numbered, Scan]] = []
    for one, outcome in _round(job, _chunks(todo, workers), workers, limits, scans=False):
        if isinstance(outcome, Scan):
            scans.append((one, outcome))
        else:
            yield one[0], outcome
    for one, scan in scans:
        longer = pool.Limits(limits.seconds + PAGE * scan.pages, OCR)
        for _, outcome in _round(job, [[one]], 1, longer, scans=True):
            if not isinstance(outcome, Scan):
                yield one[0], outcome


def _round(
    job: Job,
    chunks: Iterable[Sequence[Numbered]],
    workers: int,
    limits: pool.Limits,
    *,
    scans: bool,
) -> Iterator[tuple[Numbered, Read | Rejected | Scan]]:
    for one, outcome in pool.run(partial(_numbered, job, scans=scans), chunks, workers, limits):
        if isinstance(outcome, pool.Lost):
            yield one, keep_refusal(job, one[1], lost(one[1], outcome, limits))
        else:
            yield one, outcome


def _numbered(job: Job, one: Numbered, *, scans: bool) -> Read | Rejected | Scan:
    return compute(job, one[1], scans=scans)


def _chunks(todo: Sequence[Numbered], workers: int) -> Iterator[list[Numbered]]:
    """About a megabyte each; less where there would not be several for every worker."""
    most = min(CHUNK, sum(item.size for _, item in todo) // (4 * workers))
    chunk: list[Numbered] = []
    size = 0
    for one in todo:
        chunk.append(one)
        size += one[1].size
        if size >= most or len(chunk) >= BATCH:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def progress(outcomes: Iterable[Read | Rejected], total: int) -> Iterator[Read | Rejected]:
    """A bar with rate and remaining time on stderr, where it takes more than a second."""
    with tqdm(outcomes, desc="读取 reading", unit="份", total=total, delay=1, leave=False) as bar:
        yield from bar


# --- what the outcomes come to --------------------------------------------------------------------


def unique(outcomes: Iterable[Read | Rejected]) -> Iterator[Read | Rejected]:
    """Of files with the same bytes or the same text the first is kept, the others are named."""
    seen: dict[str, str] = {}
    for one in outcomes:
        first = isinstance(one, Read) and (seen.get(one.text) or seen.get(one.sha256))
        if isinstance(one, Rejected) or not first:
            yield one
        else:
            same = both(f"与{quoted(first)}内容相同", f"same content as {quoted(first)}")
            yield Rejected(one.source, one.sha256, one.size, "duplicate", same)
        if isinstance(one, Read):
            seen.setdefault(one.text, one.source)
            seen.setdefault(one.sha256, one.source)


def batches(outcomes: Iterable[Read | Rejected]) -> Iterator[list[Read | Rejected]]:
    rest = iter(outcomes)
    while batch := list(islice(rest, BATCH)):
        yield batch


def add(draft: publish.Draft, job: Job, read: Sequence[Read]) -> Iterator[Rejected]:
    """Put reports into the database; those it refuses come back with what it says."""
    rows = {one.result: results.rows(job.folder, one.result) for one in read}
    if gone := [name for name, found in rows.items() if found is None]:
        raise FileNotFoundError(f"{job.folder / gone[0]}.json")
    refused = draft.add([found for found in rows.values() if found]) if read else []
    for report, error in refused:
        row = {name: values[0] for name, values in report["report"].items()}
        said = quoted(error)
        why = both(
            f"读出的内容不合数据库规则：{said}",
            f"what was read breaks a rule of the database: {said}",
        )
        yield Rejected(row["source"], row["sha256"], row["size"], "unreadable", why)


def summary(
    database: Path, before: Path | None, *, computed: int, unchanged: int, reused: bool = False
) -> Built:
    rows = publish.read(database, "SELECT sha256, source, size, status, reason FROM report")
    rejected = tuple(
        Rejected(r["source"], r["sha256"], r["size"], r["status"], r["reason"])
        for r in rows
        if r["status"] != "published"
    )
    removed = _removed(rows, before)
    published = len(rows) - len(rejected)
    return Built(database, reused, published, computed, unchanged, rejected, removed)


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
