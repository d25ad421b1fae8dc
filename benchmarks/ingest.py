"""Many reports, hostile files and kills, in figures: `python benchmarks/ingest.py [reports|hostile|kills]…`.

`reports` builds generated reports, twice; `hostile` builds broken and harmful files among good ones; `kills` ends builds
at random moments and looks at what is published after each. What the last two find in the small, the tests find as well.
"""

import argparse
import contextlib
import os
import random
import re
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb

from pipeline import build, publish
from pipeline.jurisdiction import PlaceTable

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
TICKS = os.sysconf("SC_CLK_TCK")
LENGTH = 4000  # characters of a generated report


# --- made reports -----------------------------------------------------------------------------------


def corpus(folder: Path, count: int) -> None:
    """Reports of counties and years, from shuffled paragraphs of the real ones with other figures."""
    draw = random.Random(0)  # noqa: S311 - repeatable, nothing secret
    _, places = build.knowledge()
    paragraphs = [line for seed in sorted(SEEDS.glob("*.txt")) for line in body(seed)]
    for number, (place, year) in enumerate(areas(places, count)):
        text = f"{place}{year}年法治政府建设年度情况报告\n\n"
        draw.shuffle(paragraphs)
        for paragraph in paragraphs:
            if len(text) >= LENGTH:
                break
            text += re.sub(r"(?<!\d)[1-9]\d{0,3}(?![\d.])", lambda m: figure(m[0], draw), paragraph)
        path = folder / f"{number % 100:02}" / f"{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"{text[:LENGTH]}\n\n{place}人民政府\n{year + 1}年1月15日\n", encoding="utf-8"
        )


def body(seed: Path) -> list[str]:
    """Paragraphs that name no year and no street."""
    lines = seed.read_text(encoding="utf-8").splitlines(keepends=True)
    return [
        line
        for line in lines
        if len(line) > 60 and not re.search("20[12][0-9]|西营门|城西|东湖|广安门|广内|街道", line)
    ]


def figure(printed: str, draw: random.Random) -> str:
    """Another number of as many digits."""
    return str(draw.randint(10 ** (len(printed) - 1), 10 ** len(printed) - 1))


def areas(places: PlaceTable, count: int) -> Iterator[tuple[str, int]]:
    """Counties, year by year, named with everything above them."""
    counties = [place for code in places.names if len(code) == 6 and (place := places.place(code))]
    pairs = ((place, year) for year in range(2024, 2014, -1) for place in counties)
    for (place, year), _ in zip(pairs, range(count), strict=False):
        yield "".join(place.path), year


# --- measuring --------------------------------------------------------------------------------------


class Meter:
    """What a process and all it has started take, looked at once a second."""

    def __init__(self) -> None:
        self.pss = self.rss = 0.0  # peak megabytes: shared pages counted once, and counted in each
        self.processor: dict[int, float] = {}  # seconds by process

    def look(self, pid: int) -> None:
        pss = rss = 0.0
        for one, seconds in family(pid).items():
            self.processor[one] = seconds
            with contextlib.suppress(OSError):
                sizes = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
                pss += megabytes("Pss", sizes)
                rss += megabytes("Rss", sizes)
        self.pss, self.rss = max(self.pss, pss), max(self.rss, rss)


def megabytes(name: str, sizes: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+)", sizes, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0


