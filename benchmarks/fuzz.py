"""Broken and bent files against every reader and the whole reading of a report: `python benchmarks/fuzz.py --minutes 10`.

Real files of every format are changed at random: bytes, characters and words, cells, and the parts inside docx and xlsx. A change that is read
in a way not seen before (another reader, other roles, other findings) becomes a start for further changes. Each file is read by a worker with the
limits of a build, and must end as a report or a reason:

- nothing is raised, no worker dies (but of PDFium's hunger for memory), none is slow, late or takes more memory than it may;
- sections and sentences tile the text, every number stands where it says, every observation rests on something that exists;
- reading again gives the same, and the rows for the database can be written.

What breaks a rule is kept in `--keep` and listed; the exit code is 1 then.
"""

import argparse
import io
import json
import random
import re
import signal
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline import build, inspection, pool, publish, readers
from pipeline.errors import ReadError, ScanError
from pipeline.model import Rejected, Report

ROOT = Path(__file__).resolve().parent.parent
UNSEEN = ROOT / "tests" / "gold" / "unseen"
LIMITS = pool.Limits()
SLOW = 10.0  # processor seconds for reading a file three times
CHUNK = 20
LARGEST = 400_000  # bytes of a mutant: more only costs time
MOST = 400  # starts of one format; the oldest that grew goes first

# What a report, a table or a page is made of: put where it does not belong.
WORDS = (
    "2022年 1-11月 截至10月底 其中 分别 占比 同比增长 下降 增长1倍 98.5% 100％ 1,234 １２３ 12.68万件 1000余份 近百人 三十二 "
    "十余处 3—5次 第12 （一） 一、 1. “ ” 《 》 （ ） ( ) 、 ， 。 ； ： | \t \n \r\n ｜ … - 合计 单位：件、万元 西营门街道 全市 "
    "我街 司法所 较上年 0 -1 +5 9999999999999999999999 0.0000000001 1e5 件 万元 个百分点 名 \u3000 \xa0 \u202e \ufeff \U0001f46e"
).split(" ")
TAGS = (
    "<table> <tr> <td> <td_colspan='9'_rowspan='99'> </table> <p> </p> <div> </div> <br> <script> </script> <!-- --> &nbsp; &#8195; "
    "&amp; <ol_start='-9'><li> <h1> <span> <style> ]]> <meta_charset='big5'>"
).replace("_", " ").split(" ")  # fmt: skip
NUMBER = re.compile(rb"\d+")
ELEMENT = re.compile(rb"<[^<>]{1,300}>[^<>]{0,200}")
TEXT = re.compile(rb">([^<>]{1,200})<")
EXTREME = (b"0", b"-1", b"1", b"255", b"65536", b"4294967296", b"99999999999999999999", b"1e308")