def family(pid: int) -> dict[int, float]:
    """A process and its descendants, with the processor time each has used."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(fields[1])
            used[int(path.parent.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    found, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return {one: used[one] for one in found if one in used}


def run(paths: list[Path], data: Path, *options: str) -> tuple[float, Meter, str]:
    """Seconds of a build as a user calls it, what it took, and its last line."""
    command = [sys.executable, "-m", "pipeline", "build", *map(str, paths), "--data", str(data)]
    meter, start = Meter(), time.monotonic()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen([*command, *options], cwd=ROOT, stderr=said) as process,
    ):
        while process.poll() is None:
            meter.look(process.pid)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)
        seconds = time.monotonic() - start
        said.seek(0)
        last = said.read().decode().strip().splitlines()[-1]
    return seconds, meter, last


def reports(folder: Path, count: int) -> None:
    """First build, second build, and one with a single new report."""
    print("| reports | build | s | reports/s | processor s | peak MB | peak MB, sum of processes |")
    print("|---|---|---|---|---|---|---|")
    for many in (count // 10, count):
        made, data = folder / f"made{many}", folder / f"data{many}"
        corpus(made, many)
        for name in ("first", "nothing new", "one new"):
            if name == "one new":
                text = (made / "00" / "00000.txt").read_text(encoding="utf-8")
                (made / "new.txt").write_text(f"{text}完。\n", encoding="utf-8")
            seconds, meter, last = run([made], data)
            used = sum(meter.processor.values())
            print(
                f"| {many:,} | {name} | {seconds:.1f} | {many / seconds:.0f} | {used:.0f} "
                f"| {meter.pss:.0f} | {meter.rss:.0f} |",
                flush=True,
            )
        warm(made, folder / f"warm{many}", many)
        print(f"\n{last}\n")


def warm(made: Path, data: Path, many: int) -> None:
    """The first build again, by a process whose workers are copies of a server that is already there."""
    small = data.with_name("small")
    corpus(small, 20)
    build.build([small], data.with_name("smalldata"))
    start = time.monotonic()
    build.build([made], data)
    seconds = time.monotonic() - start
    print(
        f"| {many:,} | first, pool warm | {seconds:.1f} | {many / seconds:.0f} | | | |", flush=True
    )


# --- hostile files ----------------------------------------------------------------------------------


def hostile(folder: Path, count: int) -> None:
    """Every hostile file has its row, every good report is published."""
    write = runpy.run_path(str(ROOT / "tests" / "hostile.py"))["write"]
    made = folder / "hostile"
    names = {f"bad/{name}" for name in write(made / "bad", count)}
    good = made / "good"
    shutil.copytree(SEEDS, good)
    start = time.monotonic()
    done = build.build([made], folder / "hostile-data")
    seconds = time.monotonic() - start
    rows = [one.source for one in done.rejected]
    silent = [name for name in names if not any(f"{row}/".startswith(f"{name}/") for row in rows)]
    wrong = publish.read(
        done.database,
        "SELECT source FROM report WHERE status = 'published' AND source NOT LIKE 'good/%'",
    )
    print(f"{len(names)} hostile files, {len(list(good.iterdir()))} good ones: {seconds:.0f} s")
    print(
        f"published {done.published}, refused {len(rows)}, without a row {silent}, published by mistake {wrong}"
    )
    print(
        f"killed for time {said(done, '秒，已中止')}, for memory {said(done, '内存')}, crashed {said(done, '崩溃')}"
    )


def said(done: build.Built, words: str) -> int:
    return sum(words in one.reason for one in done.rejected)


# --- kills ------------------------------------------------------------------------------------------


def kills(folder: Path, count: int) -> None:
    """Builds ended at random moments; what is published must open and pass its gate every time.

    In turn a build with one new report and one that reads all of them again in workers.
    """
    draw = random.Random(0)  # noqa: S311 - repeatable, nothing secret
    made, data = folder / "killed", folder / "killed-data"
    corpus(made, 60)
    changing = made / "00" / "00000.txt"
    text = changing.read_text(encoding="utf-8")
    run([made], data)
    lasts = [run([made], data, "--fresh")[0], 0.0]
    changing.write_text(f"{text}改。\n", encoding="utf-8")
    lasts[1] = run([made], data)[0]
    stages: Counter[str] = Counter()
    for number in range(count):
        changing.write_text(f"{text}{number}。\n", encoding="utf-8")
        options = ["--fresh"] if number % 2 == 0 else []
        stages[
            kill(
                [str(made), "--data", str(data), *options],
                data,
                draw.uniform(0.2, lasts[number % 2]),
            )
        ] += 1
        after = publish.current(data)
        if after is None:
            sys.exit(f"kill {number}: nothing is published any more")
        with duckdb.connect(after, read_only=True) as con:
            publish.gate(con)
            (reports,) = con.execute("SELECT reports_published FROM build").fetchone() or (0,)
        if reports != 60:
            sys.exit(f"kill {number}: {reports} reports are published")
    last = build.build([made], data)
    print(
        f"{count} kills of builds that take {lasts[0]:.1f} s (all read) and {lasts[1]:.1f} s (one new): {dict(stages)}"
    )
    print(
        f"after each the published database passed its gate with 60 reports; the next build: {last.published}, left over: {leftovers(data)}"
    )


def kill(arguments: list[str], data: Path, seconds: float) -> str:
    """End a build after some seconds; how far it had come."""
    before = publish.current(data)
    command = [sys.executable, "-m", "pipeline", "build", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        if process.poll() is not None:
            return "finished"
        process.send_signal(signal.SIGKILL)
    if publish.current(data) != before:
        return "published"
    return "writing" if any(data.glob(f"*{publish.UNFINISHED}")) else "starting"


def leftovers(data: Path) -> list[str]:
    return [
        path.name
        for path in data.rglob("*")
        if publish.UNFINISHED in path.name or path.suffix == ".part"
    ]


def main() -> None:
    """Run what is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", nargs="*", default=["reports", "hostile", "kills"])
    options.add_argument("--reports", type=int, default=10_000)
    options.add_argument("--files", type=int, default=300)
    options.add_argument("--kills", type=int, default=100)
    chosen = options.parse_args()
    every: Mapping[str, tuple[Callable[[Path, int], None], int]] = {
        "reports": (reports, chosen.reports),
        "hostile": (hostile, chosen.files),
        "kills": (kills, chosen.kills),
    }
    with tempfile.TemporaryDirectory(prefix="fazhi-ingest-") as folder:
        for name in chosen.what:
            measure, count = every[name]
            measure(Path(folder), count)


if __name__ == "__main__":
    main()