@dataclass(frozen=True, slots=True)
class Case:
    """A file, and which format it was made from."""

    kind: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it: how it was read, in a word, or which rule it broke."""

    seen: str
    broken: str
    seconds: float


# --- the rules ------------------------------------------------------------------------------------


def judge(case: Case) -> Answer:
    """In a worker: read the file, and see whether all that must hold does."""
    start = time.process_time()
    seen, broken = "", ""
    try:
        seen = outcome(case)
    except Exception as error:  # noqa: BLE001 - finding these is what this is for
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
        broken = f"{type(error).__name__} at {where}: {str(error)[:200]}"
    return Answer(seen, broken, time.process_time() - start)


def outcome(case: Case) -> str:
    known, places = build.knowledge()
    try:
        parts, left = readers.parts(case.name, case.data)
        said = [f"parts {min(len(parts), 3)} {len(left)}"]
        for part in parts[:3]:
            build.laid_out(part.text)
    except ReadError as error:
        said = [f"refused {str(error)[:12]}"]
    try:
        report = build.read_report(case.name, case.data, None, known, places, scans=False)
    except ScanError:
        return "scan"
    if isinstance(report, Rejected):
        check(" | " in report.reason and "\n" not in report.reason, "the reason is one sentence")
        return " ".join([*said, report.reason[:16]])
    sound(report)
    again = build.read_report(case.name, case.data, None, known, places, scans=False)
    check(again == report, "read again it is the same")
    if report.jurisdiction.problem == "":
        json.dumps(publish.tables(report), ensure_ascii=False).encode("utf-8", "surrogatepass")
    json.dumps(inspection.shape(report), ensure_ascii=False)
    roles = sorted({f"{one.quantity.role}/{one.period}" for one in report.readings})
    facts = sorted({f"{one.fact}/{one.method}" for one in report.observations})
    rules = sorted({one.rule for one in report.findings})
    return " ".join([*said, report.document.reader, *roles, *facts, *rules])


def sound(report: Report) -> None:
    text = report.document.text
    sections = [(one.start, one.end) for one in report.sections]
    for tiles in (sections, [(one.start, one.end) for one in report.sentences]):
        check(tiles[0][0] == 0 and tiles[-1][1] == len(text), "parts cover the text")
        check(all(a[1] == b[0] for a, b in pairwise(tiles)), "parts do not overlap")
    for one in report.readings:
        found = one.quantity
        check(text[found.start : found.end] == found.surface, "a number stands where it says")
        sentence = report.sentences[one.sentence]
        check(sentence.start <= found.start < sentence.end, "a number stands in its sentence")
    for value in report.observations:
        resting = value.quantities or value.inputs or value.sentence is not None
        check(bool(resting), "a value rests on something")
        check(all(0 <= k < len(report.readings) for k in value.quantities), "its numbers exist")
    pages = report.document.pages
    check(list(pages) == sorted(pages) and all(0 <= p <= len(text) for p in pages), "pages rise")


def check(holds: bool, rule: str) -> None:  # noqa: FBT001 - the rule is named beside it
    if not holds:
        raise AssertionError(rule)


# --- files ----------------------------------------------------------------------------------------


def starts() -> dict[str, list[bytes]]:
    """Real files of every format, and tables and pages made from them."""
    sys.path.append(str(ROOT / "tests"))
    formats, hostile, tables = map(import_module, ("formats", "hostile", "test_read_tables"))
    found: dict[str, list[bytes]] = defaultdict(list)
    for path in (*sorted((ROOT / "seeds").glob("*.txt")), *sorted(UNSEEN.iterdir())):
        if path.suffix.lstrip(".") in ("txt", "html", "docx", "pdf"):
            found[path.suffix.lstrip(".")].append(path.read_bytes())
    texts = [data.decode("utf-8", "ignore") for data in found["txt"][:8]]
    for text in texts:
        found["html"].append(
            formats.in_page("甲区2022年法治政府建设情况报告", formats.paragraphs(text))
        )
        found["docx"].append(formats.docx("".join(map(formats.paragraph, formats.lines(text)))))
        found["txt"].append(text.encode("gb18030"))
    found["pdf"].append(formats.PDF)
    for rows, _ in tables.LAYOUTS.values():
        titled = [["西青区各街道法治政府建设情况统计表"], *rows, ["注：数据截至11月底。"]]
        found["csv"].append(formats.separated(titled))
        found["xlsx"].append(formats.workbook(titled))
    found["xlsx"].append(tables.bound(tables.official))
    draw = random.Random(0)  # noqa: S311 - repeatable, nothing secret
    for suffix, make in hostile.KINDS:
        data = make(draw)
        if len(data) < LARGEST // 4 and suffix.lstrip(".") in found:
            found[suffix.lstrip(".")].append(data)
    return dict(found)


Change = Callable[[bytes, bytes, random.Random], bytes]


def flipped(data: bytes, other: bytes, draw: random.Random) -> bytes:
    del other
    changed = bytearray(data)
    for _ in range(draw.choice((1, 3, 20))):
        if changed:
            changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def cut(data: bytes, _: bytes, draw: random.Random) -> bytes:
    at, size = draw.randrange(len(data) + 1), draw.choice((1, 10, 1000, len(data)))
    return data[:at] + data[at + size :]


def repeated(data: bytes, _: bytes, draw: random.Random) -> bytes:
    at, size = draw.randrange(len(data) + 1), draw.choice((1, 8, 200))
    return data[:at] + data[at : at + size] * draw.choice((2, 5, 300)) + data[at:]


def spliced(data: bytes, other: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(other) + 1)
    at = draw.randrange(len(data) + 1)
    return data[:at] + other[start : start + draw.choice((20, 500, 20_000))] + data[at:]


def renumbered(data: bytes, _: bytes, draw: random.Random) -> bytes:
    found = list(NUMBER.finditer(data))
    for one in sorted(draw.sample(found, min(len(found), 3)), key=lambda m: -m.start()):
        data = data[: one.start()] + draw.choice(EXTREME) + data[one.end() :]
    return data


def worded(data: bytes, other: bytes, draw: random.Random) -> bytes:
    """Words of a report or tags of a page between its characters, in whatever encoding they are in."""
    del other
    codec = "utf-8"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        codec = "gb18030"
        text = data.decode(codec, "replace")
    for _ in range(draw.choice((1, 4, 30))):
        at = draw.randrange(len(text) + 1)
        gone = draw.choice((0, 0, 1, 5))
        word = draw.choice(WORDS if draw.random() < 0.7 else TAGS)
        text = text[:at] + word + text[at + gone :]
    return text.encode(codec, "replace")


def moved(data: bytes, _: bytes, draw: random.Random) -> bytes:
    """Lines or elements in another order, some of them gone, some twice."""
    parts = ELEMENT.findall(data) if data.count(b"<") > 20 else data.splitlines(keepends=True)
    if len(parts) < 3:
        return data
    a, b = sorted(draw.sample(range(len(parts)), 2))
    piece = parts[a : min(b, a + draw.choice((1, 5, 40)))]
    rest = parts[:a] + parts[a + len(piece) :] if draw.random() < 0.6 else parts
    at = draw.randrange(len(rest) + 1)
    return b"".join([*rest[:at], *piece, *rest[at:]])


def retold(data: bytes, other: bytes, draw: random.Random) -> bytes:
    """Other words and numbers between the tags, so that what holds them stays sound."""
    del other
    found = list(TEXT.finditer(data))
    for one in sorted(draw.sample(found, min(len(found), 6)), key=lambda m: -m.start()):
        said = escape(draw.choice(WORDS)).encode("utf-8", "replace")
        if draw.random() < 0.5:
            said = draw.choice(EXTREME)
        data = data[: one.start(1)] + said + data[one.end(1) :]
    return data


BYTES: tuple[Change, ...] = (flipped, cut, repeated, spliced, renumbered)
WRITING: tuple[Change, ...] = (worded, worded, moved, renumbered, cut, repeated, spliced)


def packed(data: bytes, other: bytes, draw: random.Random) -> bytes:
    """One part inside an Office file changed, and packed again."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(io.BytesIO(other)) as archive:
            foreign = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - a start that is no archive any more
        return draw.choice(BYTES)(data, other, draw)
    wanted = [
        name for name in parts if re.search(r"document\d*\.xml|sheet\d|Strings|numbering", name)
    ]
    wanted = wanted if wanted and draw.random() < 0.8 else [*parts] or ["a.xml"]
    name = draw.choice(wanted)
    parts[name] = draw.choice((*WRITING, retold, retold, retold, retold))(
        parts.get(name, b""), foreign.get(name, b"<a/>"), draw
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return target.getvalue()


CHANGES: dict[str, tuple[Change, ...]] = {
    "txt": (*WRITING, flipped),
    "html": (*WRITING, flipped),
    "csv": (*WRITING, flipped),
    "docx": (packed, packed, packed, packed, flipped, cut),
    "xlsx": (packed, packed, packed, packed, flipped, cut),
    "pdf": (*BYTES, renumbered, moved),
}


class Corpus:
    """What to change next: the real files, and what was read in a new way."""

    def __init__(self, seed: int, until: float) -> None:
        """Cases are drawn until the clock says so; the same seed draws the same ones as long as readings are the same."""
        self.draw = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
        self.until = until
        self.files = starts()
        self.real = {kind: len(files) for kind, files in self.files.items()}
        self.seen: set[tuple[str, str]] = set()

    def chunks(self) -> Iterator[Sequence[Case]]:
        while time.monotonic() < self.until:
            yield [self.case() for _ in range(CHUNK)]

    def case(self) -> Case:
        draw = self.draw
        kind = draw.choice(sorted(self.files))
        data, other = draw.choice(self.files[kind]), draw.choice(self.files[kind])
        for _ in range(draw.choice((1, 1, 2, 4))):
            data = draw.choice(CHANGES[kind])(data, other, draw)[:LARGEST]
        named = kind if draw.random() < 0.95 else draw.choice([*self.files, "doc", "png", "xyz"])
        return Case(kind, f"西营门街道2022年法治政府建设情况报告.{named}", data)

    def learn(self, case: Case, answer: Answer) -> None:
        if answer.seen and (case.kind, answer.seen) not in self.seen:
            self.seen.add((case.kind, answer.seen))
            files = self.files[case.kind]
            files.append(case.data)
            if len(files) > MOST:
                files.pop(self.real[case.kind])


# --- the run --------------------------------------------------------------------------------------


def tolerated(case: Case, lost: pool.Lost) -> bool:
    """PDFium ends its process where it gets no more memory: that costs the worker, and the file has its row."""
    return case.kind == "pdf" and lost.reason == "crash" and lost.exit_code == -signal.SIGABRT


def main() -> int:
    """Fuzz for so many minutes; 1 where a rule was broken."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--keep", type=Path, default=Path("fuzz-failures"))
    chosen = options.parse_args()
    corpus = Corpus(chosen.seed, time.monotonic() + chosen.minutes * 60)
    counts: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    slowest: dict[str, float] = defaultdict(float)
    pool.warm("pipeline.warm")
    for case, answer in pool.run(judge, corpus.chunks(), 1, LIMITS):
        counts[case.kind] += 1
        if isinstance(answer, pool.Lost):
            lost[case.kind] += 1
            rule = "" if tolerated(case, answer) else f"{answer.reason} {answer.exit_code}"
        else:
            rule = answer.broken or (f"{case.kind} is slow" if answer.seconds > SLOW else "")
            slowest[case.kind] = max(slowest[case.kind], answer.seconds)
            corpus.learn(case, answer)
        if rule:
            broken[rule] += 1
        if rule and broken[rule] == 1:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            path = chosen.keep / f"{sha256(case.data).hexdigest()[:12]}{Path(case.name).suffix}"
            path.write_bytes(case.data)
            print(f"{path}: {rule}", flush=True)
    print("\n| format | files | ways of being read | cost their worker | slowest, s |")
    print("|---|---|---|---|---|")
    for kind, count in sorted(counts.items()):
        ways = sum(one == kind for one, _ in corpus.seen)
        print(f"| {kind} | {count:,} | {ways:,} | {lost[kind]} | {slowest[kind]:.1f} |")
    print(f"\n{counts.total():,} files, {broken.total()} broke a rule: {dict(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
